"""How far a person is in her courses, each in the version that she began."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse

from courses.catalogue.models import CoursePage
from courses.catalogue.pinned import PinnedOutline, outline_from, pinned_outline, pinned_outlines
from courses.catalogue.selectors import with_colleges
from courses.catalogue.versions import freeze
from courses.learning.models import CompletionStatement, Enrolment, LessonCompletion
from courses.learning.rules import LessonState, ModuleState, NextStep, QuizState, StepKind, next_step
from courses.questionbank.selectors import best_marks
from lms.accounts.models import User

MODULES_NEAR = 8


@dataclass(frozen=True)
class StepsDone:
    """What one person has done in one course; `done` and `total` count lessons and quizzes."""

    enrolment: Enrolment
    outline: PinnedOutline
    modules: tuple[ModuleState, ...]

    @property
    def course(self) -> CoursePage:
        return self.enrolment.course

    @cached_property
    def done(self) -> int:
        return sum(module.done for module in self.modules)

    @cached_property
    def total(self) -> int:
        return sum(module.total for module in self.modules)

    @property
    def is_complete(self) -> bool:
        return self.total > 0 and self.done == self.total

    @cached_property
    def done_lessons(self) -> set[int]:
        return {lesson.pk for module in self.modules for lesson in module.lessons if lesson.done}

    @cached_property
    def quizzes(self) -> dict[int, QuizState]:
        """Quizzes by module."""
        return {module.pk: module.quiz for module in self.modules if module.quiz is not None}

    @cached_property
    def passed_quizzes(self) -> set[int]:
        """Modules whose quiz is passed."""
        return {pk for pk, quiz in self.quizzes.items() if quiz.passed}

    @cached_property
    def by_module(self) -> dict[int, ModuleState]:
        return {module.pk: module for module in self.modules}

    @property
    def near_modules(self) -> list[tuple[int, ModuleState]]:
        """At most `MODULES_NEAR` modules with their numbers: the one to go on with, the one before it, what follows."""
        here = next((place for place, module in enumerate(self.modules) if not module.is_finished), 0)
        first = max(0, min(here - 1, len(self.modules) - MODULES_NEAR))
        return list(enumerate(self.modules, start=1))[first : first + MODULES_NEAR]

    @property
    def modules_left_out(self) -> int:
        return len(self.modules) - len(self.near_modules)

    @property
    def state(self) -> str:
        """What an outline with her marks in it depends on, "" when nothing vouches for the outline."""
        if self.enrolment.version is None:
            return ""
        return f"{self.enrolment.version.fingerprint}:{sorted(self.done_lessons)}:{sorted(self.passed_quizzes)}"


@dataclass(frozen=True)
class CourseProgress(StepsDone):
    """One person in one course, and where she goes on."""

    next: NextStep
    next_url: str
    statement: CompletionStatement | None

    @property
    def continue_url(self) -> str:
        """Where she left off, on whatever device; the next step when that lesson is read or gone."""
        left = self.enrolment.last_lesson_id
        if left is None or left in self.done_lessons or self.outline.lesson(left) is None:
            return self.next_url
        block = self.enrolment.last_block
        return reverse("learning:lesson", args=[left]) + (f"#b-{block}" if block else "")

    @property
    def left_off_in(self) -> str:
        """The title of the lesson in the middle of which she stopped, or ""."""
        lesson = self.outline.lesson(self.enrolment.last_lesson_id or 0)
        return lesson.title if lesson and self.continue_url != self.next_url else ""

    @property
    def dues(self) -> dict[int, date]:
        """The day on which each module of her class is due."""
        run = self.enrolment.run
        return {int(pk): date.fromisoformat(day) for pk, day in run.dues.items()} if run else {}


def enrolment_of(user: Any, course: CoursePage) -> Enrolment | None:
    """Return the person's enrolment in the course; None for nobody signed in."""
    if not getattr(user, "is_authenticated", False):
        return None
    found: Enrolment | None = with_version(Enrolment.objects.filter(user_id=user.pk, course_id=course.pk)).first()
    return found


def with_version(enrolments: Any) -> Any:
    """Bring along what progress needs: the version without its outline, the class, the statement."""
    return enrolments.select_related("version", "run", "statement").defer("version__outline")


def outline_for(enrolment: Enrolment) -> PinnedOutline:
    """Return what she learns by; no query once the version was read. What is published now where she has no version yet."""
    if enrolment.version is not None:
        return pinned_outline(enrolment.version)
    return outline_from(freeze(enrolment.course), course=enrolment.course_id)


def read_lessons(outline: PinnedOutline, rows: Iterable[tuple[int, str]]) -> set[int]:
    """Return the lessons of the outline that are read as they stand in it; `rows` are (lesson pk, content hash)."""
    found = ((outline.lesson(pk), content) for pk, content in rows)
    return {lesson.pk for lesson, content in found if lesson is not None and content in ("", lesson.content)}


