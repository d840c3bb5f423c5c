"""What the assessment asks of staff and candidates."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certification.assessment.access import own_seats, plans_led_by
from certification.assessment.models import Absence, ScoreSheet
from certification.assessment.rules import Door, Part, SheetStatus, door
from certification.assessment.selectors import assignments_to_score
from certification.plans.models import KeptPart
from certification.plans.rules import Status as PlanStatus
from lms.core.queues import QueueRow
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

SCORING = gettext_lazy("Skill scoring")
RUNNING = gettext_lazy("Assessments")
EXAMS = gettext_lazy("Exams")


def desk(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Sheets to sign for assessors; stations to set up and assessments to close for officers."""
    yield from _sheets_due(user, now)
    yield from _plans_running(user, now)


def _sheets_due(user: Any, now: datetime) -> Iterable[QueueRow]:
    signed = ScoreSheet.objects.filter(station__plan=OuterRef("plan"), assessor=user, status=SheetStatus.SIGNED.value)
    away = Absence.objects.filter(seat__plan=OuterRef("plan"), part=Part.SKILL.value)
    kept = KeptPart.objects.filter(seat__plan=OuterRef("plan"), part=Part.SKILL.value)
    rows = (
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
    for row in rows:
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


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    """Return a subquery that counts the rows of the outer plan, 0 where there are none."""
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)


def _plans_running(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Only the officer lays out stations and closes; the head may look on, but nothing waits for him."""
    live = Q(status=PlanStatus.IN_EXAM.value) | Q(status=PlanStatus.ARRANGED.value)
    own = Q(organisation__in=organisations_where(user, Role.EXAM_OFFICER))
    for plan in plans_led_by(user).filter(live, own).annotate(laid_out=Count("stations")):
        if not plan.laid_out:
            detail = _("Set up the skill stations")
            url = reverse("assessment:stations", args=[plan.pk])
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
