"""What a level of a scheme demands, beside what a programme or a college teaches (functions × courses)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from certification.standards.models import SchemeLevel
from certification.standards.rules import WeightTable
from courses.catalogue.models import CollegePage, CoursePage, LessonPage
from courses.catalogue.selectors import courses_of, outlines_of
from courses.curricula.models import CurriculumPage
from courses.curricula.selectors import entries_of


@dataclass(frozen=True)
class Column:
    """A course: what the programme plans to teach in it, and its published lessons by function."""

    title: str
    url: str
    planned: frozenset[str]
    lessons: dict[str, list[LessonPage]]

    @property
    def named(self) -> frozenset[str]:
        """Every function that it plans or teaches."""
        return self.planned | frozenset(self.lessons)


@dataclass(frozen=True)
class Cell:
    """How one course meets one function: by so many lessons, or only by the programme's plan."""

    lessons: int
    planned: bool


@dataclass(frozen=True)
class Row:
    """A function with its weights in per cent (None where it is not examined) and a cell for each course."""

    function: str
    theory: Decimal | None
    skill: Decimal | None
    cells: list[Cell]
    lessons: list[LessonPage]

    @property
    def taught(self) -> bool:
        return bool(self.lessons)

    @property
    def planned(self) -> bool:
        """Whether a course is to teach it, and no lesson does yet."""
        return not self.taught and any(cell.planned for cell in self.cells)


@dataclass(frozen=True)
class Coverage:
    """The matrix of one level, and what is taught though the level does not ask for it."""

    rows: list[Row]
    columns: list[Column]
    beyond: list[str]

    @property
    def gaps(self) -> list[Row]:
        """What no lesson teaches, planned or not."""
        return [row for row in self.rows if not row.taught]

    @property
    def theory_covered(self) -> Decimal:
        """Per cent of the theory table that some lesson teaches."""
        return sum((row.theory for row in self.rows if row.taught and row.theory), Decimal())

    @property
    def skill_covered(self) -> Decimal:
        """Per cent of the skill table that some lesson teaches."""
        return sum((row.skill for row in self.rows if row.taught and row.skill), Decimal())


def columns_of_curriculum(curriculum: CurriculumPage) -> list[Column]:
    """Return a column for each course of the programme; four queries however many courses and lessons."""
    entries = entries_of(curriculum)
    lessons = _lessons_by_function(entry.course for entry in entries if entry.course is not None and entry.course.live)
    return [
        Column(entry.shown_title, entry.url, frozenset(entry.functions), lessons.get(entry.course_id or 0, {}))
        for entry in entries
    ]


def columns_of_college(college: CollegePage) -> list[Column]:
    """Return a column for each published course of the college; three queries however many courses and lessons."""
    courses = courses_of(college)
    lessons = _lessons_by_function(courses)
    return [Column(course.title, course.url, frozenset(), lessons[course.pk]) for course in courses]


def _lessons_by_function(courses: Iterable[CoursePage]) -> dict[int, dict[str, list[LessonPage]]]:
    found: dict[int, dict[str, list[LessonPage]]] = {}
    for outline in outlines_of(courses):
        by_function = found.setdefault(outline.course.pk, {})
        for lesson in outline.lessons:
            for function in lesson.functions:
                by_function.setdefault(function, []).append(lesson)
    return found


def coverage_of(level: SchemeLevel, columns: list[Column]) -> Coverage:
    """Return the matrix, functions in the printed order. No query when the level's weights are prefetched."""
    theory, skill = level.weights(WeightTable.THEORY), level.weights(WeightTable.SKILL)
    demanded = list(dict.fromkeys([*theory, *skill]))
    rows = [
        Row(
            function=name,
            theory=theory.get(name),
            skill=skill.get(name),
            cells=[Cell(len(column.lessons.get(name, [])), name in column.planned) for column in columns],
            lessons=[lesson for column in columns for lesson in column.lessons.get(name, [])],
        )
        for name in demanded
    ]
    named = dict.fromkeys(name for column in columns for name in sorted(column.named))
    return Coverage(rows=rows, columns=columns, beyond=[name for name in named if name not in demanded])


def level_meant(levels: list[SchemeLevel], columns: list[Column], wanted: int) -> SchemeLevel | None:
    """Return the level of this key, or the one whose functions the courses meet best."""
    chosen = next((level for level in levels if level.pk == wanted), None)
    if chosen is not None or not levels:
        return chosen
    named = {name for column in columns for name in column.named}

    def share(level: SchemeLevel) -> float:
        demanded = {*level.weights(WeightTable.THEORY), *level.weights(WeightTable.SKILL)}
        return len(demanded & named) / len(demanded) if demanded else 0

    return max(levels, key=share)
