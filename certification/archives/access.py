"""The only way a view reaches an archive, a request to open one, or a plan that waits for its archive. Candidates never."""

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from certification.archives.models import Archive, Destruction, Opening
from certification.archives.selectors import with_acts
from certification.plans.models import Plan
from certification.plans.rules import Status as PlanStatus
from lms.accounts.models import User
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where, people_with

KEEPERS = (Role.EXAM_OFFICER, Role.HEAD)
"""Who looks after a body's archives."""
WITNESSES = (Role.EXAM_OFFICER, Role.HEAD, Role.SUPERVISOR, Role.ELIGIBILITY_REVIEWER)
"""Who may sit beside somebody who reads in an archive. Assessors may not: they never learn what others gave."""


def archives_of(user: User) -> QuerySet[Archive]:
    """Return the archives of the bodies in which this person is officer or head, none of a plan that she sat."""
    rows = Archive.objects.filter(plan__organisation__in=organisations_where(user, *KEEPERS))
    return rows.exclude(plan__seats__candidate=user).select_related("plan__organisation", "plan__scheme__occupation")


def archive_for(user: User, pk: int) -> Archive:
    rows = archives_of(user).select_related("prepared_by", "sealed_by", "job", "plan__organisation", "plan__scheme__occupation")
    return get_object_or_404(rows, pk=pk)


def plans_to_archive(user: User) -> QuerySet[Plan]:
    """Return the certified plans of the person's bodies that have no archive yet."""
    rows = Plan.objects.filter(
        organisation__in=organisations_where(user, *KEEPERS), status=PlanStatus.CERTIFIED.value, archive=None
    )
    return rows.exclude(seats__candidate=user).select_related("organisation", "scheme__occupation", "publication")


def plan_for_archive(user: User, pk: int) -> Plan:
    """Return a plan of a body in which this person is officer or head, whatever its state; 404 otherwise."""
    rows = Plan.objects.filter(organisation__in=organisations_where(user, *KEEPERS)).exclude(seats__candidate=user)
    return get_object_or_404(rows.select_related("organisation", "scheme__occupation", "publication"), pk=pk)


def openings_of(user: User) -> QuerySet[Opening]:
    """Return the requests of the person's bodies, and those at which she is to be present."""
    bodies = organisations_where(user, *KEEPERS)
    own = Q(requested_by=user) | Q(witness=user)
    staff = organisations_where(user, *WITNESSES)
    rows = Opening.objects.filter(Q(archive__plan__organisation__in=bodies) | own & Q(archive__plan__organisation__in=staff))
    return with_acts(rows.exclude(archive__plan__seats__candidate=user))


def opening_for(user: User, pk: int) -> Opening:
    return get_object_or_404(openings_of(user), pk=pk)


def destruction_for(user: User, pk: int) -> Destruction:
    """Return a proposed destruction of a body that this person heads or is officer of."""
    rows = Destruction.objects.filter(archive__plan__organisation__in=organisations_where(user, *KEEPERS))
    return get_object_or_404(rows.select_related("archive__plan__organisation", "proposed_by"), pk=pk)


def witnesses_for(archive: Archive, asking: User) -> QuerySet[User]:
    """Return who may be the second person: staff of the body, not the one who asks, and nobody who sat in the plan."""
    body: Organisation = archive.plan.organisation
    return people_with(body, *WITNESSES).exclude(pk=asking.pk).exclude(seats__plan=archive.plan_id)
