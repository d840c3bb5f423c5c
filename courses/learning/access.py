"""The only way a view reaches learning rows: one's own, those of the classes one leads, or not found."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from courses.catalogue.models import CollegePage, CoursePage, LessonPage, ModulePage
from courses.catalogue.selectors import course_of
from courses.learning.models import CalendarKey, CompletionStatement, CourseRun, Enrolment, Note, Question
from courses.learning.rules.classes import WayIn
from courses.learning.selectors.progress import outline_for, progress_of, with_version
from courses.questionbank.models import Attempt
from courses.tenancy.models import CoOwner
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.organisations.models import Organisation
from lms.organisations.rules import TEACHING_ROLES
from lms.organisations.selectors import has_role, organisations_where

READ_WITH_A_LESSON = (
    *("user", "terms", "standing", "steps_done", "steps_total", "last_lesson", "last_block"),
    *("version__course", "version__number", "version__fingerprint"),
    *("course__title", "course__slug", "course__url_path", "course__path", "course__depth", "course__live"),
)


def enrolments_visible_to(user: User) -> QuerySet[Enrolment]:
    """Return the person's own enrolments."""
    rows: QuerySet[Enrolment] = with_version(Enrolment.objects.filter(user=user)).select_related("course", "user")
    return rows


def course_open_to(user: User, pk: int) -> CoursePage:
    """Return a course that the person may enrol in or has enrolled in; 404 otherwise."""
    course: CoursePage | None = CoursePage.objects.filter(pk=pk).first()
    if course is None:
        raise Http404
    if not course.live and not Enrolment.objects.filter(user=user, course=course).exists():
        raise Http404
    return course


def enrolment_for(user: User, course: CoursePage) -> Enrolment:
    """Return the person's own enrolment in the course.

    Raises `DomainError` "learning.not_enrolled" (403): the course is public, so there is no secret.
    """
    enrolment = enrolments_visible_to(user).filter(course=course).first()
    if enrolment is None:
        raise DomainError("learning.not_enrolled", status=403, course=course.title)
    return enrolment


def readings_of(user: User, lesson: int) -> QuerySet[Enrolment]:
    """Return the person's enrolment whose version has this lesson, as rows for a service to lock or to write."""
    return Enrolment.objects.filter(user=user, version__lessons__lesson=lesson)


def lesson_for(user: User, pk: int) -> tuple[LessonPage, Enrolment]:
    """Return a lesson with the person's enrolment, whose version may still have it though it is published no more.

    The enrolment brings its course and the number of its version, which is all that the page of a lesson needs. Two queries. Raises `Http404` and `enrolment_for`'s "learning.not_enrolled".
    """
    lesson = get_object_or_404(LessonPage, pk=pk)
    enrolment = readings_of(user, pk).select_related("course", "version").only(*READ_WITH_A_LESSON).first()
    if enrolment is not None:
        enrolment.user = user
        return lesson, enrolment
    if not lesson.live:
        raise Http404
    return lesson, enrolment_for(user, _course_above(lesson))


def module_for(user: User, pk: int) -> tuple[ModulePage, Enrolment]:
    """Return a module with the person's enrolment in its course; one that is published no more only if her version has it."""
    module = get_object_or_404(ModulePage.objects.select_related("blueprint"), pk=pk)
    course = course_of(module)
    if course is None:
        raise Http404
    enrolment = enrolment_for(user, course)
    if outline_for(enrolment).module(pk) is None and not module.live:
        raise Http404
    return module, enrolment


def enrolment_in(user: User, course_pk: int) -> Enrolment:
    """Return the person's own enrolment in the course with this pk, published or not; 404 without."""
    return get_object_or_404(enrolments_visible_to(user), course_id=course_pk)


def _course_above(page: ModulePage | LessonPage) -> CoursePage:
    course = course_of(page)
    if course is None or not course.live:
        raise Http404
    return course


def statements_visible_to(user: User) -> QuerySet[CompletionStatement]:
    """Return the person's own statements."""
    return CompletionStatement.objects.filter(enrolment__user=user).select_related("enrolment")


def statement_for(user: User, pk: int) -> CompletionStatement:
    """Return the person's own statement; 404 for anybody else's."""
    return get_object_or_404(statements_visible_to(user), pk=pk)


def place_of_attempt(user: User, attempt: Attempt) -> dict[str, Any]:
    """Return {module, course, progress} that a quiz attempt belongs to, as far as they still exist."""
    blueprint = attempt.paper.blueprint_id
    for enrolment in enrolments_visible_to(user):
        outline = outline_for(enrolment)
        part = next((p for p in outline.parts if p.module.blueprint and p.module.blueprint.pk == blueprint), None)
        if part is not None:
            return {"module": part.module, "course": enrolment.course, "progress": progress_of(enrolment)}
    return {"module": None, "course": None, "progress": None}


# What a learner wrote


