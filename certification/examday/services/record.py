"""The room's record 考场情况记录单: what happened, signed by two invigilators."""

from datetime import datetime

from django.db import transaction

from certification.examday import stopping
from certification.examday.models import Countersignature, Incident, SignIn
from certification.examday.rules.arrivals import Door, door
from certification.examday.rules.incidents import IncidentKind, check_incident, check_second
from certification.examday.selectors.rooms import invigilators_of, late_limit
from certification.examday.services.door import DOOR_STATUSES, invigilator_of
from certification.plans.kept import THEORY, comes_at, seats_keeping
from certification.plans.models import Plan, Seat
from certification.plans.rules import Status
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError

SIGNING_STATUSES = (*DOOR_STATUSES, Status.SCORED)
"""While a second invigilator may sign: until the results are shown to the public."""


@transaction.atomic
def record_incident(
    plan: Plan, *, kind: IncidentKind | str, room: str, text: str, actor: User, now: datetime, seat: Seat | None = None
) -> Incident:
    """Write a line into the record of a room; it counts once a second invigilator has signed it.

    Raises `DomainError`: not an invigilator of this plan, "examday.no_session", "examday.incident_needs_candidate",
    "examday.incident_needs_words", "examday.was_signed_in", "examday.absent_too_early" or "examday.recorded_already".
    """
    invigilator_of(actor, plan.pk)
    if Status(plan.status) not in DOOR_STATUSES:
        raise DomainError("examday.no_session")
    kind = IncidentKind(kind)
    check_incident(kind, has_seat=seat is not None, text=text)
    if kind is IncidentKind.ABSENT and seat is not None:
        _check_absent(plan, seat, now)
    where = seat.room if seat is not None else room
    row = Incident.objects.create(plan=plan, seat=seat, room=where, kind=kind.value, text=text.strip(), at=now, by=actor)
    ledger.append("examday.incident_recorded", subject=seat or plan, actor=actor, now=now, kind_of=kind.value, incident=row.pk)
    return row


def _check_absent(plan: Plan, seat: Seat, now: datetime) -> None:
    # The lock of the sign-in: nobody is both, and two phones write one line.
    Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    if SignIn.objects.filter(seat=seat).exists():
        raise DomainError("examday.was_signed_in", ticket=seat.ticket_number)
    if door(starts_at=comes_at(seat), now=now, late_limit=late_limit(plan)) is not Door.CLOSED:
        raise DomainError("examday.absent_too_early")
    if Incident.objects.filter(seat=seat, kind=IncidentKind.ABSENT.value).exists():
        raise DomainError("examday.recorded_already")


@transaction.atomic
def record_absent(plan: Plan, *, room: str, actor: User, now: datetime) -> list[Incident]:
    """Write down everybody of a room who has not been signed in when the door is closed; who is written down stays.

    Who keeps theory and comes with the skill test is written down once that door is closed as well.

    Raises `DomainError` as `record_incident`; "examday.absent_too_early" while somebody may still come.
    """
    invigilator_of(actor, plan.pk)
    if door(starts_at=plan.theory_starts_at, now=now, late_limit=late_limit(plan)) is not Door.CLOSED:
        raise DomainError("examday.absent_too_early")
    # The plan's row is the lock: of two phones that write a room's absences, the second finds them written.
    Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    missing = Seat.objects.filter(plan=plan, room=room, sign_in=None).exclude(incidents__kind=IncidentKind.ABSENT.value)
    if door(starts_at=plan.skill_starts_at, now=now, late_limit=late_limit(plan)) is not Door.CLOSED:
        missing = missing.exclude(pk__in=seats_keeping(plan, THEORY))
    return [
        record_incident(plan, kind=IncidentKind.ABSENT, room=room, text="", seat=seat, actor=actor, now=now)
        for seat in missing.order_by("number")
    ]


@transaction.atomic
def countersign(incident: Incident, *, actor: User, now: datetime) -> Countersignature:
    """Put the second invigilator's name under a line; twice is once. With it a stopped exam ends.

    Raises `DomainError` "examday.second_signature_same" for who wrote it, "examday.not_an_invigilator" (403), and
    "examday.record_closed" once results are out: what was not signed by then decides nothing any more.
    """
    if Status(incident.plan.status) not in SIGNING_STATUSES:
        raise DomainError("examday.record_closed")
    team = {row.user_id for row in invigilators_of(incident.plan) if row.declared_at is not None}
    check_second(first=incident.by_id, second=actor.pk, invigilators=team)
    row, made = Countersignature.objects.get_or_create(incident=incident, defaults={"by": actor, "at": now})
    if made:
        ledger.append(
            "examday.incident_countersigned", subject=incident.seat or incident.plan, actor=actor, now=now, incident=incident.pk
        )
        if incident.kind == IncidentKind.STOPPED and incident.seat is not None:
            stopping.end_all(incident.seat, actor=actor, now=now)
    return row
