"""One volume to paper: PDF/A-3a, tagged, with a page of contents; laid out lot by lot, so that a large plan needs little.

The same rows give the same file: nothing in it depends on when it is printed.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from typing import Any

import pydyf
from django.template.loader import render_to_string
from django.utils.translation import override
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from certification.archives.contents import SECTIONS, Section
from certification.archives.contents.columns import none_of_them, shown
from certification.archives.labels import VOLUME_LABELS
from certification.archives.rules import canonical
from certification.archives.wording import printable
from certification.certificates.finishing import FileWithLinesApart
from certification.certificates.lettering import missing_fonts
from certification.plans.models import Plan
from lms.core.errors import DomainError
from lms.core.typesetting import ONE_AT_A_TIME, HandedFiles

AT_ONCE = 80
"""Rows laid out together: between two lots a job can tell how far it is."""
VARIANT = "pdf/a-3a"


@dataclass
class Row:
    labels: Sequence[str]
    values: Sequence[str]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return list(zip(self.labels, self.values, strict=True))


@dataclass
class Block:
    """Some rows of a section, printed together."""

    section: Section
    rows: list[Row]
    is_first: bool

    @cached_property
    def labels(self) -> list[str]:
        return [str(column.label) for column in self.section.columns]

    @property
    def widths(self) -> list[str]:
        whole = sum(column.share for column in self.section.columns)
        return [f"{100 * column.share / whole:.3f}" for column in self.section.columns]


@dataclass
class Item:
    """What the index says about one section."""

    key: str
    title: str
    count: int = 0
    page: int = 0
    sha256: str = ""
    files: list[dict[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "title": self.title,
            "count": self.count,
            "page": self.page,
            "sha256": self.sha256,
            "files": self.files,
        }


@dataclass(frozen=True)
class Printed:
    pdf: bytes
    pages: int
    items: list[dict[str, Any]]
    content_sha256: str


def print_volume(plan: Plan, number: int, *, told: Callable[[Item], None] | None = None) -> Printed:
    """Return the volume; `told` is called for each section that is laid out.

    Raises `DomainError("certificates.font_missing")` on a machine that cannot print Chinese.
    """
    if packages := missing_fonts():
        raise DomainError("certificates.font_missing", status=500, packages=packages)
    # Written for the country's archive: Chinese, whoever presses the button.
    with override("zh-hans"):
        return _Press(plan, number, told).run()


def content_of(plan: Plan, number: int) -> str:
    """Return the fingerprint of all words of a volume as the rows say them now, without laying anything out."""
    with override("zh-hans"):
        items: list[Item] = []
        for _block in _blocks(plan, number, items):
            pass
        return _whole(items)


def _whole(items: Sequence[Item]) -> str:
    said = [[item.key, item.title, item.count, item.sha256, item.files] for item in items]
    return hashlib.sha256(canonical(said)).hexdigest()


def _blocks(plan: Plan, number: int, items: list[Item]) -> Iterator[Block]:
    """Yield the rows of a volume in lots, and write into `items` what each section holds once it was read to its end."""
    for section in SECTIONS[number]:
        item = Item(section.key, str(section.title))
        items.append(item)
        labels = [str(column.label) for column in section.columns]
        whole = hashlib.sha256(canonical([str(section.title), labels]))
        block = Block(section, [], True)
        for row in section.rows(plan):
            values = [printable(shown(column.read(row))) for column in section.columns]
            whole.update(canonical(values))
            item.count += 1
            if section.files is not None:
                item.files += [{"name": printable(name), "sha256": sha256} for name, sha256 in section.files(row)]
            block.rows.append(Row(labels, values))
            if len(block.rows) == AT_ONCE:
                yield block
                block = Block(section, [], False)
        item.sha256 = whole.hexdigest()
        if block.rows or block.is_first:
            yield block


class _Press:
    """One volume being laid out."""

    def __init__(self, plan: Plan, number: int, told: Callable[[Item], None] | None) -> None:
        self.plan = plan
        self.number = number
        self.title = str(VOLUME_LABELS[number])
        self.told = told or (lambda item: None)
        self.items: list[Item] = []
        self.documents: list[Any] = []
        self.pages_of: dict[str, int] = {}
        self.fonts = FontConfiguration()
        self.css = resources.files(__package__).joinpath("print/volume.css").read_bytes()

    def run(self) -> Printed:
        # The contents stand in front and name pages behind them: how many pages they take, their lines alone decide.
        before = len(self._contents([Item(section.key, str(section.title)) for section in SECTIONS[self.number]], 0).pages)
        after = before + 1
        for lot in self._lots():
            document = self._lay_out(lot, after)
            for offset, page in enumerate(document.pages):
                for anchor in page.anchors:
                    self.pages_of.setdefault(anchor, after + offset)
            self.documents.append(document)
            after += len(document.pages)
            for block in lot:
                self.told(self.items[[item.key for item in self.items].index(block.section.key)])
        for item in self.items:
            item.page = self.pages_of[item.key]
        contents = self._contents(self.items, after - 1)
        if len(contents.pages) != before:
            raise RuntimeError(f"The contents take {len(contents.pages)} pages instead of {before}")
        content_sha256 = _whole(self.items)
        with ONE_AT_A_TIME:
            pages = [page for document in (contents, *self.documents) for page in document.pages]
            pdf: bytes = contents.copy(pages).write_pdf(
                pdf_variant=VARIANT, finisher=_finish, pdf_identifier=content_sha256[:32].encode()
            )
        return Printed(pdf, len(pages), [item.as_json() for item in self.items], content_sha256)

    def _lots(self) -> Iterator[list[Block]]:
        """Yield blocks that are laid out together: small sections share a page."""
        lot: list[Block] = []
        weight = 0
        for block in _blocks(self.plan, self.number, self.items):
            lot.append(block)
            weight += len(block.rows) + 4
            if weight >= AT_ONCE:
                yield lot
                lot, weight = [], 0
        if lot:
            yield lot

    def _lay_out(self, lot: list[Block], start: int) -> Any:
        context = {"plan": self.plan, "volume": self.title, "blocks": lot, "start": start, "nothing": none_of_them()}
        return self._render("archives/volume_pdf.html", context)

    def _contents(self, items: Sequence[Item], pages: int) -> Any:
        context = {"plan": self.plan, "volume": self.title, "lines": items, "pages": pages}
        return self._render("archives/contents_pdf.html", context)

    def _render(self, template: str, context: dict[str, Any]) -> Any:
        files = HandedFiles({"volume.css": (self.css, "text/css")})
        html = render_to_string(template, context)
        with ONE_AT_A_TIME:
            return HTML(string=html, base_url=None, url_fetcher=files).render(font_config=self.fonts, pdf_variant=VARIANT)


def _finish(_document: Any, pdf: pydyf.PDF) -> None:
    """Leave the metadata readable without unpacking, as PDF/A demands, and keep streams apart from their line ends."""
    reference = pdf.catalog["Metadata"]
    text = reference.decode() if isinstance(reference, bytes) else reference
    pdf.objects[int(text.split()[0])].compress = False
    pdf.__class__ = FileWithLinesApart
