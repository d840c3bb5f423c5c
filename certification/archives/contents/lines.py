"""Score sheets with the words of their lines: a sheet stores keys, a reader in five years needs what was asked."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from certification.archives.contents.columns import AT_ONCE
from certification.assessment.models import ArbitrationSheet, ScorePoint, ScoreSheet
from certification.plans.models import Plan


def points_of(plan: Plan) -> Iterable[ScorePoint]:
    """Return the score points of all stations in their order."""
    rows = ScorePoint.objects.filter(station__plan=plan).select_related("station")
    return rows.order_by("station__order", "order", "pk").iterator(chunk_size=AT_ONCE)


def sheets_of(plan: Plan) -> Iterable[ScoreSheet]:
    """Return all score sheets, each with its `lines` in words. Two queries."""
    rows = ScoreSheet.objects.filter(seat__plan=plan).select_related("station", "seat", "assessor")
    return _with_lines(plan, rows.order_by("seat__ticket_number", "station__order", "pk"), lambda row: row.station_id)


def arbitration_sheets_of(plan: Plan) -> Iterable[ArbitrationSheet]:
    """Return the arbitrators' sheets, each with its `lines` in words. Two queries."""
    rows = ArbitrationSheet.objects.filter(arbitration__seat__plan=plan)
    rows = rows.select_related("arbitration__station", "arbitration__seat", "arbitrator")
    return _with_lines(plan, rows.order_by("pk"), lambda row: row.arbitration.station_id)


def _with_lines(plan: Plan, rows: Any, station_of: Callable[[Any], int]) -> Iterable[Any]:
    points: dict[int, list[ScorePoint]] = defaultdict(list)
    for point in points_of(plan):
        points[point.station_id].append(point)
    for row in rows.iterator(chunk_size=AT_ONCE):
        row.lines = _in_words(points[station_of(row)], row.scores, row.deductions, row.fatal)
        yield row


def _in_words(
    points: Sequence[ScorePoint], scores: Mapping[str, Any], deductions: Mapping[str, Any], fatal: Sequence[Any]
) -> str:
    seen = {str(key) for key in fatal}
    lines = []
    for point in points:
        key = str(point.pk)
        if point.fatal:
            lines += [f"{point.order}. {point.text}: ✗"] if key in seen else []
        elif key in scores:
            counted = f" {dict(deductions[key])}" if deductions.get(key) else ""
            lines.append(f"{point.order}. {point.text}: {scores[key]}/{point.max}{counted}")
    return "\n".join(lines)
