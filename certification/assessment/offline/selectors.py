"""What the server knows of the tablets of a plan, and of the entries of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from certification.assessment.offline import rules
from certification.assessment.offline.models import EntryOutcome, Tablet, TabletEntry, TabletRelease
from certification.assessment.offline.rules import Result, TabletState
from certification.plans.models import Plan, Seat
from lms.core.errors import DomainError
from lms.core.messages import text_of

MOST_REFUSED = 20


@dataclass(frozen=True)
class TabletRow:
    """One tablet as the officer sees it: how much has arrived, never what was scored."""

    tablet: Tablet
    state: TabletState
    refused: int
    strays: int
    release: TabletRelease | None

    @property
    def blocks(self) -> bool:
        return self.state in rules.BLOCKING

    @property
    def name(self) -> str:
        return self.tablet.assessor.get_full_name()

    @property
    def releasable(self) -> bool:
        """True while it blocks, does not report, and nobody has asked yet."""
        return self.state in (TabletState.WAITING, TabletState.UNKNOWN) and self.release is None


def tablet_rows(plan: Plan, *, now: datetime) -> list[TabletRow]:
    """Return the tablets of a plan by assessor. At most two queries whatever the size."""
    tablets = list(
        Tablet.objects.filter(plan=plan)
        .select_related("assessor", "release__asked_by", "release__confirmed_by")
        .annotate(stray=Count("strays"))
        .order_by("assessor_id", "registered_at", "pk")
    )
    if not tablets:
        return []
    refused = dict(
        EntryOutcome.objects.filter(entry__tablet__plan=plan, result=Result.REFUSED.value)
        .order_by()
        .values_list("entry__tablet")
        .annotate(n=Count("pk"))
    )
    rows = []
    for tablet in tablets:
        release = getattr(tablet, "release", None)
        state = tablet.state(released=release is not None and release.is_confirmed, now=now)
        rows.append(TabletRow(tablet, state, refused.get(tablet.pk, 0), tablet.stray, release))
    return rows


@dataclass(frozen=True)
class RefusedRow:
    """An entry that was not taken: whose, about which candidate, and why. Never its value."""

    outcome: EntryOutcome
    name: str
    ticket: str
    reason: str


def refused_rows(plan: Plan) -> list[RefusedRow]:
    """Return what was not taken, the latest first, at most `MOST_REFUSED`. Two queries."""
    outcomes = list(
        EntryOutcome.objects.filter(entry__tablet__plan=plan, result=Result.REFUSED.value)
        .select_related("entry__tablet__assessor")
        .order_by("-pk")[:MOST_REFUSED]
    )
    tickets = dict(
        Seat.objects.filter(plan=plan, pk__in=[outcome.entry.seat for outcome in outcomes]).values_list("pk", "ticket_number")
    )
    return [
        RefusedRow(o, o.entry.tablet.assessor.get_full_name(), tickets.get(o.entry.seat, "–"), reason_of(o)) for o in outcomes
    ]


def reason_of(outcome: EntryOutcome) -> str:
    """Return the sentence behind a refusal."""
    return text_of(DomainError(outcome.code, **outcome.facts))


def held(tablet: Tablet) -> list[int]:
    """Return the numbers of entries that wait for an earlier one."""
    stored = TabletEntry.objects.filter(tablet=tablet, sequence__gt=tablet.arrived).values_list("sequence", flat=True)
    return rules.gaps(stored, after=tablet.arrived)


def refused_since(tablet: Tablet, since: int) -> list[dict[str, Any]]:
    """Return what was not taken after the entry `since`, for the page that wrote it."""
    outcomes = EntryOutcome.objects.filter(
        entry__tablet=tablet, entry__sequence__gt=since, result=Result.REFUSED.value
    ).select_related("entry")
    return [{"sequence": o.entry.sequence, "code": o.code, "message": reason_of(o)} for o in outcomes.order_by("entry__sequence")]


def broken_entries(entries: Iterable[TabletEntry]) -> list[int]:
    """Return the numbers at which the chain of one tablet, in order, does not hold: altered, exchanged or missing."""
    broken, before, expected = [], rules.GENESIS, 1
    for row in entries:
        entry = rules.Entry(
            device=str(row.tablet_id),
            sequence=row.sequence,
            told_ms=row.told_ms,
            kind=rules.Kind(row.kind),
            station=row.station,
            seat=row.seat,
            line=row.line,
            value=row.value,
            previous=row.previous,
            signature=row.signature,
        )
        if row.sequence != expected or row.previous != before or entry.hash != row.hash:
            broken.append(row.sequence)
        before, expected = row.hash, row.sequence + 1
    return broken
