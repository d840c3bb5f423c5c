"""A certificate authority for demonstrations and tests. Its names say 演示 Demo, so that nobody mistakes it.

A real body brings a PKCS#12 file from a licensed authority instead (`docs/known-limits.md`).
"""

import datetime
import os
import re
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import transaction

from certification.certificates.models import SigningKey
from certification.certificates.signing import LoadedKey, common_name
from certification.certificates.validation import TRUST_FILE
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.models import Organisation

AUTHORITY_NAME = "辅能演示根证书 Funeng Demo Root CA"
AUTHORITY_FILE = "demo-root.p12"
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
    public_key: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    authority: bool,
    not_before: datetime.datetime = NOT_BEFORE,
    not_after: datetime.datetime = NOT_AFTER,
) -> x509.Certificate:
    """Return a certificate for `subject`: an authority's, or a signer's with non-repudiation. RFC 5280 §4.2."""
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
    return builder.sign(issuer_key, hashes.SHA256())


def make_demo_authority(*, directory: Path | None = None) -> LoadedKey:
    """Return the demonstration root, made once and kept with its key in `directory` (default: the key folder).

    Also writes the public `trusted-roots.pem`, which is what checks of a PDF trust by default.
    """
    folder = directory or settings.SIGNING_KEY_DIR
    path = folder / AUTHORITY_FILE
    if path.exists():
        key, certificate, _chain = pkcs12.load_key_and_certificates(path.read_bytes(), settings.SIGNING_PASSPHRASE.encode())
        if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate is None:
            raise DomainError("certificates.key_missing", status=500, name=path.name)
        return LoadedKey(key, certificate, ())
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "辅能演示 Funeng Demo"),
            x509.NameAttribute(NameOID.COMMON_NAME, AUTHORITY_NAME),
        ]
    )
    certificate = build_certificate(name, public_key=key.public_key(), issuer=name, issuer_key=key, authority=True)
    _write(path, _packed(AUTHORITY_NAME, key, certificate, []), 0o600)
    _write(folder / TRUST_FILE, _pem(certificate), 0o644)
    return LoadedKey(key, certificate, ())


@transaction.atomic
def make_body_key(organisation: Organisation, *, actor: User | None, now: datetime.datetime) -> SigningKey:
    """Return the body's demonstration signing key: P-256, valid 2026–2035, made and recorded once.

    The private key lies encrypted in the key folder; the database holds public certificates only.
    """
    standing = SigningKey.objects.filter(organisation=organisation, active=True).first()
    if standing is not None and (settings.SIGNING_KEY_DIR / standing.key_reference).exists():
        return standing
    if standing is not None:
        # The file is gone (a fresh machine with an old database): that key can sign no more.
        SigningKey.objects.filter(pk=standing.pk).update(active=False)
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
        algorithm="ECDSA P-256",
        certificate_pem=_pem(certificate).decode(),
        chain_pem=_pem(root.certificate).decode(),
        key_reference=reference,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        active=True,
    )
    ledger.append(
        "certificates.key_made", subject=row, actor=actor, now=now, organisation=organisation.pk, certificate=fingerprint
    )
    return row
