from certification.panels.models.defences import (
    REASON_LABELS,
    SHEET_LABELS,
    WAY_LABELS,
    Defence,
    DefenceSheet,
    JointLook,
    Question,
    ReviewAbsence,
)
from certification.panels.models.dossiers import DOSSIER_LABELS, KIND_LABELS, Dossier, DossierFile
from certification.panels.models.panels import Panel, PanelMember, ReviewSetup, Slot

__all__ = [
    "DOSSIER_LABELS",
    "KIND_LABELS",
    "REASON_LABELS",
    "SHEET_LABELS",
    "WAY_LABELS",
    "Defence",
    "DefenceSheet",
    "Dossier",
    "DossierFile",
    "JointLook",
    "Panel",
    "PanelMember",
    "Question",
    "ReviewAbsence",
    "ReviewSetup",
    "Slot",
]
