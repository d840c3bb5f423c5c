"""The exam day: the proposed seating, the door, the room's record, the papers, the draw of staff."""

from certification.examday.models.arrangements import Arrangement, ProposedPlace
from certification.examday.models.day import INCIDENT_LABELS, Countersignature, Incident, SignIn
from certification.examday.models.papers import HandOver, Receipt
from certification.examday.models.staff import RoomDuty, StaffDraw

__all__ = [
    "INCIDENT_LABELS",
    "Arrangement",
    "Countersignature",
    "HandOver",
    "Incident",
    "ProposedPlace",
    "Receipt",
    "RoomDuty",
    "SignIn",
    "StaffDraw",
]
