"""What the designs of completion, hours, credits and achievement print where; see `layout`.

The claims come from `claims.claims_for_programme`. The document number is printed masked: no rule asks for the full one
on these certificates, and a frame hangs where people pass.
"""

import datetime
from typing import Any

from certification.certificates.rules import chinese_date

SEAL_CAPTION = "证书专用章"
# A title of more characters than this is set smaller, and once more smaller.
LONG_TITLE, LONGEST_TITLE = 14, 28


def programme_slots(claims: dict[str, Any]) -> dict[str, str]:
    """Return the texts that differ from holder to holder, empty where the claims lack one. Raises `KeyError`."""
    holder, record = claims["holder"], claims.get("statement") or {}
    id_kind = holder.get("id_kind") or {}
    return {
        "name": holder["name"],
        "id_kind_zh": id_kind.get("zh", ""),
        "id_kind_en": id_kind.get("en", ""),
        "id_number": holder.get("id_number_masked", ""),
        "number": claims["number"],
        "record_number": record.get("number", ""),
        "completed_zh": _in_chinese(record.get("completed_on", "")),
        "completed_on": record.get("completed_on", ""),
        "issued_zh": _in_chinese(claims["issued_on"]),
        "issued_on": claims["issued_on"],
        "valid_zh": _in_chinese(claims.get("valid_until", "")),
        "valid_on": claims.get("valid_until", ""),
        **reissue_slots(claims),
    }


def programme_ground(claims: dict[str, Any]) -> dict[str, Any]:
    """Return what all certificates of one programme share. Raises `KeyError` for claims that lack a field."""
    course = claims.get("course")
    return {
        "title": claims["title"],
        "programme": claims["programme"],
        "programme_size": _title_size(claims["programme"]["zh"]),
        # A programme that is called as its course says it once.
        "course": course if course and course["zh"] != claims["programme"]["zh"] else None,
        "hours": claims.get("hours", ""),
        "credits": claims.get("credits", ""),
        "credit_scheme": claims.get("credit_scheme", ""),
        "issuer": claims["issuer"],
        "scheme": claims.get("scheme") or {"is_sample": False},
        "seal_caption": SEAL_CAPTION,
        **reissue_ground(claims),
    }


def reissue_slots(claims: dict[str, Any]) -> dict[str, str]:
    """Return the day on which a later version of a certificate was made, empty on a first one."""
    return {"reissued_zh": _in_chinese(claims.get("reissued_on", "")), "reissued_on": claims.get("reissued_on", "")}


def reissue_ground(claims: dict[str, Any]) -> dict[str, Any]:
    """Return why a later version was made: `{"note": {"zh": …, "en": …}}`, nothing on a first one."""
    return {"note": claims["note"]} if claims.get("note") else {}


def _in_chinese(day: str) -> str:
    return chinese_date(datetime.date.fromisoformat(day)) if day else ""


def _title_size(title: str) -> str:
    return "longest" if len(title) > LONGEST_TITLE else "long" if len(title) > LONG_TITLE else "usual"
