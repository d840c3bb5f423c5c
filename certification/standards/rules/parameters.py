"""Numbers that differ by province, occupation and body, so they live on the scheme version."""

from collections.abc import Mapping
from typing import Any

from lms.core.errors import DomainError

DEFAULT_PARAMETERS: Mapping[str, Any] = {
    "plan_lead_days": 10,
    "reg_close_days": 7,
    "arrange_days": 5,
    "score_due": 3,
    "publication_start_due": 5,
    "publication_days": 5,
    "archive_due": 10,
    "review_request_days": 5,
    "review_decide_days": 10,
    "part_validity_months": 12,
    "max_resits": 1,
    "rounding": "none",
    "invigilator_ratio": 15,
    "min_invigilators": 2,
    "assessor_ratio": 5,
    "min_assessors": 3,
    "assessors_odd": True,
    "senior_assessor_levels": [2, 1],
    "aggregation": "mean",
    "divergence_points": 10,
    "arbitration": "additional",
    "review_panel_min": 3,
    "review_panel_odd": True,
    "recuse_trainers": True,
    "recuse_same_unit": True,
    "min_age": 16,
    "late_limit_minutes": 30,
    "paper_retention_years": 3,
    "electronic_retention_years": 5,
    "video_retention_years": 3,
    "assessor_card_years": 3,
    "supervisor_card_years": 3,
    "related_occupations": [],
    "majors": [],
}
"""Working days before or after the exam day unless the name says otherwise. Source: domain.md §5.0.

How certificate numbers come about (`number_mode` there) is a fact of the body's filing, not of the scheme.
"""

FLOORS: Mapping[str, int] = {
    "publication_days": 5,
    "min_assessors": 3,
    "review_panel_min": 3,
    "min_invigilators": 2,
    "invigilator_ratio": 1,
    "assessor_ratio": 1,
    "min_age": 16,
}
"""A scheme may ask for more, never for less. Source: I30, I16, I13, I11; a ratio of nobody is none."""

CEILING = 9999
CHOICES: Mapping[str, tuple[str, ...]] = {
    "rounding": ("none", "half_up"),
    "aggregation": ("mean", "trimmed"),
    "arbitration": ("additional", "joint"),
}
LONGEST_ENTRY = 60
LEVEL_LISTS = frozenset({"senior_assessor_levels"})


def parameter_error(name: str, value: Any) -> DomainError | None:
    """Return what is wrong with one parameter of a scheme, or None."""
    if name not in DEFAULT_PARAMETERS:
        return DomainError("standards.parameter_unknown", status=422, name=name)
    if not _fits(name, value, DEFAULT_PARAMETERS[name]):
        return DomainError("standards.parameter_wrong", status=422, name=name, value=_told(value))
    if name in FLOORS and value < FLOORS[name]:
        return DomainError("standards.parameter_too_low", status=422, name=name, value=value, floor=FLOORS[name])
    return None


def _fits(name: str, value: Any, default: Any) -> bool:
    if type(value) is not type(default):
        return False
    if isinstance(value, list):
        return all(_entry_fits(name, entry) for entry in value) and len(value) == len(set(value))
    if name in CHOICES:
        return value in CHOICES[name]
    return isinstance(value, bool) or 0 <= value <= CEILING


def _entry_fits(name: str, entry: Any) -> bool:
    if name in LEVEL_LISTS:
        return type(entry) is int and 1 <= entry <= 5
    return isinstance(entry, str) and 0 < len(entry) <= LONGEST_ENTRY


def _told(value: Any) -> str:
    return str(value)[:40]


def with_defaults(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the full set for a scheme; raise `DomainError` for a name or value that cannot be."""
    for name, value in given.items():
        if (error := parameter_error(name, value)) is not None:
            raise error
    return {**DEFAULT_PARAMETERS, **given}


def parameter(parameters: Mapping[str, Any], name: str) -> Any:
    """Return a parameter, or the default for schemes stored before it existed."""
    return parameters.get(name, DEFAULT_PARAMETERS[name])
