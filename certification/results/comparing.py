"""Do the published results say what the ledger recorded? Reads only; plan by plan, so memory stays small.

The list's seal in the ledger covers ticket, findings and verdict of everybody; decisions and parts are laid beside the
list to name the row. What a correction changed is taken back first, by the history that itself is sealed in the ledger.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from certification.results.in_force import applied_orders, in_force
from certification.results.models import CorrectionOrder, Decision, PartResult, Publication, PublicationRow, Revision
from certification.results.services.shared import fingerprint
from lms.core.ledger import subject_of
from lms.core.models import LedgerEntry
from lms.core.reconciliation import Disagreement

READ_AT_ONCE = 50


def published_results() -> Iterator[Disagreement]:
    """Yield each published result that says something else than what was published, corrected and recorded."""
    last = 0
    while found := list(Publication.objects.filter(pk__gt=last).select_related("plan").order_by("pk")[:READ_AT_ONCE]):
        last = found[-1].pk
        sealed = _facts_about(found, "results.published")
        for publication in found:
            yield from _one_list(publication, sealed.get(subject_of(publication)))
    yield from _orders()


def _one_list(publication: Publication, sealed: dict[str, Any] | None) -> Iterator[Disagreement]:
    rows = list(PublicationRow.objects.filter(publication=publication).order_by("ticket_number"))
    decisions = {decision.seat_id: decision for decision in Decision.objects.filter(seat__plan=publication.plan_id)}
    parts: dict[int, dict[str, PartResult]] = defaultdict(dict)
    for result in in_force(PartResult.objects.filter(seat__plan=publication.plan_id), plan=publication.plan):
        parts[result.seat_id][result.part] = result
    named = False
    for row in rows:
        for differing, reason in _differences(row, decisions.get(row.seat_id), parts[row.seat_id]):
            named = True
            yield Disagreement(subject_of(differing), reason)
    if sealed is None:
        yield Disagreement(subject_of(publication), "the ledger records no act that published it")
    elif not named and _as_published(rows) != sealed["sha256"]:
        yield Disagreement(subject_of(publication), "the list says something else than was published")


def _differences(row: PublicationRow, decision: Decision | None, parts: dict[str, PartResult]) -> Iterator[tuple[Any, str]]:
    """Yield what does not agree within one person's result."""
    if decision is None:
        yield row, "its decision is gone"
        return
    if (row.parts, row.passed) != (decision.parts, decision.passed):
        yield row, "the published line and the decision differ"
    for finding in decision.parts:
        result = parts.get(finding.get("kind", ""))
        if result is None:
            # A part kept from an earlier plan has its row there.
            continue
        value = None if result.value is None else str(result.value)
        if (finding["outcome"], _exact(finding["value"])) != (result.outcome, _exact(value)):
            yield result, f"the decision says {finding['value'] or finding['outcome']}, the part {value or result.outcome}"
    if decision.passed != all(finding.get("met") for finding in decision.parts):
        yield decision, "the verdict does not follow from its findings"


def _exact(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _as_published(rows: list[PublicationRow]) -> str:
    """Return the seal of the list as it first was: what corrections changed is taken back."""
    first: dict[int, Revision] = {}
    for revision in Revision.objects.filter(seat__in=[row.seat_id for row in rows]).order_by("pk"):
        first.setdefault(revision.seat_id, revision)
    lines = []
    for row in rows:
        was = first.get(row.seat_id)
        parts, passed = (was.published_parts, was.published_passed) if was else (row.parts, row.passed)
        lines.append([row.ticket_number, parts, passed])
    return fingerprint(lines)


def _orders() -> Iterator[Disagreement]:
    """Yield each applied order that the ledger does not know as it stands, or whose history or effect is another."""
    last = 0
    while found := list(applied_orders().filter(pk__gt=last).order_by("pk").select_related("revision")[:READ_AT_ONCE]):
        last = found[-1].pk
        sealed = _facts_about(found, "results.correction_applied")
        for order in found:
            if reason := _wrong_order(order, sealed.get(subject_of(order))):
                yield Disagreement(subject_of(order), reason)


def _wrong_order(order: CorrectionOrder, sealed: dict[str, Any] | None) -> str:
    if sealed is None:
        return "the ledger records no act that put it into force"
    if fingerprint([order.seat_id, order.new_parts, order.new_passed]) != sealed["after"]:
        return "it says something else than was put into force"
    revision = getattr(order, "revision", None)
    if revision is None:
        return "what the result said before is gone"
    if fingerprint([order.seat_id, revision.parts, revision.passed]) != sealed["before"]:
        return "what the result said before was changed"
    later = applied_orders().filter(seat=order.seat_id, pk__gt=order.pk).exists()
    decision = Decision.objects.filter(seat=order.seat_id).first()
    if not later and decision is not None and (decision.parts, decision.passed) != (order.new_parts, order.new_passed):
        return "the decision does not say what it put into force"
    return ""


def _facts_about(rows: list[Any], kind: str) -> dict[str, dict[str, Any]]:
    entries = LedgerEntry.objects.filter(kind=kind, subject__in=[subject_of(row) for row in rows])
    return {entry.subject: entry.facts for entry in entries}
