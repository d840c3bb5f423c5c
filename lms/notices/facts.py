"""Facts of a notice as JSON: days and moments keep what they are, so that each language writes them its own way."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

DAY, MOMENT = "$day", "$moment"


def packed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts as JSON can hold them. Text that is translated later must not be among them."""
    return {name: _packed(value) for name, value in facts.items()}


def _packed(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return {MOMENT: value.isoformat()}
    if isinstance(value, datetime.date):
        return {DAY: value.isoformat()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_packed(part) for part in value]
    raise TypeError(f"A notice cannot keep a {type(value).__name__}.")


def unpacked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts as sentences show them in the active language; days as words."""
    return {name: _shown(value) for name, value in facts.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(part) for part in value]
    if isinstance(value, dict) and DAY in value:
        return date_format(datetime.date.fromisoformat(value[DAY]), "DATE_FORMAT")
    if isinstance(value, dict) and MOMENT in value:
        return date_format(timezone.localtime(datetime.datetime.fromisoformat(value[MOMENT])), "DATETIME_FORMAT")
    return value
