"""What a learner should do next."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.learning.rules import StepKind
from courses.learning.selectors import CourseProgress, progress_in_all
from lms.core.queues import QueueRow

OWN_COURSES = gettext_lazy("My courses")


def own(user: Any, now: datetime) -> Iterator[QueueRow]:
    """Yield the next step of each course that is not finished; at most six queries."""
    if not getattr(user, "is_authenticated", False):
        return
    for progress in progress_in_all(user):
        if progress.course.live and progress.next.kind is not StepKind.NONE:
            yield QueueRow(queue=OWN_COURSES, title=step_title(progress), detail=_detail(progress), url=progress.next_url)


def step_title(progress: CourseProgress) -> str:
    """Return the next step as one sentence."""
    match progress.next.kind:
        case StepKind.LESSON:
            return _("Read the next lesson: %(title)s") % {"title": progress.next.title}
        case StepKind.QUIZ:
            return _("Take the quiz: %(title)s") % {"title": progress.next.title}
        case StepKind.STATEMENT:
            return _("Get your completion statement")
        case _step:
            return ""


def _detail(progress: CourseProgress) -> str:
    facts = {"course": progress.course.title, "done": progress.done, "total": progress.total}
    return _("%(course)s · %(done)s of %(total)s steps done") % facts
