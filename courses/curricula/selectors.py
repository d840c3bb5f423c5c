"""What the page of a programme shows."""

from dataclasses import dataclass

from courses.catalogue.models import CollegePage, CoursePage
from courses.catalogue.rules import AT_CLASSES
from courses.curricula.models import CurriculumEntry, CurriculumPage
from courses.curricula.rules import Term, Totals, terms_of, totals


@dataclass(frozen=True)
class Taught:
    """A function or a class of products, and the courses that teach it."""

    code: str
    name: str
    entries: list[CurriculumEntry]

    @property
    def hours(self) -> int:
        """Hours of the courses that teach it, wholly or in part."""
        return sum(entry.hours for entry in self.entries)


@dataclass(frozen=True)
class Prospectus:
    """A programme ready to be read."""

    terms: list[Term]
    totals: Totals
    online: int
    functions: list[Taught]
    classes: list[Taught]


def entries_of(curriculum: CurriculumPage) -> list[CurriculumEntry]:
    """Return the courses by term, in the college's order. Two queries; a preview has its rows already."""
    found: list[CurriculumEntry] = list(curriculum.entries.all())
    courses = CoursePage.objects.in_bulk({row.course_id for row in found if row.course_id})
    for row in found:
        # Asked for all at once, since rows of a draft come one by one.
        row.course = courses.get(row.course_id) if row.course_id else None
    return sorted(found, key=lambda row: (row.term, row.sort_order or 0))


def prospectus_of(curriculum: CurriculumPage) -> Prospectus:
    """Return the programme by terms, with totals and what teaches what. Two queries."""
    entries = entries_of(curriculum)
    functions = dict.fromkeys(name for entry in entries for name in entry.functions)
    classes = sorted({code for entry in entries for code in entry.at_classes if code in AT_CLASSES})
    return Prospectus(
        terms=terms_of(entries, count=curriculum.terms),
        totals=totals(entries),
        online=sum(1 for entry in entries if entry.course_id),
        functions=[Taught("", name, [entry for entry in entries if name in entry.functions]) for name in functions],
        classes=[Taught(code, AT_CLASSES[code], [entry for entry in entries if code in entry.at_classes]) for code in classes],
    )


def curricula_of(college: CollegePage) -> list[CurriculumPage]:
    """Return the college's published programmes in its own order. One query."""
    return list(CurriculumPage.objects.child_of(college).live().public().order_by("path"))
