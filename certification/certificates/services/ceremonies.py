"""The making of a key before two people, and the coming of its certificate. Each step is whole or did not happen."""

import contextlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from asn1crypto import keys as asn1_keys
from cryptography import x509
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from certification.certificates import authority
from certification.certificates.keys import certified, sm2, token
from certification.certificates.keys.checking import check_certificate
from certification.certificates.keys.files import (
    PrivateKey,
    destroy_key_file,
    new_private_key,
    public_bytes,
    sign_digest,
    unpack,
    write_key_file,
    write_once,
)
from certification.certificates.keys.loading import TRIAL
from certification.certificates.keys.providers import ProviderKey, RemoteKey, provider_named, reference_to
from certification.certificates.keys.requests import certificate_request, subject_of_body
from certification.certificates.keys.verifying import public_point
from certification.certificates.models import KeyCeremony, SigningKey
from certification.certificates.rules.keys import Algorithm, Backend
from certification.certificates.services.keys import check_two_people, prove_key
from lms.accounts.models import User
from lms.core import ledger, store
from lms.core.errors import DomainError
from lms.organisations.models import Organisation

PROTOCOL_FOLDER = "protocols"
LONGEST_LABEL = 23


@dataclass(frozen=True)
class Officers:
    """The two people before whom a key is made. `attested`: the operator named them, they did not sign in here."""

    first: User
    second: User
    attested: bool = False


@dataclass(frozen=True)
class MadeKey:
    """A fresh key, and how it asks for its certificate. `public_key` is a SubjectPublicKeyInfo in DER."""

    reference: str
    public_key: bytes
    request_pem: str


def hold_ceremony(
    organisation: Organisation,
    *,
    backend: Backend,
    algorithm: Algorithm,
    officers: Officers,
    token_label: str = "",
    demo: bool = False,
    now: datetime,
) -> KeyCeremony:
    """Make a key for the body in a file or in a token, with the request for its certificate, and record who was there.

    Until the certificate has come, the key signs nothing but that request.
    Raises `DomainError` `certificates.ceremony_two_officers` and what making a key raises. After any error no key is left.
    """
    check_two_people(organisation, officers.first, officers.second)
    subject = subject_of_body(organisation, demo=demo)
    label = _label(organisation)
    with _made(backend, algorithm, label=label, token_label=token_label, subject=subject) as key:
        return _record_ceremony(organisation, key, backend=backend, algorithm=algorithm, officers=officers, now=now)


def _label(organisation: Organisation) -> str:
    """Return a name for a new key, at most 32 characters: as many words of the short name as fit, and chance."""
    words: list[str] = []
    for word in re.findall(r"[a-z0-9]+", organisation.slug):
        if len("-".join([*words, word])) > LONGEST_LABEL:
            break
        words.append(word)
    return "-".join([*(words or ["body"]), secrets.token_hex(4)])


@contextlib.contextmanager
def _made(backend: Backend, algorithm: Algorithm, *, label: str, token_label: str, subject: x509.Name) -> Iterator[MadeKey]:
    """Make the key for the time of the block; if the block fails, the key is destroyed."""
    if backend is Backend.PKCS11:
        address = token.TokenAddress(token_label, label)
        address = token.TokenAddress.parse(str(address))
        public = token.make_token_key(address, algorithm)
        try:
            request = certificate_request(
                subject,
                public_key=public,
                algorithm=algorithm,
                sign_digest=lambda digest: token.sign_digest(address, digest, algorithm=algorithm),
            )
            yield MadeKey(str(address), public, request)
        except BaseException:
            token.destroy_token_key(address)
            raise
        return
    private: PrivateKey = new_private_key(algorithm)
    name = f"{label}.p12"
    write_key_file(name, private, label=label)
    try:
        public = public_bytes(private)
        request = certificate_request(subject, public_key=public, algorithm=algorithm, sign_digest=partial(sign_digest, private))
        yield MadeKey(name, public, request)
    except BaseException:
        destroy_key_file(name)
        raise


@transaction.atomic
def _record_ceremony(
    organisation: Organisation, key: MadeKey, *, backend: Backend, algorithm: Algorithm, officers: Officers, now: datetime
) -> KeyCeremony:
    ceremony = KeyCeremony.objects.create(
        organisation=organisation,
        backend=backend.value,
        algorithm=algorithm.value,
        key_reference=key.reference,
        public_key_sha256=asn1_keys.PublicKeyInfo.load(key.public_key).sha256.hex(),
        request_pem=key.request_pem,
        first_officer=officers.first,
        second_officer=officers.second,
        attested=officers.attested,
        held_at=now,
    )
    _write_protocol(ceremony, now=now)
    ledger.append(
        "certificates.key_ceremony_held",
        subject=ceremony,
        actor=officers.first,
        now=now,
        organisation=organisation.pk,
        officers=[officers.first.pk, officers.second.pk],
        attested=officers.attested,
        backend=backend.value,
        algorithm=algorithm.value,
        public_key=ceremony.public_key_sha256,
        protocol=ceremony.protocol_sha256,
    )
    return ceremony


