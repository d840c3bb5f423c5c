"""Who sits on a panel: cards, recusal, size, declarations (I14–I17); named by the officer or drawn by lot."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from certification.examday.rules import drawing
from certification.panels import notice_kinds, selectors
from certification.panels.models import DefenceSheet, Panel, PanelMember
from certification.panels.rules import SheetStatus
from certification.panels.services.shared import setup_for
from certification.plans.access import require_officer
from certification.plans.models import Plan
from certification.plans.rules import STAFFING_STATUSES, StaffRole, Status, check_team
from certification.plans.staffing import DECLARATION_VERSION, declaration_for
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.notices.services import news, tell_many

NAMING = (*STAFFING_STATUSES, Status.IN_EXAM)
"""On the day itself somebody may fall ill."""
PLACE_LIMIT = 80
LATEST = time(20)
"""House rule: nobody defends her work after eight in the evening."""


@transaction.atomic
def name_panel(
    plan: Plan, *, users: Sequence[User], chair: User, place: str, starts_at: datetime, actor: User, now: datetime
) -> Panel:
    """Name a panel of the plan, its chair, and where and when it begins.

    Raises `PermissionDenied`, or `DomainError` "panels.setup_missing", "plans.staffing_closed", "panels.place_missing",
    "panels.too_early" or "panels.too_late" for the hour, "panels.chair_not_member", for the size "plans.team_too_small"
    or "plans.team_even" (I16), "plans.card_missing" (I14), "plans.assessor_conflict" (I15), "plans.role_taken" (I17) or
    "panels.officer_on_panel". Nothing is stored then.
    """
    plan = _locked(plan, actor)
    people = _team(plan, users, chair)
    return _make(plan, people, chair=chair, place=place, starts_at=starts_at, draw={}, actor=actor, now=now)


@transaction.atomic
def draw_panel(plan: Plan, *, count: int, place: str, starts_at: datetime, actor: User, now: datetime) -> Panel:
    """Draw a panel by lot among those who may sit on it and have no other duty in the plan; the first drawn chairs.

    The seed comes from the ledger, so nobody chooses it. Raises what `name_panel` raises and "examday.pool_too_small".
    """
    plan = _locked(plan, actor)
    check_size(plan, count)
    seated = PanelMember.objects.filter(panel__plan=plan, left_at=None).values_list("user_id", flat=True)
    offers = selectors.offers_for(plan, on=localtime(starts_at).date())
    busy = set(seated)
    free = {o.user.pk: o.user for o in offers if not o.against and not o.also_assessor and o.user.pk not in busy}
    last = LedgerEntry.objects.order_by("-sequence").values_list("hash", flat=True).first() or ledger.GENESIS
    seed = drawing.seed_of(ledger_hash=last, plan_number=plan.number, role="panel", turn=plan.panels.count() + 1)
    drawn = drawing.draw(free, seed=seed, count=count)
    draw: dict[str, Any] = {"seed": seed, "ledger_hash": last, "pool": sorted(free), "drawn": drawn}
    people = [free[key] for key in drawn]
    return _make(plan, people, chair=people[0], place=place, starts_at=starts_at, draw=draw, actor=actor, now=now)


@transaction.atomic
def change_members(panel: Panel, *, users: Sequence[User], chair: User, actor: User, now: datetime) -> Panel:
    """Name the members of a panel anew; who stays keeps her declaration, and what anybody signed stays.

    Who leaves takes her open sheets with her; whoever is new scores those candidates instead. Raises what `name_panel`
    raises, and `DomainError("panels.sheets_left_alone")` (422) when more leave a begun defence than come.
    """
    plan = _locked(panel.plan, actor)
    panel = Panel.objects.select_for_update(of=("self",)).get(pk=panel.pk)
    people = _team(plan, users, chair)
    remembered = _check_people(plan, people, starts_at=panel.starts_at)
    before = {member.user_id: member for member in panel.members.filter(left_at=None, is_extra=False)}
    keys = {person.pk for person in people}
    leavers = [member for key, member in before.items() if key not in keys]
    joiners = [person for person in people if person.pk not in before]
    panel.members.filter(left_at=None).update(is_chair=False)
    PanelMember.objects.filter(pk__in=[member.pk for member in leavers]).update(left_at=now)
    _seat_people(panel, people, chair=chair, remembered=remembered, now=now)
    _hand_over_sheets(panel, leavers, joiners, now=now)
    ledger.append("panels.named", subject=panel, actor=actor, now=now, users=sorted(keys), chair=chair.pk)
    _tell(panel, joiners, now)
    return panel


@transaction.atomic
def declare_no_conflict(member: PanelMember, *, actor: User, now: datetime) -> PanelMember:
    """Store the member's own declaration, before she sees a list or a dossier (I15); a second time changes nothing.

    Raises `DomainError` "panels.not_a_member" (403) or "plans.staffing_closed".
    """
    if actor.pk != member.user_id or member.left_at is not None:
        raise DomainError("panels.not_a_member", status=403)
    if member.declared_at is not None:
        return member
    if Status(member.panel.plan.status) not in NAMING:
        raise DomainError("plans.staffing_closed")
    declaration = {"version": DECLARATION_VERSION, "text": str(declaration_for(StaffRole.ASSESSOR))}
    won = PanelMember.objects.filter(pk=member.pk, declared_at=None).update(declared_at=now, declaration=declaration)
    if won:
        ledger.append("panels.no_conflict_declared", subject=member, actor=actor, now=now, version=DECLARATION_VERSION)
    member.refresh_from_db()
    return member


def check_size(plan: Plan, size: int) -> None:
    """Raise unless so many members are enough and, where the scheme asks it, odd (I16)."""
    scheme = plan.scheme
    check_team(size, minimum=scheme.parameter("review_panel_min"), odd=scheme.parameter("review_panel_odd"))


def _locked(plan: Plan, actor: User) -> Plan:
    require_officer(actor, plan.organisation)
    locked = Plan.objects.select_for_update(of=("self",)).select_related("organisation", "scheme__occupation").get(pk=plan.pk)
    if Status(locked.status) not in NAMING:
        raise DomainError("plans.staffing_closed")
    setup_for(locked)
    return locked


def _team(plan: Plan, users: Sequence[User], chair: User) -> list[User]:
    people = list({user.pk: user for user in users}.values())
    check_size(plan, len(people))
    if chair.pk not in {person.pk for person in people}:
        raise DomainError("panels.chair_not_member", status=422)
    return people


def _make(
    plan: Plan,
    people: list[User],
    *,
    chair: User,
    place: str,
    starts_at: datetime,
    draw: dict[str, Any],
    actor: User,
    now: datetime,
) -> Panel:
    words = " ".join(place.replace("\0", "").split())[:PLACE_LIMIT]
    if not words:
        raise DomainError("panels.place_missing", status=422)
    if starts_at < plan.session[1]:
        raise DomainError("panels.too_early", status=422, moment=localtime(plan.session[1]))
    if localtime(starts_at).time() >= LATEST:
        raise DomainError("panels.too_late", status=422, hour=f"{LATEST:%H:%M}")
    remembered = _check_people(plan, people, starts_at=starts_at)
    number = plan.panels.count() + 1
    panel = Panel.objects.create(plan=plan, number=number, place=words, starts_at=starts_at, named_at=now, draw=draw)
    _seat_people(panel, people, chair=chair, remembered=remembered, now=now)
    users = sorted(person.pk for person in people)
    ledger.append("panels.named", subject=panel, actor=actor, now=now, users=users, chair=chair.pk, **draw)
    _tell(panel, people, now)
    return panel


def _check_people(plan: Plan, people: list[User], *, starts_at: datetime) -> dict[int, dict[str, Any]]:
    """Raise for the first who may not sit on this panel; return what is to be remembered of the others."""
    offers = selectors.look_at(plan, people, on=localtime(starts_at).date())
    for offer in offers:
        if offer.against:
            raise offer.against[0]
    return {
        offer.user.pk: {"conflicts": [found.kind for found in offer.warnings], "also_assessor": offer.also_assessor}
        for offer in offers
    }


def _seat_people(panel: Panel, people: list[User], *, chair: User, remembered: dict[int, dict[str, Any]], now: datetime) -> None:
    for person in people:
        facts = {
            "is_chair": person.pk == chair.pk,
            "is_extra": False,
            "left_at": None,
            "recusal": {**remembered[person.pk], "checked_at": now.isoformat()},
        }
        PanelMember.objects.update_or_create(panel=panel, user=person, defaults=facts, create_defaults={**facts, "named_at": now})


def _hand_over_sheets(panel: Panel, leavers: list[PanelMember], joiners: list[User], *, now: datetime) -> None:
    """Let the newcomers score what the leavers began and never signed."""
    unsigned = DefenceSheet.objects.filter(member__in=leavers, status=SheetStatus.OPEN.value, look=None)
    lost = Counter(unsigned.values_list("defence_id", flat=True))
    unsigned.delete()
    newcomers = list(panel.members.filter(user__in=joiners, left_at=None).order_by("pk"))
    for defence, count in lost.items():
        if count > len(newcomers):
            raise DomainError("panels.sheets_left_alone", status=422)
        DefenceSheet.objects.bulk_create(
            DefenceSheet(defence_id=defence, member=member, opened_at=now) for member in newcomers[:count]
        )


def _tell(panel: Panel, people: Sequence[User], now: datetime) -> None:
    facts = {"plan": panel.plan.title, "moment": panel.starts_at, "place": panel.place}
    body, once = panel.plan.organisation_id, f"panels.named.{panel.pk}"
    url = f"/desk/panels/sit/{panel.pk}/"
    told = [news(notice_kinds.NAMED, person, facts=facts, url=url, organisation=body, once=once, now=now) for person in people]
    if told:
        tell_many(told)