def quizzes_in(outline: PinnedOutline) -> set[int]:
    """Return the pks of the blueprints of the outline's quizzes."""
    return {part.module.blueprint.pk for part in outline.parts if part.module.blueprint}


def progress_of(enrolment: Enrolment) -> CourseProgress:
    """Return how far this enrolment is; two queries once its version was read."""
    return _progress([enrolment], [outline_for(enrolment)])[0]


def progress_in_all(user: User) -> list[CourseProgress]:
    """Return the person's courses, the latest begun first; five queries however many."""
    enrolments = list(
        with_version(Enrolment.objects.filter(user=user)).select_related("course__cover").order_by("-enrolled_at", "-pk")
    )
    with_colleges(enrolment.course for enrolment in enrolments)
    pinned_outlines(enrolment.version for enrolment in enrolments if enrolment.version is not None)
    return _progress(enrolments, [outline_for(enrolment) for enrolment in enrolments])


def _progress(enrolments: list[Enrolment], outlines: list[PinnedOutline]) -> list[CourseProgress]:
    if not enrolments:
        return []
    done: dict[int, list[tuple[int, str]]] = {enrolment.pk: [] for enrolment in enrolments}
    read = LessonCompletion.objects.filter(enrolment__in=done).values_list("enrolment_id", "lesson_id", "content")
    for enrolment_id, lesson_id, content in read:
        done[enrolment_id].append((lesson_id, content))
    blueprints = {pk for outline in outlines for pk in quizzes_in(outline)}
    best = best_marks(enrolments[0].user_id, blueprints) if blueprints else {}
    return [
        _one(enrolment, outline, read_lessons(outline, done[enrolment.pk]), best)
        for enrolment, outline in zip(enrolments, outlines, strict=True)
    ]


def module_states(
    outline: PinnedOutline, *, read: Collection[int], best: Mapping[int, Decimal], terms: Mapping[str, Any]
) -> tuple[ModuleState, ...]:
    """Return each module with what is done in it; `best` gives the best mark for a blueprint."""
    needed = terms.get("quizzes_needed", True)
    return tuple(
        ModuleState(
            pk=part.module.pk,
            title=part.module.title,
            lessons=tuple(LessonState(lesson.pk, lesson.title, lesson.pk in read) for lesson in part.lessons),
            quiz=QuizState(
                blueprint=part.module.blueprint.pk,
                pass_mark=part.module.blueprint.pass_mark,
                best=best.get(part.module.blueprint.pk),
                needed=needed,
            )
            if part.module.blueprint
            else None,
        )
        for part in outline.parts
    )


def states_from_standing(enrolment: Enrolment, outline: PinnedOutline) -> tuple[ModuleState, ...]:
    """Return the modules by what the enrolment itself remembers; no query. A passed quiz shows its pass mark."""
    passed = set(enrolment.standing["passed"])
    quizzes = {part.module.pk: part.module.blueprint for part in outline.parts if part.module.blueprint}
    best = {quiz.pk: quiz.pass_mark for pk, quiz in quizzes.items() if pk in passed}
    return module_states(outline, read=set(enrolment.standing["read"]), best=best, terms=enrolment.terms)


def steps_at_hand(enrolment: Enrolment) -> StepsDone:
    """Return what this enrolment itself remembers as done; no query once its version was read."""
    outline = outline_for(enrolment)
    return StepsDone(enrolment, outline, states_from_standing(enrolment, outline))


def next_url_of(enrolment: Enrolment) -> str:
    """Return where to go on, by what the enrolment itself remembers; no query."""
    steps = steps_at_hand(enrolment)
    return _with_modules(enrolment, steps.outline, steps.modules).next_url


def _one(enrolment: Enrolment, outline: PinnedOutline, read: set[int], best: Mapping[int, Decimal]) -> CourseProgress:
    return _with_modules(enrolment, outline, module_states(outline, read=read, best=best, terms=enrolment.terms))


def _with_modules(enrolment: Enrolment, outline: PinnedOutline, modules: tuple[ModuleState, ...]) -> CourseProgress:
    statement = getattr(enrolment, "statement", None)
    step = next_step(modules, has_statement=statement is not None)
    return CourseProgress(enrolment, outline, modules, step, _step_url(step, enrolment, statement), statement)


def _step_url(step: NextStep, enrolment: Enrolment, statement: CompletionStatement | None) -> str:
    if step.kind is StepKind.LESSON:
        return reverse("learning:lesson", args=[step.pk])
    if step.kind is StepKind.QUIZ:
        return reverse("learning:quiz", args=[step.pk])
    if statement is not None:
        return statement.get_absolute_url()
    return reverse("learning:course", args=[enrolment.course_id])
