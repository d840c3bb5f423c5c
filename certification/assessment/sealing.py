"""The fingerprints of what is signed: what was written, not only what was ticked, so that a changed line shows as well."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from certification.assessment.models import ArbitrationSheet, ScorePoint, ScoreSheet, SecondSignature


def sheet_fingerprint(sheet: ScoreSheet, points: Sequence[ScorePoint], *, signed_at: datetime) -> str:
    """Return the SHA-256 over all that the assessor signs: lines, points, deductions, fatal acts, note, moment."""
    return _sealed(
        {
            "sheet": sheet.pk,
            "station": sheet.station_id,
            "seat": sheet.seat_id,
            "assessor": sheet.assessor_id,
            "lines": _lines(points, sheet.scores, sheet.deductions, sheet.fatal),
            "note": sheet.note,
            "signed_at": _moment(signed_at),
        }
    )


def arbitration_fingerprint(sheet: ArbitrationSheet, points: Sequence[ScorePoint]) -> str:
    """Return the SHA-256 over all that the arbitrator signs, the reason and the declaration among it."""
    return _sealed(
        {
            "arbitration": sheet.arbitration_id,
            "arbitrator": sheet.arbitrator_id,
            "lines": _lines(points, sheet.scores, sheet.deductions, sheet.fatal),
            "reason": sheet.reason,
            "declaration": sheet.declaration,
            "signed_at": _moment(sheet.signed_at),
        }
    )


def answer_fingerprint(row: SecondSignature, *, seen: bool, note: str, answered_at: datetime) -> str:
    """Return the SHA-256 over a second assessor's answer about a fatal act."""
    return _sealed(
        {
            "seat": row.seat_id,
            "point": row.point_id,
            "assessor": row.assessor_id,
            "seen": seen,
            "note": note,
            "answered_at": _moment(answered_at),
        }
    )


def _lines(
    points: Sequence[ScorePoint], scores: Mapping[str, str], deductions: Mapping[str, Mapping[str, int]], fatal: Sequence[str]
) -> list[list[Any]]:
    """A line without deductions and without a scope of its own is sealed as it was before there were any."""
    lines = []
    for point in points:
        key = str(point.pk)
        line: list[Any] = [point.pk, point.text, str(point.max), scores.get(key), key in fatal]
        if counted := deductions.get(key):
            line.append([[n, times, point.deductions[int(n) - 1]] for n, times in sorted(counted.items())])
        if point.scope != "item":
            line.append(point.scope)
        lines.append(line)
    return lines


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _sealed(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