@transaction.atomic
def import_certificate(
    ceremony: KeyCeremony,
    certificate: x509.Certificate,
    chain: tuple[x509.Certificate, ...],
    *,
    officers: Officers,
    now: datetime,
) -> SigningKey:
    """Put the certificate that the authority issued on record, after everything about it was checked; the key then waits.

    Raises `DomainError` `certificates.ceremony_finished`, `certificates.ceremony_two_officers`, what
    `checking.check_certificate` raises, and what opening the key raises: it has to sign once to prove itself.
    """
    ceremony = KeyCeremony.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=ceremony.pk)
    check_two_people(ceremony.organisation, officers.first, officers.second)
    if ceremony.signing_key_id is not None:
        raise DomainError("certificates.ceremony_finished")
    request = x509.load_pem_x509_csr(ceremony.request_pem.encode())
    public = request.public_key().public_bytes(*certified.SPKI)
    algorithm = check_certificate(certificate, chain, public_key=public, now=now)
    key = _row(ceremony, certificate, chain, algorithm)
    prove_key(key)
    return _record_key(ceremony, key, officers=officers, now=now)


def adopt_key_file(organisation: Organisation, data: bytes, *, passphrase: str, officers: Officers, now: datetime) -> KeyCeremony:
    """Take in a PKCS#12 file that an authority made for the body, key and certificate in one; the key then waits.

    It is kept anew under the passphrase of this installation. Raises `DomainError` `certificates.key_locked` (wrong
    passphrase), `certificates.key_missing`, and what `checking.check_certificate` raises. After any error no file is left.
    """
    check_two_people(organisation, officers.first, officers.second)
    given = unpack(data, passphrase, name=organisation.slug)
    if given.certificate is None:
        raise DomainError("certificates.key_missing", status=422, name=organisation.slug)
    public = public_bytes(given.private_key)
    algorithm = check_certificate(given.certificate, given.chain, public_key=public, now=now)
    label = _label(organisation)
    made = MadeKey(f"{label}.p12", public, "")
    write_key_file(made.reference, given.private_key, label=label)
    try:
        with transaction.atomic():
            ceremony = _record_ceremony(
                organisation, made, backend=Backend.PKCS12, algorithm=algorithm, officers=officers, now=now
            )
            key = _row(ceremony, given.certificate, given.chain, algorithm)
            prove_key(key)
            _record_key(ceremony, key, officers=officers, now=now)
    except BaseException:
        destroy_key_file(made.reference)
        raise
    return ceremony


def register_provider_key(
    organisation: Organisation, *, provider: str, key_id: str, officers: Officers, now: datetime
) -> KeyCeremony:
    """Put a key on record that a licensed provider holds, with the certificate that the provider tells; it then waits.

    The provider has to sign once to prove that it holds the key. Raises `DomainError` `certificates.provider_unknown`,
    `certificates.provider_key_disabled`, what `checking.check_certificate` raises, and `SignerUnavailable`.
    """
    check_two_people(organisation, officers.first, officers.second)
    service = provider_named(provider)
    remote = service.key(key_id)
    if not remote.enabled:
        raise DomainError("certificates.provider_key_disabled", provider=provider, key=key_id)
    public = certified.public_key_of(remote.certificate)
    algorithm = check_certificate(remote.certificate, remote.chain, public_key=public, now=now)
    # Raises when the answer is no signature of the certified key.
    ProviderKey(remote.certificate, remote.chain, service, key_id, algorithm).raw_signature(_trial_for(remote))
    with transaction.atomic():
        made = MadeKey(reference_to(provider, key_id), public, "")
        ceremony = _record_ceremony(organisation, made, backend=Backend.PROVIDER, algorithm=algorithm, officers=officers, now=now)
        key = _row(ceremony, remote.certificate, remote.chain, algorithm)
        _record_key(ceremony, key, officers=officers, now=now)
    return ceremony


def _trial_for(remote: RemoteKey) -> bytes:
    """Return what the key signs to prove itself: for SM2 the value that its kind of signature is made over."""
    if remote.algorithm is Algorithm.SM2:
        return sm2.digest_for(public_point(remote.certificate), TRIAL)
    return TRIAL


