"""What shuts somebody out of a lesson. Knows no framework: it is told the parts of a lesson as plain facts.

The rules follow WCAG 2.2 level AA where it speaks of content: 1.1.1 (text alternatives), 1.2.1 to 1.2.3 (captions,
transcripts), 1.3.1 and 2.4.6 (headings, tables), 1.4.3 (contrast), 2.4.4 (purpose of links).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from courses.catalogue.accessibility.contrast import faint_words

Path = tuple[str | int, ...]

FILE_NAME = re.compile(
    r"^\s*[\w \-().]+\.(?:jpe?g|png|gif|webp|svg|heic|bmp|tiff?)\s*$|^\s*(?:IMG|DSC|MVIMG|PXL)[_-]?\d+\s*$", re.I
)
EMPTY_WORDS = frozenset(
    "图 图片 图像 插图 照片 示意图 如图 如图所示 见图 image picture photo figure illustration drawing".split()
)
VAGUE_LINKS = frozenset([
    "这里", "此处", "这儿", "点这里", "点此", "点击", "点击这里", "点击此处", "请点击这里", "点我", "链接", "更多", "详情", "查看",
    "查看更多", "查看详情", "下载", "here", "click here", "click", "this", "link", "more", "read more", "learn more", "details",
    "download",
])  # fmt: skip
BARE_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$", re.I)
LONGEST_EASY_SENTENCE = 24
"""Characters of an easy-read sentence. House rule; what most people read in one look."""
WARNINGS = frozenset(["key_points_missing", "key_points_twice", "key_point_repeated", "easy_read_long"])
"""Findings that are told and hold nothing up: what reads worse without shutting anybody out."""
FEWEST_WORDS = 20
"""Characters of what an interactive package teaches, in words. House rule: fewer name the subject and do not teach it."""


@dataclass(frozen=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True)
class Link:
    text: str


@dataclass(frozen=True)
class Picture:
    """`alt` as a listener hears it; `svg` for drawings; `path` leads to the field inside the block that mends it."""

    alt: str
    path: Path
    name: str = ""
    svg: str = ""


@dataclass(frozen=True)
class Recording:
    is_video: bool
    has_captions: bool
    has_transcript: bool
    path: Path = ("recording",)


@dataclass(frozen=True)
class Table:
    head: tuple[str, ...]
    first_column: tuple[str, ...]
    path: Path = ("table",)


@dataclass(frozen=True)
class Package:
    """An interactive package: what one learns in it, in words, and how it is worked by keyboard."""

    words: str
    keys: str


@dataclass(frozen=True)
class Part:
    """One block of a lesson."""

    block: str
    kind: str
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    pictures: tuple[Picture, ...] = ()
    recordings: tuple[Recording, ...] = ()
    tables: tuple[Table, ...] = ()
    packages: tuple[Package, ...] = ()
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Something that shuts somebody out: `code` says what, `block` (id, "" for the whole lesson) and `path` say where."""

    code: str
    block: str
    path: Path = ()
    context: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def is_warning(self) -> bool:
        return self.code in WARNINGS


def examine(parts: Iterable[Part], *, easy_read: Iterable[str] = ()) -> list[Finding]:
    """Return all findings in the order of the lesson; those that are warnings do not hold it up."""
    found = list(parts)
    findings = list(_headings(found))
    for part in found:
        findings += _links(part)
        findings += _pictures(part)
        findings += _recordings(part)
        findings += _tables(part)
        findings += _packages(part)
    findings += _key_points(found)
    findings += _easy_read(easy_read)
    order = {part.block: place for place, part in enumerate(found)}
    return sorted(findings, key=lambda finding: (finding.is_warning, order.get(finding.block, len(order))))


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Return those that hold the lesson up."""
    return [finding for finding in findings if not finding.is_warning]


def _headings(parts: list[Part]) -> Iterator[Finding]:
    # The title of the lesson is its only first level.
    last = 1
    for part in parts:
        for heading in part.headings:
            if not heading.text.strip():
                yield Finding("heading_empty", part.block)
                continue
            if heading.level > last + 1:
                yield Finding("heading_skips", part.block, context={"words": _short(heading.text), "after": last + 1})
            last = heading.level


def _links(part: Part) -> Iterator[Finding]:
    for link in part.links:
        words = " ".join(link.text.split()).strip(" .。:：!！>»→›")
        if not words:
            yield Finding("link_empty", part.block)
        elif words.lower() in VAGUE_LINKS or BARE_ADDRESS.match(words):
            yield Finding("link_vague", part.block, context={"words": _short(link.text)})


def _pictures(part: Part) -> Iterator[Finding]:
    for picture in part.pictures:
        alt = picture.alt.strip()
        if not alt:
            yield Finding("picture_without_alt", part.block, picture.path, {"name": picture.name})
        elif alt.lower() in EMPTY_WORDS or FILE_NAME.match(alt):
            yield Finding("picture_alt_empty", part.block, picture.path, {"name": picture.name, "words": _short(alt)})
        if picture.svg and (faint := faint_words(picture.svg)):
            worst = min(faint, key=lambda words: words.ratio / words.needed)
            context = {
                "name": picture.name,
                "words": _short(worst.text),
                "ratio": f"{worst.ratio:.1f}",
                "needed": f"{worst.needed:g}",
            }
            yield Finding("picture_faint", part.block, picture.path, context | {"count": len(faint)})


def _recordings(part: Part) -> Iterator[Finding]:
    for recording in part.recordings:
        if recording.is_video and not recording.has_captions:
            yield Finding("video_without_captions", part.block, recording.path)
        if not recording.has_transcript:
            yield Finding("recording_without_transcript", part.block, recording.path)


def _tables(part: Part) -> Iterator[Finding]:
    for table in part.tables:
        if not table.head:
            yield Finding("table_empty", part.block, table.path)
            continue
        # The corner may stay empty: it heads the column of headings.
        blank = [place for place, words in enumerate(table.head, start=1) if place > 1 and not words.strip()]
        if blank or not any(words.strip() for words in table.head):
            yield Finding("table_without_head", part.block, table.path, {"column": (blank or [1])[0]})
        if any(not words.strip() for words in table.first_column):
            yield Finding("table_row_without_name", part.block, table.path)


def _packages(part: Part) -> Iterator[Finding]:
    for package in part.packages:
        words = package.words.strip()
        if len(words) < FEWEST_WORDS:
            yield Finding("package_without_words", part.block, ("words",), {"needed": FEWEST_WORDS})
        if not package.keys.strip():
            yield Finding("package_without_keys", part.block, ("keys",))


def _key_points(parts: list[Part]) -> Iterator[Finding]:
    closing = [part for part in parts if part.kind == "key_points"]
    if not closing:
        yield Finding("key_points_missing", "")
    for part in closing[1:]:
        yield Finding("key_points_twice", part.block)
    counted = Counter(point.strip() for part in closing for point in part.points)
    repeated = {point for point, times in counted.items() if times > 1}
    for part in closing:
        for point in repeated.intersection(point.strip() for point in part.points):
            yield Finding("key_point_repeated", part.block, context={"words": _short(point)})


def _easy_read(sentences: Iterable[str]) -> Iterator[Finding]:
    for sentence in sentences:
        if len(sentence) > LONGEST_EASY_SENTENCE and not sentence.isascii():
            yield Finding("easy_read_long", "", context={"words": _short(sentence), "most": LONGEST_EASY_SENTENCE})


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 20 else words[:19] + "…"
