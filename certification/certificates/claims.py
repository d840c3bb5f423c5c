"""What a certificate says, frozen at the moment of issue in Chinese and English.

The ID number stands here masked only; the page prints the full one from the encrypted column, because
人社鉴发〔2021〕1号 asks for it on the certificate (domain.md §6.1).
"""

import datetime
import hashlib
import json
import unicodedata
from typing import Any

from certification.applications.models import Application
from certification.bodies.models import Filing
from certification.plans.models import Plan
from certification.results.models import Decision
from certification.standards.rules import Level
from lms.accounts.models import IdentityDocument
from lms.core.crypto import mask_id_number
from lms.core.errors import DomainError

TEMPLATE_VERSION = "skill_level-1"
TITLE = {"zh": "职业技能等级证书", "en": "Certificate of Vocational Skill Level"}
ID_KINDS = {
    "resident_id": {"zh": "居民身份证", "en": "Resident identity card"},
    "hmt_permit": {"zh": "港澳台居民居住证", "en": "Residence permit for Hong Kong, Macao and Taiwan residents"},
    "passport": {"zh": "护照", "en": "Passport"},
}
PARTS = {
    "theory": {"zh": "理论知识考试", "en": "theory examination"},
    "skill": {"zh": "操作技能考核", "en": "practical skill test"},
    "review": {"zh": "综合评审", "en": "comprehensive review"},
}
# Printed on every certificate of this kind. Source: domain.md §6.1.
LOOKUP = {"certificate": "http://jndj.osta.org.cn", "body": "http://pjjg.osta.org.cn"}


def identity_of(decision: Decision) -> IdentityDocument:
    """Return the holder's identity document; raises `DomainError` `certificates.no_identity`."""
    document = IdentityDocument.objects.filter(user_id=decision.seat.candidate_id).first()
    if document is None:
        raise DomainError("certificates.no_identity")
    return document


def photo_of(decision: Decision) -> str:
    """Return the SHA-256 of the photo in the application; raises `DomainError` `certificates.no_photo`."""
    sha256 = Application.objects.filter(seat_id=decision.seat_id).values_list("photo_sha256", flat=True).first()
    if not sha256:
        raise DomainError("certificates.no_photo")
    return sha256


def filing_of(plan: Plan) -> Filing:
    """Return the filing under which the plan was published; raises `DomainError` `certificates.no_filing`."""
    if plan.filing is None:
        raise DomainError("certificates.no_filing")
    return plan.filing


def printable_name(name: str) -> str:
    """Return the name composed (NFC) and without invisible characters, which no text extraction gives back."""
    return "".join(sign for sign in unicodedata.normalize("NFC", name) if unicodedata.category(sign) != "Cf").strip()


def claims_for(decision: Decision, *, number: str, issued_on: datetime.date, identity: IdentityDocument) -> dict[str, Any]:
    """Return the claims as JSON data. Every text comes from a filed or published row, none is typed in (I36)."""
    plan = decision.seat.plan
    scheme, filing, occupation = plan.scheme, filing_of(plan), plan.scheme.occupation
    level = Level(plan.level)
    return {
        "template": TEMPLATE_VERSION,
        "title": TITLE,
        "number": number,
        "holder": {
            "name": printable_name(decision.seat.candidate.get_full_name()),
            "id_kind": ID_KINDS[identity.kind],
            "id_number_masked": mask_id_number(identity.number),
        },
        "occupation": {"code": occupation.code, "zh": occupation.name, "en": occupation.name_en},
        "work_type": {"zh": plan.work_type or "--", "en": ""},
        "level": {"code": level.value, "zh": level.label, "en": level.label_en},
        "parts": [PARTS[part["kind"]] for part in _parts_of(decision)],
        "scheme": {
            "title": scheme.title,
            "document_number": scheme.document_number,
            "version": scheme.version,
            "is_sample": scheme.is_sample,
            "sample_note": scheme.sample_note,
        },
        "plan": {"number": plan.number, "exam_date": plan.exam_date.isoformat()},
        "issuer": {
            "zh": filing.filed_name,
            "en": filing.filed_name_en or plan.organisation.name_en,
            "record_number": filing.record_number,
        },
        "issued_on": issued_on.isoformat(),
        "lookup": LOOKUP,
    }


def _parts_of(decision: Decision) -> list[dict[str, Any]]:
    """Return the parts of the assessment that this level has, in the scheme's order."""
    return [part for part in decision.seat.plan.scheme_level.parts if part["kind"] in PARTS]


def canonical(claims: dict[str, Any]) -> bytes:
    """Return the claims as canonical JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(claims, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(claims: dict[str, Any]) -> str:
    """Return the SHA-256 (64 hex) of the canonical claims."""
    return hashlib.sha256(canonical(claims)).hexdigest()
