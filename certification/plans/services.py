"""What happens to a plan up to the exam. Later rooms move it on with `advance`."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.timezone import localdate

from certification.bodies.models import Filing
from certification.plans import rules
from certification.plans.access import require_officer
from certification.plans.approval import approve_plan, hand_in_plan, return_plan, take_back_plan
from certification.plans.changes import cancel_plan, correct_plan
from certification.plans.invigilation import assign_session_staff
from certification.plans.models import Plan
from certification.plans.places import choose_rooms
from certification.plans.rules import TRANSITIONS, Event, Status
from certification.plans.seating import arrange_seats, move_seats
from certification.plans.selectors import publication_problems, start_problems, unsettled
from certification.plans.staffing import assign_assessors, declare_no_conflict, settle_conflict
from certification.standards.models import Scheme
from courses.questionbank.models import Blueprint
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.states import move, next_status
from lms.organisations.models import Organisation

__all__ = [
    "advance",
    "approve_plan",
    "arrange_seats",
    "assign_assessors",
    "assign_session_staff",
    "cancel_plan",
    "change_draft",
    "choose_rooms",
    "close_registration",
    "correct_plan",
    "create_plan",
    "declare_no_conflict",
    "hand_in_plan",
    "move_seats",
    "publish_plan",
    "return_plan",
    "settle_conflict",
    "take_back_plan",
]

EDITABLE = (
    "scheme",
    "level",
    "work_type",
    "title",
    "site_name",
    "address",
    "room",
    "capacity",
    "exam_date",
    "registration_opens",
    "registration_closes",
    "theory_starts_at",
    "theory_minutes",
    "skill_starts_at",
    "blueprint",
)
"""Core fields: free in a draft, fixed while the head looks at it, frozen for good by publication (I6).

