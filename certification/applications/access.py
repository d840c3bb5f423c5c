"""Who may see a case: the candidate her own, the body's reviewers and officers theirs."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from certification.applications.models import Application, ApplicationQuerySet, Evidence
from certification.applications.rules import Status
from lms.accounts.models import User
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
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


def _seen_in(user: User, *roles: Role) -> ApplicationQuerySet:
    return (
        Application.objects.filter(plan__organisation__in=organisations_where(user, *roles))
        .exclude(status=Status.DRAFT.value)
        # A draft that was withdrawn was never the body's to read.
        .exclude(submitted_at=None)
        .exclude(candidate_id=user.pk)
        .with_plan()
        .select_related("candidate")
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
