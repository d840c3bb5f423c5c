"""Reads of the assessment: who sits when, what is scored, what is missing."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from certification.assessment import rules
from certification.assessment.models import Absence, OptionDraw, ScorePoint, ScoreSheet, Station, TheorySitting
from certification.assessment.rules import ArbitrationWay, MissingSheet, Part, SheetStatus
from certification.plans.kept import seats_sitting
from certification.plans.models import KeptPart, Plan, Seat, StaffAssignment
from certification.plans.rules import StaffRole
from certification.standards.models import SchemeLevel
from courses.questionbank.models import Attempt, LateAnswer, Response
from lms.accounts.models import User


def part_kinds(plan: Plan) -> list[str]:
    """Return the kinds of the parts the plan's level requires, in order. One query."""
    parts = SchemeLevel.objects.values_list("parts", flat=True).get(scheme_id=plan.scheme_id, level=plan.level)
    return [part["kind"] for part in parts]


def team(plan: Plan) -> list[User]:
    """Return the assessors assigned to the plan, by id."""
    return list(User.objects.filter(plan_assignments__plan=plan, plan_assignments__role=StaffRole.ASSESSOR.value).order_by("pk"))


def stations_of(plan: Plan) -> list[Station]:
    """Return the stations in their order with their points (which `maximum` adds up), each with its item."""
    points = Prefetch("points", ScorePoint.objects.select_related("item").order_by("order"))
    return list(Station.objects.filter(plan=plan).order_by("order").prefetch_related(points))


def layout_of(plan: Plan) -> list[Station]:
    """Return the stations in their order with their items, and the points both of stations and of items."""
    points = Prefetch("points", ScorePoint.objects.select_related("item").order_by("order"))
    return list(Station.objects.filter(plan=plan).order_by("order").prefetch_related(points, "items__points"))


def arbitration_way(plan: Plan) -> ArbitrationWay:
    """Return who scores anew where the team differs too much, as the plan's scheme version says."""
    return ArbitrationWay(plan.scheme.parameter("arbitration"))


def missing_sheets(plan: Plan) -> list[MissingSheet]:
    """Return the signed sheets still due, by station and ticket. Five queries whatever the size."""
    return rules.missing_sheets(
        seats=seats_sitting(plan, Part.SKILL.value).order_by("ticket_number").values_list("pk", flat=True),
        stations=Station.objects.filter(plan=plan).order_by("order").values_list("pk", flat=True),
        assessors=[user.pk for user in team(plan)],
        signed=ScoreSheet.objects.filter(station__plan=plan, status=SheetStatus.SIGNED.value).values_list(
            "seat_id", "station_id", "assessor_id"
        ),
        absent=Absence.objects.filter(seat__plan=plan, part=Part.SKILL.value).values_list("seat_id", flat=True),
    )


def tickets_without_theory(plan: Plan) -> list[str]:
    """Return the tickets of candidates who sit theory, with neither a sitting nor an absence."""
    away = Absence.objects.filter(seat__plan=plan, part=Part.THEORY.value).values("seat_id")
    seats = seats_sitting(plan, Part.THEORY.value).filter(sitting=None).exclude(pk__in=away)
    return list(seats.order_by("ticket_number").values_list("ticket_number", flat=True))


def parts_begun(seats: Collection[int]) -> set[tuple[int, str]]:
    """Return which parts these candidates took, as pairs of seat and part. Two queries."""
    wrote = TheorySitting.objects.filter(seat__in=seats).values_list("seat_id", flat=True)
    shown = ScoreSheet.objects.filter(seat__in=seats).values_list("seat_id", flat=True)
    return {(seat, Part.THEORY.value) for seat in wrote} | {(seat, Part.SKILL.value) for seat in shown}


def answered_count(attempt: Attempt) -> int:
    """Return how many questions have an answer saved."""
    return Response.objects.filter(attempt=attempt).exclude(answer=[]).count()


