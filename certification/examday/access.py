"""The only way a view reaches a seating, a seat at the door, a line of the record or a bag."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from certification.applications.models import Application
from certification.examday.models import HandOver, Incident
from certification.examday.services.door import DOOR_STATUSES, invigilator_of
from certification.plans.access import is_officer
from certification.plans.models import Plan, Seat, StaffAssignment
from certification.plans.rules import StaffRole, Status
from certification.plans.ticket_tokens import read_ticket_token
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.models import Job


def plan_watched_by(user: User, pk: int) -> Plan:
    """Return a plan in which the person invigilates and has declared; another one is not found (I15, I42)."""
    plans = Plan.objects.select_related("organisation", "site", "scheme__occupation")
    named = StaffAssignment.objects.filter(user=user, role=StaffRole.INVIGILATOR.value).values("plan")
    plan = get_object_or_404(plans.filter(pk__in=named), pk=pk)
    invigilator_of(user, plan.pk)
    return plan


def seat_of_token(user: User, token: str) -> Seat:
    """Return the seat that a ticket's code names, for an invigilator of its plan only; a forged code is not found."""
    read = read_ticket_token(token)
    if read is None:
        raise Http404
    key, number = read
    seat = seat_at_door(user, key)
    if seat.ticket_number != number:
        raise Http404
    return seat


def seat_at_door(user: User, pk: int) -> Seat:
    """Return a seat of a plan in which the person invigilates, or 404.

    Photo, document and needs are for the door: once the exam is over they are shown to nobody here (`examday.exam_over`).
    """
    seats = Seat.objects.select_related("plan__organisation", "plan__scheme", "candidate__identity", "application", "sign_in__by")
    seat = get_object_or_404(seats, pk=pk)
    plan_watched_by(user, seat.plan_id)
    if Status(seat.plan.status) not in DOOR_STATUSES:
        raise DomainError("examday.exam_over")
    return seat


def incident_to_sign(user: User, pk: int) -> Incident:
    """Return a line of the record of a plan in which the person invigilates, or 404."""
    incident = get_object_or_404(Incident.objects.select_related("plan", "seat"), pk=pk)
    plan_watched_by(user, incident.plan_id)
    return incident


def plan_with_papers(user: User, pk: int) -> Plan:
    """Return a plan whose papers may pass through the person's hands: its staff, and the body's exam officers."""
    plan = get_object_or_404(Plan.objects.select_related("organisation"), pk=pk)
    if not (plan.assignments.filter(user=user).exists() or is_officer(user, plan)):
        raise Http404
    return plan


def bag_for(user: User, pk: int) -> HandOver:
    """Return a hand-over to this person, or 404."""
    return get_object_or_404(HandOver.objects.select_related("plan"), pk=pk, receiver=user)


def own_seated_case(user: User, pk: int) -> Application:
    """Return the candidate's own case that has a seat, or 404."""
    cases = Application.objects.exclude(seat=None).select_related(
        "plan__organisation", "plan__site", "plan__scheme__occupation", "seat__candidate__identity", "seat__application"
    )
    return get_object_or_404(cases, pk=pk, candidate=user)


def printing_job(plan: Plan, pk: int) -> Job:
    """Return a printing job of a plan that the caller reached by its access, or 404."""
    return get_object_or_404(Job, pk=pk, kind="examday.tickets", params__plan=plan.pk)
