"""Reads over classes, for those who learn in them and those who lead them. Every list is paged by key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from courses.catalogue.models import CoursePage
from courses.catalogue.pinned import PinnedOutline
from courses.learning.models import Announcement, CourseRun, Enrolment, JoinRequest
from courses.learning.rules.classes import RequestStatus, WayIn
from courses.learning.selectors.progress import CourseProgress
from lms.core.forms import whole_number
from lms.organisations.rules import TEACHING_ROLES
from lms.organisations.selectors import roles_of

PAGE_SIZE = 50
FILTERS = ("all", "behind", "unbegun", "finished")


@dataclass(frozen=True)
class Learners:
    """A page of a class's learners; `before` is the key of the last one when there are more."""

    rows: list[Enrolment]
    chosen: str
    search: str
    before: int | None


@dataclass(frozen=True)
class ClassFigures:
    learners: int
    behind: int
    unbegun: int
    finished: int


def teaches_anywhere(user: Any) -> bool:
    """Tell whether the person leads classes; one query."""
    return bool(TEACHING_ROLES & roles_of(user))


def learners_of(run: CourseRun, query: Mapping[str, str], *, today: date) -> Learners:
    """Return the learners that a query string asks for: `show` (one of FILTERS), `q` (part of a name), `before` (a key).

    One query, whatever the size of the class: each row remembers its own progress.
    """
    chosen = query.get("show", "") if query.get("show", "") in FILTERS else "all"
    search = query.get("q", "").strip()[:60]
    rows = Enrolment.objects.filter(run=run).select_related("user", "last_lesson").defer("standing", "last_lesson__body")
    rows = _filtered(rows, chosen, today)
    if search:
        rows = rows.filter(user__name__icontains=search)
    before = whole_number(query.get("before"))
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE_SIZE + 1])
    more = len(found) > PAGE_SIZE
    return Learners(found[:PAGE_SIZE], chosen, search, found[PAGE_SIZE - 1].pk if more else None)


def _filtered(rows: QuerySet[Enrolment], chosen: str, today: date) -> QuerySet[Enrolment]:
    match chosen:
        case "behind":
            return rows.filter(next_due_on__lt=today)
        case "unbegun":
            return rows.filter(steps_done=0)
        case "finished":
            return rows.filter(steps_total__gt=0, steps_done=F("steps_total"))
        case _:
            return rows


def figures_of(run: CourseRun, *, today: date) -> ClassFigures:
    """Return how many learn in the class, and how they stand; one query."""
    counted = Enrolment.objects.filter(run=run).aggregate(
        learners=Count("pk"),
        behind=Count("pk", filter=Q(next_due_on__lt=today)),
        unbegun=Count("pk", filter=Q(steps_done=0)),
        finished=Count("pk", filter=Q(steps_total__gt=0, steps_done=F("steps_total"))),
    )
    return ClassFigures(**counted)


def waiting_requests(run: CourseRun) -> list[JoinRequest]:
    """Return the oldest requests that nobody has decided, a page of them; one query."""
    asked = JoinRequest.objects.filter(run=run, status=RequestStatus.ASKED.value).select_related("user")
    return list(asked.order_by("pk")[:PAGE_SIZE])


def module_dues(run: CourseRun, outline: PinnedOutline) -> list[dict[str, Any]]:
    """Return {title, due} for each module of the class's version, in order; `due` is None without a date."""
    dues = {int(pk): date.fromisoformat(day) for pk, day in run.dues.items()}
    return [{"pk": p.module.pk, "title": p.module.title, "due": dues.get(p.module.pk)} for p in outline.parts]


def announcements_of(run: CourseRun) -> list[Announcement]:
    """Return what the class was told last, newest first; one query."""
    return list(run.announcements.select_related("posted_by")[:PAGE_SIZE])


def announcements_for(courses: Iterable[CourseProgress]) -> list[Announcement]:
    """Return the latest announcements of the classes in which these courses are taken, newest first; one query."""
    runs = [progress.enrolment.run_id for progress in courses if progress.enrolment.run_id]
    if not runs:
        return []
    told = Announcement.objects.filter(run__in=runs, behind_only=False).select_related("run")
    return list(told.order_by("-pk")[:PAGE_SIZE])


def classes_to_join(course: CoursePage, *, today: date) -> list[CourseRun]:
    """Return the classes of the course that show themselves and are not over, the next to begin first; one query."""
    shown = CourseRun.objects.filter(
        course=course, ends_on__gte=today, way_in__in=[WayIn.OPEN.value, WayIn.APPROVAL.value, WayIn.LIST.value]
    )
    return list(shown.order_by("starts_on", "pk")[:PAGE_SIZE])


@dataclass(frozen=True)
class Classes:
    """A page of classes, each with `learners` and `behind` counted, newest first."""

    rows: list[Any]
    before: int | None


def classes_of(rows: QuerySet[CourseRun], *, before: str | None, today: date) -> Classes:
    """Return a page of these classes with how many learn in each and how many are behind; one query."""
    key = whole_number(before)
    rows = rows.filter(pk__lt=key) if key else rows
    counted = rows.annotate(learners=Count("enrolments"), behind=Count("enrolments", filter=Q(enrolments__next_due_on__lt=today)))
    found = list(counted.order_by("-pk")[: PAGE_SIZE + 1])
    return Classes(found[:PAGE_SIZE], found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None)