The rooms of the printed site may change until seats are arranged (`choose_rooms`); a correction notice explains.
"""
FROM_ROOMS = ("site_name", "address", "room", "capacity")


@transaction.atomic
def create_plan(
    *,
    organisation: Organisation,
    scheme: Scheme,
    level: int,
    title: str,
    site_name: str,
    address: str,
    room: str,
    exam_date: date,
    registration_opens: date,
    registration_closes: date,
    capacity: int,
    theory_starts_at: datetime,
    theory_minutes: int,
    skill_starts_at: datetime,
    blueprint: Blueprint | None,
    actor: User,
    now: datetime,
    work_type: str = "",
) -> Plan:
    """Return a new draft with the body's next number of that year.

    Raises `PermissionDenied` unless the actor is an exam officer of the body, and
    `DomainError` (422) when the body has no filing or the scheme no such level.
    """
    require_officer(actor, organisation)
    _check_level(scheme, level)
    serial, number = _next_number(organisation, exam_date.year)
    plan = Plan.objects.create(
        organisation=organisation,
        scheme=scheme,
        level=level,
        work_type=work_type,
        title=title,
        number=number,
        serial=serial,
        site_name=site_name,
        address=address,
        room=room,
        exam_date=exam_date,
        registration_opens=registration_opens,
        registration_closes=registration_closes,
        capacity=capacity,
        theory_starts_at=theory_starts_at,
        theory_minutes=theory_minutes,
        skill_starts_at=skill_starts_at,
        blueprint=blueprint,
        created_by=actor,
        created_at=now,
    )
    ledger.append("plans.created", subject=plan, actor=actor, now=now, number=plan.number)
    return plan


@transaction.atomic
def change_draft(plan: Plan, *, changes: dict[str, Any], actor: User, now: datetime) -> Plan:
    """Change core fields of a draft; one that was handed in is taken back first, a published one is frozen (I6).

    Raises `DomainError`: `plans.frozen`, `plans.take_back_first`, or `plans.seats_from_rooms` where the seats and
    the place follow the rooms of the register.
    """
    require_officer(actor, plan.organisation)
    locked = Plan.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=plan.pk)
    if Status(locked.status) in (Status.SUBMITTED, Status.APPROVED):
        raise DomainError("plans.take_back_first")
    if locked.status != Status.DRAFT:
        raise DomainError("plans.frozen")
    numbered_in = locked.exam_date.year
    for name, value in changes.items():
        if name not in EDITABLE:
            raise DomainError("plans.frozen")
        if name in FROM_ROOMS and value != getattr(locked, name) and locked.rooms.exists():
            raise DomainError("plans.seats_from_rooms", status=422)
        setattr(locked, name, value)
    _check_level(locked.scheme, locked.level)
    facts: dict[str, Any] = {"fields": sorted(changes)}
    if locked.exam_date.year != numbered_in:
        # Number and tickets say the year; under its old serial it would have the tickets of another plan.
        locked.serial, locked.number = _next_number(locked.organisation, locked.exam_date.year)
        facts["number"] = locked.number
    locked.save(update_fields=[*changes, "serial", "number"])
    ledger.append("plans.draft_changed", subject=locked, actor=actor, now=now, **facts)
    return locked


@transaction.atomic
def publish_plan(plan: Plan, *, actor: User, now: datetime) -> Plan:
    """Publish a plan that the head approved: from now on its core fields are frozen and people may apply.

    Raises `DomainError("plans.not_approved")`, and the first of `publication_problems(plan)` as `DomainError`: scheme not
    published (I3), not filed on publication or exam date (I5), too late or dates
    that do not fit (I6), theory paper different from the weight table (I20).
    """
    require_officer(actor, plan.organisation)
    problems, filing = publication_problems(plan, now=now)
    # An illegal step is told before its details.
    if Status(plan.status) in (Status.DRAFT, Status.SUBMITTED):
        raise DomainError("plans.not_approved")
    next_status(TRANSITIONS, Status(plan.status), Event.PUBLISH)
    if problems:
        raise problems[0].error()
    move(plan, Status(plan.status), Event.PUBLISH, TRANSITIONS, filing=filing, published_at=now)
    ledger.append(
        "plans.published",
        subject=plan,
        actor=actor,
        now=now,
        number=plan.number,
        scheme=plan.scheme.key,
        scheme_version=plan.scheme.version,
        level=plan.level,
        filing=plan.filing_id,
        exam_date=plan.exam_date.isoformat(),
    )
    return plan


@transaction.atomic
def close_registration(plan: Plan, *, actor: User, now: datetime) -> Plan:
    """Close the doors after the last printed day; before it raises `DomainError("plans.registration_running")`."""
    require_officer(actor, plan.organisation)
    if plan.status == Status.PUBLISHED and localdate(now) <= plan.registration_closes:
        raise DomainError("plans.registration_running", date=plan.registration_closes)
    move(plan, Status(plan.status), Event.CLOSE_REGISTRATION, TRANSITIONS)
    ledger.append("plans.registration_closed", subject=plan, actor=actor, now=now)
    return plan


@transaction.atomic
def advance(plan: Plan, event: Event | str, *, actor: User | None, now: datetime) -> Plan:
    """Move the plan one step for a later room, which has checked its own rules and the actor.

    Events: start_exam, score, start_publication, certify, archive. `start_exam`
    needs a complete team that has declared (I14–I16), `start_publication` that the
    head ruled on each conflict that came to light meanwhile (I15). Raises `InvalidTransition`
    when the plan is not waiting for this.
    """
    step = Event(event)
    if step in (Event.START_EXAM, Event.START_PUBLICATION):
        next_status(TRANSITIONS, Status(plan.status), step)
        problems = start_problems(plan, now=now) if step is Event.START_EXAM else unsettled(plan)
        if problems:
            raise problems[0].error()
    move(plan, Status(plan.status), step, TRANSITIONS)
    ledger.append("plans.advanced", subject=plan, actor=actor, now=now, event=step.value, status=plan.status)
    return plan


def _next_number(organisation: Organisation, year: int) -> tuple[int, str]:
    """Return the next serial of the body's plans of that year, and the number made of it.

    Serials are passed over whose number stands already: bodies of two provinces may have the same sequence code.
    """
    # The row of the body is the lock under which its serials are counted.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    filing = Filing.objects.filter(organisation=organisation).order_by("-valid_from").first()
    if filing is None:
        raise DomainError("plans.body_not_filed", status=422, body=organisation.name)
    own = Q(organisation=organisation, exam_date__year=year)
    like = Q(number__startswith=rules.plan_numbers_of(sequence=filing.sequence, year=year))
    last = Plan.objects.filter(own | like).aggregate(Max("serial"))
    serial = (last["serial__max"] or 0) + 1
    return serial, rules.plan_number(sequence=filing.sequence, year=year, serial=serial)


def _check_level(scheme: Scheme, level: int) -> None:
    if not scheme.levels.filter(level=level).exists():
        raise DomainError("plans.level_not_in_scheme", status=422, level=level)
