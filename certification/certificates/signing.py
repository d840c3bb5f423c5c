"""The signature of the issuing body: PAdES by pyHanko, ECDSA P-256 or RSA, with SHA-256, in the one form of `envelope`.

pyHanko lays out the revision and counts its bytes; the CMS in it is ours, the same that the compiled engine writes.

Sources: ETSI EN 319 142-1 (PAdES), RFC 5652 (CMS), RFC 3161 appendix A (time stamp). 电子签名法 Art. 13 asks that a
later change of the signature or of the text can be noticed; `validation` is where it is noticed.
"""

import datetime
import hashlib
import io
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certification.certificates.apart import run_apart
from certification.certificates.envelope import SET, contents_bytes, envelope, signed_attributes, tlv
from certification.certificates.finishing import SIGNATURE_FIELD
from certification.certificates.keys.loading import DigestSigner, asn1_certificates, common_name
from certification.certificates.stamping.client import TimeStamper
from lms.core.errors import DomainError

DIGEST = "sha256"
STREAM_END = b"\nendstream"


class OneFormSigner(signers.SimpleSigner):
    """Hands pyHanko a finished CMS in our form; no certificate of the chain goes in, for nothing would cover its bytes."""

    def __init__(self, key: DigestSigner, time_stamper: TimeStamper | None) -> None:
        (certificate,) = asn1_certificates((key.certificate,))
        super().__init__(signing_cert=certificate, signing_key=None, cert_registry=SimpleCertificateStore())
        self._certificate = certificate
        self._key = key
        self._time_stamper = time_stamper

    async def async_sign(self, data_digest: bytes, digest_algorithm: str, *_more: Any, **_settings: Any) -> Any:
        """Return the CMS as bytes, which pyHanko writes as they are; an object it would `dump` (see `as_it_lies`)."""
        if digest_algorithm != DIGEST:
            raise ValueError(f"This signer uses {DIGEST}, not {digest_algorithm}")
        attributes = signed_attributes(self._certificate, data_digest)
        signature = self._key.sign_digest(hashlib.sha256(tlv(SET, attributes)).digest())
        token = self._time_stamper.token(hashlib.sha256(signature).digest()) if self._time_stamper else None
        finished = envelope(self._certificate, attributes=attributes, signature=signature, time_stamp=token)
        if len(finished) > contents_bytes(stamped=token is not None):
            raise DomainError("certificates.signature_too_long", status=500, size=len(finished))
        return finished


class LinesApart:
    """A file being written, in which no stream's data that ends in a carriage return runs into the line end behind it.

    pyHanko 0.38 writes a line feed before `endstream`, as pydyf does: see `finishing.FileWithLinesApart`. One packed
    cross-reference stream in 256 is hit, and one revocation list. ISO 32000-1 7.3.8.1.
    """

    def __init__(self, out: Any) -> None:
        self._out = out
        self._after_return = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)

    def write(self, data: Any) -> Any:
        if self._after_return and bytes(data) == STREAM_END:
            self._out.write(b"\r")
        self._after_return = bytes(data[-1:]) == b"\r"
        return self._out.write(data)


class OneRevision(IncrementalPdfFileWriter):
    """Appends one revision and leaves the XMP metadata alone: pyHanko 0.38 would break the PDF/A extension schema in it.

    The new revision's identifier follows from the bytes before it, so the same addition gives the same file.
    """

    def _update_meta(self) -> None:
        return None

    def _write(self, stream: Any, skip_header: bool = False) -> None:
        super()._write(LinesApart(stream), skip_header)

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> Any:
        identifiers = super()._handle_id(prev)  # type: ignore[no-untyped-call]
        prev.stream.seek(0)
        identifiers[1] = generic.ByteStringObject(hashlib.sha256(prev.stream.read()).digest()[:16])
        return identifiers


class SignerAt(signers.PdfSigner):
    """Signs with the given moment in /M, and stays within PDF 1.7, which PDF/A-3 is built on."""

    def __init__(
        self, *, key: DigestSigner, now: datetime.datetime, time_stamper: TimeStamper | None, reason: str, location: str
    ) -> None:
        metadata = signers.PdfSignatureMetadata(
            field_name=SIGNATURE_FIELD,
            md_algorithm=DIGEST,
            subfilter=fields.SigSeedSubFilter.PADES,
            reason=reason,
            location=location,
        )
        super().__init__(metadata, signer=OneFormSigner(key, time_stamper))
        self._now = now

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        return None

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._now
        return session


def sign_pdf(
    pdf: bytes,
    *,
    key: DigestSigner,
    now: datetime.datetime,
    time_stamper: TimeStamper | None = None,
    reason: str = "颁发证书",
    location: str = "CN",
) -> bytes:
    """Return the file with a PAdES signature over all of it, appended as one revision.

    The level is B-B, with `time_stamper` B-T, and B-LT when the file already carries its revocation material
    (`finishing.finish`). `now` becomes the claimed time of signing. Raises `DomainError`
    `certificates.key_not_in_force` when the signer's certificate does not hold at that moment, and
    `certificates.stamp_failed` when no time stamp could be had; nothing is signed then.
    """
    if not key.certificate.not_valid_before_utc <= now <= key.certificate.not_valid_after_utc:
        raise DomainError("certificates.key_not_in_force", name=common_name(key.certificate))
    signer = SignerAt(key=key, now=now, time_stamper=time_stamper, reason=reason, location=location)
    writer = OneRevision(io.BytesIO(pdf))
    reserved = 2 * contents_bytes(stamped=time_stamper is not None)
    out = run_apart(signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=reserved))
    return bytes(out.getvalue())
