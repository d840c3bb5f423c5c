"""How far a person is in her courses."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from courses.catalogue.models import CoursePage
from courses.catalogue.selectors import Outline, outline_of, outlines_of, with_colleges
from courses.learning.models import CompletionStatement, Enrolment, LessonCompletion
from courses.learning.rules import LessonState, ModuleState, NextStep, QuizState, StepKind, next_step
from courses.questionbank.selectors import best_marks
from lms.accounts.models import User


@dataclass(frozen=True)
class CourseProgress:
    """One person in one course; `done` and `total` count lessons and quizzes."""

    enrolment: Enrolment
    outline: Outline
    modules: tuple[ModuleState, ...]
    next: NextStep
    next_url: str
    statement: CompletionStatement | None

    @property
    def course(self) -> CoursePage:
        return self.outline.course

    @property
    def done(self) -> int:
        return sum(module.done for module in self.modules)

    @property
    def total(self) -> int:
        return sum(module.total for module in self.modules)

    @property
    def is_complete(self) -> bool:
        return self.total > 0 and self.done == self.total

    @property
    def done_lessons(self) -> set[int]:
        return {lesson.pk for module in self.modules for lesson in module.lessons if lesson.done}

    @property
    def quizzes(self) -> dict[int, QuizState]:
        """Quizzes by module."""
        return {module.pk: module.quiz for module in self.modules if module.quiz is not None}

    @property
    def passed_quizzes(self) -> set[int]:
        """Modules whose quiz is passed."""
        return {pk for pk, quiz in self.quizzes.items() if quiz.passed}


def enrolment_of(user: Any, course: CoursePage) -> Enrolment | None:
    """Return the person's enrolment in the course; None for nobody signed in."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Enrolment.objects.filter(user_id=user.pk, course_id=course.pk).select_related("statement").first()


def progress_of(enrolment: Enrolment, *, outline: Outline | None = None) -> CourseProgress:
    """Return how far this enrolment is; four queries, two when the outline is at hand."""
    outline = outline or outline_of(enrolment.course)
    return _progress([enrolment], [outline])[0]


def progress_in_all(user: User) -> list[CourseProgress]:
    """Return the person's courses, the latest begun first; six queries however many."""
    enrolments = list(
        Enrolment.objects.filter(user=user).select_related("course__cover", "statement").order_by("-enrolled_at", "-pk")
    )
    courses = with_colleges(enrolment.course for enrolment in enrolments)
    return _progress(enrolments, outlines_of(courses))


def _progress(enrolments: list[Enrolment], outlines: list[Outline]) -> list[CourseProgress]:
    if not enrolments:
        return []
    done: dict[int, set[int]] = {enrolment.pk: set() for enrolment in enrolments}
    read = LessonCompletion.objects.filter(enrolment__in=done).values_list("enrolment_id", "lesson_id")
    for enrolment_id, lesson_id in read:
        done[enrolment_id].add(lesson_id)
    blueprints = {part.module.blueprint_id for outline in outlines for part in outline.parts if part.module.blueprint_id}
    best = best_marks(enrolments[0].user_id, blueprints) if blueprints else {}
    return [_one(enrolment, outline, done[enrolment.pk], best) for enrolment, outline in zip(enrolments, outlines, strict=True)]


def _one(enrolment: Enrolment, outline: Outline, read: Iterable[int], best: dict[int, Any]) -> CourseProgress:
    modules = tuple(
        ModuleState(
            pk=part.module.pk,
            title=part.module.title,
            lessons=tuple(LessonState(lesson.pk, lesson.title, lesson.pk in read) for lesson in part.lessons),
            quiz=QuizState(
                blueprint=part.module.blueprint.pk,
                pass_mark=part.module.blueprint.pass_mark,
                best=best.get(part.module.blueprint.pk),
            )
            if part.module.blueprint
            else None,
        )
        for part in outline.parts
    )
    statement = getattr(enrolment, "statement", None)
    step = next_step(modules, has_statement=statement is not None)
    return CourseProgress(enrolment, outline, modules, step, _step_url(step, outline, statement), statement)


def _step_url(step: NextStep, outline: Outline, statement: CompletionStatement | None) -> str:
    if step.kind is StepKind.LESSON:
        return next(lesson.url for lesson in outline.lessons if lesson.pk == step.pk) or ""
    if step.kind is StepKind.QUIZ:
        return reverse("learning:quiz", args=[step.pk])
    if statement is not None:
        return statement.get_absolute_url()
    return outline.course.url or ""
