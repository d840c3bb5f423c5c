"""Reads about certificates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from certification.bodies.models import Filing
from certification.certificates.models import (
    Certificate,
    IssueBatch,
    Programme,
    SigningKey,
    Template,
    TemplateVersion,
)
from certification.certificates.rules import (
    TITLES,
    BatchStatus,
    IssueFacts,
    ItemStatus,
    Kind,
    TemplateStatus,
    refusal_to_issue,
)
from certification.plans.models import Plan
from certification.plans.rules import Status as PlanStatus
from certification.results.models import Decision, Publication
from certification.results.selectors import has_examined, open_objections
from courses.learning.models import CompletionStatement
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.organisations.models import Organisation

OPEN_BATCH = [BatchStatus.PREPARED.value, BatchStatus.RUNNING.value, BatchStatus.PAUSED.value]
HOUSE = {kind: f"辅能 {title['zh']}" for kind, title in TITLES.items()}
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
"""The house's first designs are as old as the software."""


def signing_key_of(organisation_id: int) -> SigningKey:
    """Return the key in use; raises `DomainError` `certificates.no_signing_key`."""
    key = SigningKey.objects.in_use().filter(organisation_id=organisation_id).first()
    if key is None:
        raise DomainError("certificates.no_signing_key")
    return key


def publication_of(plan: Plan) -> Publication | None:
    """Return the plan's publication."""
    return Publication.objects.filter(plan=plan).first()


def refusal_for_plan(plan: Plan, *, today: date, actor: User | None = None) -> DomainError | None:
    """Return why nothing of this plan can be issued today, or None; people's own reasons come with each row.

    With `actor`: nor by this person, who may have examined here (I44).
    """
    publication = publication_of(plan)
    facts = IssueFacts(
        passed=True,
        confirmed=True,
        closes_on=publication.closes_on if publication else None,
        publication_closed=publication is not None and publication.is_closed,
        open_objections=open_objections(publication.pk).count() if publication else 0,
        withheld=False,
        has_certificate=False,
        acted="examined" if actor is not None and has_examined(actor, plan) else "",
    )
    return refusal_to_issue(facts, today=today)


def open_lists_of(filing: Filing) -> QuerySet[IssueBatch]:
    """Return the lists that will take numbers of this filing: they wait for approval, run, or are paused."""
    return IssueBatch.objects.filter(plan__filing=filing, status__in=OPEN_BATCH).select_related("plan").order_by("pk")


@dataclass(frozen=True)
class IssueRow:
    """One candidate who passed, as the head sees her."""

    decision: Decision
    certificate: Certificate | None
    withheld: bool


def issue_rows(plan: Plan) -> list[IssueRow]:
    """Return one row per passed candidate in ticket order. Two queries."""
    decisions = (
        Decision.objects.filter(seat__plan=plan, passed=True)
        .select_related("seat__candidate", "seat__publication_row", "certificate")
        .order_by("seat__ticket_number")
    )
    return [
        IssueRow(
            decision=decision,
            certificate=getattr(decision, "certificate", None),
            withheld=getattr(getattr(decision.seat, "publication_row", None), "withheld", False),
        )
        for decision in decisions
    ]


def without_certificate(decisions: Iterable[Decision]) -> list[Decision]:
    """Return those that no certificate follows from yet. One query."""
    found = list(decisions)
    issued = set(Certificate.objects.filter(decision__in=found).values_list("decision_id", flat=True))
    return [decision for decision in found if decision.pk not in issued]


def plans_with_progress(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """Return the plans that are in publication or later, newest exam first, with counts. One query.

    `passed`: people a certificate is due to; `issued`: certificates that are out.
    """
    return (
        plans.filter(status__in=[PlanStatus.IN_PUBLICATION.value, PlanStatus.CERTIFIED.value, PlanStatus.ARCHIVED.value])
        .annotate(
            passed=Count("seats__decision", filter=Q(seats__decision__passed=True), distinct=True),
            issued=Count("seats__decision__certificate", distinct=True),
        )
        .order_by("-exam_date", "-pk")[:200]
    )


def open_batch_of(source: Plan | Programme) -> IssueBatch | None:
    """Return the list that waits, runs or pauses, if there is one. One query."""
    batches = IssueBatch.objects.filter(status__in=OPEN_BATCH).select_related("prepared_by", "approved_by", "organisation")
    return batches.filter(**_source(source)).first()


def last_batch_of(source: Plan | Programme) -> IssueBatch | None:
    """Return the newest list, whatever became of it. One query."""
    return IssueBatch.objects.filter(**_source(source)).select_related("prepared_by", "approved_by", "organisation").first()


def _source(source: Plan | Programme) -> dict[str, Any]:
    return {"plan": source} if isinstance(source, Plan) else {"programme": source}


@dataclass(frozen=True)
class BatchProgress:
    """How far a list is: counts of people."""

    total: int
    issued: int
    failed: int
    excluded: int

    @property
    def done(self) -> int:
        return self.issued + self.failed

    @property
    def due(self) -> int:
        return self.total - self.excluded


def progress_of(batch: IssueBatch) -> BatchProgress:
    """Return the counts of a list. One query."""
    counts = dict(batch.items.order_by().values_list("status").annotate(count=Count("pk")))
    return BatchProgress(
        total=sum(counts.values()),
        issued=counts.get(ItemStatus.ISSUED.value, 0),
        failed=counts.get(ItemStatus.FAILED.value, 0),
        excluded=counts.get(ItemStatus.EXCLUDED.value, 0),
    )


def engine_share(certificates: QuerySet[Certificate]) -> dict[str, int]:
    """Return how many were made by which engine. One query."""
    return dict(certificates.exclude(engine="").order_by().values_list("engine").annotate(count=Count("pk")))


def people_due(programme: Programme) -> list[tuple[User, CompletionStatement | None]]:
    """Return who completed the programme's course and holds no standing certificate of it, first completed first. One query.

    A programme without a course has nobody due by itself: its people are named when the list is prepared.
    """
    if programme.course_id is None:
        return []
    holders = Certificate.objects.standing().filter(programme=programme).values("holder_id")
    statements = (
        CompletionStatement.objects.filter(enrolment__course_id=programme.course_id)
        .exclude(enrolment__user_id__in=holders)
        .select_related("enrolment__user")
        .order_by("issued_at", "pk")
    )
    return [(statement.enrolment.user, statement) for statement in statements]


def template_for(kind: Kind, *, organisation: Organisation, chosen: Template | None = None) -> TemplateVersion:
    """Return the published version that certificates of this kind are printed on now.

    The one chosen, else the organisation's own newest of this kind, else the house's.
    """
    published = TemplateVersion.objects.filter(status=TemplateStatus.PUBLISHED.value).select_related("template")
    if chosen is not None and (version := published.filter(template=chosen).first()) is not None:
        return version
    own = published.filter(template__organisation=organisation, template__design=kind.value).order_by("-published_at", "-pk")
    return own.first() or house_template(kind)


def house_template(kind: Kind) -> TemplateVersion:
    """Return the house's own design of this kind; its first version comes with the software."""
    template, _made = Template.objects.get_or_create(organisation=None, design=kind.value, defaults={"name": HOUSE[kind]})
    published = template.versions.filter(status=TemplateStatus.PUBLISHED.value).select_related("template").first()
    if published is not None:
        return published
    version, _made = TemplateVersion.objects.get_or_create(
        template=template,
        version=1,
        defaults={"status": TemplateStatus.PUBLISHED.value, "edited_at": SINCE, "published_at": SINCE},
    )
    return version
