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
    "min_assessors": 3,
    "assessors_odd": True,
    "senior_assessor_levels": [2, 1],
    "recuse_trainers": True,
    "recuse_same_unit": True,
    "min_age": 16,
    "invigilator_ratio": 15,
    "min_invigilators": 2,
    "late_limit_minutes": 30,
    "related_occupations": [],
    "majors": [],
}
"""Working days before or after the exam day unless the name says otherwise. Source: domain.md §5.0."""


def with_defaults(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the full set for a scheme; raise `DomainError` for a name or type nobody knows."""
    for name, value in given.items():
        if name not in DEFAULT_PARAMETERS:
            raise DomainError("standards.parameter_unknown", status=422, name=name)
        default = DEFAULT_PARAMETERS[name]
        wrong = type(value) is not type(default) or (isinstance(value, int) and value < 0)
        if wrong:
            raise DomainError("standards.parameter_wrong", status=422, name=name, value=str(value))
    return {**DEFAULT_PARAMETERS, **given}


def parameter(parameters: Mapping[str, Any], name: str) -> Any:
    """Return a parameter, or the default for schemes stored before it existed."""
    return parameters.get(name, DEFAULT_PARAMETERS[name])
