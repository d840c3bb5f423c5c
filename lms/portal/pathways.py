"""The way from apprentice to chief technician in one occupation: what is taught and assessed on each step, and where I stand."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from certification.certificates.models import Certificate
from certification.certificates.rules import Kind, Status
from certification.plans.models import Plan
from certification.plans.selectors import open_plans
from certification.standards.models import Occupation, Scheme, SchemeLevel
from certification.standards.selectors import published_schemes
from courses.catalogue.models import CoursePage
from courses.catalogue.selectors import published_courses, with_colleges
from courses.learning.models import Enrolment
from lms.core.templatetags.ui import SKILL_LEVELS

KEYS = [key for key, _short, _full in SKILL_LEVELS]
APPOINTED = ("special", "chief")
MOST_COURSES = 6
"""Of one step; the rest stands behind a link to the course list."""


@dataclass(frozen=True)
class Taught:
    """A course of a step; `state` is "done", "begun" or ""."""

    course: CoursePage
    state: str = ""


@dataclass
class Step:
    """One step of the ladder. `level` is None where nothing is examined: at the foot and where employers appoint."""

    key: str
    level: SchemeLevel | None = None
    courses: list[Taught] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    is_held: bool = False
    is_here: bool = False
    is_next: bool = False

    @property
    def is_appointed(self) -> bool:
        return self.key in APPOINTED

    @property
    def shown(self) -> list[Taught]:
        return self.courses[:MOST_COURSES]

    @property
    def has_more(self) -> bool:
        return len(self.courses) > MOST_COURSES

    @property
    def done(self) -> int:
        return sum(taught.state == "done" for taught in self.courses)

    @property
    def to_learn(self) -> Taught | None:
        """The course to go on with: one begun before one not begun."""
        begun = [taught for taught in self.courses if taught.state == "begun"]
        fresh = [taught for taught in self.courses if not taught.state]
        return next(iter([*begun, *fresh]), None)


@dataclass(frozen=True)
class Pathway:
    """One occupation's ladder, lowest step first, and the certificate that says where I stand."""

    occupation: Occupation
    scheme: Scheme
    steps: list[Step]
    certificate: Certificate | None

    @property
    def here(self) -> Step | None:
        return next((step for step in self.steps if step.is_here), None)

    @property
    def next(self) -> Step | None:
        return next((step for step in self.steps if step.is_next), None)


def latest_schemes() -> list[Scheme]:
    """Return the newest published scheme of each occupation, with its levels; two queries."""
    found: dict[str, Scheme] = {}
    for scheme in published_schemes():
        found.setdefault(scheme.occupation.code, scheme)
    return list(found.values())


def pathway_of(scheme: Scheme, *, user: Any, today: date) -> Pathway:
    """Return the ladder of the scheme's occupation as this person sees it; six queries at most however much is taught."""
    code = scheme.occupation.code
    steps = {key: Step(key) for key in KEYS}
    for level in scheme.levels.all():
        steps[str(level.level)].level = level
    for key, taught in _taught(code, user).items():
        steps[key].courses = taught
    for plan in open_plans(today).filter(scheme__occupation__code=code):
        steps[str(plan.level)].plans.append(plan)
    certificate = _highest_certificate(code, user, today)
    ladder = list(steps.values())
    if getattr(user, "is_authenticated", False):
        place(ladder, held=str(certificate.level) if certificate else "")
    return Pathway(scheme.occupation, scheme, ladder, certificate)


def place(ladder: list[Step], *, held: str) -> None:
    """Mark the step I stand on, those below it, and the next one that leads on: the first above with something to do."""
    here = next((number for number, step in enumerate(ladder) if step.key == held), None)
    if here is not None:
        ladder[here].is_here = True
        for step in ladder[: here + 1]:
            step.is_held = True
    above = ladder[here + 1 :] if here is not None else ladder
    following = next((step for step in above if step.level or step.to_learn), None) or next(iter(above), None)
    if following is not None:
        following.is_next = True


def _taught(code: str, user: Any) -> dict[str, list[Taught]]:
    """Return the courses by step, in the order in which they were published."""
    # SQLite cannot ask a JSON list for a member; the quoted code inside the text can only be one.
    courses = with_colleges(published_courses().filter(occupations__icontains=f'"{code}"').order_by("first_published_at", "pk"))
    states = _states(user, courses)
    taught: dict[str, list[Taught]] = defaultdict(list)
    for course in courses:
        for key in course.levels:
            if key in KEYS:
                taught[key].append(Taught(course, states.get(course.pk, "")))
    return taught


def _states(user: Any, courses: list[CoursePage]) -> dict[int, str]:
    if not getattr(user, "is_authenticated", False):
        return {}
    enrolments = Enrolment.objects.filter(user=user, course__in=[course.pk for course in courses])
    rows = enrolments.values_list("course_id", "statement__pk")
    return {course: "done" if statement else "begun" for course, statement in rows}


def _highest_certificate(code: str, user: Any, today: date) -> Certificate | None:
    """Return the person's highest valid skill-level certificate of the occupation, of whichever edition of its code."""
    if not getattr(user, "is_authenticated", False):
        return None
    held = Certificate.objects.filter(
        holder=user, kind=Kind.SKILL_LEVEL.value, status=Status.VALID.value, occupation__code=code, level__isnull=False
    )
    valid = [certificate for certificate in held.order_by("level", "-issued_on") if _is_valid(certificate, today)]
    return valid[0] if valid else None


def _is_valid(certificate: Certificate, today: date) -> bool:
    return certificate.valid_until is None or certificate.valid_until >= today
