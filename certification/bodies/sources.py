"""What later steps of the process know of candidates and staff: they register here, since this room may not ask upwards."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

EmployersOf = Callable[[Collection[int]], Mapping[int, Collection[str]]]


@dataclass(frozen=True)
class Duty:
    """One exam in which a person acts or acted."""

    title: str
    role: str | Promise
    day: date


DutiesOf = Callable[[int, int], list[Duty]]

_employers: list[EmployersOf] = []
_duties: list[DutiesOf] = []


def register_employers(source: EmployersOf) -> None:
    """Have `employers_of` ask `source`: it gives the employers that each of these candidates named."""
    if source not in _employers:
        _employers.append(source)


def register_duties(source: DutiesOf) -> None:
    """Have `duties_of` ask `source`: it gives what a person does for a body, the latest first."""
    if source not in _duties:
        _duties.append(source)


def employers_of(candidates: Collection[int]) -> dict[int, set[str]]:
    """Return what each of these candidates named as her present employers."""
    found: dict[int, set[str]] = {}
    for source in _employers:
        for candidate, names in source(candidates).items():
            found.setdefault(candidate, set()).update(names)
    return found


def duties_of(organisation: int, user: int) -> list[Duty]:
    """Return the exams of the body in which the person acts or acted, the latest first."""
    return sorted((duty for source in _duties for duty in source(organisation, user)), key=lambda duty: duty.day, reverse=True)
