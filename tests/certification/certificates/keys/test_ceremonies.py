"""The key ceremony: two people, a key, a request, and a certificate that has to fit."""

import datetime
import getpass
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from django.core.management import CommandError, call_command

from certification.certificates import authority, signing
from certification.certificates.keys.certified import fingerprint_of
from certification.certificates.keys.loading import load_key
from certification.certificates.models import KeyCeremony, SigningKey
from certification.certificates.rules.keys import Algorithm, Backend
from certification.certificates.services import ceremonies
from certification.certificates.services.ceremonies import Officers, hold_ceremony, import_certificate
from certification.certificates.validation import check_pdf
from lms.core import ledger, store
from lms.core.errors import DomainError
from lms.core.messages import text_of
from tests.certification.certificates.keys.conftest import NOW

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def refusal(act, *args, **options):
    with pytest.raises(DomainError) as caught:
        act(*args, **options)
    assert text_of(caught.value) != caught.value.code
    return caught.value.code


@pytest.fixture
def held(association, officers, demo_authority):
    options = {"backend": Backend.PKCS12, "algorithm": Algorithm.ECDSA_P256, "officers": officers, "now": NOW}
    return hold_ceremony(association, **options)


def certify(ceremony, root, **changes):
    """Return a certificate for the ceremony's key as a licensed authority would issue it, with `changes`."""
    request = x509.load_pem_x509_csr(ceremony.request_pem.encode())
    asked = {
        "public_key": request.public_key(),
        "issuer": root.certificate.subject,
        "issuer_key": root.private_key,
        "authority": False,
    }
    return authority.build_certificate(request.subject, **(asked | changes))


def with_extensions(ceremony, root, *extensions):
    request = x509.load_pem_x509_csr(ceremony.request_pem.encode())
    builder = (
        x509.CertificateBuilder()
        .subject_name(request.subject)
        .issuer_name(root.certificate.subject)
        .public_key(request.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(authority.NOT_BEFORE)
        .not_valid_after(authority.NOT_AFTER)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(root.private_key, hashes.SHA256())


def usage(**given):
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    names += ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**({name: False for name in names} | given))


def files_in(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("algorithm", [Algorithm.ECDSA_P256, Algorithm.RSA_2048, Algorithm.RSA_3072])
def test_k40_a_key_in_a_file_signs_a_certificate_that_passes_its_check(waiting_key, take_into_use, unsigned, algorithm):
    key = load_key(take_into_use(waiting_key(algorithm=algorithm)))
    report = check_pdf(signing.sign_pdf(unsigned, key=key, now=NOW), roots=key.roots, moment=NOW)
    assert report.ok, report.finding


def test_k41_a_fitting_certificate_is_recorded_and_the_key_waits(held, officers, demo_authority):
    certificate = certify(held, demo_authority)
    key = import_certificate(held, certificate, (demo_authority.certificate,), officers=officers, now=NOW)
    assert (key.status, key.activated_at) == ("waiting", None)
    assert refusal(load_key, key) == "certificates.key_not_in_use"
    held.refresh_from_db()
    assert held.signing_key == key
    again = (held, certificate, (demo_authority.certificate,))
    assert refusal(import_certificate, *again, officers=officers, now=NOW) == "certificates.ceremony_finished"


def test_k42_the_private_key_lies_encrypted_and_for_its_owner_only(held, settings):
    path = settings.SIGNING_KEY_DIR / held.key_reference
    assert path.stat().st_mode & 0o777 == 0o600
    settings.SIGNING_PASSPHRASE = "another one"
    from certification.certificates.keys.files import open_key_file

    assert refusal(open_key_file, held.key_reference) == "certificates.key_locked"


def wrong_certificates():
    other = ec.generate_private_key(ec.SECP256R1())
    yield "certificates.certificate_of_other_key", lambda held, root: certify(held, root, public_key=other.public_key())
    long_ago = {"not_after": NOW - datetime.timedelta(seconds=1)}
    yield "certificates.certificate_expired", lambda held, root: certify(held, root, **long_ago)
    yield "certificates.certificate_of_authority", lambda held, root: certify(held, root, authority=True)
    yield "certificates.certificate_usage", lambda held, root: with_extensions(held, root)
    yield "certificates.certificate_usage", lambda held, root: with_extensions(held, root, usage(digital_signature=True))
    yield (
        "certificates.certificate_usage",
        lambda held, root: with_extensions(
            held, root, usage(content_commitment=True), x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH])
        ),
    )
    yield "certificates.chain_broken", lambda held, root: certify(held, root, issuer_key=other)


@pytest.mark.parametrize(("code", "make"), list(wrong_certificates()))
def test_k43_a_certificate_that_does_not_fit_is_refused_and_nothing_is_written(held, officers, demo_authority, code, make):
    entries = ledger.LedgerEntry.objects.count()
    act = (held, make(held, demo_authority), (demo_authority.certificate,))
    assert refusal(import_certificate, *act, officers=officers, now=NOW) == code
    assert not SigningKey.objects.exists()
    assert ledger.LedgerEntry.objects.count() == entries