def notes_visible_to(user: User) -> QuerySet[Note]:
    """Return the person's own notes; nobody else reads them, teachers included."""
    return Note.objects.filter(enrolment__user=user).select_related("enrolment")


def note_for(user: User, pk: int) -> Note:
    return get_object_or_404(notes_visible_to(user), pk=pk)


def own_question_for(user: User, pk: int) -> Question:
    """Return a question that the person asked herself."""
    return get_object_or_404(Question.objects.filter(enrolment__user=user), pk=pk)


# Classes


def colleges_taught_by(user: User) -> QuerySet[Organisation]:
    """Return the organisations in which the person leads classes."""
    return organisations_where(user, *TEACHING_ROLES)


def classes_led_by(user: User) -> QuerySet[CourseRun]:
    """Return the classes of the colleges in which the person is a teacher or administers."""
    return CourseRun.objects.filter(organisation__in=colleges_taught_by(user)).select_related("course", "organisation")


def class_led_by(user: User, pk: int) -> CourseRun:
    """Return a class that the person leads; 404 for any other, so that nobody learns of it."""
    rows = classes_led_by(user).select_related("version").defer("version__outline")
    return get_object_or_404(rows, pk=pk)


def course_taught_by(user: User, pk: int) -> tuple[CoursePage, Organisation]:
    """Return a published course with the organisation for which the person opens classes on it; 404 where there is none.

    That is the college in whose tree it stands, or a co-owner of a joint course.
    """
    course: CoursePage = get_object_or_404(CoursePage.objects.live(), pk=pk)
    mine = colleges_taught_by(user)
    joint = mine.filter(joint_courses__course=course, joint_courses__agreed_at__isnull=False).order_by("pk")
    organisation = mine.filter(college_page__path=_path_of_college(course)).first() or joint.first()
    if organisation is None:
        raise Http404
    return course, organisation


def course_at_home_for(user: User, pk: int) -> CoursePage:
    """Return a published course of the tree of a college in which the person teaches: its terms are that college's alone."""
    course: CoursePage = get_object_or_404(CoursePage.objects.live(), pk=pk)
    if not colleges_taught_by(user).filter(college_page__path=_path_of_college(course)).exists():
        raise Http404
    return course


def courses_taught_by(user: User) -> list[CoursePage]:
    """Return the published courses on which the person may open a class, joint ones too, by title; two queries.

    `at_home` says of each whether it stands in the tree of one of her colleges.
    """
    mine = colleges_taught_by(user)
    paths = set(CollegePage.objects.filter(organisation__in=mine).values_list("path", flat=True))
    below = (Q(path__startswith=path, depth=len(path) // CoursePage.steplen + 1) for path in paths)
    joint = Q(pk__in=CoOwner.objects.filter(organisation__in=mine, agreed_at__isnull=False).values("course_id"))
    courses = list(CoursePage.objects.live().filter(reduce(or_, below, joint)).order_by("title"))
    for course in courses:
        course.at_home = _path_of_college(course) in paths
    return courses


def _path_of_college(course: CoursePage) -> str:
    return str(course.path[: -CoursePage.steplen])


def class_open_to(user: User, pk: int) -> CourseRun:
    """Return a class that the person may see: one that shows itself, that she is in, or that she leads; 404 otherwise.

    A class that one enters by its link is found by the link alone (`class_of_link`).
    """
    run: CourseRun = get_object_or_404(CourseRun.objects.select_related("course", "organisation"), pk=pk)
    hidden = run.way_in == WayIn.LINK.value
    if hidden and not run.enrolments.filter(user=user).exists() and not has_role(user, run.organisation_id, *TEACHING_ROLES):
        raise Http404
    return run


def class_of_link(token: str) -> CourseRun:
    """Return the class of a link; 404 for a link that was renewed or never was."""
    return get_object_or_404(CourseRun.objects.select_related("course", "organisation"), token=token)


def learner_led_by(user: User, pk: int) -> Enrolment:
    """Return the enrolment of somebody in a class that the person leads, ready for her progress; 404 otherwise."""
    rows = with_version(Enrolment.objects.filter(run__in=classes_led_by(user)))
    found: Enrolment = get_object_or_404(rows.select_related("user", "course"), pk=pk)
    return found


def questions_led_by(user: User) -> QuerySet[Question]:
    """Return what was asked of the colleges in which the person teaches."""
    return Question.objects.filter(organisation__in=colleges_taught_by(user))


def question_led_by(user: User, pk: int) -> Question:
    rows = questions_led_by(user).select_related("enrolment__user", "lesson", "run", "answered_by")
    return get_object_or_404(rows.defer("lesson__body"), pk=pk)


# Calendar


def owner_of_calendar(token: str) -> User:
    """Return the person whose secret address this is; 404 otherwise, and for a closed account."""
    return get_object_or_404(CalendarKey.objects.select_related("user"), token=token, user__is_active=True).user
