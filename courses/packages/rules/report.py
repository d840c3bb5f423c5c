"""What a package reports about a person, read with distrust: a status, a mark, and data that only she gets back."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courses.packages.rules.kinds import Kind, Standing
from lms.core.errors import DomainError
from lms.core.texts import UNWRITABLE

MOST_BYTES = 160 * 1024
"""Of one report. SCORM 2004 lets a package keep 64,000 characters, which may be Chinese, besides its answers."""
DEEPEST = 12

STATUSES = {"passed": Standing.PASSED, "completed": Standing.COMPLETED, "failed": Standing.FAILED}


@dataclass(frozen=True)
class Report:
    """`score` in per cent, None when the package gives none; `data` is the package's whole data model."""

    standing: Standing
    score: float | None
    data: dict[str, Any]


def read_report(kind: Kind, data: object) -> Report:
    """Return what the data model of a package says; what no database keeps of its words is U+FFFD there.

    Raises `DomainError` (422) "packages.report_unreadable" or "packages.report_too_large".
    """
    if kind is Kind.WEB or not isinstance(data, dict) or _is_deeper(data, DEEPEST):
        raise DomainError("packages.report_unreadable", status=422)
    model: dict[str, Any] = _writable(data)
    if _size(model) > MOST_BYTES:
        raise DomainError("packages.report_too_large", status=422, kilobytes=MOST_BYTES // 1024)
    if kind is Kind.SCORM12:
        core = _part(model, "core")
        return Report(STATUSES.get(str(core.get("lesson_status")), Standing.BEGUN), _per_cent(_part(core, "score")), model)
    status = str(model.get("completion_status"))
    success = str(model.get("success_status"))
    # Who has passed is done; who failed is not, though she saw the end.
    standing = STATUSES.get(success) or STATUSES.get(status, Standing.BEGUN)
    score = _part(model, "score")
    scaled = _number(score.get("scaled"))
    return Report(standing, _bounded(scaled * 100) if scaled is not None else _per_cent(score), model)


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _bounded(score: float) -> float:
    return round(min(100.0, max(0.0, score)), 1)


def _per_cent(score: Mapping[str, Any]) -> float | None:
    raw = _number(score.get("raw"))
    if raw is None:
        return None
    least, most = _number(score.get("min")) or 0.0, _number(score.get("max"))
    if most is None or most <= least:
        least, most = 0.0, 100.0
    return _bounded((raw - least) / (most - least) * 100)


def _is_deeper(value: object, most: int) -> bool:
    """Tell whether lists and objects lie in one another in more than `most` layers; it looks no deeper than that."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return not most or any(_is_deeper(part, most - 1) for part in parts)


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return UNWRITABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_writable(name): _writable(part) for name, part in value.items()}
    return [_writable(part) for part in value] if isinstance(value, list) else value


def _size(data: dict[str, Any]) -> int:
    """Return the bytes of the data as JSON, which knows no NaN and no infinity."""
    try:
        return len(json.dumps(data, ensure_ascii=False, allow_nan=False).encode())
    except ValueError:
        raise DomainError("packages.report_unreadable", status=422) from None
