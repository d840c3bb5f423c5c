"""Reads a lesson's body into the plain facts that the rules judge."""

from collections.abc import Callable, Iterable
from typing import Any

from courses.catalogue.accessibility.rules import Heading, Package, Part, Path, Picture, Recording, Table
from courses.catalogue.accessibility.words import read_html

RECORDINGS = {"video": True, "audio": False}
"""Blocks with a `recording`, and whether there is something to see in it."""


def parts_of(body: Iterable[Any]) -> list[Part]:
    """Return one `Part` for each block of a stream value; a block that is unknown here says only its titles."""
    return [_part(block) for block in body]


def _part(block: Any) -> Part:
    read = READERS.get(block.block_type, _titled)
    facts = {} if block.value is None else read(block.value)
    if block.block_type in RECORDINGS:
        facts["recordings"] = _recordings(block.value, is_video=RECORDINGS[block.block_type])
    return Part(block=str(block.id or ""), kind=block.block_type, **facts)


def _titled(value: Any) -> dict[str, Any]:
    title = value.get("title") if hasattr(value, "get") else None
    return {"headings": (Heading(2, title),)} if title else {}


def _text(value: Any) -> dict[str, Any]:
    headings, links = read_html(value.source)
    return {"headings": headings, "links": links}


def _figure(value: Any) -> dict[str, Any]:
    return {"pictures": _pictures(value, ())}


def _steps(value: Any) -> dict[str, Any]:
    headings = [Heading(2, value["title"])]
    pictures: tuple[Picture, ...] = ()
    for number, step in enumerate(value["steps"]):
        headings.append(Heading(3, step["title"]))
        pictures += _pictures(step["picture"], ("steps", number, "picture"))
    return {"headings": tuple(headings), "pictures": pictures}


def _slides(value: Any) -> dict[str, Any]:
    pictures: tuple[Picture, ...] = ()
    for number, slide in enumerate(value["slides"]):
        pictures += _pictures(slide["picture"], ("slides", number, "picture"))
    return {"headings": (Heading(2, value["title"]),), "pictures": pictures}


def _table(value: Any) -> dict[str, Any]:
    # The title is the table's caption, no heading.
    table = value["table"]
    head = tuple(column["heading"] or "" for column in table.columns)
    first = tuple(str(row["values"][0] or "") for row in table.row_data if row["values"])
    return {"tables": (Table(head, first),)}


def _key_points(value: Any) -> dict[str, Any]:
    return {"points": tuple(value["points"])}


def _package(value: Any) -> dict[str, Any]:
    return {"packages": (Package(words=value.get("words") or "", keys=value.get("keys") or ""),)}


def _untitled(value: Any) -> dict[str, Any]:
    return {}


READERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "text": _text,
    "figure": _figure,
    "steps": _steps,
    "slides": _slides,
    "table": _table,
    "comparison": _table,
    "key_points": _key_points,
    "document": _untitled,
    "package": _package,
}


def _pictures(value: Any, path: Path) -> tuple[Picture, ...]:
    if figure := value.get("figure"):
        return (Picture(alt=figure.alt, path=(*path, "figure"), name=figure.title, svg=figure.svg),)
    if photo := value.get("photo"):
        return (Picture(alt=value.get("alt") or "", path=(*path, "alt"), name=photo.title),)
    return ()


def _recordings(value: Any, *, is_video: bool) -> tuple[Recording, ...]:
    recording = value.get("recording") if hasattr(value, "get") else value
    if recording is None:
        return ()
    has_captions = _has(recording, "captions")
    # A transcript that is made from the captions needs no attribute of its own.
    has_transcript = _has(recording, "transcript") if hasattr(recording, "transcript") else has_captions
    return (Recording(is_video=is_video, has_captions=has_captions, has_transcript=has_transcript),)


def _has(recording: Any, name: str) -> bool:
    """Whether the attribute holds something: a text, a file, a list of tracks or the manager of such rows."""
    held = getattr(recording, name, None)
    if held is not None and hasattr(held, "all"):
        held = [row for row in held.all() if getattr(row, "cues", True)]
    elif callable(held):
        held = held()
    return bool(held)