# --- the officer's matrix -----------------------------------------------------------------------


@dataclass(frozen=True)
class StationCell:
    """How far the team is with one candidate at one station."""

    station: Station
    signed: int
    team: int
    waits: bool = False
    """A fatal act with one signature, or totals that differ too much."""

    @property
    def complete(self) -> bool:
        return self.team > 0 and self.signed >= self.team


@dataclass(frozen=True)
class SeatRow:
    """One candidate in the matrix."""

    seat: Seat
    sitting: TheorySitting | None
    absences: dict[str, Absence]
    cells: list[StationCell]
    time_over: bool = False
    late: int = 0
    """How many questions have an answer that arrived after the end; kept, not counted."""
    kept: dict[str, KeptPart] = field(default_factory=dict)
    """Parts that she passed in an earlier exam and does not sit."""

    @property
    def theory_done(self) -> bool:
        """True too for a paper whose time is over: closing hands it in."""
        written = self.sitting is not None and (self.sitting.is_submitted or self.time_over)
        return Part.THEORY.value in self.absences or Part.THEORY.value in self.kept or written

    @property
    def skill_done(self) -> bool:
        not_here = Part.SKILL.value in self.absences or Part.SKILL.value in self.kept
        return not_here or (bool(self.cells) and all(cell.complete for cell in self.cells))

    @property
    def came_to_skill(self) -> bool:
        return any(cell.signed for cell in self.cells)


def matrix(plan: Plan, *, now: datetime, waiting: Collection[tuple[int, int]] = ()) -> list[SeatRow]:
    """Return one row per seat in ticket order; shows who signed how much, never a point. Nine queries.

    `waiting` are the seats and stations at which a second signature or an arbitration is due.
    """
    stations, assessors = stations_of(plan), team(plan)
    signed: dict[tuple[int, int], int] = {
        (row["seat_id"], row["station_id"]): row["n"]
        for row in ScoreSheet.objects.filter(station__plan=plan, status=SheetStatus.SIGNED.value, assessor__in=assessors)
        .values("seat_id", "station_id")
        .annotate(n=Count("pk"))
    }
    absences: dict[int, dict[str, Absence]] = defaultdict(dict)
    for absence in Absence.objects.filter(seat__plan=plan):
        absences[absence.seat_id][absence.part] = absence
    kept: dict[int, dict[str, KeptPart]] = defaultdict(dict)
    for part in KeptPart.objects.filter(seat__plan=plan).select_related("origin__plan"):
        kept[part.seat_id][part.part] = part
    sittings = {s.seat_id: s for s in TheorySitting.objects.filter(seat__plan=plan).select_related("attempt")}
    late = late_counts(plan)
    return [
        SeatRow(
            seat=seat,
            sitting=sittings.get(seat.pk),
            absences=absences.get(seat.pk, {}),
            cells=[StationCell(s, signed.get((seat.pk, s.pk), 0), len(assessors), (seat.pk, s.pk) in waiting) for s in stations],
            time_over=seat.pk in sittings and rules.is_over(deadline=sittings[seat.pk].attempt.deadline_at, now=now),
            late=late.get(seat.pk, 0),
            kept=kept.get(seat.pk, {}),
        )
        for seat in Seat.objects.filter(plan=plan).select_related("candidate").order_by("ticket_number")
    ]


def late_counts(plan: Plan) -> dict[int, int]:
    """Return for each seat with late answers how many questions they are for."""
    rows = LateAnswer.objects.filter(attempt__sitting__seat__plan=plan).order_by().values_list("attempt__sitting__seat_id")
    return dict(rows.annotate(n=Count("paper_item_id", distinct=True)))


# --- the assessor's queue -----------------------------------------------------------------------


@dataclass(frozen=True)
class ScoreRow:
    """One candidate at one station as this assessor sees it: a ticket number and her own sheet."""

    seat_id: int
    ticket_number: str
    sheet: ScoreSheet | None
    absent: bool

    @property
    def due(self) -> bool:
        return not self.absent and (self.sheet is None or not self.sheet.is_signed)


