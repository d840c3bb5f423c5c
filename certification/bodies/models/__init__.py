"""A body's papers, places and people: filings, sites, the staff register, then what keeps the staff impartial."""

from certification.bodies.models.filings import NUMBER_CHOICES, TYPE_CHOICES, Filing, FilingScope
from certification.bodies.models.impartiality import (
    TIE_LABELS,
    WEIGHT_LABELS,
    BodySettings,
    Declaration,
    Ruling,
    Tie,
)
from certification.bodies.models.sites import PURPOSE_LABELS, Equipment, Room, Site
from certification.bodies.models.staff import (
    CARD_CHOICES,
    CARD_LABELS,
    RECORD_LABELS,
    StaffCard,
    StaffMember,
    StaffRecord,
)

__all__ = [
    "CARD_CHOICES",
    "CARD_LABELS",
    "NUMBER_CHOICES",
    "PURPOSE_LABELS",
    "RECORD_LABELS",
    "TIE_LABELS",
    "TYPE_CHOICES",
    "WEIGHT_LABELS",
    "BodySettings",
    "Declaration",
    "Equipment",
    "Filing",
    "FilingScope",
    "Room",
    "Ruling",
    "Site",
    "StaffCard",
    "StaffMember",
    "StaffRecord",
    "Tie",
]
