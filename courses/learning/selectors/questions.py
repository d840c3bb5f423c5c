"""Reads over questions and answers, paged by key."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from courses.learning.models import Enrolment, Question
from lms.core.forms import whole_number

PAGE_SIZE = 30
SHOWN = 100


@dataclass(frozen=True)
class Questions:
    """A page of questions; `after` is the key to go on from when there are more."""

    rows: list[Question]
    chosen: str
    after: int | None


def questions_on(enrolment: Enrolment, lesson: int) -> list[Question]:
    """Return her own questions on the lesson and the shared answers of her class, newest first; one query."""
    shared = Q(shared=True, run=enrolment.run_id) if enrolment.run_id else Q(shared=True, run=None)
    rows = Question.objects.filter(lesson=lesson).filter(Q(enrolment=enrolment) | shared & ~Q(answered_at=None))
    return list(rows.select_related("answered_by").order_by("-pk")[:SHOWN])


def questions_for(rows: QuerySet[Question], query: Mapping[str, str]) -> Questions:
    """Return a page of the teacher's questions: `show` is "open" (oldest first, the default) or "answered" (newest first)."""
    chosen = "answered" if query.get("show") == "answered" else "open"
    after = whole_number(query.get("after"))
    rows = rows.select_related("enrolment__user", "lesson", "run", "answered_by").defer("lesson__body", "enrolment__standing")
    if chosen == "open":
        rows = rows.filter(answered_at=None, pk__gt=after).order_by("pk")
    else:
        rows = rows.exclude(answered_at=None).order_by("-pk")
        rows = rows.filter(pk__lt=after) if after else rows
    found = list(rows[: PAGE_SIZE + 1])
    return Questions(found[:PAGE_SIZE], chosen, found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None)
