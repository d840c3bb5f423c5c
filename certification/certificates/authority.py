"""A certificate authority for demonstrations and tests. Its names say 演示 Demo, so that nobody mistakes it.

A real body brings a PKCS#12 file from a licensed authority instead (`docs/known-limits.md`).
"""

import datetime
import os
import re
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from django.db import transaction

from certification.certificates.keys.loading import LoadedKey, common_name
from certification.certificates.models import SigningKey
from certification.certificates.rules.keys import Algorithm, KeyStatus
from certification.certificates.validation import STAMP_TRUST_FILE, TRUST_FILE
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.models import Organisation

AUTHORITY_NAME = "辅能演示根证书 Funeng Demo Root CA"
AUTHORITY_FILE = "demo-root.p12"
STAMPS_NAME = "辅能演示时间戳 Funeng Demo Time Stamps"
STAMPS_FILE = "demo-time-stamps.p12"
LIST_FILE = "demo-root.crl"
# A batch carries the list that is in force when it is issued; a real authority renews its list at least that often.
LIST_DAYS = 30
NOT_BEFORE = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
NOT_AFTER = datetime.datetime(2036, 1, 1, tzinfo=datetime.UTC)


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a file that is complete or absent, readable for its owner (or all, for public certificates)."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(path.suffix + ".new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    unfinished.replace(path)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _packed(name: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, chain: list[x509.Certificate]) -> bytes:
    if not settings.SIGNING_PASSPHRASE:
        raise DomainError("certificates.passphrase_missing", status=500)
    box = serialization.BestAvailableEncryption(settings.SIGNING_PASSPHRASE.encode())
    return pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, chain, box)


def build_certificate(
    subject: x509.Name,
    *,
    public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    authority: bool,
    stamps: bool = False,
    not_before: datetime.datetime = NOT_BEFORE,
    not_after: datetime.datetime = NOT_AFTER,
) -> x509.Certificate:
    """Return a certificate for `subject`: an authority's, or a signer's with non-repudiation. RFC 5280 4.2.

    With `stamps` it may sign time stamps and nothing else (RFC 3161 2.3).
    """
    signs_documents = not authority
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=signs_documents,
                content_commitment=signs_documents,
                key_cert_sign=authority,
                crl_sign=authority,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def make_demo_authority(*, directory: Path | None = None) -> LoadedKey:
    """Return the demonstration root, made once and kept with its key in `directory` (default: the key folder).

    Also writes the public `trusted-roots.pem` and `trusted-stamps.pem`, which are what checks of a PDF trust by default.
    """
    folder = directory or settings.SIGNING_KEY_DIR
    path = folder / AUTHORITY_FILE
    if path.exists():
        return _unpacked(path)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _demo_name(AUTHORITY_NAME)
    certificate = build_certificate(name, public_key=key.public_key(), issuer=name, issuer_key=key, authority=True)
    _write(path, _packed(AUTHORITY_NAME, key, certificate, []), 0o600)
    for trusted in (TRUST_FILE, STAMP_TRUST_FILE):
        _write(folder / trusted, _pem(certificate), 0o644)
    return LoadedKey(key, certificate, ())


def make_demo_stamps(*, directory: Path | None = None) -> LoadedKey:
    """Return the key of the demonstration's time-stamp service, made once and issued by the demonstration root."""
    folder = directory or settings.SIGNING_KEY_DIR
    path = folder / STAMPS_FILE
    if path.exists():
        return _unpacked(path)
    root = make_demo_authority(directory=folder)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = build_certificate(
        _demo_name(STAMPS_NAME),
        public_key=key.public_key(),
        issuer=root.certificate.subject,
        issuer_key=root.private_key,
        authority=False,
        stamps=True,
    )
    _write(path, _packed(STAMPS_NAME, key, certificate, [root.certificate]), 0o600)
    return LoadedKey(key, certificate, (root.certificate,))


def issue_list(root: LoadedKey, *, now: datetime.datetime, directory: Path | None = None) -> x509.CertificateRevocationList:
    """Return the demonstration root's revocation list, in force from `now` for 30 days, and keep it. RFC 5280 5.

    It names whatever the list before it named (`revoke`).
    """
    return _issue_list(root, _revoked(directory or settings.SIGNING_KEY_DIR), now=now, directory=directory)


