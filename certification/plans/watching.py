"""Reminders before a node is due, and the head's share in what is late; each once."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate, localtime

from certification.plans import notice_kinds
from certification.plans.announcing import heads_of, tell_staff
from certification.plans.models import Plan
from certification.plans.rules import FINISHED_STATUSES
from certification.plans.rules.nodes import REMIND_FROM, Reminder, reminders_between
from certification.plans.selectors import known_workday
from certification.plans.timeline import Stop, StopState, stops_of
from lms.accounts.models import User
from lms.organisations.selectors import people_with

AT_ONCE = 100
"""So many plans are looked at in one run; the next minute's run goes on."""
LOOKED_BACK = timedelta(days=14)
"""A reminder that could not be sent for longer than this is not sent any more."""


def remind_of_nodes(*, now: datetime) -> int:
    """Look at each running plan once a day, from eight in the morning; return how many nodes were told of.

    A second run on the same day does nothing; after days on which nothing ran, what fell into them is told once.
    """
    if localtime(now).hour < REMIND_FROM:
        return 0
    today = localdate(now)
    running = Plan.objects.exclude(status__in=[status.value for status in FINISHED_STATUSES])
    waiting = running.filter(Q(watched_on=None) | Q(watched_on__lt=today)).with_names().order_by("pk")
    return sum(_watch(plan, today=today, now=now) for plan in waiting[:AT_ONCE])


@transaction.atomic
def _watch(plan: Plan, *, today: date, now: datetime) -> int:
    before = plan.watched_on
    # The WHERE clause is the lock: of two runs one tells.
    if not Plan.objects.filter(pk=plan.pk, watched_on=before).update(watched_on=today):
        return 0
    after = max(before, today - LOOKED_BACK) if before else today - timedelta(days=1)
    stops = {stop.key: stop for stop in stops_of(plan, today=today) if stop.state in (StopState.NOW, StopState.OPEN)}
    reached = reminders_between(after, today, [stop.node for stop in stops.values()], add_workdays=known_workday)
    for reminder in reached:
        _tell(plan, stops[reminder.node], reminder, now=now)
    return len(reached)


def _tell(plan: Plan, stop: Stop, reminder: Reminder, *, now: datetime) -> None:
    assert stop.node.due is not None
    people = {person.pk: person for person in people_with(plan.organisation_id, *stop.roles).filter(is_active=True)}
    once = f"plans.{plan.pk}.{stop.key}.{stop.node.due:%Y%m%d}.{reminder.days}"
    facts: dict[str, Any] = {"node": stop.key, "day": stop.node.due}
    if reminder.is_escalation:
        people |= {head.pk: head for head in heads_of(plan)}
        tell_staff(notice_kinds.NODE_LATE, plan, people.values(), now=now, once=once, **facts, days=-reminder.days)
        return
    tell_staff(notice_kinds.NODE_DUE, plan, people.values(), now=now, once=once, **facts)
    if stop.key == "exam":
        _tell_team(plan, now=now, once=f"{once}.duty")


def _tell_team(plan: Plan, *, now: datetime, once: str) -> None:
    named = User.objects.filter(plan_assignments__plan=plan, is_active=True).distinct().order_by("pk")
    tell_staff(
        notice_kinds.DUTY_SOON,
        plan,
        named,
        now=now,
        once=once,
        url="/desk/duties/",
        day=plan.exam_date,
        moment=plan.theory_starts_at,
        place=f"{plan.site_name} · {plan.room}",
    )