def issue_by_demo_authority(ceremony: KeyCeremony, *, officers: Officers, now: datetime) -> SigningKey:
    """Have the demonstration's root certify the key, as `make demo` does. Never on a real site."""
    if settings.SESSION_COOKIE_SECURE:
        raise DomainError("certificates.demo_authority_on_real_site", status=500)
    root = authority.make_demo_authority()
    request = x509.load_pem_x509_csr(ceremony.request_pem.encode())
    certificate = authority.build_certificate(
        request.subject,
        public_key=request.public_key(),  # type: ignore[arg-type]
        issuer=root.certificate.subject,
        issuer_key=root.private_key,
        authority=False,
    )
    return import_certificate(ceremony, certificate, (root.certificate,), officers=officers, now=now)


def _row(
    ceremony: KeyCeremony, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...], algorithm: Algorithm
) -> SigningKey:
    """Return the unsaved row of a ceremony's key."""
    return SigningKey(
        organisation=ceremony.organisation,
        name=certified.common_name(certificate)[:120],
        algorithm=algorithm.value,
        backend=ceremony.backend,
        key_reference=ceremony.key_reference,
        certificate_pem=certified.pem_of(certificate),
        chain_pem=certified.pem_of(*chain),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def _record_key(ceremony: KeyCeremony, key: SigningKey, *, officers: Officers, now: datetime) -> SigningKey:
    key.save(force_insert=True)
    ceremony.signing_key, ceremony.finished_at = key, now
    _write_protocol(ceremony, now=now)
    certificate = x509.load_pem_x509_certificate(key.certificate_pem.encode())
    ledger.append(
        "certificates.key_recorded",
        subject=key,
        actor=officers.first,
        now=now,
        organisation=key.organisation_id,
        officers=[officers.first.pk, officers.second.pk],
        attested=officers.attested,
        ceremony=ceremony.pk,
        certificate=certified.fingerprint_of(certificate),
        protocol=ceremony.protocol_sha256,
    )
    return key


def protocol_of(ceremony: KeyCeremony) -> str:
    """Return the protocol of the ceremony as text: who, when, what, and the fingerprints to compare by eye."""
    lines = [
        "密钥生成记录 KEY CEREMONY PROTOCOL",
        f"机构 body: {ceremony.organisation.name} ({ceremony.organisation.slug})",
        f"时间 held at: {timezone.localtime(ceremony.held_at).isoformat(timespec='seconds')}",
        f"到场人员 people: {ceremony.first_officer.name}, {ceremony.second_officer.name}"
        + (" (由运维人员写明 named by the operator)" if ceremony.attested else " (本人登录 signed in)"),
        f"保管方式 kept in: {ceremony.backend}",
        f"位置 reference: {ceremony.key_reference}",
        f"算法 algorithm: {ceremony.algorithm}",
        f"公钥指纹 public key (SHA-256): {_spaced(ceremony.public_key_sha256)}",
    ]
    if ceremony.signing_key is not None:
        key = ceremony.signing_key
        certificate = x509.load_pem_x509_certificate(key.certificate_pem.encode())
        lines += [
            f"证书 certificate: {key.name}",
            f"签发者 issuer: {certificate.issuer.rfc4514_string()}",
            f"序列号 serial: {certificate.serial_number:x}",
            f"有效期 valid: {key.not_before:%Y-%m-%d} – {key.not_after:%Y-%m-%d}",
            f"证书指纹 certificate (SHA-256): {_spaced(certified.fingerprint_of(certificate))}",
        ]
    return "\n".join(lines) + "\n"


def _spaced(fingerprint: str) -> str:
    """Return hex in groups of four, which two people can read to each other."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))


def _write_protocol(ceremony: KeyCeremony, *, now: datetime) -> None:
    """Keep the protocol in the write-once store, and as a text file beside the keys once the act is certain."""
    text = protocol_of(ceremony).encode()
    ceremony.protocol_sha256 = store.put(text, suffix=".txt")
    ceremony.save(update_fields=["protocol_sha256", "signing_key", "finished_at"])
    name = f"{timezone.localtime(now):%Y%m%d-%H%M%S}-{ceremony.organisation.slug}-{ceremony.protocol_sha256[:12]}.txt"

    def keep() -> None:
        # The same act told twice is the same file.
        with contextlib.suppress(FileExistsError):
            write_once(settings.SIGNING_KEY_DIR / PROTOCOL_FOLDER / name, text, mode=0o600)

    transaction.on_commit(keep)
