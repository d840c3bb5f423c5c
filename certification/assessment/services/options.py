"""Optional items: which of them each candidate does, drawn before the session."""

import hashlib
import json
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from certification.assessment import rules
from certification.assessment.models import OptionDraw, Station
from certification.assessment.rules import Part
from certification.assessment.services.stations import SETTABLE
from certification.plans.kept import seats_sitting
from certification.plans.models import Plan, Seat
from certification.plans.rules import Status as PlanStatus
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role


@transaction.atomic
def draw_options(plan: Plan, *, actor: User, now: datetime) -> list[OptionDraw]:
    """Draw the optional items of every seat that has none yet; what was drawn stays, whoever draws again.

    The seed comes from the ledger's last entry, so nobody chooses it; with seed, ticket and layout anybody can draw again
    and find the same. Raises `PermissionDenied` for anybody but an exam officer, `DomainError` "assessment.not_running"
    after the assessment, "assessment.no_seats", or "assessment.no_options" where no station offers any.
    """
    if not has_role(actor, plan.organisation, Role.EXAM_OFFICER):
        raise PermissionDenied
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if PlanStatus(plan.status) not in SETTABLE:
        raise DomainError("assessment.not_running")
    stations = list(Station.objects.filter(plan=plan, choose__gt=0).order_by("order").prefetch_related("items"))
    if not stations:
        raise DomainError("assessment.no_options")
    seats = list(seats_sitting(plan, Part.SKILL.value).order_by("ticket_number"))
    if not seats:
        raise DomainError("assessment.no_seats")
    have = set(OptionDraw.objects.filter(station__in=stations).values_list("seat_id", "station_id"))
    seed = LedgerEntry.objects.order_by("-sequence").values_list("hash", flat=True).first() or ledger.GENESIS
    rows = [
        OptionDraw(seat=seat, station=station, items=_drawn(station, seat, seed), seed=seed, at=now, by=actor)
        for seat in seats
        for station in stations
        if (seat.pk, station.pk) not in have
    ]
    if rows:
        OptionDraw.objects.bulk_create(rows, batch_size=500)
        told = json.dumps([[row.seat_id, row.station_id, row.items] for row in rows], separators=(",", ":"))
        facts = {"seed": seed, "count": len(rows), "sha256": hashlib.sha256(told.encode()).hexdigest()}
        ledger.append("assessment.options_drawn", subject=plan, actor=actor, now=now, **facts)
    return rows


def _drawn(station: Station, seat: Seat, seed: str) -> list[int]:
    optional = {item.order: item.pk for item in station.items.all() if not item.required}
    places = rules.draw_options(
        list(optional), choose=station.choose, seed=seed, ticket=seat.ticket_number, station=station.order
    )
    return [optional[place] for place in places]
