"""What a tablet is told: all that it needs to score without a network, and nothing that an assessor may not see.

Candidates are ticket numbers; sheets are the assessor's own. The page draws whatever lines it finds here: a new kind of
line needs a drawing in `static/js/scoring/lines.js` and an act in `services/applying.py`, nothing else.
"""

import json
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.utils.crypto import salted_hmac

from certification.assessment import rules, selectors
from certification.assessment.models import Absence, ScorePoint, ScoreSheet
from certification.assessment.offline.models import Tablet
from certification.assessment.rules import Part
from certification.plans.models import Seat
from certification.plans.rules import Status as PlanStatus
from lms.accounts.models import User
from lms.core.clock import clock_time

RUNNING = frozenset({PlanStatus.ARRANGED.value, PlanStatus.IN_EXAM.value})


def owner_key(user: User) -> str:
    """Return what a tablet knows of its owner: enough to tell another person, nothing about this one."""
    return salted_hmac("certification.assessment.offline", str(user.pk)).hexdigest()[:24]


def description_of(tablet: Tablet) -> dict[str, Any]:
    """Return plan, stations with their lines, tickets and the assessor's own sheets. Five queries whatever the size."""
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
                "lines": [_line(point) for point in station.points.all()],
            }
            for station in selectors.stations_of(plan)
        ],
        "seats": seats_of(tablet),
        "sheets": [
            _sheet(sheet) for sheet in ScoreSheet.objects.filter(station__plan=plan, assessor=tablet.assessor_id).order_by("pk")
        ],
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return {**content, "version": sha256(text.encode()).hexdigest()[:16], "tablet": str(tablet.pk)}


def seats_of(tablet: Tablet) -> list[dict[str, Any]]:
    """Return the candidates by ticket number, the assessor herself left out. Two queries."""
    away = set(Absence.objects.filter(seat__plan=tablet.plan_id, part=Part.SKILL.value).values_list("seat_id", flat=True))
    seats = Seat.objects.filter(plan=tablet.plan_id).exclude(candidate=tablet.assessor_id).order_by("ticket_number")
    return [{"id": pk, "ticket": ticket, "absent": pk in away} for pk, ticket in seats.values_list("pk", "ticket_number")]


def _line(point: ScorePoint) -> dict[str, Any]:
    kind = "fatal" if point.fatal else "point"
    return {"id": point.pk, "kind": kind, "text": point.text, "max": rules.plain(point.max), "step": _step(point)}


def _step(point: ScorePoint) -> str:
    return "0" if point.fatal else rules.plain(rules.step_of(point.max))


def _sheet(sheet: ScoreSheet) -> dict[str, Any]:
    return {
        "station": sheet.station_id,
        "seat": sheet.seat_id,
        "scores": {line: rules.plain(Decimal(points)) for line, points in sheet.scores.items()},
        "fatal": sheet.fatal,
        "note": sheet.note,
        "signed": sheet.is_signed,
    }
