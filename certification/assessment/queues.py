"""What the assessment asks of staff and candidates."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certification.assessment.access import own_seats, plans_led_by
from certification.assessment.models import Absence, Arbitration, OptionDraw, ScoreSheet, SecondSignature
from certification.assessment.offline.queues import releases_to_confirm
from certification.assessment.rules import FATAL_SIGNATURES, ArbitrationStatus, ArbitrationWay, Door, Part, SheetStatus, door
from certification.assessment.selectors import assignments_to_score
from certification.plans.models import KeptPart, Plan
from certification.plans.rules import Status as PlanStatus
from lms.core.queues import QueueRow
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

SCORING = gettext_lazy("Skill scoring")
RUNNING = gettext_lazy("Assessments")
EXAMS = gettext_lazy("Exams")


def desk(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Sheets and second signatures for assessors, cases for arbitrators, leaders and heads, stations and closing for officers."""
    teams = _running_teams(user)
    yield from _sheets_due(teams)
    if teams:
        yield from _signatures_asked(user)
        yield from _acts_of_led_teams(user)
    yield from _cases(user)
    yield from _plans_running(user, now)
    yield from releases_to_confirm(user)


def _running_teams(user: Any) -> list[Any]:
    """The plans, as assignments, in which this person scores now, with how many sheets are due and signed. One query."""
    signed = ScoreSheet.objects.filter(station__plan=OuterRef("plan"), assessor=user, status=SheetStatus.SIGNED.value)
    away = Absence.objects.filter(seat__plan=OuterRef("plan"), part=Part.SKILL.value)
    kept = KeptPart.objects.filter(seat__plan=OuterRef("plan"), part=Part.SKILL.value)
    return list(
        assignments_to_score(user)
        .filter(plan__status__in=[PlanStatus.ARRANGED.value, PlanStatus.IN_EXAM.value])
        .annotate(
            seats=Count("plan__seats", distinct=True),
            stations=Count("plan__stations", distinct=True),
            signed=_count(signed, "station__plan"),
            away=_count(away, "seat__plan"),
            kept=_count(kept, "seat__plan"),
        )
    )


def _sheets_due(teams: list[Any]) -> Iterable[QueueRow]:
    for row in teams:
        left = (row.seats - row.away - row.kept) * row.stations - row.signed
        if left > 0 and row.declared_at is not None:
            yield QueueRow(
                queue=SCORING,
                title=row.plan.title,
                detail=ngettext("%(count)s score sheet to sign", "%(count)s score sheets to sign", left) % {"count": left},
                url=reverse("assessment:score_plan", args=[row.plan_id]),
                due=row.plan.skill_starts_at,
                plan=row.plan_id,
                organisation=row.plan.organisation_id,
            )


def _row(queue: Any, plan: Plan, detail: str, url: str) -> QueueRow:
    return QueueRow(
        queue=queue, title=plan.title, detail=detail, url=url, due=plan.exam_date, plan=plan.pk, organisation=plan.organisation_id
    )


def _signatures_asked(user: Any) -> Iterable[QueueRow]:
    """Fatal acts about which the leader asks this assessor."""
    asked = SecondSignature.objects.filter(assessor=user, answered_at=None, seat__plan__status=PlanStatus.IN_EXAM.value)
    for row in asked.select_related("seat__plan", "point__station").order_by("pk"):
        detail = _("%(ticket)s, %(station)s: did you see the fatal act too?") % {
            "ticket": row.seat.ticket_number,
            "station": row.point.station.name,
        }
        yield _row(SCORING, row.seat.plan, detail, reverse("assessment:second", args=[row.pk]))


def _cases(user: Any) -> Iterable[QueueRow]:
    """Cases to score anew for who was named; those nobody was named for go to the team leader and the head."""
    led = Q(station__plan__team_leader__user=user)
    headed = Q(station__plan__organisation__in=organisations_where(user, Role.HEAD))
    rows = Arbitration.objects.filter(status=ArbitrationStatus.OPEN.value, station__plan__status=PlanStatus.IN_EXAM.value)
    rows = rows.filter(Q(arbitrator=user) | Q(arbitrator=None) & (led | headed))
    rows = rows.select_related("seat", "station__plan__scheme", "station__plan__team_leader").order_by("pk").distinct()
    for row in rows:
        plan, leader = row.station.plan, getattr(row.station.plan, "team_leader", None)
        leads = leader is not None and leader.user_id == user.pk
        joint = plan.scheme.parameter("arbitration") == ArbitrationWay.JOINT
        words = {"ticket": row.seat.ticket_number, "station": row.station.name}
        if row.arbitrator_id == user.pk or (joint and leads):
            url = reverse("assessment:arbitrate", args=[row.pk])
            yield _row(SCORING, plan, _("%(ticket)s, %(station)s: score anew") % words, url)
        elif not joint:
            url = reverse("assessment:case", args=[row.pk])
            yield _row(RUNNING, plan, _("%(ticket)s, %(station)s: name who scores anew") % words, url)
        elif leader is None:
            url = reverse("assessment:progress", args=[plan.pk])
            yield _row(RUNNING, plan, _("%(ticket)s, %(station)s: name the leader, who scores anew") % words, url)


