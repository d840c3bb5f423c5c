"""What the file of a staff member collects. Source: domain.md §10, clause 6.2."""

from enum import StrEnum


class RecordKind(StrEnum):
    QUALIFICATION = "qualification"
    TRAINING = "training"
    MONITORING = "monitoring"
