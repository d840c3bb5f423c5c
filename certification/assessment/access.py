"""The only way a view reaches a seat, a sheet or a plan under assessment."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from certification.assessment.jury import leader_of
from certification.assessment.models import Arbitration, ScoreSheet, SecondSignature, Station
from certification.assessment.rules import ArbitrationWay
from certification.assessment.selectors import arbitration_way
from certification.plans.models import Plan, Seat, StaffAssignment
from certification.plans.rules import StaffRole
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role, organisations_where


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


def led_team(user: User, plan_pk: int) -> Plan:
    """Return a plan whose team of assessors the person leads; nothing is shown before she has declared (I15)."""
    plan = assignment_to_score(user, plan_pk).plan
    if leader_of(plan) != user:
        raise Http404
    return plan


def asked_signature(user: User, pk: int) -> SecondSignature:
    """Return a question about a fatal act that was put to this assessor; what colleagues were asked is not found."""
    row = (
        SecondSignature.objects.filter(pk=pk, assessor=user)
        .select_related("seat__plan__organisation", "seat__plan__scheme", "point__station", "point__item")
        .first()
    )
    if row is None:
        raise Http404
    return row


def _arbitration(pk: int) -> Arbitration:
    rows = Arbitration.objects.select_related(
        "seat", "station__plan__organisation", "station__plan__scheme__occupation", "arbitrator"
    )
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def arbitration_to_score(user: User, pk: int) -> Arbitration:
    """Return a case in which this person is to score anew, or has done so; anybody else's is not found."""
    row = _arbitration(pk)
    plan = row.station.plan
    leads = arbitration_way(plan) is ArbitrationWay.JOINT and leader_of(plan) == user
    if row.arbitrator_id != user.pk and not leads:
        raise Http404
    return row


def arbitration_to_name(user: User, pk: int) -> Arbitration:
    """Return a case of a plan that the person's own body runs, or whose team she leads (I42)."""
    row = _arbitration(pk)
    if not plans_led_by(user).filter(pk=row.station.plan_id).exists() and leader_of(row.station.plan) != user:
        raise Http404
    return row


def watched_plan(user: User, pk: int) -> Plan:
    """Return a plan that the person runs, heads or supervises; another body's is not found (I42)."""
    bodies = organisations_where(user, Role.EXAM_OFFICER, Role.HEAD, Role.SUPERVISOR)
    plan = Plan.objects.filter(organisation__in=bodies, pk=pk).select_related("organisation", "scheme__occupation").first()
    if plan is None:
        raise Http404
    return plan


def may_lead(user: User, plan: Plan) -> bool:
    """Tell whether the person reaches the plan's desk pages as officer or head."""
    return plans_led_by(user).filter(pk=plan.pk).exists()


def require_officer(user: User, plan: Plan) -> None:
    """Refuse before a form is read; the services ask again."""
    if not has_role(user, plan.organisation, Role.EXAM_OFFICER):
        raise PermissionDenied
