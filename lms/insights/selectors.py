"""Figures about people, never about a person: counts below five are not told apart."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from certification.certificates.models import Certificate
from certification.certificates.rules import Kind
from certification.plans.models import Plan
from certification.plans.rules import PUBLIC_STATUSES
from certification.results.models import Decision
from certification.standards.rules import Level
from courses.learning.models import CompletionStatement, Enrolment
from lms.organisations.models import Organisation
from lms.organisations.rules import ASSESSING_KINDS

SMALLEST_TOLD = 5
"""Fewer people than this in one cell might be recognised (house rule, PIPL Art. 73: no longer identifiable)."""


@dataclass(frozen=True)
class LevelRow:
    """Valid certificates of one occupation and level."""

    occupation: str
    level: int
    label: str
    count: int


@dataclass(frozen=True)
class BodyRow:
    """What one assessment body did: plans, candidates decided, share that passed (None below the smallest cell)."""

    name: str
    plans: int
    candidates: int
    pass_share: Decimal | None
    certificates: int


def totals() -> dict[str, int]:
    """Return how many learners, completions, public plans and valid certificates there are. Four queries."""
    return {
        "learners": Enrolment.objects.values("user").distinct().count(),
        "completions": CompletionStatement.objects.count(),
        "plans": Plan.objects.filter(status__in=[status.value for status in PUBLIC_STATUSES]).count(),
        "certificates": Certificate.objects.filter(status="valid", kind=Kind.SKILL_LEVEL.value).count(),
    }


def certificates_by_level() -> list[LevelRow]:
    """Return valid certificates by occupation and level, most first. One query."""
    rows = (
        Certificate.objects.filter(status="valid", kind=Kind.SKILL_LEVEL.value, level__isnull=False)
        .values("occupation__name", "level")
        .annotate(count=Count("pk"))
        .order_by("-count")
    )
    return [
        LevelRow(
            occupation=row["occupation__name"],
            level=int(row["level"] or 0),
            label=Level(int(row["level"] or 0)).label,
            count=row["count"],
        )
        for row in rows
    ]


def bodies() -> list[BodyRow]:
    """Return the assessment bodies with their figures. Four queries, however many bodies."""
    public = [status.value for status in PUBLIC_STATUSES]
    plans = dict(Plan.objects.filter(status__in=public).values_list("organisation").annotate(Count("pk")))
    decided = {
        row["seat__plan__organisation"]: row
        for row in Decision.objects.filter(confirmed_at__isnull=False)
        .values("seat__plan__organisation")
        .annotate(all=Count("pk"), passed=Count("pk", filter=Q(passed=True)))
    }
    issued = dict(Certificate.objects.values_list("organisation").annotate(Count("pk")))
    found = []
    for body in Organisation.objects.filter(kind__in=[kind.value for kind in ASSESSING_KINDS]):
        row = decided.get(body.pk, {"all": 0, "passed": 0})
        share = Decimal(row["passed"] * 100) / row["all"] if row["all"] >= SMALLEST_TOLD else None
        found.append(
            BodyRow(
                name=body.name,
                plans=plans.get(body.pk, 0),
                candidates=row["all"],
                pass_share=share.quantize(Decimal("0.1")) if share is not None else None,
                certificates=issued.get(body.pk, 0),
            )
        )
    return found
