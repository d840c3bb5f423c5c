"""Puts the demonstration's courses and item bank into the house, through the services."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from wagtail.models import Collection, Page

from courses.catalogue.models import CollegePage, CoursePage, Figure, LessonPage, ModulePage
from courses.catalogue.rules import check_at_classes, check_svg
from courses.questionbank.models import Blueprint
from courses.questionbank.rules import Kind, Purpose
from courses.questionbank.services import import_items, set_blueprint
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.organisations.models import Organisation

QUIZ_MIX = ((Kind.SINGLE, 8, "8"), (Kind.MULTIPLE, 2, "12"), (Kind.TRUE_FALSE, 2, "6"))
"""Kind, how many, points each: 64 + 24 + 12 = 100."""


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def load_items(folder: Path, *, organisation: Organisation, actor: User | None, now: datetime) -> int:
    """Import every `*.yaml` of the folder into the organisation's bank as one batch; see `import_items`."""
    rows = [row for path in sorted(folder.glob("*.yaml")) for row in _read(path) or []]
    return import_items(rows, organisation=organisation, actor=actor, now=now)


@transaction.atomic
def load_course(path: Path, *, college: Organisation, bank_owner: Organisation, actor: User | None, now: datetime) -> CoursePage:
    """Build the course described in the folder below the college's page, published, with a quiz per module.

    Pages that are there already stay as they are, since an author may have improved them; what is
    missing is added. The college's tree must be open (`open_college_tree`). The operator publishes
    here: `actor` stands as the writer of the revisions, and authors may not publish.
    """
    data = _read(path / "course.yaml")
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
        ),
        actor,
    )
    for module in data["modules"]:
        _load_module(path, course, module, college=college, bank_owner=bank_owner, actor=actor, now=now)
    if course.cover is None and (cover := _cover(path, data, college)):
        course.cover = cover
        course.save_revision(user=actor).publish()
    return course


def _cover(path: Path, data: Mapping[str, Any], college: Organisation) -> Figure | None:
    if "cover" in data:
        return _figure(path, data["cover"], college)
    return Figure.objects.filter(collection__name=college.name).order_by("pk").first()


def _page(parent: Page, page: Any, actor: User | None) -> Any:
    """Return the child of this slug, or add and publish `page`."""
    present = type(page).objects.child_of(parent).filter(slug=page.slug).first()
    if present is not None:
        return present
    # A stale copy of the parent would hand out a path twice.
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page.save_revision(user=actor).publish()
    return page


def _load_module(
    path: Path,
    course: CoursePage,
    data: Mapping[str, Any],
    *,
    college: Organisation,
    bank_owner: Organisation,
    actor: User | None,
    now: datetime,
) -> None:
    quiz = _quiz(course, data, bank_owner=bank_owner, actor=actor, now=now)
    page = ModulePage(slug=data["key"], title=data["title"], summary=data.get("summary", "").strip(), blueprint=quiz)
    module = _page(course, page, actor)
    for slug in data["lessons"]:
        _load_lesson(path, module, slug, college, actor)


def _quiz(
    course: CoursePage, module: Mapping[str, Any], *, bank_owner: Organisation, actor: User | None, now: datetime
) -> Blueprint:
    rows = [{"module": module["key"], "kind": kind.value, "count": count, "points": points} for kind, count, points in QUIZ_MIX]
    name = f"{course.title} · {module['title']}"
    return set_blueprint(organisation=bank_owner, name=name, purpose=Purpose.QUIZ, rows=rows, actor=actor, now=now)


def _load_lesson(path: Path, module: ModulePage, slug: str, college: Organisation, actor: User | None) -> None:
    data = _read(path / "lessons" / f"{slug}.yaml")
    if data["slug"] != slug:
        raise DomainError("demo.lesson_slug", status=422, file=slug, slug=data["slug"])
    page = LessonPage(
        slug=slug,
        title=data["title"],
        summary=data.get("summary", "").strip(),
        minutes=data["minutes"],
        functions=data.get("functions", []),
        at_classes=check_at_classes(data.get("at_classes", [])),
        body=[_block(path, block, college) for block in data["blocks"]],
    )
    _page(module, page, actor)


def _block(path: Path, block: Mapping[str, Any], college: Organisation) -> tuple[str, Any]:
    kind = block["type"]
    match kind:
        case "text":
            return kind, block["html"].strip()
        case "figure":
            return kind, {"figure": _figure(path, block, college), "caption": block.get("caption", "")}
        case "steps":
            return kind, {"title": block["title"], "steps": block["steps"]}
        case "case":
            return kind, {name: block[name].strip() for name in ("title", "situation", "analysis", "result")}
        case "key_points":
            return kind, {"points": block["points"]}
        case _unknown:
            raise DomainError("demo.block_unknown", status=422, kind=kind)


def _figure(path: Path, data: Mapping[str, Any], college: Organisation) -> Figure:
    """Return the college's figure of this file's name with the file's drawing."""
    root = Collection.get_first_root_node()
    collection = root.get_children().filter(name=college.name).first() or root
    drawing = check_svg((path / data["file"]).read_bytes())
    title = data.get("caption") or Path(data["file"]).stem
    figure = Figure.objects.filter(collection=collection, title=title[:120]).first()
    if figure is None:
        figure = Figure(collection=collection, title=title[:120], alt=data["alt"])
        figure.set_svg(drawing.text, width=drawing.width, height=drawing.height)
        figure.save()
    return figure
