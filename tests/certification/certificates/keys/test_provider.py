"""Keys at a licensed provider, by the worked adapter against a service on this machine."""

import base64
import hashlib
import shutil
import subprocess
import threading
import time

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from certification.certificates import signing
from certification.certificates.keys import fake_service, http_provider, http_signature, sm2
from certification.certificates.keys.errors import SignerUnavailable
from certification.certificates.keys.files import sign_digest
from certification.certificates.keys.http_provider import HttpSealProvider
from certification.certificates.keys.loading import load_key
from certification.certificates.keys.providers import ProviderKey, provider_named
from certification.certificates.keys.verifying import holds, public_point
from certification.certificates.models import SigningKey
from certification.certificates.rules.keys import Algorithm, KeyEvent
from certification.certificates.services.ceremonies import register_provider_key
from certification.certificates.services.keys import propose_change
from certification.certificates.validation import check_pdf
from lms.core.errors import DomainError
from lms.core.messages import text_of
from tests.certification.certificates.keys.conftest import NOW, SECRET

pytestmark = pytest.mark.django_db
DIGEST = hashlib.sha256(b"something to sign").digest()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr(http_provider, "FIRST_PAUSE_SECONDS", 0.01)


def refusal(act, *args, **options):
    with pytest.raises(DomainError) as caught:
        act(*args, **options)
    assert text_of(caught.value) != caught.value.code
    return caught.value.code


def remote_key(key_id):
    provider = provider_named("ca")
    told = provider.key(key_id)
    return ProviderKey(told.certificate, told.chain, provider, key_id, told.algorithm)


def register(association, officers, key_id="p256"):
    return register_provider_key(association, provider="ca", key_id=key_id, officers=officers, now=NOW).signing_key


