"""News from below: a changed membership changes who may edit which tree; what is submitted for review passes the gate."""

from typing import Any

from wagtail.models import WorkflowState

from courses.catalogue.accessibility.gate import require_accessible
from courses.catalogue.services import seat_editor
from lms.organisations.models import Membership


def follow_membership(sender: type[Membership], instance: Membership, **kwargs: Any) -> None:
    seat_editor(instance.user, instance.organisation)


def hold_up_at_the_gate(sender: type[WorkflowState], instance: WorkflowState, **kwargs: Any) -> None:
    """Refuse a lesson that shuts somebody out, whoever submits it; the review that was begun is undone with the error."""
    from courses.catalogue.models import LessonPage

    submitted = instance.content_object.get_latest_revision_as_object()
    if isinstance(submitted, LessonPage):
        require_accessible(submitted)