def test_k44_a_certificate_for_documents_by_rfc_9336_is_taken(held, officers, demo_authority):
    documents = x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")])
    certificate = with_extensions(held, demo_authority, usage(content_commitment=True), documents)
    assert import_certificate(held, certificate, (demo_authority.certificate,), officers=officers, now=NOW).pk


def test_k45_an_issuer_that_this_installation_does_not_trust_is_refused(held, officers, tmp_path):
    stranger = authority.make_demo_authority(directory=tmp_path / "elsewhere")
    act = (held, certify(held, stranger), (stranger.certificate,))
    assert refusal(import_certificate, *act, officers=officers, now=NOW) == "certificates.issuer_not_trusted"


def test_k46_a_key_file_that_is_gone_is_told_before_anything_is_recorded(held, officers, demo_authority, settings):
    (settings.SIGNING_KEY_DIR / held.key_reference).unlink()
    act = (held, certify(held, demo_authority), (demo_authority.certificate,))
    assert refusal(import_certificate, *act, officers=officers, now=NOW) == "certificates.key_missing"
    assert not SigningKey.objects.exists()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("head", "head"),
        ("officer", "officer"),
        ("head", "assessor"),
        ("head", "stranger"),
        ("head", "other_head"),
        ("other_head", "officer"),
    ],
)
def test_k47_a_ceremony_needs_two_people_of_the_body_one_of_them_its_head(
    association, people, demo_authority, settings, first, second
):
    before = files_in(settings.SIGNING_KEY_DIR)
    two = Officers(getattr(people, first), getattr(people, second))
    options = {"backend": Backend.PKCS12, "algorithm": Algorithm.ECDSA_P256, "officers": two, "now": NOW}
    assert refusal(hold_ceremony, association, **options) == "certificates.ceremony_two_officers"
    assert files_in(settings.SIGNING_KEY_DIR) == before
    assert not KeyCeremony.objects.exists()


def test_k48_after_a_failed_ceremony_no_file_is_left(association, officers, demo_authority, settings, monkeypatch):
    before = files_in(settings.SIGNING_KEY_DIR)
    monkeypatch.setattr(ceremonies.ledger, "append", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hold_ceremony(association, backend=Backend.PKCS12, algorithm=Algorithm.ECDSA_P256, officers=officers, now=NOW)
    assert files_in(settings.SIGNING_KEY_DIR) == before
    assert not KeyCeremony.objects.exists()


def test_k49_ledger_protocol_and_certificate_agree(held, officers, demo_authority, settings, django_capture_on_commit_callbacks):
    certificate = certify(held, demo_authority)
    with django_capture_on_commit_callbacks(execute=True):
        key = import_certificate(held, certificate, (demo_authority.certificate,), officers=officers, now=NOW)
    held.refresh_from_db()
    (entry,) = ledger.entries_about(key)
    text = store.read(held.protocol_sha256)
    assert entry.facts["certificate"] == fingerprint_of(certificate)
    assert entry.facts["protocol"] == held.protocol_sha256 == hashlib.sha256(text).hexdigest()
    assert entry.facts["officers"] == [officers.first.pk, officers.second.pk]
    assert officers.first.name not in repr(entry.facts)
    assert fingerprint_of(certificate) in text.decode().replace(" ", "")
    assert officers.second.name in text.decode()
    written = list((settings.SIGNING_KEY_DIR / ceremonies.PROTOCOL_FOLDER).iterdir())
    assert [path.read_bytes() for path in written] == [text]


def begin(*more, first="head", second="officer", people, attest=True):
    names = [getattr(people, first).phone, getattr(people, second).phone]
    words = ["begin", "--organisation", "shencheng-association", "--officer", names[0], "--officer", names[1], *more]
    call_command("key_ceremony", *words, *(["--attest"] if attest else []))


def test_k50_the_command_makes_certifies_and_exchanges_keys(people, association, demo_authority, unsigned, capsys):
    """The whole way of two keys: the first by the demonstration's authority, the second by a request and its answer."""
    both = ["--officer", people.officer.phone, "--officer", people.head.phone, "--attest"]
    begin("--demo", people=people)
    first = SigningKey.objects.get()
    call_command("key_ceremony", "activate", "--key", str(first.pk), "--reason", "第一把密钥", *both)
    old = signing.sign_pdf(unsigned, key=load_key(SigningKey.objects.get(pk=first.pk)), now=NOW)
    folder = authority.settings.SIGNING_KEY_DIR.parent
    begin("--algorithm", "rsa-2048", "--request-file", str(folder / "request.pem"), people=people)
    held = KeyCeremony.objects.get(signing_key=None)
    assert (folder / "request.pem").read_text() == held.request_pem
    (folder / "answer.pem").write_bytes(certify(held, demo_authority).public_bytes(Encoding.PEM))
    (folder / "chain.pem").write_bytes(demo_authority.certificate.public_bytes(Encoding.PEM))
    given = ["--certificate", str(folder / "answer.pem"), "--chain", str(folder / "chain.pem")]
    call_command("key_ceremony", "import-certificate", "--ceremony", str(held.pk), *given, *both)
    held.refresh_from_db()
    call_command("key_ceremony", "activate", "--key", str(held.signing_key_id), "--reason", "换用新密钥", *both)
    call_command("key_ceremony", "list", "--organisation", association.slug)
    assert dict(SigningKey.objects.values_list("pk", "status")) == {first.pk: "retired", held.signing_key_id: "active"}
    # What the first key signed is as good as before.
    assert check_pdf(old, roots=load_key(SigningKey.objects.in_use().get()).roots, moment=NOW).ok
    told = capsys.readouterr().out
    assert "密钥生成记录" in told
    assert "PRIVATE KEY" not in told


def test_k51_at_the_prompt_each_officer_proves_who_she_is(people, association, demo_authority, monkeypatch):
    asked = []
    monkeypatch.setattr(getpass, "getpass", lambda prompt: asked.append(prompt) or PASSWORD)
    begin("--demo", people=people, attest=False)
    assert asked == ["韩负责: ", "考务员: "]
    assert KeyCeremony.objects.get().attested is False


def test_k51_a_wrong_password_ends_the_ceremony_before_a_key_is_made(people, association, demo_authority, monkeypatch, settings):
    before = files_in(settings.SIGNING_KEY_DIR)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: PASSWORD if "韩" in prompt else "guess")
    with pytest.raises(CommandError, match="could not prove"):
        begin("--demo", people=people, attest=False)
    assert files_in(settings.SIGNING_KEY_DIR) == before
    assert not KeyCeremony.objects.exists()