class Counting(fake_service.FakeSealService):
    """Counts what it is asked, and how many ask at once."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.asked, self.at_once, self.most = [], 0, 0

    def answer(self, what, question, *, idempotency_key=""):
        self.asked.append((what, idempotency_key))
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            return self.change(what, super().answer(what, question, idempotency_key=idempotency_key))
        finally:
            self.at_once -= 1

    def change(self, what, answer):
        return answer

    def signings(self):
        return [key for what, key in self.asked if what == "signatures/signHash"]


class Replaying(Counting):
    """Gives everybody the first signature that it ever made."""

    first = None

    def change(self, what, answer):
        if what == "signatures/signHash":
            self.first = self.first or answer
            return self.first
        return answer


class Busy(Counting):
    """Cannot answer the first two times."""

    def change(self, what, answer):
        return (503, {"error": "busy"}) if what == "signatures/signHash" and len(self.signings()) <= 2 else answer


class Slow(Counting):
    def change(self, what, answer):
        time.sleep(0.1)
        return answer


@pytest.mark.parametrize("key_id", ["p256", "rsa3072"])
def test_k20_a_certificate_signed_at_the_provider_passes_every_check(
    start_provider, association, officers, take_into_use, unsigned, tmp_path, key_id
):
    start_provider()
    key = load_key(take_into_use(register(association, officers, key_id)))
    signed = signing.sign_pdf(unsigned, key=key, now=NOW)
    assert check_pdf(signed, roots=key.roots, moment=NOW).ok
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    told = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told


def test_k21_a_changed_byte_in_such_a_file_is_told(start_provider, association, officers, take_into_use, unsigned):
    start_provider()
    key = load_key(take_into_use(register(association, officers)))
    signed = bytearray(signing.sign_pdf(unsigned, key=key, now=NOW))
    signed[2000] ^= 1
    assert not check_pdf(bytes(signed), roots=key.roots, moment=NOW).ok


def test_k22_a_replayed_signature_is_believed_by_nobody(start_provider):
    start_provider(Replaying)
    key = remote_key("p256")
    assert holds(key.certificate, key.sign_digest(DIGEST), DIGEST)
    other = hashlib.sha256(b"something else").digest()
    assert refusal(key.sign_digest, other) == "certificates.provider_answer_wrong"


def test_k23_a_whole_answer_played_back_by_somebody_on_the_way_is_refused(start_provider, monkeypatch):
    running = start_provider()
    provider = provider_named("ca")
    provider.health()
    kept = {}
    original = http_signature.check_answer

    def remember(secret, headers, **options):
        # The one on the way hands out the first answer, with its own valid signature, to every later question.
        kept.setdefault("answer", (headers, options["status"], options["body"]))
        headers, status, body = kept["answer"]
        original(secret, headers, status=status, body=body, question=options["question"], now=options["now"])

    monkeypatch.setattr(http_provider, "check_answer", remember)
    assert provider.health()
    assert refusal(provider.health) == "certificates.provider_answer_wrong"
    assert running.service.keys


def test_k24_an_answer_changed_on_the_way_is_refused():
    body, seal = b'{"signatures":["AAAA"]}', http_signature.Seal(1_800_000_000, "n" * 20, "funeng")
    headers = http_signature.sign_answer(SECRET, status=200, body=body, seal=seal)
    http_signature.check_answer(SECRET, headers, status=200, body=body, question=seal, now=seal.created)
    for changed in ({"body": body.replace(b"AAAA", b"BBBB")}, {"status": 201}, {"now": seal.created + 3600}):
        given = {"status": 200, "body": body, "question": seal, "now": seal.created} | changed
        with pytest.raises(ValueError, match=r"changed|fit|old"):
            http_signature.check_answer(SECRET, headers, **given)


def test_k25_a_client_with_a_wrong_secret_is_refused_by_the_service(start_provider):
    running = start_provider()
    stranger = HttpSealProvider(name="ca", url=running.url, client="funeng", secret="guessed")
    # The refusal is not signed with the secret that only the two know, so it is not believed either.
    assert refusal(stranger.list_keys) == "certificates.provider_answer_wrong"


def test_k26_a_question_asked_twice_with_the_same_nonce_is_refused_by_the_service(start_provider):
    service = start_provider().service
    seal = http_signature.Seal(int(time.time()), "n" * 20, "funeng")
    headers = http_signature.sign_request(SECRET, path="/csc/v2/info", body=b"{}", idempotency_key="k", seal=seal)
    service.admit(headers, path="/csc/v2/info", body=b"{}")
    with pytest.raises(ValueError, match="asked before"):
        service.admit(headers, path="/csc/v2/info", body=b"{}")
    with pytest.raises(ValueError, match="changed"):
        service.admit(headers, path="/csc/v2/info", body=b'{"x":1}')


def test_k27_a_busy_service_is_asked_again_with_the_same_idempotency_key(start_provider):
    service = start_provider(Busy).service
    key = remote_key("p256")
    assert holds(key.certificate, key.sign_digest(DIGEST), DIGEST)
    assert len(service.signings()) == 3
    assert len(set(service.signings())) == 1


def test_k28_a_service_that_is_down_is_given_up_after_a_bounded_number_of_tries(start_provider):
    running = start_provider()
    key = remote_key("p256")
    running.server.shutdown()
    running.server.server_close()
    stopped = HttpSealProvider(name="ca", url=running.url, client="funeng", secret=SECRET, timeout=1)
    with pytest.raises(SignerUnavailable) as caught:
        ProviderKey(key.certificate, key.chain, stopped, "p256", Algorithm.ECDSA_P256).sign_digest(DIGEST)
    assert caught.value.code == "certificates.provider_unreachable"


def test_k29_the_same_idempotency_key_gives_the_same_signature_and_none_for_something_else(start_provider):
    start_provider()
    provider = provider_named("ca")
    ask = {"algorithm": Algorithm.ECDSA_P256, "idempotency_key": "once"}
    assert provider.sign_digest("p256", DIGEST, **ask) == provider.sign_digest("p256", DIGEST, **ask)
    assert refusal(provider.sign_digest, "p256", bytes(32), **ask) == "certificates.provider_refused"


def test_k30_no_more_ask_at_once_than_allowed(start_provider):
    service = start_provider(Slow, concurrency=2).service
    provider = provider_named("ca")
    threads = [threading.Thread(target=provider.health) for _thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(service.asked) == 8
    assert service.most == 2


@pytest.mark.parametrize(
    "options",
    [
        {"url": "http://ca.example/", "client": "a", "secret": "b"},
        {"url": "https://ca.example/"},
        {"url": "https://ca.example/", "client": "a"},
    ],
)
def test_k31_a_provider_without_encryption_or_without_proof_of_who_asks_is_not_set_up(options):
    with pytest.raises(ValueError, match="provider ca"):
        HttpSealProvider(name="ca", **options)


def test_k32_a_key_that_the_provider_does_not_have_is_told(start_provider, association, officers):
    start_provider()
    assert refusal(register, association, officers, "nobody's") == "certificates.provider_refused"
    assert not SigningKey.objects.exists()


def test_k33_a_provider_that_is_not_set_up_is_told(settings):
    settings.SEAL_PROVIDERS = {}
    assert refusal(provider_named, "ca") == "certificates.provider_unknown"


class Disabled(fake_service.FakeSealService):
    def _info(self, question):
        status, answer = super()._info(question)
        return status, answer | {"key": {"status": "disabled"}}


def test_k34_a_key_that_is_switched_off_at_the_provider_is_not_recorded(start_provider, association, officers):
    start_provider(Disabled)
    assert refusal(register, association, officers) == "certificates.provider_key_disabled"
    assert not SigningKey.objects.exists()


class Impostor(fake_service.FakeSealService):
    """Signs with another key than the one whose certificate it shows."""

    def _sign(self, question):
        status, _answer = super()._sign(question)
        wrong = fake_service.new_private_key(Algorithm.ECDSA_P256)
        digest = base64.b64decode(question["hashes"][0])
        return status, {"signatures": [base64.b64encode(sign_digest(wrong, digest)).decode()]}


def test_k35_a_provider_that_cannot_prove_the_key_gets_none_recorded(start_provider, association, officers):
    start_provider(Impostor)
    assert refusal(register, association, officers) == "certificates.provider_answer_wrong"
    assert not SigningKey.objects.exists()


def test_k36_an_sm2_key_proves_itself_is_recorded_and_cannot_be_taken_into_use(start_provider, association, officers, people):
    start_provider()
    key = register(association, officers, "sm2")
    assert (key.algorithm, key.status) == ("SM2", "waiting")
    propose = {"reason": "试用", "actor": people.officer, "now": NOW}
    assert refusal(propose_change, key, KeyEvent.ACTIVATE, **propose) == "certificates.algorithm_not_for_pdf"
    assert refusal(remote_key("sm2").sign_digest, DIGEST) == "certificates.algorithm_not_for_pdf"


def test_k37_an_sm2_signature_is_what_openssl_verifies_too(start_provider, tmp_path):
    start_provider()
    key, message = remote_key("sm2"), "国密签名".encode()
    point = public_point(key.certificate)
    signature = key.raw_signature(sm2.digest_for(point, message))
    for name, data in {
        "leaf.pem": key.certificate.public_bytes(Encoding.PEM),
        "root.pem": key.chain[0].public_bytes(Encoding.PEM),
        "message": message,
        "signature": signature,
    }.items():
        (tmp_path / name).write_bytes(data)

    def openssl(*words):
        program = shutil.which("openssl")
        assert program
        return subprocess.run([program, *words], capture_output=True, text=True, check=False, cwd=tmp_path)

    name = "distid:1234567812345678"
    assert openssl("verify", "-vfyopt", name, "-CAfile", "root.pem", "leaf.pem").returncode == 0
    assert openssl("x509", "-in", "leaf.pem", "-pubkey", "-noout", "-out", "key.pem").returncode == 0
    verify = ("pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pubin", "-inkey", "key.pem", "-pkeyopt", name)
    assert "Verified Successfully" in openssl(*verify, "-in", "message", "-sigfile", "signature").stdout
    (tmp_path / "message").write_bytes(message + b"!")
    assert openssl(*verify, "-in", "message", "-sigfile", "signature").returncode != 0
    assert not holds(key.certificate, signature, sm2.digest_for(point, message + b"!"))


def test_k38_the_sm2_digest_is_that_of_the_standards_example():
    """GB/T 32918.5-2017, annex A.2: signer, key and message of the worked example over the recommended curve."""
    x = "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    y = "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    point = bytes.fromhex("04" + x + y)
    digest = sm2.digest_for(point, b"message digest")
    assert digest.hex().upper() == "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"
    r = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
    s = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
    assert sm2.holds(point, encode_dss_signature(r, s), digest)
    assert not sm2.holds(point, encode_dss_signature(r, s + 1), digest)
    assert not sm2.holds(point[:-1] + b"\0", encode_dss_signature(r, s), digest)
