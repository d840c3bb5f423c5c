"""What the door and the room's record mean for the parts: an exam that was stopped ends, absences are taken over."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from certification.assessment import rules, selectors
from certification.assessment.models import Absence, TheorySitting
from certification.assessment.rules import Door, Part
from certification.assessment.services.closing import record_absence
from certification.assessment.services.sittings import submit_sitting
from certification.examday.selectors.admission import absent_at_door
from certification.examday.selectors.rooms import late_limit
from certification.plans.models import KeptPart, Plan, Seat
from lms.accounts.models import User
from lms.core import ledger
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role


@transaction.atomic
def stop_sitting(seat: Seat, *, actor: User, now: datetime) -> None:
    """End the candidate's theory exam where it stands, since two invigilators stopped it; what was saved stays.

    What it means for the part is decided with the results. Nothing happens when she has handed in or not begun.
    """
    # The lock that beginning takes: whoever begins in this second is found here, or finds the second signature there.
    Seat.objects.select_for_update().get(pk=seat.pk)
    sitting = TheorySitting.objects.filter(seat=seat, submitted_at=None).select_related("attempt").first()
    if sitting is not None and not rules.is_over(deadline=sitting.attempt.deadline_at, now=now):
        submit_sitting(sitting, actor=actor, now=now)
        ledger.append("assessment.sitting_stopped", subject=sitting, actor=actor, now=now)


def untaken_absences(plan: Plan, *, now: datetime) -> list[tuple[Seat, Part]]:
    """Return the parts of those who were absent at the door that could be recorded as absent now, in ticket order.

    A part whose beginning is still to come, that she took all the same, that she brought along from an earlier exam, or
    that is recorded already is left out. Seven queries at most, whatever their number.
    """
    keys = absent_at_door(plan)
    if not keys:
        return []
    taken = set(Absence.objects.filter(seat__in=keys).values_list("seat_id", "part"))
    came = selectors.parts_begun(keys)
    kept = set(KeptPart.objects.filter(seat__in=keys).values_list("seat_id", "part"))
    kinds = set(selectors.part_kinds(plan))
    open_parts = [part for part in Part if part.value in kinds and _has_begun(plan, part, now)]
    seats = Seat.objects.filter(pk__in=keys).select_related("plan__organisation", "plan__scheme").order_by("ticket_number")
    return [(seat, part) for seat in seats for part in open_parts if (seat.pk, part.value) not in taken | came | kept]


def _has_begun(plan: Plan, part: Part, now: datetime) -> bool:
    if part is Part.THEORY:
        return rules.door(starts_at=plan.theory_starts_at, now=now, late_limit=late_limit(plan)) is Door.CLOSED
    return now >= plan.skill_starts_at


@transaction.atomic
def take_over_absences(plan: Plan, *, actor: User, now: datetime) -> int:
    """Record in one act the absences that two invigilators wrote down at the door; return how many parts.

    Whoever is absent at the door is absent from each part that has begun; the parts of the afternoon follow then.
    Raises `PermissionDenied` for anybody but an exam officer of the body, and `DomainError` as `record_absence`.
    """
    if not has_role(actor, plan.organisation, Role.EXAM_OFFICER):
        raise PermissionDenied
    found = untaken_absences(plan, now=now)
    for seat, part in found:
        record_absence(seat, part=part, actor=actor, now=now)
    return len(found)
