from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from certification.bodies.models import Filing
from certification.bodies.selectors import filing_covering, people_covering
from certification.plans import rules
from certification.plans.conflicts import conflicts_in, findings_in
from certification.plans.models import Plan, Seat, StaffAssignment
from certification.plans.occupancy import room_problems
from certification.plans.publication_checks import problems_elsewhere
from certification.plans.rules import Event, Node, Problem, StaffRole
from certification.plans.rules.places import invigilators_needed
from certification.standards.rules import WeightTable
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.workdays import add_workdays


def open_plans(today: date) -> QuerySet[Plan]:
    """Return the plans that one may apply for today, the first to close first."""
    return Plan.objects.open_on(today).with_names().order_by("registration_closes", "exam_date", "pk")


def coming_plans(today: date) -> QuerySet[Plan]:
    """Return published plans whose registration has not opened yet."""
    return (
        Plan.objects.filter(status=rules.Status.PUBLISHED.value, registration_opens__gt=today)
        .with_names()
        .order_by("registration_opens", "pk")
    )


def publication_problems(plan: Plan, *, now: datetime) -> tuple[list[Problem], Filing | None]:
    """Return what keeps a draft from publication today, all at once, and the filing that would cover it."""
    today = localdate(now)
    problems: list[Problem] = []
    if plan.scheme.status != "published":
        problems.append(Problem("plans.scheme_not_published", {}))
    if plan.scheme.owner_id not in (None, plan.organisation_id):
        problems.append(Problem("plans.scheme_of_other_body", {}))
    filing = None
    for day in (today, plan.exam_date):
        found = filing_covering(
            plan.organisation, occupation=plan.scheme.occupation, work_type=plan.work_type, level=plan.level, on=day
        )
        if found is None:
            problems.append(
                Problem("plans.not_filed", {"date": day, "level": plan.level_label, "occupation": plan.scheme.occupation.name})
            )
        filing = found
    part = plan.scheme_level.part("theory") or {}
    parameters = {name: plan.scheme.parameter(name) for name in ("plan_lead_days", "reg_close_days")}
    try:
        problems += rules.date_problems(
            plan.dates,
            parameters=parameters,
            today=today,
            add_workdays=add_workdays,
            minimum_minutes=int(part.get("minutes", 0)),
        )
    except DomainError as error:
        problems.append(Problem(error.code, error.context))
    if plan.blueprint is None:
        problems.append(Problem("plans.blueprint_missing", {}))
    else:
        weights = plan.scheme_level.weights(WeightTable.THEORY)
        problems += rules.blueprint_problems(plan.blueprint.rows, weights)
    return [*problems, *room_problems(plan), *problems_elsewhere(plan, now=now)], filing


def start_problems(plan: Plan, *, now: datetime) -> list[Problem]:
    """Return what keeps the exam from starting: day, filing, team, cards, declarations and conflicts (I5, I14–I17).

    Constant queries however large the team.
    """
    problems: list[Problem] = []
    if plan.filing is not None and not plan.filing.is_valid_on(plan.exam_date):
        context = {"date": plan.exam_date, "level": plan.level_label, "occupation": plan.scheme.occupation.name}
        problems.append(Problem("plans.not_filed", context))
    if localdate(now) < plan.exam_date:
        problems.append(Problem("plans.exam_day_not_reached", {"date": plan.exam_date}))
    team = list(assessors_of(plan))
    problems += team_problems(plan, team)
    problems += session_problems(plan)
    covered = people_covering(
        [assignment.user_id for assignment in team],
        occupation=plan.scheme.occupation,
        level=plan.level,
        on=plan.exam_date,
        senior_levels=plan.scheme.parameter("senior_assessor_levels"),
    )
    uncovered = [assignment.user.name for assignment in team if assignment.user_id not in covered]
    if uncovered:
        problems.append(Problem("plans.card_missing", {"names": uncovered, "date": plan.exam_date}))
    # Whoever invigilates or supervises stands back like an assessor (I15).
    everybody = list(plan.assignments.select_related("user").order_by("user__name", "pk"))
    for row, about in conflicts_in(plan, everybody):
        if about.blocks:
            context = {"name": row.user.name, "reasons": about.label}
            problems.append(Problem("plans.assessor_conflict", context))
    return problems


def team_problems(plan: Plan, team: Sequence[StaffAssignment]) -> list[Problem]:
    """Return whether the assessors are too few or even (I16), or somebody has not declared yet (I15). No query."""
    problems: list[Problem] = []
    try:
        rules.check_team(len(team), minimum=plan.scheme.parameter("min_assessors"), odd=plan.scheme.parameter("assessors_odd"))
    except DomainError as error:
        problems.append(Problem(error.code, error.context))
    silent = [assignment.user.name for assignment in team if assignment.declared_at is None]
    if silent:
        problems.append(Problem("plans.declarations_missing", {"names": silent}))
    return problems


def session_problems(plan: Plan) -> list[Problem]:
    """Return what the rooms of the register lack: invigilators (I13), a supervisor who declared (I15, I18).

    A plan with its one room in words has no rooms that could be counted, and is not asked. Three queries at most.
    """
    needed = invigilators_needed_for(plan)
    if needed is None:
        return []
    return session_gaps(list(plan.assignments.exclude(role=StaffRole.ASSESSOR.value).select_related("user")), needed=needed)