def _acts_of_led_teams(user: Any) -> Iterable[QueueRow]:
    """Teams this person leads in which a fatal act waits for a second signature and nobody was asked yet."""
    sheets = ScoreSheet.objects.filter(
        station__plan__team_leader__user=user, station__plan__status=PlanStatus.IN_EXAM.value, status=SheetStatus.SIGNED.value
    ).exclude(fatal=[])
    signed: dict[tuple[int, str], set[int]] = defaultdict(set)
    plans: dict[tuple[int, str], Plan] = {}
    for sheet in sheets.select_related("station__plan"):
        for act in sheet.fatal:
            signed[sheet.seat_id, act].add(sheet.assessor_id)
            plans[sheet.seat_id, act] = sheet.station.plan
    if not signed:
        return
    asked = SecondSignature.objects.filter(seat__in={seat for seat, _act in signed}).values_list("seat_id", "point_id")
    known = {(seat, str(point)) for seat, point in asked}
    alone = [key for key, by in signed.items() if len(by) < FATAL_SIGNATURES and key not in known]
    counts = Counter(plans[key].pk for key in alone)
    for plan in {plans[key].pk: plans[key] for key in alone}.values():
        detail = ngettext(
            "%(count)s fatal act waits for a second signature",
            "%(count)s fatal acts wait for a second signature",
            counts[plan.pk],
        ) % {"count": counts[plan.pk]}
        yield _row(SCORING, plan, detail, reverse("assessment:lead", args=[plan.pk]))


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    """Return a subquery that counts the rows of the outer plan, 0 where there are none."""
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)


def _plans_running(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Only the officer lays out stations and closes; the head may look on, but nothing waits for him."""
    live = Q(status=PlanStatus.IN_EXAM.value) | Q(status=PlanStatus.ARRANGED.value)
    own = Q(organisation__in=organisations_where(user, Role.EXAM_OFFICER))
    plans = plans_led_by(user).filter(live, own)
    plans = plans.annotate(
        laid_out=Count("stations", distinct=True),
        optional=Count("stations", filter=Q(stations__choose__gt=0), distinct=True),
        seated=Count("seats", distinct=True),
        drawn=_count(OptionDraw.objects.filter(seat__plan=OuterRef("pk")), "seat__plan"),
    )
    for plan in plans:
        if not plan.laid_out:
            detail = _("Set up the skill stations")
            url = reverse("assessment:stations", args=[plan.pk])
        elif plan.drawn < plan.optional * plan.seated:
            detail = _("Draw the optional items")
            url = reverse("assessment:progress", args=[plan.pk])
        elif plan.status == PlanStatus.IN_EXAM.value or now >= plan.theory_starts_at:
            detail = _("Watch the assessment and close it")
            url = reverse("assessment:progress", args=[plan.pk])
        else:
            continue
        yield QueueRow(
            queue=RUNNING,
            title=plan.title,
            detail=detail,
            url=url,
            due=plan.exam_date,
            plan=plan.pk,
            organisation=plan.organisation_id,
        )


def own(user: Any, now: datetime) -> Iterable[QueueRow]:
    """The candidate's theory exams that are running or begin within a day."""
    live = own_seats(user).filter(plan__status__in=[PlanStatus.ARRANGED.value, PlanStatus.IN_EXAM.value])
    for seat in live.exclude(kept_parts__part=Part.THEORY.value):
        plan, sitting = seat.plan, getattr(seat, "sitting", None)
        if sitting is not None and (sitting.is_submitted or now >= sitting.attempt.deadline_at):
            continue
        state = door(starts_at=plan.theory_starts_at, now=now)
        if sitting is None and (state is Door.CLOSED or plan.theory_starts_at - now > timedelta(days=1)):
            continue
        yield QueueRow(
            queue=EXAMS,
            title=plan.title,
            detail=_("Your theory exam is running") if sitting or state is Door.OPEN else _("Your theory exam is near"),
            url=reverse("assessment:exam", args=[seat.pk]),
            due=plan.theory_starts_at,
        )
