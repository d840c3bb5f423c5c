"""Sittings, absences, stations and score sheets of a plan."""

from certification.assessment.models.arbitration import ARBITRATION_LABELS, Arbitration, ArbitrationSheet, TeamLeader
from certification.assessment.models.sheets import SHEET_LABELS, ScoreSheet, SecondSignature
from certification.assessment.models.sittings import PART_LABELS, SITTING_LABELS, Absence, TheorySitting
from certification.assessment.models.stations import SCOPE_LABELS, OptionDraw, ScorePoint, Station, StationItem
from certification.assessment.offline import models as offline  # noqa: F401 (its tables belong to this app)

__all__ = [
    "ARBITRATION_LABELS",
    "PART_LABELS",
    "SCOPE_LABELS",
    "SHEET_LABELS",
    "SITTING_LABELS",
    "Absence",
    "Arbitration",
    "ArbitrationSheet",
    "OptionDraw",
    "ScorePoint",
    "ScoreSheet",
    "SecondSignature",
    "Station",
    "StationItem",
    "TeamLeader",
    "TheorySitting",
]
