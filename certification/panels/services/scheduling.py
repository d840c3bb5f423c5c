"""Who defends when and before which panel: in an order that nobody chose but anybody can check."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime

from certification.panels import notice_kinds, rules
from certification.panels.models import Defence, Panel, PanelMember, ReviewAbsence, Slot
from certification.panels.rules import REVIEW_PART
from certification.panels.selectors import case_urls
from certification.panels.services.naming import LATEST
from certification.panels.services.shared import setup_for
from certification.plans.access import require_officer
from certification.plans.kept import seats_sitting
from certification.plans.models import Plan
from certification.plans.rules import Status, seat_order
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.notices.services import news, tell_many


@transaction.atomic
def schedule_review(plan: Plan, *, actor: User, now: datetime) -> list[Slot]:
    """Deal the candidates out over the panels and give each a slot, in place of any earlier schedule; tell everybody.

    Raises `PermissionDenied`, or `DomainError` "panels.no_seats" before seats are arranged, "panels.review_begun" after
    the first defence or absence, "panels.no_panel", "panels.day_too_short", or "panels.sits_elsewhere" when somebody
    would sit on two panels at once.
    """
    require_officer(actor, plan.organisation)
    plan = Plan.objects.select_for_update(of=("self",)).select_related("organisation", "scheme").get(pk=plan.pk)
    setup = setup_for(plan)
    if Status(plan.status) not in (Status.ARRANGED, Status.IN_EXAM):
        raise DomainError("panels.no_seats")
    if Defence.objects.filter(seat__plan=plan).exists() or ReviewAbsence.objects.filter(seat__plan=plan).exists():
        raise DomainError("panels.review_begun")
    seats = {seat.candidate_id: seat for seat in seats_sitting(plan, REVIEW_PART).select_related("candidate")}
    order = [seats[key].pk for key in seat_order(seats, plan_number=f"{plan.number}:review")]
    panels = list(Panel.objects.filter(plan=plan).order_by("number"))
    made: list[Slot] = []
    for panel, share in zip(panels, rules.dealt(order, len(panels)), strict=True):
        ends_by = localtime(panel.starts_at).replace(hour=LATEST.hour, minute=LATEST.minute, second=0, microsecond=0)
        places = rules.slots(share, starts_at=panel.starts_at, minutes=setup.minutes, ends_by=ends_by)
        made += [Slot(seat_id=p.seat, panel=panel, starts_at=p.starts_at, ends_at=p.ends_at) for p in places]
    _check_members_apart(made)
    Slot.objects.filter(seat__plan=plan).delete()
    Slot.objects.bulk_create(made, batch_size=500)
    slots = [[slot.seat_id, slot.panel_id, slot.starts_at.isoformat()] for slot in made]
    ledger.append("panels.scheduled", subject=plan, actor=actor, now=now, slots=slots)
    _tell(plan, made, {seat.pk: seat.candidate for seat in seats.values()}, now)
    return made


def _check_members_apart(made: list[Slot]) -> None:
    """Nobody sits in two rooms at once. The slots of a panel follow each other, so its first and last say when it sits."""
    spans: dict[int, tuple[datetime, datetime]] = {}
    for slot in made:
        begins, ends = spans.get(slot.panel_id, (slot.starts_at, slot.ends_at))
        spans[slot.panel_id] = (min(begins, slot.starts_at), max(ends, slot.ends_at))
    taken: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for member in PanelMember.objects.filter(panel__in=spans, left_at=None).select_related("user"):
        begins, ends = spans[member.panel_id]
        if any(begins < until and since < ends for since, until in taken[member.user_id]):
            raise DomainError("panels.sits_elsewhere", status=422, name=member.user.name)
        taken[member.user_id].append((begins, ends))


def _tell(plan: Plan, made: list[Slot], candidates: dict[int, User], now: datetime) -> None:
    urls = case_urls(plan)
    notices = [
        news(
            notice_kinds.SLOT,
            candidates[slot.seat_id],
            facts={
                "plan": plan.title,
                "moment": slot.starts_at,
                "minutes": slot.minutes,
                "place": f"{plan.site_name} · {slot.panel.place}",
            },
            url=urls.get(candidates[slot.seat_id].pk, "/apply/"),
            organisation=plan.organisation_id,
            once=f"panels.slot.{slot.seat_id}.{slot.panel_id}.{slot.starts_at:%Y%m%d%H%M}",
            now=now,
        )
        for slot in made
    ]
    if notices:
        tell_many(notices)
