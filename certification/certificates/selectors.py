"""Reads about certificates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from certification.certificates.models import Certificate, SigningKey
from certification.certificates.rules import IssueFacts, refusal_to_issue
from certification.plans.models import Plan
from certification.plans.rules import Status as PlanStatus
from certification.results.models import Decision, Publication, PublicationRow
from certification.results.selectors import has_examined, open_objections
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.models import Job


def signing_key_of(organisation_id: int) -> SigningKey:
    """Return the key in use; raises `DomainError` `certificates.no_signing_key`."""
    key = SigningKey.objects.filter(organisation_id=organisation_id, active=True).first()
    if key is None:
        raise DomainError("certificates.no_signing_key")
    return key


def publication_of(plan: Plan) -> Publication | None:
    """Return the plan's publication."""
    return Publication.objects.filter(plan=plan).first()


def issue_facts(decision: Decision, *, actor: User) -> IssueFacts:
    """Return what `rules.check_may_issue` needs to know about this decision. At most seven queries."""
    seat = decision.seat
    row = PublicationRow.objects.filter(seat=seat).select_related("publication").first()
    publication = row.publication if row else None
    plan = seat.plan
    standing = Certificate.objects.standing().filter(
        holder_id=seat.candidate_id,
        occupation_id=plan.scheme.occupation_id,
        work_type=plan.work_type,
        level=plan.level,
        organisation_id=plan.organisation_id,
    )
    return IssueFacts(
        passed=decision.passed,
        confirmed=decision.confirmed_at is not None,
        closes_on=publication.closes_on if publication else None,
        publication_closed=publication is not None and publication.is_closed,
        open_objections=open_objections(publication.pk).count() if publication else 0,
        withheld=row.withheld if row else False,
        has_certificate=standing.exists(),
        acted="examined" if has_examined(actor, plan) else "",
    )


def refusal_for_plan(plan: Plan, *, today: date) -> DomainError | None:
    """Return why nothing of this plan can be issued today, or None; people's own reasons come with each row."""
    publication = publication_of(plan)
    facts = IssueFacts(
        passed=True,
        confirmed=True,
        closes_on=publication.closes_on if publication else None,
        publication_closed=publication is not None and publication.is_closed,
        open_objections=open_objections(publication.pk).count() if publication else 0,
        withheld=False,
        has_certificate=False,
    )
    return refusal_to_issue(facts, today=today)


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


def problems_of(job: Job | None) -> list[tuple[str, str]]:
    """Return (candidate's name, reason) for each row of the job that could not be done. Two queries."""
    if job is None:
        return []
    reasons = dict(job.rows.filter(ok=False).values_list("key", "message"))
    decisions = Decision.objects.filter(pk__in=[int(key) for key in reasons], certificate=None).select_related("seat__candidate")
    return [(decision.seat.candidate.get_full_name(), reasons[str(decision.pk)]) for decision in decisions]
