"""The only way a view reaches results, decisions and publications."""

from django.db.models import QuerySet
from django.http import Http404

from certification.examday.models import Incident
from certification.examday.rules.incidents import IncidentKind
from certification.plans.models import Plan, Seat
from certification.results.models import Objection, Publication, Voiding
from lms.accounts.models import User
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where


def plans_with_results(user: User) -> QuerySet[Plan]:
    """Return the plans whose results this person may see: officer, head or supervisor of the body."""
    bodies = organisations_where(user, Role.EXAM_OFFICER, Role.HEAD, Role.SUPERVISOR)
    return Plan.objects.filter(organisation__in=bodies).select_related("organisation", "scheme__occupation")


def plan_with_results(user: User, pk: int) -> Plan:
    """Return such a plan; another body's is not found (I42)."""
    plan = plans_with_results(user).filter(pk=pk).first()
    if plan is None:
        raise Http404
    return plan


def objection_to_answer(user: User, pk: int) -> Objection:
    """Return an objection against a publication of the person's own body."""
    objection = (
        Objection.objects.filter(pk=pk, publication__plan__in=plans_with_results(user))
        .select_related("publication__plan__organisation")
        .first()
    )
    if objection is None:
        raise Http404
    return objection


def voiding_to_answer(user: User, pk: int) -> Voiding:
    """Return a voiding of a plan of the person's own body."""
    voiding = (
        Voiding.objects.filter(pk=pk, seat__plan__in=plans_with_results(user))
        .select_related("seat__plan__organisation", "seat__candidate", "proposed_by", "incident", "verdict__by")
        .first()
    )
    if voiding is None:
        raise Http404
    return voiding


def stop_to_answer(user: User, pk: int) -> Incident:
    """Return a stopped exam of the person's own body that two invigilators signed and nobody has answered."""
    incident = (
        Incident.objects.filter(
            pk=pk,
            plan__in=plans_with_results(user),
            kind=IncidentKind.STOPPED.value,
            seat__isnull=False,
            countersignature__isnull=False,
            voiding=None,
            stop_answer=None,
        )
        .select_related("plan__organisation", "seat__candidate", "seat__plan", "by", "countersignature__by")
        .first()
    )
    if incident is None:
        raise Http404
    return incident


def public_publications() -> QuerySet[Publication]:
    """Return all publications, newest first: they are public by their nature."""
    return Publication.objects.select_related("plan__organisation", "plan__scheme__occupation").order_by("-opens_on", "-pk")


def public_publication(pk: int) -> Publication:
    """Return one publication."""
    publication = public_publications().filter(pk=pk).first()
    if publication is None:
        raise Http404
    return publication


def own_result_seat(user: User, pk: int) -> Seat:
    """Return the candidate's own seat with its decision; anybody else's is not found."""
    seat = (
        Seat.objects.filter(candidate=user, pk=pk)
        .select_related("plan__organisation", "plan__scheme__occupation", "decision", "publication_row__publication")
        .first()
    )
    if seat is None:
        raise Http404
    return seat
