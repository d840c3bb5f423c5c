"""How the tables of a scheme are shown, to the public and at the desk."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from certification.standards.findings import level_name
from certification.standards.labels import CHOICE_LABELS
from certification.standards.models import Scheme
from certification.standards.rules import WeightTable


def weight_tables(scheme: Scheme) -> list[dict[str, Any]]:
    """Return both weight tables, each with its rows and what each column adds up to."""
    titles = {WeightTable.THEORY: _("Theory exam"), WeightTable.SKILL: _("Skill test")}
    return [
        {"key": table.value, "title": title, "rows": weight_grid(scheme, table), "sums": _sums(scheme, table)}
        for table, title in titles.items()
    ]


def weight_grid(scheme: Scheme, table: WeightTable) -> list[dict[str, Any]]:
    """Return one row for each function with a weight or None for each level, in the printed order."""
    columns = [(level, level.weights(table)) for level in scheme.levels.all()]
    functions = list(dict.fromkeys(name for _level, weights in columns for name in weights))
    return [
        {"function": name, "cells": [{"level": level, "weight": weights.get(name)} for level, weights in columns]}
        for name in functions
    ]


def _sums(scheme: Scheme, table: WeightTable) -> list[dict[str, Any]]:
    sums = [(level, sum(level.weights(table).values(), Decimal(0))) for level in scheme.levels.all()]
    return [{"level": level, "sum": total, "right": total == 100} for level, total in sums]


def shown_parameter(name: str, value: Any) -> str:
    """Return a parameter's value as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "senior_assessor_levels":
        return "、".join(level_name(level) for level in value) or "—"
    if isinstance(value, list):
        return "、".join(value) or "—"
    return str(CHOICE_LABELS.get(name, {}).get(value, value))
