"""What a certificate says, frozen at the moment of issue in Chinese and English.

The ID number stands here masked only; the page prints the full one from the encrypted column, because
人社鉴发〔2021〕1号 asks for it on the certificate (domain.md §6.1).
"""

import datetime
import hashlib
import json
import unicodedata
from typing import Any

from certification.bodies.models import Filing
from certification.certificates.models import Programme, TemplateVersion
from certification.certificates.rules import TITLES, Kind
from certification.plans.models import Plan
from certification.results.models import Decision
from certification.standards.rules import Level
from courses.learning.models import CompletionStatement
from lms.accounts.models import IdentityDocument, User
from lms.core.crypto import mask_id_number
from lms.core.errors import DomainError

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


def filing_of(plan: Plan) -> Filing:
    """Return the filing under which the plan was published; raises `DomainError` `certificates.no_filing`."""
    if plan.filing is None:
        raise DomainError("certificates.no_filing")
    return plan.filing


def printable_name(name: str) -> str:
    """Return the name composed (NFC) and without invisible characters, which no text extraction gives back."""
    return "".join(sign for sign in unicodedata.normalize("NFC", name) if unicodedata.category(sign) != "Cf").strip()


def claims_for_decision(
    decision: Decision, *, number: str, issued_on: datetime.date, identity: IdentityDocument, template: TemplateVersion
) -> dict[str, Any]:
    """Return the claims of a skill-level certificate as JSON data.

    Every text comes from a filed or published row, none is typed in (I36). `decision` comes with its seat, candidate,
    plan, scheme and filing.
    """
    plan = decision.seat.plan
    scheme, filing, occupation = plan.scheme, filing_of(plan), plan.scheme.occupation
    level = Level(plan.level)
    return {
        **_head(Kind.SKILL_LEVEL, number=number, issued_on=issued_on, template=template),
        "holder": _holder(decision.seat.candidate, identity),
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
        "lookup": LOOKUP,
    }


def claims_for_programme(
    programme: Programme,
    *,
    holder: User,
    number: str,
    issued_on: datetime.date,
    valid_until: datetime.date | None,
    identity: IdentityDocument | None,
    statement: CompletionStatement | None,
    template: TemplateVersion,
) -> dict[str, Any]:
    """Return the claims of a certificate of completion, hours, credits or achievement as JSON data.

    Never the words, the number or the look-up line of a skill-level certificate (I38).
    """
    claims: dict[str, Any] = {
        **_head(Kind(programme.kind), number=number, issued_on=issued_on, template=template),
        "holder": _holder(holder, identity),
        "programme": {"zh": programme.title, "en": programme.title_en},
        "issuer": {"zh": programme.organisation.name, "en": programme.organisation.name_en, "record_number": ""},
    }
    if valid_until is not None:
        claims["valid_until"] = valid_until.isoformat()
    if programme.course is not None:
        claims["course"] = {"zh": programme.course.title, "en": programme.course.title_en}
    if programme.hours is not None:
        claims["hours"] = f"{programme.hours.normalize():f}"
    if programme.credits is not None:
        claims["credits"] = f"{programme.credits.normalize():f}"
        claims["credit_scheme"] = programme.credit_scheme
    if statement is not None:
        claims["statement"] = {"number": statement.number, "completed_on": statement.statement["completed_on"]}
    return claims


def _head(kind: Kind, *, number: str, issued_on: datetime.date, template: TemplateVersion) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "template": template.key,
        "design": template.template.design,
        "title": TITLES[kind],
        "number": number,
        "version": 1,
        "issued_on": issued_on.isoformat(),
    }


def _holder(holder: User, identity: IdentityDocument | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"name": printable_name(holder.get_full_name())}
    if identity is not None:
        facts |= {"id_kind": ID_KINDS[identity.kind], "id_number_masked": mask_id_number(identity.number)}
    return facts


def _parts_of(decision: Decision) -> list[dict[str, Any]]:
    """Return the parts of the assessment that this level has, in the scheme's order."""
    return [part for part in decision.seat.plan.scheme_level.parts if part["kind"] in PARTS]


def canonical(claims: dict[str, Any]) -> bytes:
    """Return the claims as canonical JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(claims, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(claims: dict[str, Any]) -> str:
    """Return the SHA-256 (64 hex) of the canonical claims."""
    return hashlib.sha256(canonical(claims)).hexdigest()
