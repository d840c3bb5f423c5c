"""Volume 1: the announcement, who applied with what, what reviewers said, who was approved."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from certification.applications.models import Application, Entry, Evidence, Intake, NeedsRequest, Review, Submission
from certification.archives.contents.columns import AT_ONCE, File, Section, col, person, rows_of, says
from certification.archives.rules import canonical
from certification.archives.wording import digest
from certification.plans.models import Correction, Plan, Seat

TICKET = "application.seat.ticket_number"
CASE = ("application__candidate__identity", "application__seat")


def _plan(plan: Plan) -> Iterable[Plan]:
    return [plan]


def _photo(row: Application) -> Iterable[File]:
    return [(f"photo-{row.pk}.jpg", row.photo_sha256)] if row.photo_sha256 else []


def _file(row: Evidence) -> Iterable[File]:
    return [(row.name, row.sha256)]


def _needs(plan: Plan) -> Iterable[Any]:
    people = Application.objects.filter(plan=plan).values("candidate")
    rows = NeedsRequest.objects.filter(user__in=people, organisation=plan.organisation_id, asked_at__date__lte=plan.exam_date)
    return rows.select_related("user__identity", "decided_by").order_by("pk").iterator(chunk_size=AT_ONCE)


SECTIONS = (
    Section(
        "announcement",
        _("Announcement"),
        Plan,
        _plan,
        (
            col(Plan, "number"),
            col(Plan, "title"),
            col(Plan, "organisation.name", label=_("Assessment body")),
            says(_("Occupation"), lambda row: f"{row.scheme.occupation.name} {row.scheme.occupation.code}"),
            col(Plan, "work_type"),
            says(_("Level"), lambda row: row.level_label),
            col(Plan, "registration_opens"),
            col(Plan, "registration_closes"),
            col(Plan, "exam_date"),
            col(Plan, "theory_starts_at"),
            col(Plan, "theory_minutes"),
            col(Plan, "skill_starts_at"),
            col(Plan, "site_name"),
            col(Plan, "address"),
            col(Plan, "capacity"),
            col(Plan, "published_at"),
        ),
        upright=True,
    ),
    Section(
        "notices",
        _("Correction notices"),
        Correction,
        rows_of(Correction, "plan", related=["published_by"]),
        (col(Correction, "published_at"), col(Correction, "published_by"), col(Correction, "text", 6)),
    ),
    Section(
        "intakes",
        _("Tables of people"),
        Intake,
        rows_of(Intake, "plan", related=["actor"]),
        (
            col(Intake, "name", 3),
            says(_("Entered by"), lambda row: row.actor),
            col(Intake, "received_at", label=_("Received at")),
            col(Intake, "status"),
            col(Intake, "sha256", 4),
        ),
    ),
    Section(
        "entries",
        _("People entered in tables"),
        Entry,
        rows_of(Entry, "plan", "intake_id", "line", related=["intake"]),
        (
            col(Entry, "intake.name", 3, label=_("Table")),
            col(Entry, "line", 1, label=_("Line")),
            col(Entry, "name"),
            col(Entry, "status"),
            col(Entry, "at"),
        ),
    ),
    Section(
        "applications",
        _("Applications"),
        Application,
        rows_of(Application, "plan", related=["candidate__identity", "condition", "seat"]),
        (
            says(_("Candidate"), lambda row: person(row.candidate), 3),
            col(Application, "seat.ticket_number", label=_("Admission ticket")),
            col(Application, "status", 1),
            col(Application, "condition.code", 1, label=_("Condition")),
            col(Application, "submitted_at"),
            col(Application, "undertaking_at"),
            col(Application, "record", 5),
            says(_("Facts"), lambda row: row.facts, 5),
            says(_("Photo, SHA-256"), lambda row: row.photo_sha256, 3),
        ),
        files=_photo,
    ),
    Section(
        "evaluations",
        _("Examination of the conditions"),
        Application,
        rows_of(Application, "plan", related=["candidate__identity", "condition"]),
        (
            says(_("Candidate"), lambda row: person(row.candidate), 2),
            col(Application, "evaluated_on", 1),
            col(Application, "condition.code", 1, label=_("Condition")),
            says(_("Finding"), lambda row: row.evaluation, 8),
        ),
    ),
    Section(
        "evidence",
        _("Evidence"),
        Evidence,
        rows_of(Evidence, "application__plan", "application_id", related=CASE),
        (
            says(_("Candidate"), lambda row: person(row.application.candidate), 3),
            col(Evidence, TICKET, label=_("Admission ticket")),
            col(Evidence, "kind"),
            col(Evidence, "name", 3),
            col(Evidence, "size", 1),
            col(Evidence, "uploaded_at"),
            col(Evidence, "sha256", 4),
        ),
        files=_file,
    ),
    Section(
        "submissions",
        _("What was handed in"),
        Submission,
        rows_of(Submission, "application__plan", "application_id", "number", related=CASE),
        (
            says(_("Candidate"), lambda row: person(row.application.candidate), 3),
            col(Submission, "number", 1),
            col(Submission, "at"),
            says(_("Fingerprint of what was handed in"), lambda row: digest(canonical(row.content)), 4),
        ),
    ),
    Section(
        "reviews",
        _("Reviews"),
        Review,
        rows_of(Review, "application__plan", "application_id", "at", related=[*CASE, "reviewer"]),
        (
            says(_("Candidate"), lambda row: person(row.application.candidate), 3),
            col(Review, "step", 1),
            col(Review, "reviewer"),
            col(Review, "verdict"),
            col(Review, "reasons", 5),
            col(Review, "at"),
        ),
    ),
    Section(
        "needs",
        _("Accommodations"),
        NeedsRequest,
        _needs,
        (
            says(_("Candidate"), lambda row: person(row.user), 3),
            col(NeedsRequest, "asked_at", label=_("Asked for at")),
            col(NeedsRequest, "status"),
            col(NeedsRequest, "granted", 4),
            col(NeedsRequest, "decided_by"),
            col(NeedsRequest, "decided_at"),
        ),
    ),
    Section(
        "approved",
        _("List of those approved"),
        Seat,
        rows_of(Seat, "plan", "ticket_number", related=["candidate__identity"]),
        (
            col(Seat, "ticket_number"),
            says(_("Candidate"), lambda row: person(row.candidate), 4),
            col(Seat, "room"),
            col(Seat, "number", 1),
        ),
    ),
)
