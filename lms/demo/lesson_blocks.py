"""Turns the blocks of a lesson file into those of the catalogue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from courses.catalogue.models import GlossaryTerm
from courses.questionbank.models import Item
from lms.core import clock
from lms.core.errors import DomainError
from lms.demo.documents import load_document
from lms.demo.figures import FigureShelf
from lms.demo.packages import load_package
from lms.demo.recordings import load_recording
from lms.organisations.models import Organisation

Data = Mapping[str, Any]
CASE = ("title", "situation", "analysis", "result")


@dataclass(frozen=True)
class Materials:
    """What the lessons of a course draw on: its figures, its words by name, the practice items of the bank by key, and whose it is."""

    figures: FigureShelf
    words: Mapping[str, GlossaryTerm]
    items: Mapping[str, Item]
    college: Organisation


def block_of(data: Data, materials: Materials) -> tuple[str, Any]:
    """Return (name, value) of the stream block; raises `DomainError` (422) for what the file asks and nobody has."""
    kind = data["type"]
    make = MAKERS.get(kind)
    if make is None:
        raise DomainError("demo.block_unknown", status=422, kind=kind)
    return kind, make(data, materials)


def _text(data: Data, materials: Materials) -> Any:
    return data["html"].strip()


def _picture(data: Data, materials: Materials) -> dict[str, Any]:
    return {"figure": materials.figures.put(data) if "file" in data else None}


def _figure(data: Data, materials: Materials) -> Any:
    return _picture(data, materials) | {"caption": data.get("caption", "")}


def _steps(data: Data, materials: Materials) -> Any:
    steps = [
        {"title": step["title"], "text": step.get("text", ""), "picture": _picture(step, materials)} for step in data["steps"]
    ]
    return {"title": data["title"], "steps": steps}


def _case(data: Data, materials: Materials) -> Any:
    return {name: data[name].strip() for name in CASE}


def _key_points(data: Data, materials: Materials) -> Any:
    return {"points": data["points"]}


def _table(data: Data, materials: Materials) -> Any:
    return {"title": data["title"], "table": _grid(data["head"], data["rows"]), "note": data.get("note", "")}


def _comparison(data: Data, materials: Materials) -> Any:
    rows = [[row["criterion"], *row["values"]] for row in data["rows"]]
    return {"title": data["title"], "table": _grid(["比什么", *data["devices"]], rows), "advice": data.get("advice", "")}


def _grid(head: list[Any], rows: list[list[Any]]) -> dict[str, Any]:
    # YAML reads a bare figure as a number.
    return {
        "columns": [{"type": "text", "heading": str(heading)} for heading in head],
        "rows": [{"values": [str(cell) for cell in row]} for row in rows],
        "caption": "",
    }


def _quiz(data: Data, materials: Materials) -> Any:
    for key in data["items"]:
        if key not in materials.items:
            raise DomainError("demo.item_unknown", status=422, key=key)
    return {"title": data["title"], "items": [materials.items[key] for key in data["items"]]}


def _term(data: Data, materials: Materials) -> Any:
    if data["term"] not in materials.words:
        raise DomainError("demo.word_unknown", status=422, word=data["term"])
    return {"term": materials.words[data["term"]]}


def _video(data: Data, materials: Materials) -> Any:
    film = load_recording(data["film"], college=materials.college, actor=None, now=clock.now())
    return {"recording": film, "task": data.get("task", "")}


def _audio(data: Data, materials: Materials) -> Any:
    sound = load_recording(data["sound"], college=materials.college, actor=None, now=clock.now())
    return {"recording": sound, "task": data.get("task", "")}


def _document(data: Data, materials: Materials) -> Any:
    document = load_document(data["document"], title=data["title"], college=materials.college)
    return {"document": document, "title": data["title"], "note": data.get("note", "").strip()}


def _package(data: Data, materials: Materials) -> Any:
    package = load_package(data["package"], title=data["title"], college=materials.college, actor=None, now=clock.now())
    return {"package": package, "task": data.get("task", ""), "words": data["words"].strip(), "keys": data["keys"].strip()}


def _slides(data: Data, materials: Materials) -> Any:
    slides = [{"picture": _picture(slide, materials), "narration": slide["narration"].strip()} for slide in data["slides"]]
    return {"title": data["title"], "slides": slides}


MAKERS: dict[str, Callable[[Data, Materials], Any]] = {
    "text": _text,
    "figure": _figure,
    "steps": _steps,
    "case": _case,
    "key_points": _key_points,
    "table": _table,
    "comparison": _comparison,
    "quiz": _quiz,
    "term": _term,
    "slides": _slides,
    "video": _video,
    "audio": _audio,
    "document": _document,
    "package": _package,
}
