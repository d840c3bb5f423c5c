"""What a defence is scored by, and what a dossier holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from certification.assessment.rules import POINT_STEP, TOTAL_POINTS, plain, read_points
from lms.core.errors import DomainError

MOST_CRITERIA = 20
TEXT_LIMIT = 200


class DossierKind(StrEnum):
    SUMMARY = "summary"
    PERFORMANCE = "performance"
    CASE = "case"
    OTHER = "other"


@dataclass(frozen=True)
class Criterion:
    """One line of the defence sheet; `key` names it within the plan and never changes."""

    key: str
    text: str
    maximum: Decimal

    def stored(self) -> dict[str, str]:
        return {"key": self.key, "text": self.text, "max": plain(self.maximum)}


DEFAULT_CRITERIA: Sequence[Mapping[str, str]] = (
    {"text": "技术总结（论文）：内容真实，有自己的见解", "max": "30"},
    {"text": "工作业绩：解决过的难题和成效", "max": "20"},
    {"text": "案例分析：方案合理，依据清楚", "max": "20"},
    {"text": "答辩：回答切题，专业知识扎实", "max": "20"},
    {"text": "传授技艺与表达：能指导他人，讲得明白", "max": "10"},
)
"""House rule for a scheme that names none: content, so in the language of the schemes."""
DEFAULT_ASKED: Mapping[str, bool] = {
    DossierKind.SUMMARY.value: True,
    DossierKind.PERFORMANCE.value: True,
    DossierKind.CASE.value: False,
}
"""What a dossier holds, and whether it must (domain.md §3.2, dossier review and defence)."""


def criteria_from(rows: Sequence[Mapping[str, Any]]) -> list[Criterion]:
    """Return the criteria of plain data (`text`, `max`), numbered in their order.

    Raises `DomainError` (422) "panels.criteria_unreadable" or "panels.criteria_total": they give 100 points together.
    """
    if not 1 <= len(rows) <= MOST_CRITERIA:
        raise DomainError("panels.criteria_unreadable", status=422, most=MOST_CRITERIA)
    criteria = []
    for place, row in enumerate(rows, start=1):
        text = " ".join(str(row.get("text", "")).split())
        try:
            maximum = read_points(row.get("max", ""), maximum=TOTAL_POINTS)
        except DomainError as error:
            raise DomainError("panels.criteria_unreadable", status=422, most=MOST_CRITERIA) from error
        if not text or len(text) > TEXT_LIMIT or maximum < POINT_STEP:
            raise DomainError("panels.criteria_unreadable", status=422, most=MOST_CRITERIA)
        criteria.append(Criterion(str(row.get("key") or place), text, maximum))
    if len({criterion.key for criterion in criteria}) != len(criteria):
        raise DomainError("panels.criteria_unreadable", status=422, most=MOST_CRITERIA)
    total = sum((criterion.maximum for criterion in criteria), Decimal(0))
    if total != TOTAL_POINTS:
        raise DomainError("panels.criteria_total", status=422, total=plain(total))
    return criteria


def asked_from(asked: Mapping[str, bool]) -> dict[str, bool]:
    """Return what the dossier holds, in the order of the kinds: kind to whether it must be there.

    Raises `DomainError("panels.asked_nothing")` (422) when nothing has to be handed in.
    """
    kept = {kind.value: bool(asked[kind.value]) for kind in DossierKind if kind.value in asked}
    if not any(kept.values()):
        raise DomainError("panels.asked_nothing", status=422)
    return kept


def missing_kinds(asked: Mapping[str, bool], present: Iterable[str]) -> list[str]:
    """Return the kinds that must be there and are not, in their order."""
    have = set(present)
    return [kind for kind, required in asked.items() if required and kind not in have]
