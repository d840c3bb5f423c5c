"""What the public is told about a certificate: masked, the same for the page and for machines."""

import datetime
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from certification.certificates.credential.builder import subject_of
from certification.certificates.keys.loading import common_name
from certification.certificates.models import PUBLIC_REASON_LABELS, Certificate
from certification.certificates.rules import PublicReason, Status
from certification.certificates.rules.keys import KeyStatus
from lms.core.crypto import mask_name

# What is told as it stands in the claims, where the kind of certificate has it.
TOLD = (
    "occupation", "work_type", "level", "parts", "scheme", "plan", "programme", "course", "hours", "credits",
    "credit_scheme", "statement", "issuer", "issued_on", "valid_until", "reissued_on", "note",
)  # fmt: skip


@dataclass(frozen=True)
class LogPlace:
    """Where the issue stands in the public log, and the newest signed head (`signed_at`: ISO) over `size` entries."""

    index: int
    leaf_hash: str
    size: int
    head_number: int
    root: str
    signed_at: str


def public_answer(
    certificate: Certificate, *, place: LogPlace | None, level: str, today: datetime.date, now: datetime.datetime
) -> dict[str, Any]:
    """Return the public facts as JSON data, as they are `now`.

    No photo and no full name or number (PIPL; domain.md §7.2), and no hash over either: with everything else of the
    claims told here, the masked signs would be tried out in a second. Of the reason only what names nobody. `level` is the
    level of the signature of the newest file; `place` is None while the issue is not merged into the log.
    """
    claims, key = certificate.claims, certificate.signing_key
    holder = claims["holder"]
    answer = {
        "status": certificate.status,
        "status_since": timezone.localtime(certificate.status_at).isoformat(),
        "reason": _reason(certificate.public_reason),
        "as_of": timezone.localtime(now).isoformat(timespec="seconds"),
        "kind": certificate.kind,
        "number": certificate.number,
        "version": certificate.version,
        "newer_version": certificate.state is Status.REPLACED,
        "title": claims["title"],
        "subject": subject_of(claims),
        "holder": {"name_masked": mask_name(holder["name"])}
        | {name: holder[name] for name in ("id_kind", "id_number_masked") if name in holder},
        **{name: claims[name] for name in TOLD if name in claims},
        "verify_url": certificate.verify_url,
        "proof": {
            "pdf_sha256": certificate.pdf_sha256,
            "signature": level or certificate.signature_level,
            "algorithm": key.algorithm,
            **_chain_facts(key.certificate_pem, key.chain_pem),
            "key": {"state": key.status, "unsafe_since": _when(key.unsafe_since or key.revoked_at)}
            if key.state is KeyStatus.COMPROMISED
            else {"state": key.status},
            "issuer": certificate.organisation.slug,
            "template": claims["template"],
            "log": _log_facts(place),
        },
    }
    return as_of_day(answer, today)


def as_of_day(answer: dict[str, Any], today: datetime.date) -> dict[str, Any]:
    """Return the answer for that day: a certificate past its last day has expired, whenever it was asked about last."""
    last_day = answer.get("valid_until")
    if last_day and today.isoformat() > last_day and answer["status"] in (Status.VALID, Status.SUSPENDED):
        since = datetime.date.fromisoformat(last_day) + datetime.timedelta(days=1)
        return answer | {
            "status": Status.EXPIRED.value,
            "status_since": since.isoformat(),
            "reason": _reason(PublicReason.EXPIRY.value),
        }
    if answer["status"] == Status.EXPIRED and answer["reason"] is None:
        return answer | {"reason": _reason(PublicReason.EXPIRY.value)}
    return answer


@lru_cache(maxsize=16)
def _reason(code: str) -> dict[str, str] | None:
    if not code:
        return None
    words = {}
    for name, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            words[name] = str(PUBLIC_REASON_LABELS[PublicReason(code)])
    return {"code": code, **words}


def _when(moment: datetime.datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


@lru_cache(maxsize=256)
def _chain_facts(certificate_pem: str, chain_pem: str) -> dict[str, Any]:
    """Return who signed, and the certificates from there up to the root."""
    signer = x509.load_pem_x509_certificate(certificate_pem.encode())
    above = x509.load_pem_x509_certificates(chain_pem.encode()) if chain_pem.strip() else []
    return {
        "signer": common_name(signer),
        "signer_certificate_sha256": signer.fingerprint(hashes.SHA256()).hex(),
        "chain": [
            {
                "subject": common_name(one),
                "issuer": one.issuer.rfc4514_string(),
                "valid_from": one.not_valid_before_utc.isoformat(),
                "valid_until": one.not_valid_after_utc.isoformat(),
                "sha256": one.fingerprint(hashes.SHA256()).hex(),
            }
            for one in (signer, *(one for one in above if one != signer))
        ],
    }


def _log_facts(place: LogPlace | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "index": place.index,
        "leaf_hash": place.leaf_hash,
        "tree_size": place.size,
        "head": place.head_number,
        "root": place.root,
        "signed_at": place.signed_at,
        "proof_url": f"{settings.PUBLIC_URL}/api/v1/log/proof/inclusion?leaf_hash={place.leaf_hash}&size={place.size}",
    }
