"""Volume 4, first half: the theory papers, the score sheets, the arbitrations, the review with its defence sheets."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from certification.archives.contents.columns import File, Section, col, person, says, shown, table
from certification.archives.contents.lines import arbitration_sheets_of, sheets_of
from certification.archives.rules import canonical
from certification.archives.wording import digest
from certification.assessment.models import Arbitration, ArbitrationSheet, ScoreSheet, SecondSignature, TheorySitting
from certification.panels.models import Defence, DefenceSheet, Dossier, DossierFile, JointLook, Question
from certification.plans.models import KeptPart, Plan
from courses.questionbank.models import PaperItem, Response

SEAT = ("seat__candidate__identity",)
TICKET = "seat.ticket_number"
WHO = says(_("Candidate"), lambda row: person(row.seat.candidate), 3)
LOT = 20
"""Papers that lie in memory at once: each has a hundred items."""


def _papers(plan: Plan) -> Iterable[Any]:
    """Return the sittings with their paper, its `paper_sha256` and the `answers` in the order of the paper."""
    items = PaperItem.objects.order_by("position")
    answers = Response.objects.select_related("paper_item").order_by("paper_item__position", "seq", "pk")
    rows = TheorySitting.objects.filter(seat__plan=plan).select_related("seat__candidate__identity", "attempt__paper")
    rows = rows.prefetch_related(Prefetch("attempt__paper__items", items), Prefetch("attempt__responses", answers))
    row: Any
    for row in rows.order_by("seat__ticket_number", "pk").iterator(chunk_size=LOT):
        paper = row.attempt.paper
        asked = [[item.position, item.item_id, str(item.points), item.frozen] for item in paper.items.all()]
        given = {answer.paper_item.position: answer.answer for answer in row.attempt.responses.all()}
        row.paper_sha256 = digest(canonical({"seed": paper.seed, "items": asked}))
        row.answers = " ".join(f"{position}:{_short(answer)}" for position, answer in sorted(given.items()))
        row.answers_sha256 = digest(canonical([[position, answer] for position, answer in sorted(given.items())]))
        yield row


def _short(answer: Any) -> str:
    return "".join(map(str, answer)) if isinstance(answer, list) else shown(answer)


def _dossier_file(row: DossierFile) -> Iterable[File]:
    covered = [(f"{row.name} (covered)", row.panel_sha256)] if row.panel_sha256 else []
    return [(row.name, row.sha256), *covered]


SECTIONS = (
    Section(
        "papers",
        _("Theory papers and answers"),
        TheorySitting,
        _papers,
        (
            col(TheorySitting, TICKET),
            WHO,
            says(_("Mark"), lambda row: row.attempt.mark, 1),
            says(_("Out of"), lambda row: row.attempt.paper.total, 1),
            col(TheorySitting, "submitted_at"),
            says(_("Answers"), lambda row: row.answers, 7),
            says(_("Fingerprint of the paper"), lambda row: row.paper_sha256, 3),
            says(_("Fingerprint of the answers"), lambda row: row.answers_sha256, 3),
        ),
    ),
    table("kept_parts", _("Parts kept from earlier exams"), KeptPart, "seat__plan",
          TICKET, WHO, "part", "origin.ticket_number", "value", "until", order=["seat__ticket_number"],
          related=[*SEAT, "origin"]),
    Section(
        "sheets",
        _("Score sheets"),
        ScoreSheet,
        sheets_of,
        (
            col(ScoreSheet, TICKET),
            col(ScoreSheet, "station.name"),
            col(ScoreSheet, "assessor"),
            says(_("Lines"), lambda row: row.lines, 6),
            col(ScoreSheet, "total", 1),
            col(ScoreSheet, "note", 2),
            col(ScoreSheet, "signed_at"),
            col(ScoreSheet, "content_sha256", 3),
        ),
    ),
    table("second_signatures", _("Second signatures under fatal acts"), SecondSignature, "seat__plan",
          TICKET, says(_("Fatal act"), lambda row: row.point.text, 4), "assessor", "asked_by", "asked_at", "seen:1", "note:3",
          "answered_at", "content_sha256:3", order=["seat__ticket_number"],
          related=["seat", "point", "assessor", "asked_by"]),
    table("arbitrations", _("Arbitrations"), Arbitration, "seat__plan",
          TICKET, "station.name", "status", "spread", "opened_at", "arbitrator", "named_by", "ended_at",
          order=["seat__ticket_number"], related=["seat", "station", "arbitrator", "named_by"]),
    Section(
        "arbitration_sheets",
        _("Sheets of the arbitrators"),
        ArbitrationSheet,
        arbitration_sheets_of,
        (
            says(_("Admission ticket"), lambda row: row.arbitration.seat.ticket_number),
            says(_("Station"), lambda row: row.arbitration.station.name),
            col(ArbitrationSheet, "arbitrator"),
            says(_("Lines"), lambda row: row.lines, 6),
            col(ArbitrationSheet, "total", 1),
            col(ArbitrationSheet, "reason", 4),
            col(ArbitrationSheet, "signed_at"),
            col(ArbitrationSheet, "content_sha256", 3),
        ),
    ),
    table("dossiers", _("Dossiers"), Dossier, "plan",
          says(_("Candidate"), lambda row: person(row.candidate), 3), "status", "handed_in_at", "released_by", "released_at",
          "content_sha256:4", related=["candidate__identity", "released_by"]),
    table("dossier_files", _("Files of the dossiers"), DossierFile, "dossier__plan",
          says(_("Candidate"), lambda row: person(row.dossier.candidate), 3), "kind", "name:3", "size:1", "sha256:4",
          says(_("Covered copy, SHA-256"), lambda row: row.panel_sha256, 4), order=["dossier_id"],
          related=["dossier__candidate__identity"], files=_dossier_file),
    table("defences", _("Defences"), Defence, "seat__plan", TICKET, WHO, says(_("Panel"), lambda row: row.panel.number, 1),
          says(_("Began at"), lambda row: row.began_at), says(_("Begun by"), lambda row: row.began_by),
          says(_("Ended at"), lambda row: row.ended_at), says(_("Why it was short"), lambda row: row.short_reason, 3),
          order=["seat__ticket_number"], related=[*SEAT, "panel", "began_by"]),
    table("questions", _("Questions of the defences"), Question, "defence__seat__plan",
          says(_("Admission ticket"), lambda row: row.defence.seat.ticket_number), "text:7",
          says(_("Asked by"), lambda row: row.asked_by), says(_("Asked at"), lambda row: row.asked_at),
          order=["defence__seat__ticket_number"], related=["defence__seat", "asked_by"]),
    table("defence_sheets", _("Defence sheets"), DefenceSheet, "defence__seat__plan",
          says(_("Admission ticket"), lambda row: row.defence.seat.ticket_number),
          says(_("Member"), lambda row: row.member.user), "status", says(_("Points"), lambda row: row.scores, 5),
          says(_("Total"), lambda row: row.total, 1), says(_("Note"), lambda row: row.note, 3),
          says(_("Signed at"), lambda row: row.signed_at), "content_sha256:3",
          order=["defence__seat__ticket_number"], related=["defence__seat", "member__user"]),
    table("joint_looks", _("Joint looks"), JointLook, "defence__seat__plan",
          says(_("Admission ticket"), lambda row: row.defence.seat.ticket_number), "spread", "opened_at", "way", "reasons:4",
          "closed_by", "closed_at", related=["defence__seat", "closed_by"]),
)  # fmt: skip
