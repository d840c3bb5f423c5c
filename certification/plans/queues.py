from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.bodies.models import StaffCard
from certification.bodies.rules import card_covers, is_valid_on
from certification.plans.models import Approval, Plan, Seat, StaffAssignment
from certification.plans.rules import STAFFING_STATUSES, Outcome, Problem, StaffRole, Status
from certification.plans.selectors import invigilators_in, nodes_of, session_gaps, team_problems
from lms.core.messages import text_of
from lms.core.queues import QueueRow
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

PLAN = gettext_lazy("Assessment plans")
DUTY = gettext_lazy("My duties")
LIMIT = 100


def desk(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Plans that wait for their officer, teams that are not ready, declarations that wait for me. Seven queries at most."""
    yield from _plans(user, now)
    yield from _teams(user)
    yield from _declarations(user, now)


WAITING = {
    Status.DRAFT: ("publish", gettext_lazy("Hand in the plan")),
    Status.SUBMITTED: ("publish", gettext_lazy("Approve the plan")),
    Status.APPROVED: ("publish", gettext_lazy("Publish the plan")),
    Status.PUBLISHED: ("close_registration", gettext_lazy("Close registration")),
    Status.REGISTRATION_CLOSED: ("arrange", gettext_lazy("Arrange seats and team")),
}
"""What a plan in each state waits for, and by which node it is due."""


def _plans(user: Any, now: datetime) -> Iterable[QueueRow]:
    """What the officer does next, and what the head decides about other people's plans."""
    own = Q(organisation__in=organisations_where(user, Role.EXAM_OFFICER)) & ~Q(status=Status.SUBMITTED.value)
    to_approve = Q(organisation__in=organisations_where(user, Role.HEAD), status=Status.SUBMITTED.value)
    mine = Q(created_by=user.pk) | Exists(
        Approval.objects.filter(plan=OuterRef("pk"), outcome=Outcome.WAITING.value, handed_in_by=user.pk)
    )
    waiting = (
        Plan.objects.filter(own | (to_approve & ~mine), status__in=[status.value for status in WAITING])
        .with_names()
        .order_by("exam_date", "pk")[:LIMIT]
    )
    for plan in waiting:
        status = Status(plan.status)
        if status is Status.PUBLISHED and localdate(now) <= plan.registration_closes:
            continue
        key, title = WAITING[status]
        due = next(node.due for node in nodes_of(plan) if node.key == key) or plan.exam_date
        yield QueueRow(
            queue=PLAN,
            title=f"{title}: {plan.title}",
            detail=plan.number,
            url=plan.get_desk_url(),
            due=due,
            plan=plan.pk,
            organisation=plan.organisation_id,
        )


def _teams(user: Any) -> Iterable[QueueRow]:
    """Arranged plans whose people could not begin, however many with five queries.

    The same findings as `selectors.start_problems`, for many plans at once.
    """
    staff = Prefetch("assignments", StaffAssignment.objects.select_related("user"), "staff")
    plans: list[Any] = list(
        Plan.objects.filter(organisation__in=organisations_where(user, Role.EXAM_OFFICER), status=Status.ARRANGED.value)
        .with_names()
        .prefetch_related(staff, Prefetch("rooms", to_attr="used_rooms"))
        .order_by("exam_date", "pk")[:LIMIT]
    )
    people = {row.user_id for plan in plans for row in plan.staff if row.role == StaffRole.ASSESSOR}
    cards = list(StaffCard.objects.standing().filter(user__in=people)) if people else []
    seated = _seated([room.pk for plan in plans for room in plan.used_rooms])
    for plan in plans:
        missing = [text_of(problem.error()) for problem in _team_problems(plan, cards, seated)]
        if missing:
            yield QueueRow(
                queue=PLAN,
                title=_("Get the team ready: %(plan)s") % {"plan": plan.title},
                detail=" ".join(missing),
                url=plan.get_desk_url(),
                due=plan.exam_date,
                plan=plan.pk,
                organisation=plan.organisation_id,
            )


def _seated(rooms: list[int]) -> dict[int, int]:
    if not rooms:
        return {}
    return dict(Seat.objects.filter(plan_room__in=rooms).order_by().values_list("plan_room").annotate(count=Count("pk")))


def _team_problems(plan: Any, cards: list[StaffCard], seated: Mapping[int, int]) -> Iterable[Problem]:
    people = sorted((row for row in plan.staff if row.role == StaffRole.ASSESSOR), key=lambda row: (row.user.name, row.pk))
    yield from team_problems(plan, people)
    needed = invigilators_in(plan, {room.pk: room.seats for room in plan.used_rooms}, seated)
    yield from session_gaps([row for row in plan.staff if row.role != StaffRole.ASSESSOR], needed=needed)
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
            # Several duties lead to one page.
            key=str(row.pk),
            due=row.plan.exam_date,
            plan=row.plan_id,
            organisation=row.plan.organisation_id,
        )
