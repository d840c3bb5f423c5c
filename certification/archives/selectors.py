"""What is missing before a plan can be archived, what is in an archive, what is over its time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from certification.archives.models import Archive, Destruction, Opening, Volume
from certification.archives.rules import Kept, OpeningFacts, OpeningState, Status, opened_at, state_of
from certification.certificates.models import Certificate, IssueBatch
from certification.certificates.rules import BatchStatus
from certification.certificates.selectors import without_certificate
from certification.plans.models import Plan
from certification.plans.rules import Status as PlanStatus
from certification.plans.selectors import nodes_of
from certification.registry.models import UploadRecord
from certification.registry.upload.rules import RecordStatus
from certification.results.case_rules import OPEN_CASE, OPEN_ORDER
from certification.results.models import Case, CorrectionOrder, Objection, Republication
from certification.results.rules import OPEN_OBJECTION
from certification.results.selectors import decided_for_issue
from certification.supervision.services import require_records
from lms.core.errors import DomainError

PAGE = 25
DESTROYABLE = (Kept.PAPER, Kept.VIDEO)
"""What may be destroyed after its time; the electronic volumes stay."""
UNFINISHED = (BatchStatus.PREPARED, BatchStatus.RUNNING, BatchStatus.PAUSED)


def missing(plan: Plan) -> list[DomainError]:
    """Return all that keeps a plan from being archived, as errors with a sentence each. A handful of queries."""
    found: list[DomainError] = []
    if plan.status != PlanStatus.CERTIFIED:
        found.append(DomainError("archives.not_certified"))
    counted: Iterable[tuple[str, QuerySet[Any]]] = (
        ("objections_open", Objection.objects.filter(publication__plan=plan, status__in=_values(OPEN_OBJECTION))),
        ("cases_open", Case.objects.filter(seat__plan=plan, status__in=_values(OPEN_CASE))),
        ("orders_open", CorrectionOrder.objects.filter(seat__plan=plan, status__in=_values(OPEN_ORDER))),
        ("republications_open", Republication.objects.filter(order__seat__plan=plan, closed_at=None)),
        ("lists_open", IssueBatch.objects.filter(plan=plan, status__in=_values(UNFINISHED))),
    )
    for code, rows in counted:
        if count := rows.count():
            found.append(DomainError(f"archives.{code}", count=count))
    if due := len(without_certificate(decided_for_issue(plan))):
        found.append(DomainError("archives.certificates_due", count=due))
    try:
        require_records(plan)
    except DomainError as error:
        found.append(error)
    return found


def _values(states: Iterable[Any]) -> list[str]:
    return [state.value for state in states]


def without_receipt(plan: Plan) -> int:
    """Return how many certificates of the plan the national register has not acknowledged: told, but no hindrance."""
    taken = UploadRecord.objects.filter(certificate=OuterRef("pk"), status=RecordStatus.ACCEPTED.value)
    return Certificate.objects.filter(decision__seat__plan=plan).exclude(Exists(taken)).count()


def due_on(plan: Plan) -> date | None:
    """Return the day of node 10; None where the calendar does not know it yet. No query where the publication was read."""
    publication = getattr(plan, "publication", None)
    days = {"publication": publication.opens_on} if publication is not None else {}
    return next(node.due for node in nodes_of(plan, days) if node.key == "archive")


def volumes_of(archive: Archive) -> list[Volume]:
    """Return the volumes of the last turn, in their order."""
    return list(archive.volumes.filter(turn=archive.turn).order_by("number"))


def page_of(rows: QuerySet[Any], *, before: int) -> tuple[list[Any], bool]:
    """Return one page, the newest first, and whether there are older ones."""
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


@dataclass(frozen=True)
class OpeningView:
    """A request with where it stands at this moment."""

    opening: Opening
    state: OpeningState
    opened_at: datetime | None
    present: frozenset[int]


def opening_facts(opening: Opening) -> OpeningFacts:
    """Return what the rules ask of a request; no query where `with_acts` read its rows."""
    approval = getattr(opening, "approval", None)
    return OpeningFacts(
        asked_at=opening.requested_at,
        approved_at=approval.approved_at if approval is not None else None,
        present=[(row.user_id, row.at) for row in opening.presences.all()],
        wanted=frozenset({opening.requested_by_id, opening.witness_id}),
    )


def seen_at(opening: Opening, now: datetime) -> OpeningView:
    facts = opening_facts(opening)
    return OpeningView(
        opening=opening,
        state=state_of(facts, now=now),
        opened_at=opened_at(facts),
        present=frozenset(person for person, _moment in facts.present),
    )


def with_acts(openings: QuerySet[Opening]) -> QuerySet[Opening]:
    """Read with each request its people, its approval and who is present."""
    people = ("requested_by", "witness", "approval__approved_by", "archive__plan__organisation")
    return openings.select_related(*people).prefetch_related("presences__user")


def over_retention(archives: QuerySet[Archive], *, now: datetime) -> list[tuple[Archive, Kept, date]]:
    """Return what is past its last day and whose destruction nobody proposed, the longest due first. Two queries."""
    today = localdate(now)
    due = Q()
    for kept in DESTROYABLE:
        due |= Q(**{f"{kept.value}_until__lt": today})
    rows = list(
        archives.filter(due, status=Status.SEALED.value).select_related("plan__organisation").order_by("paper_until", "pk")
    )
    done = set(Destruction.objects.filter(archive__in=[row.pk for row in rows]).values_list("archive_id", "kept"))
    found = [
        (row, kept, getattr(row, f"{kept.value}_until"))
        for row in rows
        for kept in DESTROYABLE
        if getattr(row, f"{kept.value}_until") < today and (row.pk, kept.value) not in done
    ]
    return sorted(found, key=lambda item: (item[2], item[0].pk))
