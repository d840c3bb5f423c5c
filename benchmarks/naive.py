"""The ordinary way that tutorials show: HTML to PDF by WeasyPrint for each certificate, then pyHanko signs it.

The page is the product's own, the signature PAdES B-B (or B-T) with ECDSA P-256, the signer loaded once. Nothing that
the product adds for conformance is done here, so this is the fastest form of the ordinary way, not the reference engine.
"""

import io
from typing import Any

from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certification.certificates.keys.loading import LoadedKey, asn1_certificates
from certification.certificates.layout import lay_out
from certification.certificates.rendering import SKILL_LEVEL, render_layout
from certification.certificates.sheet import Sheet
from certification.certificates.stamping.local import LocalTimeStamper


def asn1_key(key: LoadedKey) -> asn1_keys.PrivateKeyInfo:
    der = key.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return asn1_keys.PrivateKeyInfo.load(der)


class SameService(timestamps.TimeStamper):
    """Gives pyHanko the tokens of the service that the compiled engine uses, so that both wait equally long for them."""

    def __init__(self, service: LocalTimeStamper) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._service = service

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        return cms.ContentInfo.load(self._service.token(message_digest))


class NaiveIssuer:
    """Renders and signs one certificate after the other."""

    def __init__(self, key: LoadedKey, service: LocalTimeStamper) -> None:
        (certificate,) = asn1_certificates((key.certificate,))
        store = SimpleCertificateStore.from_certs(asn1_certificates(key.chain))
        self._signer = signers.SimpleSigner(signing_cert=certificate, signing_key=asn1_key(key), cert_registry=store)
        self._stamper = SameService(service)

    def issue(self, sheet: Sheet, *, stamped: bool = False) -> bytes:
        pdf = render_layout(lay_out(sheet, SKILL_LEVEL), SKILL_LEVEL, finisher=_untouched)
        metadata = signers.PdfSignatureMetadata(
            field_name="Signature1",
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            reason="颁发证书",
            location="CN",
        )
        out = signers.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf)),
            metadata,
            signer=self._signer,
            timestamper=self._stamper if stamped else None,
        )
        return bytes(out.getvalue())


def _untouched(_document: Any, _pdf: Any) -> None:
    return None