def score_rows(station: Station, *, assessor: User) -> list[ScoreRow]:
    """Return the candidates at a station with the assessor's own sheets; blind to all others."""
    sheets = {s.seat_id: s for s in ScoreSheet.objects.filter(station=station, assessor=assessor)}
    away = set(Absence.objects.filter(seat__plan_id=station.plan_id, part=Part.SKILL.value).values_list("seat_id", flat=True))
    seats = seats_sitting(station.plan_id, Part.SKILL.value).order_by("ticket_number").values_list("pk", "ticket_number")
    return [ScoreRow(pk, ticket, sheets.get(pk), pk in away) for pk, ticket in seats]


def signed_counts(plan: Plan, *, assessor: User) -> dict[int, int]:
    """Return for each station of the plan how many sheets this assessor has signed."""
    rows = (
        ScoreSheet.objects.filter(station__plan=plan, assessor=assessor, status=SheetStatus.SIGNED.value)
        .values_list("station_id")
        .annotate(n=Count("pk"))
    )
    return dict(rows)


def sheets_due(plan: Plan) -> int:
    """Return how many sheets one assessor owes at each station: seats that sit the skill test, without those absent."""
    away = Absence.objects.filter(seat__plan=plan, part=Part.SKILL.value).count()
    return seats_sitting(plan, Part.SKILL.value).count() - away


def points_of(sheet: ScoreSheet) -> QuerySet[ScorePoint]:
    """Return the lines of a sheet in order, those of the candidate's own optional items only."""
    return lines_at(sheet.station, seat_id=sheet.seat_id)


def lines_at(station: Station, *, seat_id: int) -> QuerySet[ScorePoint]:
    """Return the lines that are scored for one candidate at a station: the required items and the optional ones drawn."""
    lines = ScorePoint.objects.filter(station=station).select_related("item").order_by("order")
    if not station.choose:
        return lines
    drawn = OptionDraw.objects.filter(station=station, seat_id=seat_id).values_list("items", flat=True).first() or []
    return lines.filter(Q(item__required=True) | Q(item__in=drawn))


def next_due(sheet: ScoreSheet, *, assessor: User) -> ScoreRow | None:
    """Return the next candidate at this station whose sheet this assessor still owes."""
    rows = score_rows(sheet.station, assessor=assessor)
    place = next((n for n, row in enumerate(rows) if row.seat_id == sheet.seat_id), 0)
    return next((row for row in [*rows[place + 1 :], *rows[:place]] if row.due), None)


def assignments_to_score(user: User) -> QuerySet[StaffAssignment]:
    """Return the plans, as assignments, in which this person is an assessor, latest exam first."""
    return (
        StaffAssignment.objects.filter(user=user, role=StaffRole.ASSESSOR.value)
        .select_related("plan__organisation", "plan__scheme__occupation")
        .order_by("-plan__exam_date", "-pk")
    )


def exams_of(user: User, *, now: datetime) -> list[Seat]:
    """Return the person's seats, the nearest exam day first, with their sittings."""
    seats = Seat.objects.filter(candidate=user).select_related(
        "plan__organisation", "plan__scheme__occupation", "sitting__attempt"
    )
    return sorted(seats, key=lambda seat: abs(seat.plan.theory_starts_at - now))


def seats_without_options(plan: Plan) -> int:
    """Return how many candidates still need optional items drawn at a station that has some. Two queries."""
    stations = list(Station.objects.filter(plan=plan, choose__gt=0).values_list("pk", flat=True))
    if not stations:
        return 0
    drawn = (
        OptionDraw.objects.filter(station__in=stations).order_by().values("seat").annotate(n=Count("pk")).filter(n=len(stations))
    )
    return seats_sitting(plan, Part.SKILL.value).exclude(pk__in=drawn.values("seat")).count()
