"""Imagined holders of certificates of completion, hours, credits and achievement; see `adversarial`."""

import copy
from collections.abc import Iterable, Iterator
from typing import Any

from certification.certificates.rules import TITLES, Kind
from certification.certificates.rules.kinds import PREFIXES

NOTE = {"zh": "本证书经继续教育后换发，证书编号不变。", "en": "Renewed after continuing education; the number is unchanged."}
COURSE = {"zh": "康复辅助器具服务基础", "en": "Foundations of Assistive-Technology Services"}
PROGRAMMES: dict[Kind, dict[str, Any]] = {
    Kind.COMPLETION: {"programme": COURSE, "course": COURSE, "hours": "32"},
    Kind.HOURS: {"programme": COURSE, "course": COURSE, "hours": "32.5"},
    Kind.CREDITS: {
        "programme": {"zh": "居家适老化改造专题研修", "en": "Seminar on Home Modification for Older People"},
        "course": COURSE,
        "credits": "6",
        "credit_scheme": "市级继续教育Ⅱ类学分",
    },
    Kind.ACHIEVEMENT: {
        "programme": {"zh": "轮椅适配师", "en": "Wheelchair Fitter"},
        "valid_until": "2028-09-20",
    },
}
LONG_PROGRAMME = {
    "zh": "失能老年人与重度残疾人家庭康复辅助器具适配、使用训练与无障碍环境改造综合服务能力提升专题培训班（长三角地区）",
    "en": "Advanced course on fitting, training and home modification for older people and people with severe disabilities",
}


def plain_claims(kind: Kind, issuer: dict[str, str], *, name: str) -> dict[str, Any]:
    """Return the claims of an imagined certificate of this kind, with the fields of `claims.claims_for_programme`."""
    claims: dict[str, Any] = {
        "kind": kind.value,
        "title": TITLES[kind],
        "number": f"{PREFIXES[kind]}000122026000001",
        "version": 1,
        "issued_on": "2026-09-21",
        "holder": {
            "name": name,
            "id_kind": {"zh": "居民身份证", "en": "Resident identity card"},
            "id_number_masked": "310***********1235",
        },
        "issuer": issuer,
        **copy.deepcopy(PROGRAMMES[kind]),
    }
    if "course" in claims:
        claims["statement"] = {"number": "JL-2026-000123", "completed_on": "2026-08-30"}
    return claims


def odd_claims(kind: Kind, issuer: dict[str, str], names: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield `(what is odd, claims)`, about forty-five."""

    def claims(**changes: Any) -> dict[str, Any]:
        found = plain_claims(kind, issuer, name="王小芳") | changes
        return {name: value for name, value in found.items() if value is not None}

    plain = claims()
    for name in names:
        yield f"name {name}", claims(holder={**plain["holder"], "name": name})
    yield "sixty characters", claims(holder={**plain["holder"], "name": "买买提·吐尔逊江·" * 6 + "阿不都热依木"})
    yield "no identity document", claims(holder={"name": "王小芳"})
    passport = {"name": "Anna", "id_kind": {"zh": "护照", "en": "Passport"}, "id_number_masked": "E*****678"}
    yield "passport", claims(holder=passport)
    yield "long programme", claims(programme=LONG_PROGRAMME)
    yield "programme without an English title", claims(programme={"zh": "康复辅助器具适配专题研修班", "en": ""})
    yield "course of another name", claims(course={"zh": "辅具适配流程与案例", "en": "The fitting process in cases"})
    yield "hours in halves", claims(hours="120.5")
    yield "last number", claims(number=f"{PREFIXES[kind]}999992026999999")
    yield "valid until", claims(valid_until="2029-12-31")
    yield "for ever", claims(valid_until=None)
    yield "renewed", claims(version=2, note=NOTE, reissued_on="2026-11-30")
    for day in ("2026-01-01", "2030-12-29"):
        yield f"issued on {day}", claims(issued_on=day)
    yield "specimen", claims(scheme={"is_sample": True, "sample_note": "样张", "sample_note_en": "Specimen"})
    yield (
        "long issuer without an English name",
        claims(issuer={"zh": "长江三角洲区域康复辅助器具与无障碍环境建设产业促进会", "en": "", "record_number": ""}),
    )
