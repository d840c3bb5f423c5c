"""Who did not come, and the end of the assessment."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from certification.assessment import closing_checks, rules, selectors
from certification.assessment.models import Absence, ScoreSheet, TheorySitting
from certification.assessment.rules import Door, Part
from certification.assessment.services.running import begin_if_first, require_running
from certification.assessment.services.sittings import late_limit, submit_sitting
from certification.assessment.signed import signed_of
from certification.plans import services as plans
from certification.plans.kept import keeps, seats_sitting
from certification.plans.models import Plan, Seat
from certification.plans.rules import Event as PlanEvent
from certification.plans.rules import check_team
from certification.supervision.services import require_records
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

NAMED_AT_MOST = 6


@transaction.atomic
def record_absence(seat: Seat, *, part: Part | str, actor: User, now: datetime) -> Absence:
    """Record that a candidate did not come to a part; twice is once.

    Raises `PermissionDenied` for anybody but an exam officer of the body, `DomainError`
    "assessment.part_kept" for a part that she does not sit, "assessment.was_present" when a sitting or sheet exists,
    "assessment.absence_too_early" while the candidate may still come, or "assessment.not_running".
    """
    part = Part(part)
    _require_officer(actor, seat.plan)
    Seat.objects.select_for_update().get(pk=seat.pk)
    if absence := Absence.objects.filter(seat=seat, part=part.value).first():
        return absence
    if keeps(seat, part.value):
        raise DomainError("assessment.part_kept", ticket=seat.ticket_number)
    if part is Part.THEORY:
        came = TheorySitting.objects.filter(seat=seat).exists()
        starts_at, limit = seat.plan.theory_starts_at, late_limit(seat)
        early = rules.door(starts_at=starts_at, now=now, late_limit=limit) is not Door.CLOSED
    else:
        came = ScoreSheet.objects.filter(seat=seat).exists()
        early = now < seat.plan.skill_starts_at
    if came:
        raise DomainError("assessment.was_present", ticket=seat.ticket_number)
    if early:
        raise DomainError("assessment.absence_too_early", ticket=seat.ticket_number)
    begin_if_first(seat.plan, now=now)
    absence = Absence.objects.create(seat=seat, part=part.value, recorded_by=actor, recorded_at=now)
    ledger.append("assessment.absence_recorded", subject=seat, actor=actor, now=now, part=part.value)
    return absence


@transaction.atomic
def withdraw_absence(absence: Absence, *, actor: User, now: datetime) -> None:
    """Take back an absence that was recorded by mistake; the ledger keeps both acts."""
    seat = absence.seat
    _require_officer(actor, seat.plan)
    require_running(seat.plan)
    ledger.append("assessment.absence_withdrawn", subject=seat, actor=actor, now=now, part=absence.part)
    absence.delete()


@transaction.atomic
def close_assessment(plan: Plan, *, actor: User, now: datetime) -> Plan:
    """End the assessment when nothing is missing; afterwards no answer, sheet or absence changes.

    Papers whose time is over are handed in. Every present candidate needs a handed-in paper and,
    at each station, a signed sheet from **every** assigned assessor; the team must be large enough
    and odd (I16, I23). Raises `PermissionDenied` or `DomainError` "assessment.not_running",
    "plans.team_too_small", "plans.team_even", "assessment.stations_missing",
    "assessment.sittings_open", "assessment.sittings_missing", "assessment.sheets_missing", "assessment.options_not_drawn",
    "assessment.arbitration_open" while a team differs too much and nobody has scored anew,
    "supervision.nobody_named" or "supervision.record_missing" (I18); each
    names what is missing, and so does each check that another room registered in `closing_checks`. Nothing is changed
    then, except that no refused closing hands papers in.
    """
    _require_officer(actor, plan)
    plan = Plan.objects.select_for_update().select_related("scheme").get(pk=plan.pk)
    require_running(plan)
    # First: what a tablet still holds may be the very sheet that seems to be missing.
    closing_checks.ask_all(plan, now=now)
    kinds = set(selectors.part_kinds(plan))
    if Part.THEORY in kinds:
        _close_theory(plan, now=now)
    # Where everybody keeps the skill part from an earlier exam, no team and no stations are needed.
    if Part.SKILL in kinds and seats_sitting(plan, Part.SKILL.value).exists():
        _check_skill(plan)
        _check_arbitrations(plan, now=now)
    require_records(plan)
    plans.advance(plan, PlanEvent.SCORE, actor=actor, now=now)
    ledger.append(
        "assessment.closed",
        subject=plan,
        actor=actor,
        now=now,
        sittings=TheorySitting.objects.filter(seat__plan=plan).count(),
        sheets=ScoreSheet.objects.filter(station__plan=plan).count(),
        absences=Absence.objects.filter(seat__plan=plan).count(),
    )
    return plan


def _close_theory(plan: Plan, *, now: datetime) -> None:
    running = []
    for sitting in TheorySitting.objects.filter(seat__plan=plan, submitted_at=None).select_related("attempt", "seat"):
        if rules.is_over(deadline=sitting.attempt.deadline_at, now=now):
            submit_sitting(sitting, actor=None, now=now)
        else:
            running.append(sitting.seat.ticket_number)
    if running:
        raise DomainError("assessment.sittings_open", tickets=_named(running), count=len(running))
    if missing := selectors.tickets_without_theory(plan):
        raise DomainError("assessment.sittings_missing", tickets=_named(missing), count=len(missing))


def _check_skill(plan: Plan) -> None:
    team = selectors.team(plan)
    scheme = plan.scheme
    check_team(len(team), minimum=scheme.parameter("min_assessors"), odd=scheme.parameter("assessors_odd"))
    stations = selectors.stations_of(plan)
    if not stations:
        raise DomainError("assessment.stations_missing")
    missing = selectors.missing_sheets(plan)
    if missing:
        names = {user.pk: user.get_full_name() for user in team}
        rooms = {station.pk: station.name for station in stations}
        tickets = dict(Seat.objects.filter(plan=plan).values_list("pk", "ticket_number"))
        lines = [f"{tickets[m.seat]} · {rooms[m.station]} · {names[m.assessor]}" for m in missing]
        raise DomainError("assessment.sheets_missing", sheets=_named(lines), count=len(lines))


def _check_arbitrations(plan: Plan, *, now: datetime) -> None:
    """Refuse while somebody has to score anew; a fatal act that nobody else has signed lapses, and the ledger says so."""
    signed = signed_of(plan)
    waiting = {place for place, row in signed.arbitrations.items() if row.is_open}
    waiting |= {place for place in signed.sheets if signed.arbitrated(place) is None and signed.diverges(place)}
    if waiting:
        rooms = {station.pk: station.name for station in signed.stations}
        tickets = dict(Seat.objects.filter(pk__in={seat for seat, _station in waiting}).values_list("pk", "ticket_number"))
        lines = sorted(f"{tickets[seat]} · {rooms[station]}" for seat, station in waiting)
        raise DomainError("assessment.arbitration_open", places=_named(lines), count=len(lines))
    seats = {seat.pk: seat for seat in Seat.objects.filter(pk__in={place[0] for place, _act in signed.single_acts()})}
    ledger.append_many(
        [
            ledger.NewEntry("assessment.fatal_act_lapsed", seats[seat], None, {"point": int(act), "station": station})
            for (seat, station), act in signed.single_acts()
        ],
        now=now,
    )


def _named(things: list[str]) -> str:
    """Return the first few things as one text; the count tells how many there are in all."""
    return "、".join(things[:NAMED_AT_MOST]) + ("…" if len(things) > NAMED_AT_MOST else "")


def _require_officer(actor: User, plan: Plan) -> None:
    if not has_role(actor, plan.organisation, Role.EXAM_OFFICER):
        raise PermissionDenied
