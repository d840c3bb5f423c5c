"""What a tablet is told: all that it needs to score without a network, and nothing that an assessor may not see.

Candidates are ticket numbers; sheets are the assessor's own. The page draws whatever lines it finds here: a new kind of
line needs a drawing in `static/js/scoring/lines.js` and an act in `services/applying.py`, nothing else.
"""

import json
from collections import defaultdict
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.utils.crypto import salted_hmac

from certification.assessment import rules, selectors
from certification.assessment.models import Absence, OptionDraw, ScorePoint, ScoreSheet, StationItem
from certification.assessment.offline.models import Tablet
from certification.assessment.rules import Part
from certification.plans.kept import seats_sitting
from certification.plans.rules import Status as PlanStatus
from lms.accounts.models import User
from lms.core.clock import clock_time

RUNNING = frozenset({PlanStatus.ARRANGED.value, PlanStatus.IN_EXAM.value})


def owner_key(user: User) -> str:
    """Return what a tablet knows of its owner: enough to tell another person, nothing about this one."""
    return salted_hmac("certification.assessment.offline", str(user.pk)).hexdigest()[:24]


def description_of(tablet: Tablet) -> dict[str, Any]:
    """Return plan, stations with their lines, tickets and the assessor's own sheets. Eight queries whatever the size."""
    plan = tablet.plan
    content: dict[str, Any] = {
        "plan": {
            "id": plan.pk,
            "title": plan.title,
            "site": plan.site_name,
            "starts_at": int(plan.skill_starts_at.timestamp() * 1000),
            "starts": clock_time(plan.skill_starts_at),
            "open": plan.status in RUNNING,
        },
        "stations": [
            {
                "id": station.pk,
                "name": station.name,
                "minutes": station.minutes,
                "choose": station.choose,
                "items": [_item(item) for item in station.items.all()],
            }
            for station in selectors.layout_of(plan)
        ],
        "seats": seats_of(tablet),
        "sheets": [
            _sheet(sheet) for sheet in ScoreSheet.objects.filter(station__plan=plan, assessor=tablet.assessor_id).order_by("pk")
        ],
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return {**content, "version": sha256(text.encode()).hexdigest()[:16], "tablet": str(tablet.pk)}


def seats_of(tablet: Tablet) -> list[dict[str, Any]]:
    """Return the candidates by ticket number with the optional items drawn for each, the assessor herself left out."""
    away = set(absent_seats(tablet))
    seats = seats_sitting(tablet.plan_id, Part.SKILL.value).exclude(candidate=tablet.assessor_id).order_by("ticket_number")
    drawn: dict[int, dict[str, list[int]]] = defaultdict(dict)
    for seat, station, items in OptionDraw.objects.filter(station__plan=tablet.plan_id).values_list("seat", "station", "items"):
        drawn[seat][str(station)] = items
    return [
        {"id": pk, "ticket": ticket, "absent": pk in away, "drawn": drawn[pk]}
        for pk, ticket in seats.values_list("pk", "ticket_number")
    ]


def absent_seats(tablet: Tablet) -> list[int]:
    """Return who is recorded as absent from the skill test. One query."""
    rows = Absence.objects.filter(seat__plan=tablet.plan_id, part=Part.SKILL.value)
    return list(rows.order_by("seat").values_list("seat_id", flat=True))


def _item(item: StationItem) -> dict[str, Any]:
    return {
        "id": item.pk,
        "name": item.name,
        "required": item.required,
        "lines": [_line(point) for point in item.points.all()],
    }


def _line(point: ScorePoint) -> dict[str, Any]:
    """Return a line: one tap changes `step`, what is typed lies on `grid`, each of `faults` takes points off."""
    if point.fatal:
        return {"id": point.pk, "kind": "fatal", "text": point.text, "max": "0", "scope": point.scope}
    return {
        "id": point.pk,
        "kind": "point",
        "text": point.text,
        "max": rules.plain(point.max),
        "step": rules.plain(rules.step_of(point.max, point.step)),
        "grid": rules.plain(point.step),
        "faults": point.deductions,
    }


def _sheet(sheet: ScoreSheet) -> dict[str, Any]:
    return {
        "station": sheet.station_id,
        "seat": sheet.seat_id,
        "scores": {line: rules.plain(Decimal(points)) for line, points in sheet.scores.items()},
        "deductions": sheet.deductions,
        "fatal": sheet.fatal,
        "note": sheet.note,
        "signed": sheet.is_signed,
    }
