"""What nobody confirmed does not stay: entries and unused tables end a while after registration."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from certification.applications.models import Entry, Intake
from certification.applications.rules.intakes import (
    INTAKE_TRANSITIONS,
    EntryStatus,
    IntakeEvent,
    IntakeStatus,
    closed_before,
)
from certification.plans.models import Plan
from lms.core import ledger
from lms.core.states import next_status

AT_ONCE = 1000
"""So many rows are emptied in one run; the next minute's run goes on."""
NOTHING: dict[str, Any] = {"name": "", "phone": "", "number": "", "birth_date": None, "facts": {}, "record": {}, "private": ""}
ENDED = [EntryStatus.WAITING.value, EntryStatus.DECLINED.value]
UNUSED = [IntakeStatus.CHECKING, IntakeStatus.CHECKED]


def expire_entries(*, now: datetime) -> int:
    """Empty the entries that nobody confirmed, `KEPT_AFTER_CLOSING` after registration; return how many rows ended.

    The line, the keyed hash of the document and the outcome stay, so the table's account still adds up. Declined entries
    lose name and phone as well, and a table that was never taken in loses its file. One line of the ledger for each plan.
    """
    before = closed_before(localdate(now))
    due = Entry.objects.filter(plan__registration_closes__lt=before, status__in=ENDED).exclude(name="")
    entries: dict[int, list[int]] = defaultdict(list)
    for plan, key in due.order_by("pk").values_list("plan_id", "pk")[:AT_ONCE]:
        entries[plan].append(key)
    unused = Intake.objects.filter(plan__registration_closes__lt=before, status__in=[status.value for status in UNUSED])
    tables: dict[int, list[int]] = defaultdict(list)
    for plan, key in unused.order_by("pk").values_list("plan_id", "pk")[:AT_ONCE]:
        tables[plan].append(key)
    plans = Plan.objects.in_bulk(entries.keys() | tables.keys())
    return sum(_end(plan, entries[key], tables[key], now=now) for key, plan in sorted(plans.items()))


@transaction.atomic
def _end(plan: Plan, entries: list[int], tables: list[int], *, now: datetime) -> int:
    """Empty these rows of one plan. The WHERE clauses are the lock: whoever confirms in that second keeps hers."""
    rows = Entry.objects.filter(pk__in=entries)
    declined = rows.filter(status=EntryStatus.DECLINED.value).update(**NOTHING)
    expired = rows.filter(status=EntryStatus.WAITING.value).update(**NOTHING, status=EntryStatus.EXPIRED.value)
    dropped = 0
    for status in UNUSED:
        new = next_status(INTAKE_TRANSITIONS, status, IntakeEvent.DROP)
        waiting = Intake.objects.filter(pk__in=tables, status=status.value)
        dropped += waiting.update(status=new.value, sealed=b"")
    if count := expired + declined + dropped:
        facts = {"expired": expired, "declined": declined, "tables": dropped}
        ledger.append("applications.entries_expired", subject=plan, actor=None, now=now, **facts)
        return count
    return 0
