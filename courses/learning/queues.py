"""What a learner should do next, and what waits for a teacher."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.learning.access import classes_led_by, questions_led_by
from courses.learning.models import JoinRequest
from courses.learning.rules import StepKind
from courses.learning.rules.classes import RequestStatus
from courses.learning.selectors.progress import CourseProgress, progress_in_all
from lms.core.queues import QueueRow

OWN_COURSES = gettext_lazy("My courses")
TEACHING = gettext_lazy("Teaching")
MOST_SHOWN = 20


def own(user: Any, now: datetime) -> Iterator[QueueRow]:
    """Yield the next step of each course that is not finished; at most five queries."""
    if not getattr(user, "is_authenticated", False):
        return
    for progress in progress_in_all(user):
        if progress.next.kind is not StepKind.NONE:
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


def desk(user: Any, now: datetime) -> Iterator[QueueRow]:
    """Yield the oldest questions that nobody has answered, and each class in which people wait; two queries."""
    if not getattr(user, "is_authenticated", False):
        return
    asked = questions_led_by(user).filter(answered_at=None).select_related("lesson").defer("lesson__body")
    for question in asked.order_by("pk")[:MOST_SHOWN]:
        title = _("Answer a question: %(title)s") % {"title": question.text[:40]}
        url = reverse("learning:answer", args=[question.pk])
        yield QueueRow(queue=TEACHING, title=title, detail=question.lesson.title, url=url, due=question.asked_at)
    waiting = JoinRequest.objects.filter(run__in=classes_led_by(user), status=RequestStatus.ASKED.value)
    counted = waiting.values("run_id", "run__title").annotate(number=Count("pk")).order_by("run_id")
    for row in counted[:MOST_SHOWN]:
        title = _("Decide who joins the class: %(title)s") % {"title": row["run__title"]}
        detail = ngettext("%(number)s person asks", "%(number)s people ask", row["number"]) % {"number": row["number"]}
        yield QueueRow(queue=TEACHING, title=title, detail=detail, url=reverse("learning:class", args=[row["run_id"]]))
