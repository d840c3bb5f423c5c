"""What Wagtail would mail about a review is told as notices of ours, which heed what each person chose.

A whole course is told once, by the service that sends, returns or approves it; a page sent alone is told here.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.urls import reverse
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from courses.catalogue.models import CoursePage
from courses.tenancy import notice_kinds
from lms.accounts.models import User
from lms.core import clock
from lms.notices.kinds import Kind
from lms.notices.services import news, tell_many

_as_one: ContextVar[bool] = ContextVar("a whole course is told as one", default=False)


@contextmanager
def told_as_one() -> Iterator[None]:
    """Tell nothing of single pages meanwhile."""
    token = _as_one.set(True)
    try:
        yield
    finally:
        _as_one.reset(token)


def take_over_from_wagtail() -> None:
    """Connect under the names that Wagtail's mails use; of one name only the first is kept, and ours comes first."""
    task_submitted.connect(tell_of_submission, TaskState, dispatch_uid="group_approval_task_submitted_email_notification")
    workflow_submitted.connect(tell_nobody_else, WorkflowState, dispatch_uid="workflow_state_submitted_email_notification")
    workflow_rejected.connect(tell_of_return, WorkflowState, dispatch_uid="workflow_state_rejected_email_notification")
    workflow_approved.connect(tell_of_approval, WorkflowState, dispatch_uid="workflow_state_approved_email_notification")


def tell_of_submission(sender: type[TaskState], instance: TaskState, user: User | None, **kwargs: Any) -> None:
    """Tell those who may decide that a page waits for them, whether it is sent or sent again."""
    groups = getattr(instance.task.specific, "groups", None)
    if groups is not None:
        people = User.objects.filter(groups__in=groups.all(), is_active=True).distinct()
        _tell(people, notice_kinds.SUBMITTED, instance.workflow_state, user, name=user.name if user is not None else "")


def tell_nobody_else(sender: type[WorkflowState], **kwargs: Any) -> None:
    """Wagtail mails every submission to all superusers; reviewers are told by `tell_of_submission`."""


def tell_of_return(sender: type[WorkflowState], instance: WorkflowState, user: User | None, **kwargs: Any) -> None:
    task = instance.current_task_state
    _tell(_sender_of(instance), notice_kinds.RETURNED, instance, user, comment=task.comment if task is not None else "")


def tell_of_approval(sender: type[WorkflowState], instance: WorkflowState, user: User | None, **kwargs: Any) -> None:
    _tell(_sender_of(instance), notice_kinds.PUBLISHED, instance, user, comment="")


def _sender_of(state: WorkflowState) -> list[User]:
    person = state.requested_by
    return [person] if person is not None and person.is_active else []


def _tell(people: Iterable[User], kind: Kind, state: WorkflowState, actor: User | None, **facts: str) -> None:
    page = state.content_object
    if _as_one.get() or not isinstance(page, Page):
        return
    about = {"title": page.draft_title or page.title, **facts}
    url, now = _where(page), clock.now()
    tell_many([news(kind, person, facts=about, url=url, now=now) for person in people if person != actor])


def _where(page: Page) -> str:
    """Return the page on which a part of a course is decided on, or of any other page its editor."""
    course = CoursePage.objects.ancestor_of(page, inclusive=True).first()
    if course is not None:
        return reverse("tenancy:course", args=[course.pk])
    return reverse("wagtailadmin_pages:edit", args=[page.pk])
