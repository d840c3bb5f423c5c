"""The door: an invigilator checks a candidate's identity and signs her in; lateness follows from the clock."""

from datetime import datetime

from django.db import transaction

from certification.examday.models import Incident, RoomDuty, SignIn
from certification.examday.rules.arrivals import Door, door, late_minutes
from certification.examday.rules.incidents import IncidentKind
from certification.examday.selectors.rooms import late_limit
from certification.plans.kept import comes_at
from certification.plans.models import Seat, StaffAssignment
from certification.plans.rules import StaffRole, Status
from lms.accounts.models import User
from lms.core import ledger
from lms.core.clock import clock_time
from lms.core.errors import DomainError

DOOR_STATUSES = (Status.ARRANGED, Status.IN_EXAM)


def invigilator_of(user: User, plan_id: int) -> StaffAssignment:
    """Return the person's duty as an invigilator of the plan.

    Raises `DomainError` "examday.not_an_invigilator" (403), or "plans.declare_first" (403) before she has declared (I15).
    """
    duty = StaffAssignment.objects.filter(user=user, plan=plan_id, role=StaffRole.INVIGILATOR.value).first()
    if duty is None:
        raise DomainError("examday.not_an_invigilator", status=403)
    if duty.declared_at is None:
        raise DomainError("plans.declare_first", status=403)
    return duty


@transaction.atomic
def sign_in(seat: Seat, *, actor: User, now: datetime) -> SignIn:
    """Record that this candidate came, in time or late; nobody types which.

    Raises `DomainError`: not an invigilator of this plan or not declared, "examday.door_not_open", "examday.door_closed"
    after the scheme's limit, "examday.wrong_room", "examday.signed_in_already" with the moment, "examday.no_session",
    "examday.absent_already" for whom a colleague wrote down as absent at that very moment.
    """
    invigilator_of(actor, seat.plan_id)
    # The lock: two phones at one door sign in once.
    locked = Seat.objects.select_for_update(of=("self",)).select_related("plan__scheme").get(pk=seat.pk)
    plan = locked.plan
    if Status(plan.status) not in DOOR_STATUSES:
        raise DomainError("examday.no_session")
    if earlier := SignIn.objects.filter(seat=locked).first():
        raise DomainError("examday.signed_in_already", time=clock_time(earlier.at))
    check_room(locked, actor=actor)
    # Who keeps theory from an earlier exam comes with the skill test.
    starts_at = comes_at(locked)
    state = door(starts_at=starts_at, now=now, late_limit=late_limit(plan))
    if state is Door.NOT_YET:
        raise DomainError("examday.door_not_open", starts_at=starts_at)
    if state is Door.CLOSED:
        raise DomainError("examday.door_closed", closed_at=clock_time(starts_at + late_limit(plan)))
    if Incident.objects.filter(seat=locked, kind=IncidentKind.ABSENT.value).exists():
        raise DomainError("examday.absent_already")
    minutes = late_minutes(starts_at=starts_at, arrived_at=now)
    row = SignIn.objects.create(seat=locked, at=now, by=actor, late_minutes=minutes)
    if minutes:
        Incident.objects.create(plan=plan, seat=locked, room=locked.room, kind=IncidentKind.LATE.value, at=now, by=actor)
    ledger.append("examday.signed_in", subject=locked, actor=actor, now=now, late_minutes=minutes)
    return row


def check_room(seat: Seat, *, actor: User) -> None:
    """Raise `DomainError("examday.wrong_room")`, naming both rooms, when the invigilator stands in another one."""
    duty = (
        RoomDuty.objects.filter(assignment__user=actor, assignment__plan=seat.plan_id).select_related("plan_room__room").first()
    )
    if duty is not None and seat.plan_room_id is not None and duty.plan_room_id != seat.plan_room_id:
        raise DomainError("examday.wrong_room", room=seat.room, seat=seat.number, here=duty.plan_room.room.name)


@transaction.atomic
def withdraw_sign_in(row: SignIn, *, reason: str, actor: User, now: datetime) -> None:
    """Take back a sign-in made by mistake; the ledger keeps both acts, and a second time changes nothing.

    Raises `DomainError` as `sign_in`, also for an invigilator of another room, or without a reason.
    """
    invigilator_of(actor, row.seat.plan_id)
    seat = Seat.objects.select_for_update(of=("self",)).select_related("plan").get(pk=row.seat_id)
    if Status(seat.plan.status) not in DOOR_STATUSES:
        raise DomainError("examday.no_session")
    check_room(seat, actor=actor)
    if not reason.strip():
        raise DomainError("plans.reason_needed", status=422)
    gone, _rows = SignIn.objects.filter(pk=row.pk).delete()
    if gone:
        facts = {"signed_in_at": row.at.isoformat(), "reason": reason.strip()}
        ledger.append("examday.sign_in_withdrawn", subject=seat, actor=actor, now=now, **facts)
