from certification.panels.models.defences import Defence, DefenceSheet, JointLook, Question, ReviewAbsence
from certification.panels.models.dossiers import Dossier, DossierFile
from certification.panels.models.panels import Panel, PanelMember, ReviewSetup, Slot

__all__ = [
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
