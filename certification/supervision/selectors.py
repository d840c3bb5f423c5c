"""What supervisors wrote, gathered for a session, a body and an authority."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from certification.bodies.models import StaffCard
from certification.bodies.rules import CardKind
from certification.bodies.selectors import cards_on
from certification.examday.models import Incident
from certification.examday.rules.incidents import IncidentKind
from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import StaffRole
from certification.plans.rules import Status as PlanStatus
from certification.supervision.labels import QUESTION_LABELS
from certification.supervision.models import Sampling, SupervisorRecord
from certification.supervision.rules import Answer, Conclusion, Question

HELD = (
    PlanStatus.IN_EXAM,
    PlanStatus.SCORED,
    PlanStatus.IN_PUBLICATION,
    PlanStatus.CERTIFIED,
    PlanStatus.ARCHIVED,
)
"""A session whose exam has begun."""


def supervisors_of(plan: Plan) -> list[StaffAssignment]:
    """Return who supervises the plan, by name."""
    rows = StaffAssignment.objects.filter(plan=plan, role=StaffRole.SUPERVISOR.value)
    return list(rows.select_related("user").order_by("user__name", "pk"))


def records_of(plan: Plan) -> list[SupervisorRecord]:
    """Return the records of a session with what was added. Two queries."""
    return list(SupervisorRecord.objects.filter(plan=plan).select_related("supervisor").prefetch_related("addenda"))


def own_record(plan: Plan, user: Any) -> SupervisorRecord | None:
    return SupervisorRecord.objects.filter(plan=plan, supervisor=user).first()


@dataclass(frozen=True)
class Line:
    """One question of a record as it is read."""

    label: Any
    answer: str
    remark: str


def lines_of(record: SupervisorRecord) -> list[Line]:
    """Return the questions in their order with answers and remarks."""
    return [
        Line(label, record.answers.get(question.value, Answer.NONE.value), record.remarks.get(question.value, ""))
        for question, label in QUESTION_LABELS.items()
    ]


def sessions_held(since: date, until: date) -> QuerySet[Plan]:
    """Return the plans whose exam began and whose exam day lies in that time, both days included."""
    return Plan.objects.filter(exam_date__range=(since, until), status__in=[status.value for status in HELD])


def holders_of_cards(plan: Plan) -> list[StaffCard]:
    """Return one supervisor's card a person that is valid on the exam day, by name."""
    cards = cards_on(plan.scheme.occupation, on=plan.exam_date).filter(
        kind=CardKind.SUPERVISOR.value, organisation=plan.organisation_id
    )
    return list({card.user_id: card for card in cards.select_related("user").order_by("user__name", "-pk")}.values())


# --- the overview of quality ----------------------------------------------------------------------


@dataclass
class BodyQuality:
    """What supervision says of one body in some time. Numbers of sessions and of lines, nobody's name."""

    pk: int
    name: str
    sessions: int = 0
    recorded: int = 0
    conclusions: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    incidents: Counter[str] = field(default_factory=Counter)

    @property
    def missing(self) -> int:
        return self.sessions - self.recorded

    @property
    def grave(self) -> int:
        return self.conclusions[Conclusion.GRAVE.value]

    @property
    def with_faults(self) -> int:
        return self.conclusions[Conclusion.FAULTS.value]

    @property
    def orderly(self) -> int:
        return self.conclusions[Conclusion.ORDERLY.value]

    @property
    def stopped(self) -> int:
        return self.incidents[IncidentKind.STOPPED.value]

    @property
    def warned(self) -> int:
        return self.incidents[IncidentKind.WARNED.value]


def quality(sessions: QuerySet[Plan]) -> list[BodyQuality]:
    """Return one line a body, those with most to look into first. Four queries however many sessions."""
    bodies: dict[int, BodyQuality] = {}
    counted = sessions.order_by().values("organisation_id", "organisation__name").annotate(n=Count("pk"))
    for row in counted:
        key = row["organisation_id"]
        bodies[key] = BodyQuality(key, row["organisation__name"], sessions=row["n"])
    written = SupervisorRecord.objects.filter(plan__in=sessions)
    recorded = written.order_by().values_list("plan__organisation_id").annotate(n=Count("plan", distinct=True))
    for key, number in recorded:
        bodies[key].recorded = number
    for key, conclusion, answers in written.values_list("plan__organisation_id", "conclusion", "answers").iterator(
        chunk_size=500
    ):
        bodies[key].conclusions[conclusion] += 1
        bodies[key].faults.update(question for question, answer in answers.items() if answer == Answer.NO)
    lines = Incident.objects.filter(plan__in=sessions).order_by().values_list("plan__organisation_id", "kind")
    for key, kind, number in lines.annotate(n=Count("pk")):
        bodies[key].incidents[kind] = number
    return sorted(bodies.values(), key=lambda body: (-body.grave, -body.missing, -body.with_faults, body.name))


def faults_of(bodies: list[BodyQuality]) -> list[tuple[Any, int]]:
    """Return what was answered with no, over all these bodies, most often first."""
    total: Counter[str] = Counter()
    for body in bodies:
        total.update(body.faults)
    return [(QUESTION_LABELS[Question(key)], number) for key, number in total.most_common()]


def drawn_sessions(sampling: Sampling) -> list[Plan]:
    """Return the drawn sessions with their records, by body and day. Three queries."""
    records = Prefetch("supervisor_records", SupervisorRecord.objects.prefetch_related("addenda"))
    plans = Plan.objects.filter(pk__in=sampling.drawn).select_related("organisation", "scheme__occupation")
    return list(plans.prefetch_related(records).order_by("organisation__name", "exam_date", "pk"))


def waiting_for_record(user: Any) -> QuerySet[StaffAssignment]:
    """Return the running sessions whose record this supervisor still owes."""
    running = StaffAssignment.objects.filter(
        user_id=user.pk, role=StaffRole.SUPERVISOR.value, plan__status=PlanStatus.IN_EXAM.value
    )
    return running.exclude(Q(plan__supervisor_records__supervisor=user.pk)).select_related("plan")
