"""All that stays the same for the certificates of one batch: template, key, time stamps, engine. Makes their files."""

import datetime
import logging
from dataclasses import dataclass

from certification.certificates.keys.loading import DigestSigner, load_key
from certification.certificates.models import Certificate, SigningKey, TemplateVersion
from certification.certificates.rendering import render_certificate
from certification.certificates.sheet import PrintTemplate
from certification.certificates.signing import SIGNATURE_LEVEL, sign_pdf
from certification.certificates.validation import check_pdf
from lms.core import store
from lms.core.errors import DomainError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Made:
    """A certificate's file in the store, and how it came about."""

    pdf_sha256: str
    credential_sha256: str
    engine: str
    signature_level: str


class Press:
    """Makes files for one template version and one key. Holds no row of any certificate."""

    def __init__(self, template: PrintTemplate, *, signer: DigestSigner) -> None:
        self.template = template
        self.signer = signer

    def make(self, certificate: Certificate, *, now: datetime.datetime) -> Made:
        """Write the certificate's file once into the store and return where it lies. The row stays as it is.

        Raises `DomainError` for a missing glyph, picture or key, and when the fresh signature does not verify.
        """
        pdf = render_certificate(
            certificate.claims,
            id_number=certificate.id_number,
            photo=store.read(certificate.photo_sha256),
            verify_url=certificate.verify_url,
            issued_at=now,
        )
        signed = sign_pdf(pdf, key=self.signer, now=now)
        report = check_pdf(signed, roots=self.signer.roots, moment=now)  # type: ignore[attr-defined]
        if not report.ok:
            log.error("A freshly signed certificate does not verify: %s", report.finding)
            raise DomainError("certificates.signature_failed", status=500)
        return Made(store.put(signed, suffix=".pdf"), "", "reference", SIGNATURE_LEVEL)


def press_for(template: TemplateVersion, signing_key: SigningKey, *, now: datetime.datetime) -> Press:
    """Return the press for this template version and key; raises what `load_key` raises."""
    return Press(template.as_print_template(), signer=load_key(signing_key))
