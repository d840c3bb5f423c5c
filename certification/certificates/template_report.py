"""The comparison of the two engines in words for the people of a body."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from certification.certificates.models import TemplateVersion


@dataclass(frozen=True)
class Told:
    """`tried` imagined holders, of whom `one_by_one` are drawn singly; `percent` of them; `is_outdated`: printed otherwise since; what `differed` and how."""

    tried: int
    one_by_one: int
    percent: int
    is_fast: bool
    is_outdated: bool
    differed: tuple[tuple[str, str], ...]


def told(version: TemplateVersion) -> Told | None:
    """Return what the report of a version says; None while it has not been compared."""
    if not version.report:
        return None
    records: list[dict[str, Any]] = version.report["records"]
    singly = sum(record["engine"] == "reference" for record in records)
    return Told(
        tried=len(records),
        one_by_one=singly,
        percent=round(100 * singly / max(len(records), 1)),
        is_fast=version.is_compiled,
        is_outdated=version.is_outdated,
        differed=tuple((record["label"], _difference(record)) for record in records if not record["ok"]),
    )


def _difference(record: dict[str, Any]) -> str:
    found = []
    if not record["same_pixels"]:
        found.append(_("the picture"))
    if not record["same_text"]:
        found.append(_("the text"))
    if not record["same_structure"]:
        found.append(_("the structure for screen readers"))
    if record["findings"]:
        found.append(_("the archive and accessibility standards"))
    return "、".join(str(word) for word in found)
