"""The only way a view reaches a seat, a sheet or a plan under assessment."""

from django.db.models import QuerySet
from django.http import Http404

from certification.assessment.models import ScoreSheet, Station
from certification.plans.models import Plan, Seat, StaffAssignment
from certification.plans.rules import StaffRole
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where


def own_seats(user: User) -> QuerySet[Seat]:
    """Return the seats of this candidate with all that the exam pages show."""
    return Seat.objects.filter(candidate=user).select_related(
        "plan__organisation", "plan__scheme__occupation", "plan__blueprint", "sitting__attempt"
    )


def own_seat(user: User, pk: int) -> Seat:
    """Return the candidate's own seat; anybody else's is not found."""
    seat = own_seats(user).filter(pk=pk).first()
    if seat is None:
        raise Http404
    return seat


def own_sheets(user: User) -> QuerySet[ScoreSheet]:
    """Return the sheets this assessor opened; nobody reads another's (I23)."""
    return ScoreSheet.objects.filter(assessor=user).select_related("station__plan__scheme__occupation", "seat")


def own_sheet(user: User, pk: int) -> ScoreSheet:
    """Return the assessor's own sheet; another's is not found, signed or not."""
    sheet = own_sheets(user).filter(pk=pk).first()
    if sheet is None:
        raise Http404
    return sheet


def assignment_to_score(user: User, plan_pk: int) -> StaffAssignment:
    """Return the person's assignment as an assessor of this plan; nothing is shown before she has declared (I15)."""
    assignment = (
        StaffAssignment.objects.filter(user=user, role=StaffRole.ASSESSOR.value, plan=plan_pk)
        .select_related("plan__organisation", "plan__scheme__occupation")
        .first()
    )
    if assignment is None:
        raise Http404
    if assignment.declared_at is None:
        raise DomainError("plans.declare_first", status=403)
    return assignment


def station_to_score(user: User, pk: int) -> Station:
    """Return a station of a plan in which the person is an assessor who has declared."""
    station = Station.objects.filter(pk=pk).select_related("plan__scheme__occupation").first()
    if station is None:
        raise Http404
    assignment_to_score(user, station.plan_id)
    return station


def seat_at(station: Station, pk: int) -> Seat:
    """Return a seat of the station's plan."""
    seat = Seat.objects.filter(pk=pk, plan_id=station.plan_id).first()
    if seat is None:
        raise Http404
    return seat


def plans_led_by(user: User) -> QuerySet[Plan]:
    """Return the plans of bodies in which the person is an exam officer or the head."""
    bodies = organisations_where(user, Role.EXAM_OFFICER, Role.HEAD)
    return Plan.objects.filter(organisation__in=bodies).select_related("organisation", "scheme__occupation", "blueprint")


def led_plan(user: User, pk: int) -> Plan:
    """Return a plan that the person's own body runs; another body's is not found (I42)."""
    plan = plans_led_by(user).filter(pk=pk).first()
    if plan is None:
        raise Http404
    return plan


def seat_of_led_plan(plan: Plan, pk: int) -> Seat:
    """Return a seat of a plan the caller has reached by `led_plan`."""
    seat = Seat.objects.filter(plan=plan, pk=pk).select_related("plan__organisation", "plan__scheme").first()
    if seat is None:
        raise Http404
    return seat
