"""Putting a programme that was written in a file into a college's tree."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from courses.catalogue.models import CollegePage, CoursePage
from courses.catalogue.rules import check_at_classes
from courses.curricula.models import CurriculumEntry, CurriculumPage
from courses.curricula.rules import Kind
from lms.accounts.models import User
from lms.organisations.models import Organisation

KINDS = {"必修": Kind.REQUIRED, "选修": Kind.ELECTIVE}


@transaction.atomic
def load_curriculum(
    data: Mapping[str, Any], *, college: Organisation, titles: Mapping[str, str], actor: User | None
) -> CurriculumPage:
    """Return the college's published programme of this slug, made from `data` where it is missing.

    A programme that is there stays as it is, since an author may have improved it; but a course that was only named
    and has come online since is linked. `titles` names courses, by slug, that are not online (yet).
    """
    tree = CollegePage.objects.get(organisation=college)
    page: CurriculumPage | None = CurriculumPage.objects.child_of(tree).filter(slug=data["slug"]).first()
    online = {course.slug: course for course in CoursePage.objects.filter(slug__in=_slugs(data))}
    if page is None:
        page = CurriculumPage(
            slug=data["slug"],
            title=data["title"],
            title_en=data.get("title_en", ""),
            award_level=data.get("award_level", ""),
            terms=data["terms"],
            intro=data.get("intro", "").strip(),
            aims=[("aim", text) for text in data.get("aims", [])],
        )
        page.entries = [_entry(row, online, titles) for row in data["courses"]]
        tree.add_child(instance=page)
        page.save_revision(user=actor).publish()
    elif _link(page, data, online, titles):
        page.save_revision(user=actor).publish()
    return page


def _slugs(data: Mapping[str, Any]) -> list[str]:
    return [row["course"] for row in data["courses"] if row.get("course")]


def _title(row: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    return str(row.get("title") or titles.get(row.get("course") or "", row.get("course") or ""))


def _entry(row: Mapping[str, Any], online: Mapping[str, CoursePage], titles: Mapping[str, str]) -> CurriculumEntry:
    course = online.get(row.get("course") or "")
    return CurriculumEntry(
        term=row["term"],
        course=course,
        title="" if course is not None else _title(row, titles),
        hours=row["hours"],
        kind=KINDS[row["kind"]].value,
        functions=list(row.get("functions", [])),
        at_classes=check_at_classes(row.get("at_classes", [])),
        note=row.get("note", "").strip(),
    )


def _link(page: CurriculumPage, data: Mapping[str, Any], online: Mapping[str, CoursePage], titles: Mapping[str, str]) -> bool:
    named = {_title(row, titles): online[row["course"]] for row in data["courses"] if row.get("course") in online}
    entries = list(page.entries.all())
    found = [entry for entry in entries if entry.course_id is None and entry.title in named]
    for entry in found:
        entry.course, entry.title = named[entry.title], ""
    page.entries = entries
    return bool(found)
