"""`cases`: the case, its evidence, reviews and what was handed in. `intakes`: tables of people that a body hands in.
`accommodations`: what a person needs on the exam day.
"""

from certification.applications.models.accommodations import NEEDS_STATUS_LABELS, NeedsEvidence, NeedsRequest
from certification.applications.models.cases import (
    EVIDENCE_LABELS,
    STATUS_LABELS,
    VERDICT_LABELS,
    Application,
    ApplicationQuerySet,
    Evidence,
    Review,
    Submission,
)
from certification.applications.models.intakes import ENTRY_LABELS, INTAKE_LABELS, Entry, Intake, RecordSettings

__all__ = [
    "ENTRY_LABELS",
    "EVIDENCE_LABELS",
    "INTAKE_LABELS",
    "NEEDS_STATUS_LABELS",
    "STATUS_LABELS",
    "VERDICT_LABELS",
    "Application",
    "ApplicationQuerySet",
    "Entry",
    "Evidence",
    "Intake",
    "NeedsEvidence",
    "NeedsRequest",
    "RecordSettings",
    "Review",
    "Submission",
]
