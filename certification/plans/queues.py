from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.bodies.models import StaffCard
from certification.bodies.rules import card_covers, is_valid_on
from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import STAFFING_STATUSES, Problem, StaffRole, Status, check_team
from certification.plans.selectors import nodes_of
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.queues import QueueRow
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

PLAN = gettext_lazy("Assessment plans")
DUTY = gettext_lazy("My duties")
LIMIT = 100


def desk(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Plans that wait for their officer, teams that are not ready, declarations that wait for me. Five queries at most."""
    yield from _plans(user, now)
    yield from _teams(user)
    yield from _declarations(user, now)


def _plans(user: Any, now: datetime) -> Iterable[QueueRow]:
    titles = {
        Status.DRAFT: _("Publish the plan"),
        Status.PUBLISHED: _("Close registration"),
        Status.REGISTRATION_CLOSED: _("Arrange seats and team"),
    }
    node_of = {Status.DRAFT: "publish", Status.PUBLISHED: "close_registration", Status.REGISTRATION_CLOSED: "arrange"}
    waiting = (
        Plan.objects.filter(
            organisation__in=organisations_where(user, Role.EXAM_OFFICER), status__in=[status.value for status in titles]
        )
        .with_names()
        .order_by("exam_date", "pk")[:LIMIT]
    )
    for plan in waiting:
        status = Status(plan.status)
        if status is Status.PUBLISHED and localdate(now) <= plan.registration_closes:
            continue
        due = next(node.due for node in nodes_of(plan) if node.key == node_of[status]) or plan.exam_date
        yield QueueRow(queue=PLAN, title=f"{titles[status]}: {plan.title}", detail=plan.number, url=plan.get_desk_url(), due=due)


def _teams(user: Any) -> Iterable[QueueRow]:
    """Arranged plans whose team could not begin, however many with three queries.

    The same findings as `selectors.start_problems`, which asks for each card on its own.
    """
    team = Prefetch("assignments", StaffAssignment.objects.filter(role=StaffRole.ASSESSOR.value).select_related("user"), "team")
    plans: list[Any] = list(
        Plan.objects.filter(organisation__in=organisations_where(user, Role.EXAM_OFFICER), status=Status.ARRANGED.value)
        .with_names()
        .prefetch_related(team)
        .order_by("exam_date", "pk")[:LIMIT]
    )
    people = {row.user_id for plan in plans for row in plan.team}
    cards = list(StaffCard.objects.standing().filter(user__in=people)) if people else []
    for plan in plans:
        missing = [text_of(problem.error()) for problem in _team_problems(plan, cards)]
        if missing:
            yield QueueRow(
                queue=PLAN,
                title=_("Get the team ready: %(plan)s") % {"plan": plan.title},
                detail=" ".join(missing),
                url=plan.get_desk_url(),
                due=plan.exam_date,
            )


def _team_problems(plan: Any, cards: list[StaffCard]) -> Iterable[Problem]:
    try:
        check_team(len(plan.team), minimum=plan.scheme.parameter("min_assessors"), odd=plan.scheme.parameter("assessors_odd"))
    except DomainError as error:
        yield Problem(error.code, error.context)
    people = sorted((row for row in plan.team), key=lambda row: (row.user.name, row.pk))
    silent = [row.user.name for row in people if row.declared_at is None]
    if silent:
        yield Problem("plans.declarations_missing", {"names": silent})
    covered = {card.user_id for card in cards if _covers(card, plan)}
    uncovered = [row.user.name for row in people if row.user_id not in covered]
    if uncovered:
        yield Problem("plans.card_missing", {"names": uncovered, "date": plan.exam_date})


def _covers(card: StaffCard, plan: Plan) -> bool:
    return (
        card.occupation_id == plan.scheme.occupation_id
        and is_valid_on(card.valid_from, card.valid_until, plan.exam_date)
        and card_covers(
            kind=card.kind,
            levels=card.levels,
            level=plan.level,
            senior_levels=plan.scheme.parameter("senior_assessor_levels"),
        )
    )


def _declarations(user: Any, now: datetime) -> Iterable[QueueRow]:
    silent = (
        StaffAssignment.objects.filter(
            user_id=user.pk, declared_at=None, plan__status__in=[status.value for status in STAFFING_STATUSES]
        )
        .select_related("plan")
        .order_by("plan__exam_date", "pk")[:LIMIT]
    )
    for row in silent:
        yield QueueRow(
            queue=DUTY,
            title=_("Declare that you have no conflict"),
            detail=row.plan.title,
            url="/desk/duties/",
            due=row.plan.exam_date,
        )
