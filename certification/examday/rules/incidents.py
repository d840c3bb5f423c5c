"""What happens in a room and is written down 考场情况记录."""

from collections.abc import Collection
from enum import StrEnum

from lms.core.errors import DomainError


class IncidentKind(StrEnum):
    LATE = "late"
    ABSENT = "absent"
    WARNED = "warned"
    STOPPED = "stopped"
    OTHER = "other"


OF_A_CANDIDATE = frozenset({IncidentKind.LATE, IncidentKind.ABSENT, IncidentKind.WARNED, IncidentKind.STOPPED})
VIOLATIONS = frozenset({IncidentKind.WARNED, IncidentKind.STOPPED})
"""The first two steps of the chain of sanctions: warning, exam stopped (domain.md §1.5); further ones are not the room's."""
TOLD = frozenset({IncidentKind.WARNED, IncidentKind.STOPPED, IncidentKind.OTHER})
"""What needs words: what was seen, and what was done about it."""


def check_incident(kind: IncidentKind, *, has_seat: bool, text: str) -> None:
    """Raise `DomainError` unless the record is complete."""
    if kind in OF_A_CANDIDATE and not has_seat:
        raise DomainError("examday.incident_needs_candidate", status=422)
    if kind in TOLD and not text.strip():
        raise DomainError("examday.incident_needs_words", status=422)


def check_second(*, first: int, second: int, invigilators: Collection[int]) -> None:
    """Raise `DomainError` unless another invigilator of the plan signs: a record counts with two names. House rule."""
    if second == first:
        raise DomainError("examday.second_signature_same")
    if second not in invigilators:
        raise DomainError("examday.not_an_invigilator", status=403)
