"""Puts the demonstration's courses and item bank into the house, through the services."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from wagtail.models import Page

from courses.catalogue.models import CollegePage, CoursePage, LessonPage, ModulePage
from courses.catalogue.rules import check_at_classes
from courses.questionbank.models import Item
from courses.questionbank.rules import Kind, Pool, Purpose
from courses.questionbank.services import import_items, set_blueprint
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.demo.figures import FigureShelf
from lms.demo.glossary import load_glossary
from lms.demo.lesson_blocks import Materials, block_of
from lms.demo.organisations import read_yaml
from lms.organisations.models import Organisation

QUIZ_MIX = ((Kind.SINGLE, 8, "8"), (Kind.MULTIPLE, 2, "12"), (Kind.TRUE_FALSE, 2, "6"))
"""Kind, how many, points each: 64 + 24 + 12 = 100."""


def load_items(folder: Path, *, organisation: Organisation, actor: User | None, now: datetime) -> int:
    """Import every `*.yaml` of the folder into the organisation's bank as one batch; see `import_items`."""
    rows = [row for path in sorted(folder.glob("*.yaml")) for row in read_yaml(path) or []]
    return import_items(rows, organisation=organisation, actor=actor, now=now)


@transaction.atomic
def load_course(path: Path, *, college: Organisation, bank_owner: Organisation, actor: User | None, now: datetime) -> CoursePage:
    """Build the course described in the folder below the college's page, published, with a quiz per module.

    Pages that are there already stay as they are, since an author may have improved them; what is
    missing is added, and drawings and words follow their files. The college's tree must be open
    (`open_college_tree`). The operator publishes here: `actor` stands as the writer of the
    revisions, and authors may not publish.
    """
    data = read_yaml(path / "course.yaml")
    tree = CollegePage.objects.get(organisation=college)
    course: CoursePage = _page(
        tree,
        CoursePage(
            slug=data["slug"],
            title=data["title"],
            title_en=data.get("title_en", ""),
            summary=data["summary"].strip(),
            audience=data.get("audience", "").strip(),
            hours=data["hours"],
            objectives=[("objective", text) for text in data.get("objectives", [])],
            at_classes=check_at_classes(data.get("at_classes", [])),
            **_found_by(data),
            is_open=data.get("is_open", True),
        ),
        actor,
    )
    materials = Materials(
        figures=FigureShelf(path, college),
        words=load_glossary(path / "glossary.yaml", course=course, college=college),
        items=_practice_items(bank_owner),
        college=college,
    )
    for module in data["modules"]:
        page = _load_module(course, module, bank_owner=bank_owner, actor=actor, now=now)
        for slug in module["lessons"]:
            _load_lesson(path / "lessons" / f"{slug}.yaml", page, materials, actor)
    _dress(course, data, materials, actor)
    return course


def _dress(course: CoursePage, data: Mapping[str, Any], materials: Materials, actor: User | None) -> None:
    """Give the course its cover, the one that the file names or the first drawing of its lessons, and what filters ask."""
    cover = materials.figures.put(data["cover"]) if "cover" in data else None
    wanted = {
        "cover": cover or min(materials.figures.present.values(), key=lambda figure: figure.pk, default=None),
        **_found_by(data),
    }
    missing = {name: value for name, value in wanted.items() if value and not getattr(course, name)}
    if missing:
        for name, value in missing.items():
            setattr(course, name, value)
        course.save_revision(user=actor).publish()


def _found_by(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "occupations": data.get("occupations", []),
        "levels": data.get("levels", []),
        "credits": Decimal(str(data.get("credits", 0))),
    }


def _practice_items(bank: Organisation) -> dict[str, Item]:
    return {item.key: item for item in Item.objects.filter(organisation=bank, pool=Pool.PRACTICE.value, active=True)}


def _present(parent: Page, model: type[Page], slug: str) -> Any:
    return model.objects.child_of(parent).filter(slug=slug).first()


def _page(parent: Page, page: Any, actor: User | None) -> Any:
    """Return the child of this slug, or add and publish `page`."""
    present = _present(parent, type(page), page.slug)
    if present is not None:
        return present
    # A stale copy of the parent would hand out a path twice.
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page.save_revision(user=actor).publish()
    return page


def _load_module(
    course: CoursePage, data: Mapping[str, Any], *, bank_owner: Organisation, actor: User | None, now: datetime
) -> ModulePage:
    rows = [{"module": data["key"], "kind": kind.value, "count": count, "points": points} for kind, count, points in QUIZ_MIX]
    name = f"{course.title} · {data['title']}"
    quiz = set_blueprint(organisation=bank_owner, name=name, purpose=Purpose.QUIZ, rows=rows, actor=actor, now=now)
    page = ModulePage(slug=data["key"], title=data["title"], summary=data.get("summary", "").strip(), blueprint=quiz)
    module: ModulePage = _page(course, page, actor)
    return module


def _load_lesson(path: Path, module: ModulePage, materials: Materials, actor: User | None) -> None:
    data = read_yaml(path)
    if data["slug"] != path.stem:
        raise DomainError("demo.lesson_slug", status=422, file=path.stem, slug=data["slug"])
    body = [block_of(block, materials) for block in data["blocks"]]
    if _present(module, LessonPage, data["slug"]) is not None:
        return
    page = LessonPage(
        slug=data["slug"],
        title=data["title"],
        summary=data.get("summary", "").strip(),
        minutes=data["minutes"],
        functions=data.get("functions", []),
        at_classes=check_at_classes(data.get("at_classes", [])),
        body=body,
        easy_read="\n".join(data.get("easy_read", [])),
    )
    _page(module, page, actor)