def session_gaps(staff: Sequence[StaffAssignment], *, needed: int | None) -> list[Problem]:
    """Return what these invigilators and supervisors lack; nothing where nobody can be counted. No query."""
    if needed is None:
        return []
    problems: list[Problem] = []
    named = sum(row.role == StaffRole.INVIGILATOR for row in staff)
    if named < needed:
        problems.append(Problem("plans.too_few_invigilators", {"needed": needed, "named": named}))
    supervisors = [row for row in staff if row.role == StaffRole.SUPERVISOR]
    if not supervisors:
        problems.append(Problem("plans.supervisor_missing", {}))
    silent = sorted(row.user.name for row in supervisors if row.declared_at is None)
    if silent:
        problems.append(Problem("plans.declarations_missing", {"names": silent}))
    return problems


def invigilators_needed_for(plan: Plan) -> int | None:
    """Return how many invigilators the plan needs; None for a plan without rooms of the register. Two queries at most."""
    rooms = dict(plan.rooms.values_list("pk", "seats"))
    seated = Counter(plan.seats.filter(plan_room__isnull=False).values_list("plan_room", flat=True)) if rooms else Counter[int]()
    return invigilators_in(plan, rooms, seated)


def invigilators_in(plan: Plan, rooms: Mapping[int, int], seated: Mapping[int, int]) -> int | None:
    """Return the invigilators for these rooms with their seats. Once seats are arranged the candidates of each room count."""
    if not rooms:
        return None
    people = [seated.get(pk, 0) for pk in rooms]
    return invigilators_needed(
        people if any(people) else rooms.values(),
        ratio=plan.scheme.parameter("invigilator_ratio"),
        minimum=plan.scheme.parameter("min_invigilators"),
    )


def unsettled(plan: Plan) -> list[Problem]:
    """Return what keeps the results from the public: conflicts that came to light and that the head has not ruled on (I15)."""
    names = sorted({finding.assignment.user.name for finding in findings_in(plan) if finding.is_open})
    return [Problem("plans.conflicts_unsettled", {"names": names})] if names else []


def assessors_of(plan: Plan) -> QuerySet[StaffAssignment]:
    return plan.assignments.filter(role=StaffRole.ASSESSOR.value).select_related("user").order_by("user__name", "pk")


def nodes_of(plan: Plan, done: Mapping[str, date] | None = None) -> list[Node]:
    """Return the ten nodes of the plan; a due day is None where the calendar does not know that year yet. No query.

    With the days `done`, certificates and archive are due after the publication as it really began.
    """
    names = (
        *("plan_lead_days", "reg_close_days", "arrange_days"),
        *("score_due", "publication_start_due", "publication_days", "archive_due"),
    )
    return rules.nodes(
        exam_date=plan.exam_date,
        registration_closes=plan.registration_closes,
        parameters={name: plan.scheme.parameter(name) for name in names},
        add_workdays=known_workday,
        publication_opened=(done or {}).get("publication"),
    )


def known_workday(day: date, count: int) -> date | None:
    try:
        return add_workdays(day, count)
    except DomainError:
        return None


# The act in the ledger that ends each node; a plan goes through several of them as "plans.advanced".
ENDED_BY = {
    "plans.published": "publish",
    "plans.registration_closed": "close_registration",
    "plans.seats_arranged": "arrange",
    Event.START_EXAM: "exam",
    Event.SCORE: "score",
    Event.START_PUBLICATION: "publication",
    Event.CERTIFY: "certify",
    Event.ARCHIVE: "archive",
}


def days_done(plan: Plan) -> dict[str, date]:
    """Return the day on which each node so far was done, by its key, from the ledger. One query."""
    done = {}
    for entry in ledger.entries_about(plan):
        if key := ENDED_BY.get(entry.facts.get("event", entry.kind)):
            done[key] = localdate(entry.at)
    return done


def plans_page(plans: QuerySet[Plan], *, before: tuple[date, int] | None, size: int) -> tuple[list[Plan], bool]:
    """Return one page, latest exam first, and whether older ones follow; each knows its `seat_count`. One query.

    Neither the place of the page nor the number of plans makes it dearer: seats are counted for the plans of the page alone.
    """
    if before is not None:
        day, pk = before
        plans = plans.filter(Q(exam_date__lt=day) | Q(exam_date=day, pk__lt=pk))
    keys = plans.order_by("-exam_date", "-pk").values("pk")[: size + 1]
    seats = Seat.objects.filter(plan=OuterRef("pk")).order_by().values("plan").annotate(count=Count("pk")).values("count")
    shown = plans.filter(pk__in=keys).annotate(seat_count=Coalesce(Subquery(seats), 0))
    found: list[Plan] = list(shown.order_by("-exam_date", "-pk"))
    return found[:size], len(found) > size


def status_counts(plans: QuerySet[Plan]) -> Counter[str]:
    return Counter(dict(plans.order_by().values_list("status").annotate(count=Count("pk"))))
