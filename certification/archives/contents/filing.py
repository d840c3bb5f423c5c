"""Volume 2: the plan as it was approved, the filing it rests on, the scheme, and the plan of the exam."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from certification.archives.contents.columns import Section, col, rows_of, says
from certification.archives.contents.lines import points_of
from certification.assessment.models import ScorePoint, Station, StationItem
from certification.bodies.models import Filing, FilingScope
from certification.examday.models import Arrangement
from certification.panels.models import ReviewSetup
from certification.plans.models import Approval, Plan, PlanRoom
from certification.standards.models import SchemeLevel, WeightRow
from courses.questionbank.models import Blueprint


def _plan(plan: Plan) -> Iterable[Plan]:
    return [plan]


def _filing(plan: Plan) -> Iterable[Any]:
    return Filing.objects.filter(plans=plan)


def _scopes(plan: Plan) -> Iterable[Any]:
    rows = FilingScope.objects.filter(filing=plan.filing_id).select_related("occupation")
    return rows.order_by("occupation__code", "work_type", "level", "pk")


def _level(plan: Plan) -> Iterable[Any]:
    return SchemeLevel.objects.filter(scheme=plan.scheme_id, level=plan.level)


def _weights(plan: Plan) -> Iterable[Any]:
    rows = WeightRow.objects.filter(scheme_level__scheme=plan.scheme_id, scheme_level__level=plan.level)
    return rows.order_by("table", "order", "pk")


def _blueprint(plan: Plan) -> Iterable[Any]:
    return Blueprint.objects.filter(plans=plan)


SECTIONS = (
    Section(
        "plan",
        _("Plan"),
        Plan,
        _plan,
        (
            col(Plan, "number"),
            col(Plan, "serial", label=_("Serial")),
            col(Plan, "title"),
            says(_("Scheme"), lambda row: f"{row.scheme.title} {row.scheme.key} v{row.scheme.version}"),
            says(_("Fingerprint of the scheme"), lambda row: row.scheme.content_sha256),
            says(_("Level"), lambda row: row.level_label),
            says(_("Parameters of the scheme"), lambda row: row.scheme.parameters),
            col(Plan, "exam_date"),
            col(Plan, "room"),
            col(Plan, "capacity"),
            col(Plan, "created_by"),
            col(Plan, "created_at"),
            col(Plan, "published_at"),
        ),
        upright=True,
    ),
    Section(
        "approvals",
        _("Approvals"),
        Approval,
        rows_of(Approval, "plan", related=["handed_in_by", "decided_by"]),
        (
            col(Approval, "handed_in_by"),
            col(Approval, "handed_in_at"),
            col(Approval, "outcome"),
            col(Approval, "decided_by"),
            col(Approval, "decided_at"),
            col(Approval, "reasons", 4),
        ),
    ),
    Section(
        "filing",
        _("Filing of the body"),
        Filing,
        _filing,
        (
            col(Filing, "record_number"),
            col(Filing, "filed_name"),
            says(_("Codes"), lambda row: f"{row.type_letter} {row.body_code} {row.province} {row.sequence}"),
            col(Filing, "valid_from"),
            col(Filing, "valid_until"),
        ),
        upright=True,
    ),
    Section(
        "scopes",
        _("Filed scope"),
        FilingScope,
        _scopes,
        (
            says(_("Occupation"), lambda row: f"{row.occupation.name} {row.occupation.code}", 4),
            col(FilingScope, "work_type"),
            col(FilingScope, "level"),
        ),
    ),
    Section(
        "parts",
        _("Parts of the assessment"),
        SchemeLevel,
        _level,
        (says(_("Parts"), lambda row: row.parts), says(_("Occupational functions"), lambda row: row.functions)),
        upright=True,
    ),
    Section(
        "weights",
        _("Weight tables"),
        WeightRow,
        _weights,
        (col(WeightRow, "table"), col(WeightRow, "function", 4), col(WeightRow, "weight")),
    ),
    Section(
        "blueprint",
        _("Blueprint of the theory paper"),
        Blueprint,
        _blueprint,
        (
            col(Blueprint, "name"),
            says(_("Minutes"), lambda row: row.minutes),
            says(_("Rows"), lambda row: row.rows, 6),
        ),
        upright=True,
    ),
    Section(
        "rooms",
        _("Rooms"),
        PlanRoom,
        rows_of(PlanRoom, "plan", "order", related=["room__site"]),
        (
            says(_("Room"), lambda row: str(row.room), 4),
            col(PlanRoom, "seats"),
            col(PlanRoom, "accessible_seats"),
        ),
    ),
    Section(
        "arrangements",
        _("Seating"),
        Arrangement,
        rows_of(Arrangement, "plan", related=["proposed_by", "confirmed_by"]),
        (
            col(Arrangement, "seed", 3),
            col(Arrangement, "turn", 1),
            says(_("Proposed by"), lambda row: row.proposed_by),
            says(_("Proposed at"), lambda row: row.proposed_at),
            says(_("Moved by hand"), lambda row: row.moved_by_hand),
            says(_("Confirmed by"), lambda row: row.confirmed_by),
            says(_("Confirmed at"), lambda row: row.confirmed_at),
        ),
    ),
    Section(
        "stations",
        _("Stations of the skill test"),
        Station,
        rows_of(Station, "plan", "order"),
        (
            col(Station, "order", 1),
            col(Station, "name", 3),
            col(Station, "functions", 4),
            col(Station, "minutes", 1),
            col(Station, "choose", 1),
        ),
    ),
    Section(
        "items",
        _("Items of the stations"),
        StationItem,
        rows_of(StationItem, "station__plan", "station__order", "order", related=["station"]),
        (
            col(StationItem, "station.name", 3, label=_("Station")),
            col(StationItem, "order", 1),
            col(StationItem, "name", 4),
            says(_("Required"), lambda row: row.required, 1),
        ),
    ),
    Section(
        "points",
        _("Score points"),
        ScorePoint,
        points_of,
        (
            col(ScorePoint, "station.name", 2, label=_("Station")),
            col(ScorePoint, "order", 1),
            col(ScorePoint, "text", 5),
            col(ScorePoint, "max", 1),
            col(ScorePoint, "step", 1),
            says(_("Deductions"), lambda row: row.deductions, 4),
            col(ScorePoint, "fatal", 1),
            col(ScorePoint, "scope"),
        ),
    ),
    Section(
        "review_setup",
        _("Comprehensive review"),
        ReviewSetup,
        rows_of(ReviewSetup, "plan", related=["made_by"]),
        (
            col(ReviewSetup, "criteria"),
            col(ReviewSetup, "asked"),
            col(ReviewSetup, "dossier_closes"),
            col(ReviewSetup, "minutes"),
            col(ReviewSetup, "threshold"),
            says(_("Written by"), lambda row: row.made_by),
            says(_("Written at"), lambda row: row.made_at),
        ),
        upright=True,
    ),
)
