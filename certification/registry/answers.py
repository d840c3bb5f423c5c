"""What the public is told about a certificate: masked, the same for the page and for machines."""

from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.utils import timezone

from certification.certificates.models import Certificate
from certification.certificates.signing import common_name
from lms.core.crypto import mask_name


def public_answer(certificate: Certificate) -> dict[str, Any]:
    """Return the public facts as JSON data.

    No photo and no full name or number (PIPL; domain.md §7.2); why a status changed stays with the body.
    """
    claims = certificate.claims
    signer = x509.load_pem_x509_certificate(certificate.signing_key.certificate_pem.encode())
    return {
        "status": certificate.status,
        "status_since": timezone.localtime(certificate.status_at).isoformat(),
        "number": certificate.number,
        "title": claims["title"],
        "holder": {
            "name_masked": mask_name(claims["holder"]["name"]),
            "id_kind": claims["holder"]["id_kind"],
            "id_number_masked": claims["holder"]["id_number_masked"],
        },
        "occupation": claims["occupation"],
        "work_type": claims["work_type"],
        "level": claims["level"],
        "parts": claims["parts"],
        "scheme": claims["scheme"],
        "plan": claims["plan"],
        "issuer": claims["issuer"],
        "issued_on": claims["issued_on"],
        "verify_url": certificate.verify_url,
        "proof": {
            "pdf_sha256": certificate.pdf_sha256,
            "claims_sha256": certificate.claims_sha256,
            "signature": certificate.signature_level,
            "algorithm": certificate.signing_key.algorithm,
            "signer": common_name(signer),
            "signer_certificate_sha256": signer.fingerprint(hashes.SHA256()).hex(),
            "template": certificate.template_version,
        },
    }
