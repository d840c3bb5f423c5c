"""What the public is told about a certificate: masked, the same for the page and for machines."""

from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.utils import timezone

from certification.certificates.keys.loading import common_name
from certification.certificates.models import Certificate
from certification.certificates.rules import Status
from lms.core import clock
from lms.core.crypto import mask_name

# What is told as it stands in the claims, where the kind of certificate has it.
TOLD = (
    "occupation", "work_type", "level", "parts", "scheme", "plan", "programme", "course", "hours", "credits",
    "credit_scheme", "issuer", "issued_on", "valid_until", "note",
)  # fmt: skip


def public_answer(certificate: Certificate) -> dict[str, Any]:
    """Return the public facts as JSON data.

    No photo and no full name or number (PIPL; domain.md §7.2); why a status changed stays with the body.
    """
    claims = certificate.claims
    signer = x509.load_pem_x509_certificate(certificate.signing_key.certificate_pem.encode())
    holder = claims["holder"]
    state = certificate.state_on(timezone.localdate(clock.now()))
    answer = {
        "status": state.value,
        "status_since": timezone.localtime(certificate.status_at).isoformat(),
        "kind": certificate.kind,
        "number": certificate.number,
        "version": certificate.version,
        "title": claims["title"],
        "holder": {"name_masked": mask_name(holder["name"])}
        | {name: holder[name] for name in ("id_kind", "id_number_masked") if name in holder},
        **{name: claims[name] for name in TOLD if name in claims},
        "verify_url": certificate.verify_url,
        "proof": {
            "pdf_sha256": certificate.pdf_sha256,
            "claims_sha256": certificate.claims_sha256,
            "signature": certificate.signature_level,
            "algorithm": certificate.signing_key.algorithm,
            "signer": common_name(signer),
            "signer_certificate_sha256": signer.fingerprint(hashes.SHA256()).hex(),
            "template": claims["template"],
        },
    }
    if state is Status.EXPIRED and certificate.valid_until is not None:
        answer["status_since"] = (certificate.valid_until + timedelta(days=1)).isoformat()
    return answer