def current_list(root: LoadedKey, *, now: datetime.datetime, directory: Path | None = None) -> x509.CertificateRevocationList:
    """Return the kept list while it is in force and less than a day old, or a new one: batches of a day share it."""
    path = (directory or settings.SIGNING_KEY_DIR) / LIST_FILE
    if path.exists():
        kept = x509.load_der_x509_crl(path.read_bytes())
        if kept.last_update_utc <= now < kept.last_update_utc + datetime.timedelta(days=1) and kept.is_signature_valid(
            root.certificate.public_key()  # type: ignore[arg-type]
        ):
            return kept
    return issue_list(root, now=now, directory=directory)


def revoke(root: LoadedKey, serial_number: int, *, now: datetime.datetime, directory: Path | None = None) -> None:
    """Put a certificate of the demonstration root on its revocation list. What was stamped before stays good."""
    revoked = _revoked(directory or settings.SIGNING_KEY_DIR)
    if any(entry.serial_number == serial_number for entry in revoked):
        return
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(serial_number)
        .revocation_date(now)
        .add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
        .build()
    )
    _issue_list(root, [*revoked, entry], now=now, directory=directory)


def _issue_list(
    root: LoadedKey, revoked: list[x509.RevokedCertificate], *, now: datetime.datetime, directory: Path | None
) -> x509.CertificateRevocationList:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(now)
        .next_update(now + datetime.timedelta(days=LIST_DAYS))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.certificate.public_key()), critical=False)  # type: ignore[arg-type]
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
    )
    for entry in revoked:
        builder = builder.add_revoked_certificate(entry)
    issued = builder.sign(root.private_key, hashes.SHA256())
    _write((directory or settings.SIGNING_KEY_DIR) / LIST_FILE, issued.public_bytes(serialization.Encoding.DER), 0o644)
    return issued


def _revoked(folder: Path) -> list[x509.RevokedCertificate]:
    path = folder / LIST_FILE
    return list(x509.load_der_x509_crl(path.read_bytes())) if path.exists() else []


def _demo_name(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "辅能演示 Funeng Demo"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _unpacked(path: Path) -> LoadedKey:
    key, certificate, chain = pkcs12.load_key_and_certificates(path.read_bytes(), settings.SIGNING_PASSPHRASE.encode())
    if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate is None:
        raise DomainError("certificates.key_missing", status=500, name=path.name)
    return LoadedKey(key, certificate, tuple(chain))


@transaction.atomic
def make_body_key(organisation: Organisation, *, actor: User | None, now: datetime.datetime) -> SigningKey:
    """Return the body's demonstration signing key: P-256, valid 2026–2035, made and recorded once.

    The private key lies encrypted in the key folder; the database holds public certificates only.
    """
    standing = SigningKey.objects.in_use().filter(organisation=organisation).first()
    if standing is not None and (settings.SIGNING_KEY_DIR / standing.key_reference).exists():
        return standing
    if standing is not None:
        # The file is gone (a fresh machine with an old database): that key can sign no more.
        SigningKey.objects.filter(pk=standing.pk).update(status=KeyStatus.RETIRED.value, retired_at=now)
    root = make_demo_authority()
    key = ec.generate_private_key(ec.SECP256R1())
    name = f"演示 Demo {organisation.name}"
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation.name),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:64]),
        ]
    )
    certificate = build_certificate(
        subject,
        public_key=key.public_key(),
        issuer=root.certificate.subject,
        issuer_key=root.private_key,
        authority=False,
    )
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    reference = f"{re.sub(r'[^a-z0-9-]', '', organisation.slug)}-{fingerprint[:12]}.p12"
    _write(settings.SIGNING_KEY_DIR / reference, _packed(name, key, certificate, [root.certificate]), 0o600)
    row = SigningKey.objects.create(
        organisation=organisation,
        name=common_name(certificate),
        algorithm=Algorithm.ECDSA_P256.value,
        certificate_pem=_pem(certificate).decode(),
        chain_pem=_pem(root.certificate).decode(),
        key_reference=reference,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        status=KeyStatus.ACTIVE.value,
        activated_at=now,
    )
    ledger.append(
        "certificates.key_made", subject=row, actor=actor, now=now, organisation=organisation.pk, certificate=fingerprint
    )
    return row
