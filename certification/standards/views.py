from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certification.standards.access import public_scheme
from certification.standards.models import Scheme
from certification.standards.rules import WeightTable
from certification.standards.selectors import published_schemes


@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    return render(request, "standards/list.html", {"schemes": published_schemes()})


@require_safe
def scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """One scheme: weights of all levels side by side, then the conditions of each level."""
    found = public_scheme(pk)
    levels = list(found.levels.all())
    context = {
        "scheme": found,
        "levels": levels,
        "tables": [
            {"key": "theory", "title": _("Theory exam"), "rows": weight_grid(found, WeightTable.THEORY)},
            {"key": "skill", "title": _("Skill test"), "rows": weight_grid(found, WeightTable.SKILL)},
        ],
        "crumbs": [
            {"title": _("Certification"), "url": "/apply/"},
            {"title": _("Standards"), "url": "/apply/standards/"},
            {"title": found.title},
        ],
    }
    return render(request, "standards/detail.html", context)


def weight_grid(scheme: Scheme, table: WeightTable) -> list[dict[str, Any]]:
    """Return one row for each function with a weight or None for each level, in the printed order."""
    columns = [(level, level.weights(table)) for level in scheme.levels.all()]
    functions = list(dict.fromkeys(name for _level, weights in columns for name in weights))
    return [
        {"function": name, "cells": [{"level": level, "weight": weights.get(name)} for level, weights in columns]}
        for name in functions
    ]
