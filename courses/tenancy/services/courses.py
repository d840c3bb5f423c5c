"""A whole course on its way: begun in one step, sent to review as one thing, returned or approved as one thing."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from wagtail.models import Page, TaskState, WorkflowState

from courses.catalogue.models import CollegePage, CoursePage, LessonPage, ModulePage
from courses.tenancy import notice_kinds
from courses.tenancy.review_news import told_as_one
from courses.tenancy.selectors import part_pages, waiting_tasks
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.notices.kinds import Kind
from lms.notices.services import news, tell_many


@dataclass(frozen=True)
class Beginning:
    """The titles with which a course begins."""

    title: str
    summary: str
    module: str
    lesson: str


@transaction.atomic
def begin_course(college: CollegePage, beginning: Beginning, *, actor: User, now: datetime.datetime) -> LessonPage:
    """Put a course with one module and one lesson into the college's tree, all drafts; return the lesson to be written."""
    course = CoursePage(title=beginning.title, summary=beginning.summary, live=False, owner=actor)
    college.add_child(instance=course)
    module = ModulePage(title=beginning.module, live=False, owner=actor)
    course.add_child(instance=module)
    lesson = LessonPage(title=beginning.lesson, live=False, owner=actor)
    module.add_child(instance=lesson)
    for page in (course, module, lesson):
        page.save_revision(user=actor, log_action=True)
    ledger.append("tenancy.course_begun", subject=course, actor=actor, now=now)
    return lesson


@transaction.atomic
def submit_course(course: CoursePage, *, actor: User, now: datetime.datetime) -> int:
    """Send all that is new in the course to its reviewers, and return how many pages that is.

    What was returned goes on in the review in which it was returned, so that its history stays together. Raises
    `DomainError` (409): `tenancy.not_reviewable`, `tenancy.nothing_to_review`.
    """
    workflow = course.get_workflow()
    if workflow is None:
        raise DomainError("tenancy.not_reviewable")
    with told_as_one():
        sent = [page for page in part_pages(course) if _send(page, actor)]
    if not sent:
        raise DomainError("tenancy.nothing_to_review")
    ledger.append("tenancy.course_submitted", subject=course, actor=actor, now=now, pages=[page.pk for page in sent])
    _tell(reviewers_of(course), notice_kinds.SUBMITTED, course, now=now, name=actor.name)
    return len(sent)


def _send(page: Page, actor: User) -> bool:
    state = page.current_workflow_state
    if state is None:
        if (page.live and not page.has_unpublished_changes) or page.expired:
            return False  # what was taken out stays out until an author brings it back
        page.get_workflow().start(page, actor)
        return True
    if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user=actor)
        return True
    return False


@transaction.atomic
def return_course(course: CoursePage, *, comment: str, on_parts: dict[int, str], actor: User, now: datetime.datetime) -> int:
    """Send what waits back to the authors with a comment; `on_parts` holds what is said of single pages, by page pk.

    With comments on parts only those parts go back. Returns how many. Raises `DomainError`:
    `tenancy.comment_missing` (422), `tenancy.not_in_review` (409).
    """
    on_parts = {pk: text.strip() for pk, text in on_parts.items() if text.strip()}
    if not comment.strip() and not on_parts:
        raise DomainError("tenancy.comment_missing", status=422)
    waiting = waiting_tasks(course)
    chosen = [task for task in waiting if not on_parts or int(task.workflow_state.object_id) in on_parts]
    if not chosen:
        raise DomainError("tenancy.not_in_review")
    authors = _senders(chosen)
    with told_as_one():
        for task in chosen:
            words = [comment.strip(), on_parts.get(int(task.workflow_state.object_id), "")]
            task.specific.reject(user=actor, comment="\n".join(word for word in words if word))
    pages = [task.workflow_state.object_id for task in chosen]
    ledger.append("tenancy.course_returned", subject=course, actor=actor, now=now, pages=[int(pk) for pk in pages])
    said = comment.strip() or next(iter(on_parts.values()), "")
    _tell(authors, notice_kinds.RETURNED, course, now=now, comment=said)
    return len(chosen)


@transaction.atomic
def approve_course(course: CoursePage, *, comment: str, actor: User, now: datetime.datetime) -> int:
    """Publish all that waits, the course before its parts; returns how many. Raises `tenancy.not_in_review` (409)."""
    waiting = waiting_tasks(course)
    if not waiting:
        raise DomainError("tenancy.not_in_review")
    authors = _senders(waiting)
    with told_as_one():
        for task in waiting:
            task.specific.approve(user=actor, comment=comment.strip())
    pages = [int(task.workflow_state.object_id) for task in waiting]
    ledger.append("tenancy.course_approved", subject=course, actor=actor, now=now, pages=pages)
    _tell(authors, notice_kinds.PUBLISHED, course, now=now, comment=comment.strip())
    return len(waiting)


def title_of(course: CoursePage) -> str:
    return str(course.get_latest_revision_as_object().title)


def reviewers_of(course: CoursePage) -> list[User]:
    """Return who may decide on what is sent in, by name."""
    workflow = course.get_workflow()
    groups = [group for task in workflow.tasks for group in task.specific.groups.all()] if workflow else []
    return list(User.objects.filter(groups__in=groups, is_active=True).distinct().order_by("name"))


def _senders(tasks: list[TaskState]) -> list[User]:
    people = {task.workflow_state.requested_by_id for task in tasks}
    return list(User.objects.filter(pk__in=people, is_active=True))


def _tell(people: list[User], kind: Kind, course: CoursePage, *, now: datetime.datetime, **facts: str) -> None:
    about = {"title": title_of(course), **facts}
    url = reverse("tenancy:course", args=[course.pk])
    tell_many([news(kind, person, facts=about, url=url, now=now) for person in people])
