"""What every volume consists of: sections of rows, each row in the same words whenever it is read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from certification.plans.models import Plan
from lms.accounts.models import User
from lms.core.crypto import mask_name

Read = Callable[[Any], Any]
File = tuple[str, str]
"""The name of a stored file and its SHA-256."""
AT_ONCE = 200
"""Rows of one section that lie in memory while they are read."""
LABELS = {
    "at": gettext_lazy("Moment"),
    "by": gettext_lazy("Done by"),
    "sha256": gettext_lazy("SHA-256"),
    "pdf_sha256": gettext_lazy("SHA-256"),
    "file_sha256": gettext_lazy("SHA-256"),
    "content_sha256": gettext_lazy("Fingerprint"),
    "size": gettext_lazy("Bytes"),
    "started_at": gettext_lazy("Started at"),
    "submitted_at": gettext_lazy("Handed in at"),
    "uploaded_at": gettext_lazy("Uploaded at"),
    "handed_in_at": gettext_lazy("Handed in at"),
    "handed_in_by": gettext_lazy("Handed in by"),
    "decided_at": gettext_lazy("Decided at"),
    "decided_by": gettext_lazy("Decided by"),
    "published_at": gettext_lazy("Published at"),
    "published_by": gettext_lazy("Published by"),
    "created_at": gettext_lazy("Written at"),
    "created_by": gettext_lazy("Written by"),
    "evaluated_on": gettext_lazy("Examined on"),
    "undertaking_at": gettext_lazy("Undertaking signed at"),
    "condition": gettext_lazy("Condition"),
    "candidate": gettext_lazy("Candidate"),
    "reviewer": gettext_lazy("Reviewer"),
    "outcome": gettext_lazy("Outcome"),
    "assigned_at": gettext_lazy("Named at"),
    "declared_at": gettext_lazy("Declared at"),
    "declaration": gettext_lazy("Declaration"),
    "recusal": gettext_lazy("Recusal check"),
    "named_at": gettext_lazy("Named at"),
    "named_by": gettext_lazy("Named by"),
    "drawn": gettext_lazy("Drawn"),
    "pool": gettext_lazy("Drawn among"),
    "recused": gettext_lazy("Recused"),
    "wanted": gettext_lazy("Wanted"),
    "seed": gettext_lazy("Seed"),
    "turn": gettext_lazy("Turn"),
    "columns": gettext_lazy("Columns"),
    "user": gettext_lazy("Person"),
    "giver": gettext_lazy("Handed over by"),
    "receiver": gettext_lazy("Received by"),
    "note": gettext_lazy("Note"),
    "room": gettext_lazy("Room"),
    "name": gettext_lazy("Name"),
    "text": gettext_lazy("Text"),
    "kind": gettext_lazy("Kind"),
    "role": gettext_lazy("Role"),
    "reason": gettext_lazy("Reason"),
    "status": gettext_lazy("Status"),
}


@dataclass(frozen=True)
class Column:
    """One column: its heading, how its value is read from a row, and its share of the width."""

    label: Any
    read: Read
    share: int = 2


@dataclass(frozen=True)
class Section:
    """Rows of one kind. `files` names the stored files that a row speaks of; `of` is the model, for the index."""

    key: str
    title: Any
    of: type[Model]
    rows: Callable[[Plan], Iterable[Any]]
    columns: tuple[Column, ...]
    files: Callable[[Any], Iterable[File]] | None = None
    upright: bool = False
    """Printed as facts one under the other, for what there is once."""


def col(of: type[Model], path: str, share: int = 2, *, label: Any = None) -> Column:
    """Return the column of a field, or of a field of a row that it names ("seat.ticket_number")."""
    names = path.split(".")
    return Column(label if label is not None else _label(of, names), lambda row: _follow(row, names), share)


def says(label: Any, read: Read, share: int = 2) -> Column:
    """Return a column with a value of its own."""
    return Column(label, read, share)


def rows_of(of: type[Model], to_plan: str, *order: str, related: Iterable[str] = ()) -> Callable[[Plan], Iterable[Any]]:
    """Return what reads the rows of a plan, in a fixed order, a lot at a time."""

    def read(plan: Plan) -> Iterable[Any]:
        found: QuerySet[Any] = of._default_manager.filter(**{to_plan: plan.pk})
        return found.select_related(*related).order_by(*order, "pk").iterator(chunk_size=AT_ONCE)

    return read


def _label(of: type[Model], names: list[str]) -> Any:
    model: Any = of
    field: Any = None
    for name in names:
        field = model._meta.get_field(name)
        model = field.related_model
    explicit = getattr(field, "_verbose_name", None)
    return explicit if explicit else LABELS.get(names[-1], names[-1])


def _follow(row: Any, names: list[str]) -> Any:
    for name in names[:-1]:
        row = getattr(row, name, None)
        if row is None:
            return None
    last = names[-1]
    display = getattr(row, f"get_{last}_display", None)
    return display() if display is not None else getattr(row, last, None)


def shown(value: Any) -> str:
    """Return a value in the words that are printed; nothing at all is a dash."""
    if value is None or value == "" or value == [] or value == {}:
        return "—"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, User):
        return value.name
    if isinstance(value, datetime):
        return localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_inside(item)}" for key, item in sorted(value.items(), key=lambda pair: str(pair[0])))
    if isinstance(value, (list, tuple)):
        return ", ".join(_inside(item) for item in value)
    return str(value)


def _inside(value: Any) -> str:
    return f"({shown(value)})" if isinstance(value, (Mapping, list, tuple)) and value else shown(value)


def person(candidate: User | None) -> str:
    """Return the candidate's name with her masked number: the archive never holds a number in the clear (I39)."""
    if candidate is None:
        return ""
    identity = getattr(candidate, "identity", None)
    return f"{candidate.name} ({identity.masked})" if identity else candidate.name


def masked(candidate: User | None) -> str:
    return mask_name(candidate.name) if candidate is not None else ""


def none_of_them() -> str:
    """Return what stands where a section has no row."""
    return pgettext("archive", "None recorded.")


def table(
    key: str,
    title: Any,
    of: type[Model],
    to_plan: str,
    *columns: str | Column,
    order: Iterable[str] = (),
    related: Iterable[str] = (),
    files: Callable[[Any], Iterable[File]] | None = None,
) -> Section:
    """Return a section of plain rows; a column is a field, with its share of the width behind a colon ("text:6")."""
    made = []
    for column in columns:
        if isinstance(column, str):
            path, _colon, share = column.partition(":")
            column = col(of, path, int(share or 2))
        made.append(column)
    return Section(key, title, of, rows_of(of, to_plan, *order, related=related), tuple(made), files)
