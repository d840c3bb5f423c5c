"""Answers that are due soon or late: who may give them is reminded, then the heads, then the authority; each once a day."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate

from certification.plans.models import Seat
from certification.results import notice_kinds
from certification.results.case_rules import OPEN_CASE, REMIND_BEFORE, Alarm, alarm
from certification.results.involvement import free_to_answer
from certification.results.models import Case, Objection
from certification.results.rules import OPEN_OBJECTION
from lms.accounts.models import User
from lms.core.workdays import add_workdays
from lms.notices.services import news, tell_many
from lms.organisations.models import Membership
from lms.organisations.rules import Kind, Role
from lms.organisations.selectors import people_with

AT_ONCE = 100
"""So many answers are looked at in one run; the next minute's run goes on."""


def remind_of_answers(*, now: datetime) -> int:
    """Look once a day at each answer that is due soon or late; return of how many somebody was told.

    A second run on the same day does nothing.
    """
    today = localdate(now)
    near = Q(due_on__lte=add_workdays(today, REMIND_BEFORE)) & (Q(watched_on=None) | Q(watched_on__lt=today))
    cases = Case.objects.filter(near, status__in=[status.value for status in OPEN_CASE]).order_by("due_on", "pk")
    objections = Objection.objects.filter(near, status__in=[status.value for status in OPEN_OBJECTION])
    waiting: list[Case | Objection] = [
        *cases.select_related("seat__plan__organisation")[:AT_ONCE],
        *objections.select_related("publication__plan__organisation").order_by("due_on", "pk")[:AT_ONCE],
    ]
    return sum(_look_at(thing, today=today, now=now) for thing in waiting)


@transaction.atomic
def _look_at(thing: Case | Objection, *, today: date, now: datetime) -> bool:
    # The WHERE clause is the lock: of two runs one tells.
    if not type(thing).objects.filter(pk=thing.pk, watched_on=thing.watched_on).update(watched_on=today):
        return False
    assert thing.due_on is not None
    raised = alarm(thing.due_on, today=today, add_workdays=add_workdays)
    people = _people_for(raised, thing)
    if not people:
        return False
    plan = _seat_of(thing).plan
    name = "case" if isinstance(thing, Case) else "objection"
    facts: dict[str, Any] = {"plan": plan.title, "date": thing.due_on, "body": plan.organisation.name}
    # Whoever is not of the body cannot open its pages.
    url = "" if raised is Alarm.VERY_LATE else reverse(f"results:{name}", args=[thing.pk])
    once = f"results.{name}.{thing.pk}.{raised.value}"
    kind = KINDS[raised]
    told = [news(kind, person, facts=facts, url=url, organisation=plan.organisation_id, once=once, now=now) for person in people]
    return bool(tell_many(told))


KINDS = {
    Alarm.SOON: notice_kinds.CASE_SOON,
    Alarm.LATE: notice_kinds.CASE_LATE,
    Alarm.VERY_LATE: notice_kinds.CASE_VERY_LATE,
}


def _people_for(raised: Alarm, thing: Case | Objection) -> list[User]:
    if raised is Alarm.QUIET:
        return []
    seat = _seat_of(thing)
    if raised is Alarm.VERY_LATE:
        return _authority()
    appeal = isinstance(thing, Case) and not thing.is_review
    people = {person.pk: person for person in free_to_answer(seat, appeal=appeal, but=[thing.filer_id])}
    if raised is Alarm.LATE:
        heads = people_with(seat.plan.organisation_id, Role.HEAD).filter(is_active=True)
        people |= {head.pk: head for head in heads}
    return list(people.values())


def _authority() -> list[User]:
    """Return who watches for the authority."""
    posts = Membership.objects.filter(organisation__kind=Kind.AUTHORITY.value, role__in=[Role.HEAD.value, Role.WATCHER.value])
    return list(User.objects.filter(pk__in=posts.values("user"), is_active=True).order_by("pk"))


def _seat_of(thing: Case | Objection) -> Seat:
    if isinstance(thing, Case):
        return thing.seat
    return Seat.objects.select_related("plan__organisation").get(
        plan_id=thing.publication.plan_id, ticket_number=thing.ticket_number
    )