def test_k52_on_a_real_site_nobody_is_only_named_and_the_demo_authority_certifies_nothing(
    people, association, officers, held, settings
):
    settings.SESSION_COOKIE_SECURE = True
    with pytest.raises(CommandError, match="types her password"):
        begin(people=people)
    act = (ceremonies.issue_by_demo_authority, held)
    assert refusal(*act, officers=officers, now=NOW) == "certificates.demo_authority_on_real_site"


def test_k53_the_command_tells_a_domain_error_as_a_sentence(people, association, demo_authority):
    with pytest.raises(CommandError, match=r"two people|两"):
        begin(people=people, second="head")


def packed(root, passphrase="from the authority", **changes):
    """Return a PKCS#12 file as an authority hands it out."""
    private = ec.generate_private_key(ec.SECP256R1())
    asked = {"public_key": private.public_key(), "issuer": root.certificate.subject, "issuer_key": root.private_key}
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "申城协会电子签章")])
    certificate = authority.build_certificate(subject, authority=False, **(asked | changes))
    box = BestAvailableEncryption(passphrase.encode())
    return pkcs12.serialize_key_and_certificates(b"key", private, certificate, [root.certificate], box)


def test_k54_a_key_file_from_an_authority_is_taken_in_and_kept_under_our_passphrase(
    association, officers, demo_authority, take_into_use, unsigned
):
    options = {"passphrase": "from the authority", "officers": officers, "now": NOW}
    taken = ceremonies.adopt_key_file(association, packed(demo_authority), **options).signing_key
    assert (taken.name, taken.status) == ("申城协会电子签章", "waiting")
    key = load_key(take_into_use(taken))
    assert check_pdf(signing.sign_pdf(unsigned, key=key, now=NOW), roots=key.roots, moment=NOW).ok


@pytest.mark.parametrize(
    ("code", "passphrase", "changes"),
    [
        ("certificates.key_locked", "guess", {}),
        ("certificates.certificate_expired", "from the authority", {"not_after": NOW}),
        ("certificates.certificate_of_authority", "from the authority", {"authority": True}),
    ],
)
def test_k54_a_key_file_that_does_not_fit_leaves_nothing(
    association, officers, demo_authority, settings, code, passphrase, changes
):
    before = files_in(settings.SIGNING_KEY_DIR)
    is_authority = changes.pop("authority", False)
    data = packed_authority(demo_authority) if is_authority else packed(demo_authority, **changes)
    options = {"passphrase": passphrase, "officers": officers, "now": NOW}
    assert refusal(ceremonies.adopt_key_file, association, data, **options) == code
    assert files_in(settings.SIGNING_KEY_DIR) == before
    assert not KeyCeremony.objects.exists()


def packed_authority(root):
    box = BestAvailableEncryption(b"from the authority")
    return pkcs12.serialize_key_and_certificates(b"key", root.private_key, root.certificate, [], box)
