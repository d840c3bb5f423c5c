"""Column packs: the authority's templates as data, one YAML file a version. A batch keeps key and version of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lms.core.errors import DomainError

FOLDER = Path(__file__).parent / "packs"
SOURCES = frozenset(
    {"name", "id_kind", "id_number", "employer", "occupation", "work_type", "level", "number", "issued_on", "body", "issuer"}
)
"""The facts of a certificate that a column may show."""
FORMATS = frozenset({"text", "code", "id_number", "level", "number", "date"})
NEWEST = ("osta", 2021)


@dataclass(frozen=True)
class Column:
    """One column. `empty`: what stands there without a value; `codes`: value → code of the authority's table."""

    title: str
    source: str
    format: str
    required: bool = False
    longest: int = 255
    empty: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    assumed: frozenset[str] = frozenset()
    """Codes that were assumed and not read in the authority's own table."""


@dataclass(frozen=True)
class ReceiptWords:
    """Headings and words by which an answer of the authority is read."""

    number: tuple[str, ...]
    batch: tuple[str, ...]
    result: tuple[str, ...]
    reason: tuple[str, ...]
    accepted: tuple[str, ...]
    rejected: tuple[str, ...]


@dataclass(frozen=True)
class ColumnPack:
    """One version of the authority's sheet."""

    key: str
    version: int
    title: str
    sheet: str
    summary_sheet: str
    file_name: str
    operations: Mapping[str, str]
    columns: tuple[Column, ...]
    receipt: ReceiptWords

    @property
    def titles(self) -> list[str]:
        return [column.title for column in self.columns]

    def name_of(self, *, batch: str, operation: str, body: str) -> str:
        """Return the file's name; what a file system may not take is left out of the parts."""
        parts = {"batch": batch, "operation": self.operations[operation], "body": body}
        return self.file_name.format(**{name: _safe(part) for name, part in parts.items()})


def column_pack(key: str, version: int) -> ColumnPack:
    """Return a pack; raises `DomainError` `registry.upload_pack_unknown`."""
    try:
        return packs()[key, version]
    except KeyError:
        raise DomainError("registry.upload_pack_unknown", key=key, version=version) from None


@cache
def packs() -> dict[tuple[str, int], ColumnPack]:
    """Return all packs, by key and version. Raises `ValueError` for one that names an unknown source or format."""
    found = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        pack = read_pack(yaml.safe_load(path.read_text(encoding="utf-8")))
        found[pack.key, pack.version] = pack
    return found


def read_pack(data: Mapping[str, Any]) -> ColumnPack:
    """Return the pack that this data describes; raises `ValueError` naming what is wrong with it."""
    columns = tuple(_column(column) for column in data["columns"])
    titles = [column.title for column in columns]
    if len(set(titles)) != len(titles):
        raise ValueError("two columns have the same title")
    if not {"number", "issued_on"} <= {column.source for column in columns}:
        raise ValueError("a pack needs the columns of number and date")
    if set(data["operations"]) != {"add", "correct", "revoke"}:
        raise ValueError("a pack names the operations add, correct and revoke")
    receipt = ReceiptWords(**{name: tuple(words) for name, words in data["receipt"].items()})
    plain = ("key", "version", "title", "sheet", "summary_sheet", "file_name", "operations")
    return ColumnPack(**{name: data[name] for name in plain}, columns=columns, receipt=receipt)


def _column(data: Mapping[str, Any]) -> Column:
    facts = dict(data)
    codes = facts.pop("codes", {})
    if facts["source"] not in SOURCES:
        raise ValueError(f"no fact of a certificate: {facts['source']}")
    if facts["format"] not in FORMATS:
        raise ValueError(f"no format: {facts['format']}")
    return Column(
        **facts,
        codes={value: row["code"] for value, row in codes.items()},
        assumed=frozenset(row["code"] for row in codes.values() if row.get("assumed")),
    )


def _safe(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum() or sign in "-_") or "-"
