"""What tablets ask of the body's staff."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.assessment.access import plans_led_by
from certification.assessment.offline.description import RUNNING
from certification.assessment.offline.models import TabletRelease
from lms.core.queues import QueueRow

TABLETS = gettext_lazy("Tablets to give up")


def releases_to_confirm(user: Any) -> Iterable[QueueRow]:
    """Lost or broken tablets that wait for a second person: not who asked, not the assessor."""
    waiting = (
        TabletRelease.objects.filter(confirmed_at=None, tablet__plan__in=plans_led_by(user), tablet__plan__status__in=RUNNING)
        .exclude(asked_by=user)
        .exclude(tablet__assessor=user)
        .select_related("tablet__plan", "tablet__assessor")
        .order_by("pk")
    )
    for release in waiting:
        plan = release.tablet.plan
        yield QueueRow(
            queue=TABLETS,
            title=plan.title,
            detail=_("Confirm that the tablet of %(name)s is given up") % {"name": release.tablet.assessor.get_full_name()},
            url=f"{reverse('assessment:progress', args=[plan.pk])}#tablets",
            due=plan.exam_date,
            plan=plan.pk,
            organisation=plan.organisation_id,
        )
