"""Keys in a token with PKCS#11, on SoftHSM2."""

import hashlib
import os
import threading

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from pkcs11 import Attribute, ObjectClass

from certification.certificates import signing
from certification.certificates.envelope import P256_ORDER
from certification.certificates.keys import token
from certification.certificates.keys.errors import SignerUnavailable
from certification.certificates.keys.loading import load_key
from certification.certificates.keys.token import TokenAddress
from certification.certificates.keys.verifying import holds
from certification.certificates.models import KeyCeremony, SigningKey
from certification.certificates.rules.keys import Algorithm, Backend
from certification.certificates.services import ceremonies
from certification.certificates.validation import check_pdf
from lms.core.errors import DomainError
from lms.core.messages import text_of
from tests.certification.certificates.keys.conftest import MODULE, NOW, PIN

pytestmark = pytest.mark.django_db
DIGEST = hashlib.sha256(b"something to sign").digest()


@pytest.fixture
def token_key(tokens, waiting_key, take_into_use):
    return take_into_use(waiting_key(Backend.PKCS11, token_label="body"))


def refusal(act, *args, **options):
    with pytest.raises(DomainError) as caught:
        act(*args, **options)
    assert text_of(caught.value) != caught.value.code
    return caught.value.code


def objects_of(label):
    return list(token._session(label).get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))


@pytest.mark.parametrize("algorithm", [Algorithm.ECDSA_P256, Algorithm.RSA_2048, Algorithm.RSA_3072])
def test_k01_a_key_made_in_the_token_signs_a_certificate_that_passes_its_check(
    tokens, waiting_key, take_into_use, unsigned, algorithm
):
    key = load_key(take_into_use(waiting_key(Backend.PKCS11, algorithm, token_label="body")))
    report = check_pdf(signing.sign_pdf(unsigned, key=key, now=NOW), roots=key.roots, moment=NOW)
    assert report.ok, report.finding


def test_k02_the_private_key_cannot_be_taken_out_of_the_token(token_key):
    private = token._key(TokenAddress.parse(token_key.key_reference))
    assert private[Attribute.SENSITIVE] is True
    assert private[Attribute.EXTRACTABLE] is False
    with pytest.raises(pkcs11.exceptions.AttributeSensitive):
        private[Attribute.VALUE]


def test_k03_every_ecdsa_signature_of_a_token_has_the_smaller_s(token_key):
    key = load_key(token_key)
    for _time in range(20):
        assert decode_dss_signature(key.sign_digest(DIGEST))[1] <= P256_ORDER // 2


def test_k04_a_wrong_pin_is_told_with_the_variable_to_correct(token_key, tokens, settings):
    tokens.close_sessions()
    settings.SIGNING_PINS = {"SIGNING_PIN_BODY": "0000"}
    assert refusal(load_key(token_key).sign_digest, DIGEST) == "certificates.token_pin_wrong"


def test_k05_a_missing_pin_is_told(token_key, tokens, settings):
    key = load_key(token_key)
    tokens.close_sessions()
    settings.SIGNING_PINS = {}
    assert refusal(key.sign_digest, DIGEST) == "certificates.token_pin_missing"


def test_k06_an_absent_token_stops_everybody_and_not_one_person(token_key, settings):
    settings.SIGNING_PINS = {**settings.SIGNING_PINS, "SIGNING_PIN_GONE": PIN}
    with pytest.raises(SignerUnavailable) as caught:
        token.sign_digest(TokenAddress("gone", "key"), DIGEST, algorithm=Algorithm.ECDSA_P256)
    assert caught.value.code == "certificates.token_absent"


@pytest.mark.parametrize("path", ["", "/nowhere/libpkcs11.so"])
def test_k07_a_missing_library_is_told(token_key, tokens, settings, path):
    key = load_key(token_key)
    tokens.close_sessions()
    settings.PKCS11_MODULE = path
    assert refusal(key.sign_digest, DIGEST) == "certificates.token_module_missing"


def test_k08_a_key_that_is_not_in_the_token_is_told(tokens):
    act = (TokenAddress("body", "never-made"), DIGEST)
    assert refusal(token.sign_digest, *act, algorithm=Algorithm.ECDSA_P256) == "certificates.token_key_absent"


def test_k09_a_token_key_that_is_not_the_certified_one_is_refused(tokens, token_key, waiting_key):
    other = waiting_key(Backend.PKCS11, token_label="other")
    SigningKey.objects.filter(pk=token_key.pk).update(key_reference=other.key_reference)
    assert refusal(load_key, SigningKey.objects.get(pk=token_key.pk)) == "certificates.key_differs"


@pytest.mark.parametrize(
    "address", ["", "file:body", "pkcs11:token=body", "pkcs11:token=body;object=k?pin-value=1234", "pkcs11:token=a%2Fb;object=k"]
)
def test_k10_an_address_with_a_pin_or_without_a_key_is_refused(address):
    assert refusal(TokenAddress.parse, address) == "certificates.token_address_wrong"


def test_k10_an_address_is_read_as_it_was_written():
    address = TokenAddress("body-2026", "key.1")
    assert TokenAddress.parse(str(address)) == address


def test_k11_a_forked_worker_opens_a_session_of_its_own_and_the_parent_keeps_its(token_key):
    key = load_key(token_key)
    key.sign_digest(DIGEST)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            assert not token._process.sessions
            os.write(write, key.sign_digest(DIGEST))
        finally:
            os._exit(0)
    os.close(write)
    signature = os.read(read, 1000)
    os.waitpid(child, 0)
    assert holds(key.certificate, signature, DIGEST)
    assert holds(key.certificate, key.sign_digest(DIGEST), DIGEST)


def test_k12_many_threads_sign_with_one_session(token_key):
    key, wrong = load_key(token_key), []

    def work():
        for n in range(25):
            digest = hashlib.sha256(bytes([n])).digest()
            if not holds(key.certificate, key.sign_digest(digest), digest):
                wrong.append(n)

    threads = [threading.Thread(target=work) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_k13_a_session_that_was_lost_is_opened_again(token_key):
    key = load_key(token_key)
    key.sign_digest(DIGEST)
    token._process.sessions["body"].close()
    assert holds(key.certificate, key.sign_digest(DIGEST), DIGEST)


def test_k14_after_a_failed_ceremony_no_key_is_left_in_the_token(tokens, association, officers, monkeypatch):
    before = len(objects_of("body"))
    monkeypatch.setattr(ceremonies.ledger, "append", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ceremonies.hold_ceremony(
            association,
            backend=Backend.PKCS11,
            algorithm=Algorithm.ECDSA_P256,
            officers=officers,
            token_label="body",
            now=NOW,
        )
    assert len(objects_of("body")) == before
    assert not KeyCeremony.objects.exists()


def test_k15_the_request_of_a_token_key_is_signed_by_that_key_and_asks_for_documents(tokens, association, officers):
    held = ceremonies.hold_ceremony(
        association, backend=Backend.PKCS11, algorithm=Algorithm.RSA_2048, officers=officers, token_label="body", now=NOW
    )
    request = x509.load_pem_x509_csr(held.request_pem.encode())
    assert request.is_signature_valid
    assert request.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    assert association.name in request.subject.rfc4514_string()


def test_k16_no_pin_lies_in_any_row(token_key):
    for row in (*SigningKey.objects.values_list(), *KeyCeremony.objects.values_list()):
        assert PIN not in repr(row)
    assert MODULE not in token_key.key_reference
