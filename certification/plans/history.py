"""Who has met whom in earlier exams: what conflicts of interest and the workload of the staff are found from."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Count, Q

from certification.bodies.sources import Duty
from certification.plans.models import STAFF_ROLE_LABELS, Plan, StaffAssignment
from certification.plans.rules import UNPUBLISHED_STATUSES, StaffRole, Status

HELD = tuple(status.value for status in (Status.IN_EXAM, Status.SCORED, Status.IN_PUBLICATION, Status.CERTIFIED, Status.ARCHIVED))
"""From here on the team has met the candidates."""
LOST = tuple(status.value for status in (*UNPUBLISHED_STATUSES, Status.CANCELLED))


def earlier_meetings(people: Collection[int], *, candidates: Collection[int], plan: Plan) -> dict[int, dict[int, int]]:
    """Return for each person how many other plans she assessed each of these candidates in. One query."""
    met = (
        StaffAssignment.objects.filter(
            user__in=people,
            role=StaffRole.ASSESSOR.value,
            plan__status__in=HELD,
            plan__seats__candidate__in=candidates,
        )
        .exclude(plan=plan)
        .order_by()
        .values_list("user_id", "plan__seats__candidate_id")
        .annotate(times=Count("plan", distinct=True))
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for person, candidate, times in met:
        found[person][candidate] = times
    return dict(found)


def teams_before(plan: Plan, *, most: int) -> list[set[int]]:
    """Return the body's teams of assessors before this plan's exam, the latest first, at most so many. Two queries."""
    earlier = Q(exam_date__lt=plan.exam_date) | Q(exam_date=plan.exam_date, pk__lt=plan.pk)
    named = StaffAssignment.objects.filter(role=StaffRole.ASSESSOR.value).values("plan")
    plans = list(
        Plan.objects.filter(earlier, organisation=plan.organisation_id, pk__in=named)
        .exclude(status__in=LOST)
        .order_by("-exam_date", "-pk")
        .values_list("pk", flat=True)[:most]
    )
    teams: dict[int, set[int]] = {pk: set() for pk in plans}
    rows = StaffAssignment.objects.filter(plan__in=plans, role=StaffRole.ASSESSOR.value)
    for plan_pk, user in rows.values_list("plan_id", "user_id"):
        teams[plan_pk].add(user)
    return list(teams.values())


def duties(organisation: int, user: int) -> list[Duty]:
    """Return what the person does or did in the body's plans; `bodies.sources` asks this."""
    rows = StaffAssignment.objects.filter(plan__organisation=organisation, user=user).exclude(plan__status__in=LOST)
    return [
        Duty(row.plan.title, STAFF_ROLE_LABELS[StaffRole(row.role)], row.plan.exam_date)
        for row in rows.select_related("plan").order_by("-plan__exam_date", "-pk")[:200]
    ]
