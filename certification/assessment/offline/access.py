"""The only way a view reaches a tablet or its release."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from certification.assessment.access import plans_led_by
from certification.assessment.offline.description import RUNNING
from certification.assessment.offline.models import Tablet, TabletRelease
from certification.assessment.selectors import assignments_to_score
from certification.plans.models import StaffAssignment
from lms.accounts.models import User


def own_tablet(user: User, pk: UUID) -> Tablet:
    """Return a tablet of this assessor; another's is not found, whoever holds it."""
    tablet = Tablet.objects.filter(pk=pk, assessor=user).select_related("plan", "assessor").first()
    if tablet is None:
        raise Http404
    return tablet


def led_tablet(user: User, pk: UUID) -> Tablet:
    """Return a tablet of a plan that the person's own body runs; another body's is not found (I42)."""
    tablet = Tablet.objects.filter(pk=pk, plan__in=plans_led_by(user)).select_related("plan__organisation", "assessor").first()
    if tablet is None:
        raise Http404
    return tablet


def led_release(user: User, pk: int) -> TabletRelease:
    """Return a release asked for in a plan of the person's own body."""
    release = TabletRelease.objects.filter(pk=pk, tablet__plan__in=plans_led_by(user)).select_related(
        "tablet__plan__organisation"
    )
    found = release.first()
    if found is None:
        raise Http404
    return found


def plans_to_score(user: User) -> QuerySet[StaffAssignment]:
    """Return the running plans, as assignments, in which this person is an assessor and has declared (I15)."""
    return assignments_to_score(user).filter(plan__status__in=RUNNING, declared_at__isnull=False)
