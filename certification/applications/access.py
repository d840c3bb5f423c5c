"""Who may see a case: the candidate her own, the body's reviewers and officers theirs."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from certification.applications.models import (
    Application,
    ApplicationQuerySet,
    Entry,
    Evidence,
    Intake,
    NeedsEvidence,
    NeedsRequest,
)
from certification.applications.rules import Status
from certification.applications.rules.intakes import EntryStatus
from certification.plans.models import Plan
from lms.accounts.models import User
from lms.organisations.models import Organisation
from lms.organisations.rules import Kind, Role
from lms.organisations.selectors import has_role, organisations_where

READING_ROLES = (Role.ELIGIBILITY_REVIEWER, Role.EXAM_OFFICER)
"""Who of a body may open a submitted case; only reviewers give a verdict."""


def require_reviewer(actor: Any, organisation: Organisation) -> None:
    if not has_role(actor, organisation, Role.ELIGIBILITY_REVIEWER):
        raise PermissionDenied


def applications_of(user: User) -> QuerySet[Application]:
    """Return the person's own cases, each with what is public of its end (`outcome.outcome_of`)."""
    return (
        Application.objects.filter(candidate=user)
        .with_plan()
        .select_related("seat__publication_row", "seat__decision__certificate")
        # Long, and the number is encrypted: nobody reads them here.
        .defer("seat__decision__certificate__claims", "seat__decision__certificate__id_number")
    )


def application_for(user: User, pk: int) -> Application:
    """Return one of the person's own cases, or 404."""
    return get_object_or_404(applications_of(user), pk=pk)


def applications_reviewable_by(user: User) -> ApplicationQuerySet:
    """Return submitted cases of the bodies in which the person reviews, never her own (I10)."""
    return _seen_in(user, Role.ELIGIBILITY_REVIEWER)


def application_to_review(user: User, pk: int) -> Application:
    """Return a case for a reviewer or officer of its body, or 404."""
    return get_object_or_404(_seen_in(user, *READING_ROLES).select_related("candidate__identity"), pk=pk)


def cases_of_plan(user: User, pk: int) -> tuple[Plan, ApplicationQuerySet]:
    """Return a plan of a body in which the person reviews or is exam officer, and its submitted cases; 404 for others."""
    plans = Plan.objects.filter(organisation__in=organisations_where(user, *READING_ROLES)).with_names()
    plan = get_object_or_404(plans, pk=pk)
    return plan, _seen_in(user, *READING_ROLES).filter(plan=plan)


def _seen_in(user: User, *roles: Role) -> ApplicationQuerySet:
    return (
        Application.objects.filter(plan__organisation__in=organisations_where(user, *roles))
        .exclude(status=Status.DRAFT.value)
        # A draft that was withdrawn was never the body's to read.
        .exclude(submitted_at=None)
        .exclude(candidate_id=user.pk)
        .with_plan()
        .select_related("candidate")
        # Encrypted; a list has no use for it.
        .defer("private")
    )


def may_review(user: Any, application: Application) -> bool:
    return application.candidate_id != user.pk and has_role(user, application.plan.organisation, Role.ELIGIBILITY_REVIEWER)


def evidence_visible_to(user: User, pk: int) -> Evidence:
    """Return a file of one's own case or of a submitted case of one's body, or 404."""
    evidence = get_object_or_404(Evidence.objects.select_related("application__plan__organisation"), pk=pk)
    _check_readable(user, evidence.application)
    return evidence


def photo_visible_to(user: User, pk: int) -> str:
    """Return the SHA-256 of the photo of a case that the person may see, or 404."""
    application = get_object_or_404(Application.objects.select_related("plan__organisation"), pk=pk)
    _check_readable(user, application)
    if not application.photo_sha256:
        raise Http404
    return application.photo_sha256


def _check_readable(user: User, application: Application) -> None:
    if application.candidate_id == user.pk:
        return
    if (
        application.status == Status.DRAFT
        or application.submitted_at is None
        or not has_role(user, application.plan.organisation, *READING_ROLES)
    ):
        raise Http404


# Tables of people

ENTERING_ROLES = (Role.EXAM_OFFICER, Role.HEAD)
"""Who of an employer registers her staff with another body; at the body itself only the exam officer enters people."""


