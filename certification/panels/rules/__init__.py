"""What may happen in a comprehensive review. Pure: knows no framework and never asks for the time.

Sources: `domain.md` §1.4 and §3.2 (at least three members, an odd number; at least 15 minutes for each candidate; dossier
and defence), §5.0 (`review_panel_min`, `review_min`), invariants I14–I17 and I23. Criteria, threshold and what follows a
divergence are house rules: the sources leave them to the body.
"""

from enum import StrEnum

from certification.panels.rules.criteria import (
    DEFAULT_ASKED,
    DEFAULT_CRITERIA,
    Criterion,
    DossierKind,
    asked_from,
    criteria_from,
    missing_kinds,
)
from certification.panels.rules.marks import REVIEW_PART, Way, cut, diverges, mark_of, spread
from certification.panels.rules.slots import Place, dealt, last_slot_ends, slots

LEAST_MINUTES = 15
"""For one candidate. Source: domain.md §3.2."""
DEFAULT_THRESHOLD = 15
"""House rule: with more points than this between the highest and the lowest sheet the panel looks together."""

__all__ = [
    "DEFAULT_ASKED",
    "DEFAULT_CRITERIA",
    "DEFAULT_THRESHOLD",
    "LEAST_MINUTES",
    "REVIEW_PART",
    "AbsenceReason",
    "Criterion",
    "DossierEvent",
    "DossierKind",
    "DossierStatus",
    "Place",
    "SheetStatus",
    "Way",
    "asked_from",
    "criteria_from",
    "cut",
    "dealt",
    "diverges",
    "last_slot_ends",
    "mark_of",
    "missing_kinds",
    "slots",
    "spread",
]


class DossierStatus(StrEnum):
    OPEN = "open"
    HANDED_IN = "handed_in"
    RELEASED = "released"


class DossierEvent(StrEnum):
    HAND_IN = "hand_in"
    TAKE_BACK = "take_back"
    RETURN = "return"
    RELEASE = "release"


DOSSIER_TRANSITIONS: dict[tuple[DossierStatus, DossierEvent], DossierStatus] = {
    (DossierStatus.OPEN, DossierEvent.HAND_IN): DossierStatus.HANDED_IN,
    (DossierStatus.HANDED_IN, DossierEvent.TAKE_BACK): DossierStatus.OPEN,
    (DossierStatus.HANDED_IN, DossierEvent.RETURN): DossierStatus.OPEN,
    (DossierStatus.HANDED_IN, DossierEvent.RELEASE): DossierStatus.RELEASED,
}


class SheetStatus(StrEnum):
    OPEN = "open"
    SIGNED = "signed"


class AbsenceReason(StrEnum):
    """Why a candidate was not reviewed. Neither is a mark of 0 (I29)."""

    NOT_THERE = "not_there"
    NO_DOSSIER = "no_dossier"
