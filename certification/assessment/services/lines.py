"""One line of a sheet, whoever writes it: an assessor line by line, the arbitrator all at once."""

from collections.abc import Mapping
from typing import Any

from certification.assessment import rules
from certification.assessment.models import ScorePoint
from lms.core.errors import DomainError


def write_line(scores: dict[str, str], deductions: dict[str, dict[str, int]], line: ScorePoint, value: object) -> None:
    """Put a line's value into `scores` and `deductions`: points, `{number: times}` of its deductions, or None to clear it.

    Raises what `rules.read_points` and `rules.read_deductions` find; nothing is changed then.
    """
    key = str(line.pk)
    if isinstance(value, Mapping):
        if not line.deductions:
            raise DomainError("assessment.deduction_unknown", status=422)
        counted = rules.read_deductions(value, rules=line.deductions)
        left = rules.after_deductions(counted, maximum=line.max, rules=line.deductions)
        scores[key], deductions[key] = str(rules.read_points(left, maximum=line.max, step=line.step)), counted
        return
    points = None if value is None or value == "" else str(rules.read_points(value, maximum=line.max, step=line.step))
    deductions.pop(key, None)
    if points is None:
        scores.pop(key, None)
    else:
        scores[key] = points


def read_lines(lines: list[ScorePoint], values: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, dict[str, int]], list[str]]:
    """Return points, deductions and fatal acts of a whole sheet; `values` holds the value of each line by its key as text.

    Raises `DomainError` "assessment.points_missing" (422) for lines without points, and what `write_line` raises.
    """
    scores: dict[str, str] = {}
    deductions: dict[str, dict[str, int]] = {}
    for line in lines:
        if not line.fatal:
            write_line(scores, deductions, line, values.get(str(line.pk)))
    if missing := rules.unscored([str(line.pk) for line in lines if not line.fatal], scores):
        raise DomainError("assessment.points_missing", count=len(missing), status=422)
    return scores, deductions, sorted(str(line.pk) for line in lines if line.fatal and values.get(str(line.pk)))