def may_enter(user: Any, plan: Plan, organisation: Organisation) -> bool:
    """Tell whether the person may enter people for this plan on behalf of the organisation (报名单位).

    The body's own exam officer always; of another organisation only an employer's officer or head, and only for a plan
    that everybody may read about.
    """
    if organisation.pk == plan.organisation_id:
        return has_role(user, organisation, Role.EXAM_OFFICER)
    public = Plan.objects.public().filter(pk=plan.pk).exists()
    return public and organisation.kind == Kind.EMPLOYER and has_role(user, organisation, *ENTERING_ROLES)


def organisations_entering(user: Any, plan: Plan) -> QuerySet[Organisation]:
    """Return the organisations on whose behalf the person may enter people for this plan; the body itself first."""
    own = organisations_where(user, Role.EXAM_OFFICER).filter(pk=plan.organisation_id)
    if not Plan.objects.public().filter(pk=plan.pk).exists():
        return own
    employers = organisations_where(user, *ENTERING_ROLES).filter(kind=Kind.EMPLOYER).exclude(pk=plan.organisation_id)
    return Organisation.objects.filter(Q(pk__in=own) | Q(pk__in=employers)).order_by("pk")


def plan_to_enter(user: User, pk: int) -> Plan:
    """Return a plan for which the person may enter people, or 404."""
    plan = get_object_or_404(Plan.objects.with_names(), pk=pk)
    if not organisations_entering(user, plan).exists():
        raise Http404
    return plan


def intakes_visible_to(user: Any) -> QuerySet[Intake]:
    """Return the tables that the person's own organisations handed in; nobody sees those of another (I42)."""
    bodies = organisations_where(user, Role.EXAM_OFFICER)
    employers = organisations_where(user, *ENTERING_ROLES).filter(kind=Kind.EMPLOYER)
    return (
        Intake.objects.filter(Q(organisation__in=bodies) | Q(organisation__in=employers))
        .select_related("plan__organisation", "plan__scheme__occupation", "organisation", "actor", "check_job", "take_job")
        .defer("sealed")
    )


def intake_for(user: User, pk: int) -> Intake:
    return get_object_or_404(intakes_visible_to(user), pk=pk)


def entries_for(user: User) -> QuerySet[Entry]:
    """Return the entries that wait for this person: under a phone that she has proved, or under her document."""
    identity = getattr(user, "identity", None)
    mine = Q(number_index=identity.number_index) if identity is not None else Q(pk__in=())
    if user.phone and user.phone_verified:
        mine |= Q(phone=user.phone)
    return (
        Entry.objects.filter(mine, status=EntryStatus.WAITING.value)
        .select_related("plan__organisation", "plan__scheme__occupation", "intake__organisation", "condition")
        .order_by("pk")
    )


def entry_for(user: User, pk: int) -> Entry:
    return get_object_or_404(entries_for(user), pk=pk)


def entry_is_for(user: User, entry: Entry) -> bool:
    """Tell whether an entry is for this person; of one that she accepted her own case tells it."""
    if entry.application is not None:
        return entry.application.candidate_id == user.pk
    return entries_for(user).filter(pk=entry.pk).exists()


# Accommodations


def needs_requests_of(user: User) -> QuerySet[NeedsRequest]:
    return NeedsRequest.objects.filter(user=user).select_related("organisation").prefetch_related("files")


def own_needs_request(user: User, pk: int) -> NeedsRequest:
    return get_object_or_404(needs_requests_of(user), pk=pk)


def needs_requests_reviewable_by(user: User) -> QuerySet[NeedsRequest]:
    """Return the requests made to bodies for which the person reviews, never her own. Officers see what was granted only."""
    bodies = organisations_where(user, Role.ELIGIBILITY_REVIEWER)
    return NeedsRequest.objects.filter(organisation__in=bodies).exclude(user=user).select_related("user", "organisation")


def needs_request_to_decide(user: User, pk: int) -> NeedsRequest:
    return get_object_or_404(needs_requests_reviewable_by(user).prefetch_related("files"), pk=pk)


def needs_file_visible_to(user: User, pk: int) -> NeedsEvidence:
    """Return a file of one's own request, or of one that one decides on, or 404."""
    file = get_object_or_404(NeedsEvidence.objects.select_related("request"), pk=pk)
    if file.request.user_id != user.pk and not needs_requests_reviewable_by(user).filter(pk=file.request_id).exists():
        raise Http404
    return file
