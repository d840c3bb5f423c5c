"""What a learner should do next, and what waits for a teacher."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.learning.access import classes_led_by, questions_led_by
from courses.learning.models import JoinRequest
from courses.learning.rules import StepKind
from courses.learning.rules.classes import RequestStatus
from courses.learning.selectors.progress import CourseProgress, progress_in_all
from lms.core.queues import QueueRow, TableSource
from lms.core.queues.sources import midnight

OWN_COURSES = gettext_lazy("My courses")
TEACHING = gettext_lazy("Teaching")
QUESTIONS = gettext_lazy("Questions of learners")
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


class QuestionSource(TableSource):
    """Questions of learners that nobody has answered, the oldest first."""

    queue = QUESTIONS
    sort = "asked_at"
    body = "organisation"
    words = ("text", "lesson__title")

    def waiting(self, user: Any, now: datetime) -> QuerySet[Any]:
        return questions_led_by(user).filter(answered_at=None)

    def detailed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("lesson").defer("lesson__body")

    def due_from(self, day: date) -> datetime:
        return midnight(day)

    def row(self, found: Any, now: datetime) -> QueueRow:
        return QueueRow(
            queue=QUESTIONS,
            title=_("Answer a question: %(title)s") % {"title": found.text[:40]},
            detail=found.lesson.title,
            url=reverse("learning:answer", args=[found.pk]),
            due=found.asked_at,
            organisation=found.organisation_id,
        )


SOURCES = [QuestionSource()]


def desk(user: Any, now: datetime) -> Iterator[QueueRow]:
    """Yield each class in which people wait to be let in; one query."""
    if not getattr(user, "is_authenticated", False):
        return
    waiting = JoinRequest.objects.filter(run__in=classes_led_by(user), status=RequestStatus.ASKED.value)
    counted = waiting.values("run_id", "run__title", "run__organisation_id").annotate(number=Count("pk")).order_by("run_id")
    for row in counted[:MOST_SHOWN]:
        title = _("Decide who joins the class: %(title)s") % {"title": row["run__title"]}
        detail = ngettext("%(number)s person asks", "%(number)s people ask", row["number"]) % {"number": row["number"]}
        url = reverse("learning:class", args=[row["run_id"]])
        yield QueueRow(queue=TEACHING, title=title, detail=detail, url=url, organisation=row["run__organisation_id"])
