"""Volume 3: who was there, who handed what to whom, what happened, what the supervisors saw."""

from django.utils.translation import gettext_lazy as _

from certification.archives.contents.columns import person, says, table
from certification.assessment.models import Absence, OptionDraw, TeamLeader, TheorySitting
from certification.assessment.offline.models import Tablet, TabletRelease
from certification.examday.models import Countersignature, HandOver, Incident, Receipt, RoomDuty, SignIn, StaffDraw
from certification.panels.models import Panel, PanelMember, ReviewAbsence, Slot
from certification.plans.models import StaffAssignment
from certification.results.models import StopAnswer
from certification.supervision.models import Addendum, SupervisorRecord

SEAT = ("seat__candidate__identity",)
TICKET = "seat.ticket_number"
WHO = says(_("Candidate"), lambda row: person(row.seat.candidate) if row.seat else "", 3)

SECTIONS = (
    table(
        "staff", _("Assessors, invigilators and supervisors"), StaffAssignment, "plan",
        "role", "user", "assigned_at", "declared_at", "declaration:4", "recusal:5", related=["user"],
    ),
    table(
        "draws", _("Draws of people"), StaffDraw, "plan",
        "role", "turn:1", "seed:3", "ledger_hash:3", "wanted:1", "pool:3", "recused:3", "drawn:2", "reason:2", "by", "at",
        related=["by"],
    ),
    table(
        "duties", _("Invigilators of the rooms"), RoomDuty, "assignment__plan",
        says(_("Invigilator"), lambda row: row.assignment.user), says(_("Room"), lambda row: str(row.plan_room)),
        related=["assignment__user", "plan_room__room"],
    ),
    table(
        "sign_ins", _("Sign-ins"), SignIn, "seat__plan",
        TICKET, WHO, "at", "by", says(_("Minutes late"), lambda row: row.late_minutes),
        order=["seat__ticket_number"], related=[*SEAT, "by"],
    ),
    table(
        "hand_overs", _("Hand-over of papers"), HandOver, "plan",
        says(_("Bag"), lambda row: row.bag), says(_("Seal"), lambda row: row.seal), says(_("Papers"), lambda row: row.papers, 1),
        "giver", "receiver", "at", "note:4", related=["giver", "receiver"],
    ),
    table(
        "receipts", _("Receipt of papers"), Receipt, "hand_over__plan",
        says(_("Bag"), lambda row: row.hand_over.bag), says(_("Seal whole"), lambda row: row.seal_whole), "at", "note:4",
        related=["hand_over"],
    ),
    table(
        "incidents", _("Record of the rooms"), Incident, "plan",
        "room", "kind", "seat.ticket_number", "text:6", "at", "by", related=["seat", "by"],
    ),
    table(
        "countersignatures", _("Second signatures under the record"), Countersignature, "incident__plan",
        says(_("Line"), lambda row: row.incident.text, 5), "by", "at", related=["incident", "by"],
    ),
    table(
        "stop_answers", _("Stopped exams that stay valid"), StopAnswer, "incident__plan",
        says(_("Line"), lambda row: row.incident.text, 5), "reason:5", "by", "at", related=["incident", "by"],
    ),
    table("sittings", _("Theory sittings"), TheorySitting, "seat__plan", TICKET, WHO, "status", "started_at", "submitted_at",
          order=["seat__ticket_number"], related=SEAT),
    table("absences", _("Absences"), Absence, "seat__plan", TICKET, WHO, "part", "recorded_by", "recorded_at",
          order=["seat__ticket_number"], related=[*SEAT, "recorded_by"]),
    table("review_absences", _("Absences from the review"), ReviewAbsence, "seat__plan",
          TICKET, WHO, "reason", "recorded_by", "recorded_at", "confirmed_by", "confirmed_at",
          order=["seat__ticket_number"], related=[*SEAT, "recorded_by", "confirmed_by"]),
    table("leaders", _("Team leader"), TeamLeader, "plan", "user", "named_by", "named_at", related=["user", "named_by"]),
    table("options", _("Draws of optional items"), OptionDraw, "seat__plan",
          TICKET, "station.name", "items:3", "seed:4", "at", "by", order=["seat__ticket_number"],
          related=["seat", "station", "by"]),
    table("tablets", _("Tablets"), Tablet, "plan", "assessor",
          says(_("Name"), lambda row: row.label), says(_("Registered at"), lambda row: row.registered_at),
          says(_("Entries announced"), lambda row: row.announced, 1), says(_("Entries arrived"), lambda row: row.arrived, 1),
          says(_("Last seal"), lambda row: row.head, 4), says(_("Finished at"), lambda row: row.finished_at),
          order=["registered_at"], related=["assessor"]),
    table("releases", _("Tablets given up"), TabletRelease, "tablet__plan",
          says(_("Assessor"), lambda row: row.tablet.assessor), "reason:5", says(_("Asked by"), lambda row: row.asked_by),
          says(_("Asked at"), lambda row: row.asked_at), says(_("Confirmed by"), lambda row: row.confirmed_by),
          says(_("Confirmed at"), lambda row: row.confirmed_at), related=["tablet__assessor", "asked_by", "confirmed_by"]),
    table("panels", _("Review panels"), Panel, "plan", "number:1", "place", "starts_at", "named_at",
          says(_("Draw"), lambda row: row.draw, 6), order=["number"]),
    table("members", _("Members of the panels"), PanelMember, "panel__plan",
          says(_("Panel"), lambda row: row.panel.number, 1), "user", "is_chair:1", "is_extra:1", "named_at",
          says(_("Left at"), lambda row: row.left_at), "recusal:4", "declared_at", "declaration:3",
          order=["panel__number"], related=["panel", "user"]),
    table("slots", _("Times of the review"), Slot, "seat__plan", TICKET, WHO, says(_("Panel"), lambda row: row.panel.number, 1),
          "starts_at", "ends_at", order=["panel__number", "starts_at"], related=[*SEAT, "panel"]),
    table("supervisors_records", _("Supervisors' records"), SupervisorRecord, "plan",
          "supervisor", "conclusion:3", "answers:6", "remarks:4", "finding:4", "written_at", "content_sha256:3",
          related=["supervisor"]),
    table("additions", _("Additions to supervisors' records"), Addendum, "record__plan",
          says(_("Supervisor"), lambda row: row.record.supervisor), "text:8", "at", related=["record__supervisor"]),
)  # fmt: skip
