"""What the door and the room's record say of one candidate: whether she may sit down, was stopped, or never came."""

from django.db.models import QuerySet

from certification.examday.models import Incident, SignIn
from certification.examday.rules.incidents import IncidentKind
from certification.plans.models import Plan, Seat


def is_admitted(seat: Seat) -> bool:
    """Tell whether an invigilator signed the candidate in. One query.

    A plan with one room in words keeps its door on paper: everybody with a seat is admitted there.
    """
    return seat.plan_room_id is None or SignIn.objects.filter(seat=seat).exists()


def is_stopped(seat: Seat) -> bool:
    """Tell whether two invigilators put their names under it that her exam was stopped. One query."""
    return _counted(IncidentKind.STOPPED).filter(seat=seat).exists()


def absent_at_door(plan: Plan) -> set[int]:
    """Return the keys of the seats that two invigilators wrote down as empty, and whose candidate was never signed in. One query."""
    rows = _counted(IncidentKind.ABSENT).filter(plan=plan, seat__sign_in=None)
    return set(rows.values_list("seat_id", flat=True))


def _counted(kind: IncidentKind) -> QuerySet[Incident]:
    return Incident.objects.filter(kind=kind.value, countersignature__isnull=False, seat__isnull=False)
