"""Volume 4, second half: marks and their check, voids, decisions, the publication, objections, reviews and corrections."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from certification.archives.contents.columns import File, Section, col, masked, person, says, table
from certification.archives.contents.evidence import evidence_of
from certification.results.models import (
    Case,
    CaseEvidence,
    CorrectionOrder,
    Decision,
    Objection,
    PartResult,
    PreparedList,
    Publication,
    PublicationRow,
    Recording,
    RecordingCheck,
    Republication,
    Revision,
    VoidedPart,
    Voiding,
    VoidingVerdict,
)

SEAT = ("seat__candidate__identity",)
TICKET = "seat.ticket_number"
WHO = says(_("Candidate"), lambda row: person(row.seat.candidate), 3)


def _file(row: CaseEvidence) -> Iterable[File]:
    return [(row.file_name, row.sha256)]


SECTIONS = (
    table("recordings", _("Recordings of marks"), Recording, "plan", "recorded_by", "recorded_at", "content_sha256:5",
          related=["recorded_by"]),
    table("checks", _("Checks of the recordings"), RecordingCheck, "recording__plan",
          "recorded_by", "checked_by", "checked_at", "seen:5", related=["recorded_by", "checked_by"]),
    table("part_results", _("Results of the parts"), PartResult, "seat__plan",
          TICKET, WHO, "part:1", "outcome:1", "value:1", "basis:6", "recorded_by", "recorded_at",
          order=["seat__ticket_number", "part"], related=[*SEAT, "recorded_by"]),
    table("voidings", _("Void parts"), Voiding, "seat__plan",
          TICKET, WHO, "parts", "cheating:1", "reason:4", "proposed_by", "proposed_at",
          order=["seat__ticket_number"], related=[*SEAT, "proposed_by"]),
    table("voiding_verdicts", _("Verdicts on void parts"), VoidingVerdict, "voiding__seat__plan",
          says(_("Admission ticket"), lambda row: row.voiding.seat.ticket_number), says(_("Agreed"), lambda row: row.agreed, 1),
          "note:4", "by", "at", related=["voiding__seat", "by"]),
    table("voided_parts", _("Parts that are void"), VoidedPart, "seat__plan", TICKET, WHO, "part",
          order=["seat__ticket_number", "part"], related=SEAT),
    table("decisions", _("Decisions"), Decision, "seat__plan",
          TICKET, WHO, "passed:1", "parts:6", "decided_by", "decided_at", "confirmed_by", "confirmed_at",
          order=["seat__ticket_number"], related=[*SEAT, "decided_by", "confirmed_by"]),
    table("prepared_lists", _("Prepared lists"), PreparedList, "plan", "prepared_by", "prepared_at", "rows:1", "content_sha256:5",
          related=["prepared_by"]),
    table("publication", _("Publication"), Publication, "plan",
          "opens_on", "closes_on", "status", "prepared_by", "published_by", "published_at", "content_sha256:4", "closed_by",
          "closed_at", related=["prepared_by", "published_by", "closed_by"]),
    table("publication_rows", _("Published list"), PublicationRow, "publication__plan",
          "ticket_number", "masked_name", "masked_id:3", "parts:4", "passed:1", "withheld:1", order=["ticket_number"]),
    table("objections", _("Objections"), Objection, "publication__plan",
          "ticket_number", says(_("Filed by"), lambda row: masked(row.filer)), "text:4", "status", "filed_at", "accepted_by",
          "answer:4", "decided_by", "decided_at", order=["filed_at"], related=["filer", "accepted_by", "decided_by"]),
    table("cases", _("Reviews and appeals"), Case, "seat__plan",
          "kind:1", TICKET, "part:1", says(_("Filed by"), lambda row: masked(row.filer)), "text:4", "status:1", "filed_at",
          "report:3", "accepted_by", "answer:4", "needs_correction:1", "decided_by", "decided_at",
          order=["filed_at"], related=["seat", "filer", "accepted_by", "decided_by"]),
    table("orders", _("Correction orders"), CorrectionOrder, "seat__plan",
          TICKET, "part:1", "old_outcome:1", "old_value:1", "new_outcome:1", "new_value:1", "reason:4", "status:1",
          "requested_by", "requested_at", "approved_by", "approved_at", "refused_by", "answer:2", "applied_at",
          order=["requested_at"], related=["seat", "requested_by", "approved_by", "refused_by"]),
    table("revisions", _("Earlier results"), Revision, "seat__plan",
          TICKET, "parts:4", "passed:1", "decided_by", "decided_at", "confirmed_by", "confirmed_at", "kept_at",
          related=["seat", "decided_by", "confirmed_by"]),
    table("republications", _("Renewed publications"), Republication, "order__seat__plan",
          says(_("Admission ticket"), lambda row: row.row.ticket_number), "opens_on", "closes_on", "closed_by", "closed_at",
          related=["row", "closed_by"]),
    Section(
        "case_evidence",
        _("Evidence of objections, reviews and orders"),
        CaseEvidence,
        evidence_of,
        (
            says(_("Belongs to"), lambda row: row.belongs_to, 3),
            col(CaseEvidence, "file_name", 4),
            col(CaseEvidence, "added_by"),
            col(CaseEvidence, "added_at"),
            col(CaseEvidence, "sha256", 5),
        ),
        files=_file,
    ),
)  # fmt: skip
