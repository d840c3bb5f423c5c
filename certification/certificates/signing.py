"""The signature of the issuing body: PAdES B-B by pyHanko, ECDSA P-256 with SHA-256.

Sources: ETSI EN 319 142-1 (PAdES), RFC 5652 (CMS), RFC 5480 (P-256). 电子签名法 Art. 13 asks that a later
change of the signature or of the text can be noticed; `validation` is where it is noticed.
"""

import datetime
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certification.certificates.apart import run_apart
from certification.certificates.envelope import smaller_s
from certification.certificates.finishing import SIGNATURE_FIELD
from certification.certificates.models import SigningKey
from lms.core.errors import DomainError

DIGEST = "sha256"
SIGNATURE_LEVEL = "PAdES-B-B"
# Room for the CMS with two certificates; given, so that pyHanko needs no trial signature to measure it.
CONTENTS_BYTES = 8192


@dataclass(frozen=True)
class LoadedKey:
    """A private key in memory with its certificate and the chain up to, and with, the root."""

    private_key: EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def roots(self) -> list[asn1_x509.Certificate]:
        """The issuer of the certificate, in the form that `validation` takes: trust is direct, no path is searched."""
        return _asn1(self.chain[:1] or (self.certificate,))


class KeptKeySigner(signers.SimpleSigner):
    """A signer that keeps its key loaded: pyHanko would parse and check it anew twice per signature."""

    def __init__(self, key: LoadedKey) -> None:
        (certificate,) = _asn1((key.certificate,))
        # No certificate of the chain goes in: nothing would cover its bytes, and who verifies has his own copy.
        super().__init__(signing_cert=certificate, signing_key=None, cert_registry=SimpleCertificateStore())
        self._kept = key.private_key

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        if digest_algorithm != DIGEST:
            raise ValueError(f"This signer uses {DIGEST}, not {digest_algorithm}")
        return smaller_s(self._kept.sign(data, ECDSA(hashes.SHA256())))


class UnchangedMetadata(IncrementalPdfFileWriter):
    """Appends the signature and leaves the XMP metadata alone.

    pyHanko 0.38 would write it anew and break the PDF/A extension schema in it.
    """

    def _update_meta(self) -> None:
        return None


class SignerAt(signers.PdfSigner):
    """Signs with the given moment in /M, and stays within PDF 1.7, which PDF/A-3 is built on."""

    def __init__(self, *, key: LoadedKey, now: datetime.datetime, reason: str, location: str) -> None:
        metadata = signers.PdfSignatureMetadata(
            field_name=SIGNATURE_FIELD,
            md_algorithm=DIGEST,
            subfilter=fields.SigSeedSubFilter.PADES,
            reason=reason,
            location=location,
        )
        super().__init__(metadata, signer=KeptKeySigner(key))
        self._now = now

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        return None

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._now
        return session


def _asn1(certificates: tuple[x509.Certificate, ...]) -> list[asn1_x509.Certificate]:
    if not certificates:
        return []
    pem = b"".join(item.public_bytes(serialization.Encoding.PEM) for item in certificates)
    return list(load_certs_from_pemder_data(pem))


@lru_cache(maxsize=32)
def _load(path: Path, passphrase: str) -> LoadedKey:
    try:
        data = path.read_bytes()
    except OSError:
        raise DomainError("certificates.key_missing", status=500, name=path.name) from None
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(data, passphrase.encode())
    except ValueError:
        raise DomainError("certificates.key_locked", status=500, name=path.name) from None
    if not isinstance(key, EllipticCurvePrivateKey) or certificate is None:
        raise DomainError("certificates.key_missing", status=500, name=path.name)
    return LoadedKey(key, certificate, tuple(chain))


def load_key(signing_key: SigningKey) -> LoadedKey:
    """Return the key that the row refers to, kept in memory from then on.

    Raises `DomainError` `certificates.key_missing`, `certificates.key_locked` (wrong passphrase) or
    `certificates.key_differs` when the file holds another certificate than the register says.
    """
    key = _load(settings.SIGNING_KEY_DIR / signing_key.key_reference, settings.SIGNING_PASSPHRASE)
    if key.certificate.public_bytes(serialization.Encoding.PEM).decode().strip() != signing_key.certificate_pem.strip():
        raise DomainError("certificates.key_differs", status=500, name=signing_key.name)
    return key


def sign_pdf(pdf: bytes, *, key: LoadedKey, now: datetime.datetime, reason: str = "颁发证书", location: str = "CN") -> bytes:
    """Return the file with a PAdES B-B signature over all of it, appended as one revision.

    `now` becomes the claimed time of signing. Raises `DomainError` `certificates.key_not_in_force`
    when the signer's certificate does not hold at that moment.
    """
    if not key.certificate.not_valid_before_utc <= now <= key.certificate.not_valid_after_utc:
        raise DomainError("certificates.key_not_in_force", name=common_name(key.certificate))
    signer = SignerAt(key=key, now=now, reason=reason, location=location)
    writer = UnchangedMetadata(io.BytesIO(pdf))
    out = run_apart(signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=2 * CONTENTS_BYTES))
    return bytes(out.getvalue())


def common_name(certificate: x509.Certificate) -> str:
    """Return the subject's common name, or all of the subject when it has none."""
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
