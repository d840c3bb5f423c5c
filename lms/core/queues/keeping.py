"""Putting rows aside for oneself, and taking them for oneself or a colleague. Who may is for the app to say."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from lms.core.errors import DomainError
from lms.core.models import Aside, Claim
from lms.core.queues.rows import QueueRow
from lms.core.workdays import add_workdays

LONGEST = timedelta(days=30)
"""How long something without a due day may be put aside. House rule."""


def latest_return(due: date | None, today: date) -> date:
    """Return the last day until which a row may be put aside: its due day, and for what is late the next working day."""
    if due is None:
        return today + LONGEST
    if due > today:
        return due
    try:
        return add_workdays(today, 1)
    except DomainError:
        return today + timedelta(days=1)


def asides_of(user: Any, now: datetime) -> Mapping[str, dict[str, Aside]]:
    """Return what the person has put aside and is not back yet, by queue and row. One query."""
    found: dict[str, dict[str, Aside]] = defaultdict(dict)
    for aside in Aside.objects.filter(Q(until=None) | Q(until__gt=localdate(now)), user_id=user.pk):
        found[aside.queue][aside.row] = aside
    return found


@transaction.atomic
def put_aside(row: QueueRow, *, until: date | None, actor: Any, now: datetime) -> Aside:
    """Let the row rest until a day, or, without one, until there is something new in it.

    Raises `DomainError`: the day has come already or is later than `latest_return`, or the row tells of work, which
    nobody can mark as done here.
    """
    today = localdate(now)
    if until is None:
        if not row.seen_as:
            raise DomainError("queues.not_a_notice")
    elif until <= today:
        raise DomainError("queues.day_not_in_future", status=422)
    elif until > (last := latest_return(row.due_day, today)):
        raise DomainError("queues.too_long", date=last)
    aside, _created = Aside.objects.update_or_create(
        user_id=actor.pk,
        queue=row.queue_key,
        row=row.name,
        defaults={"until": until, "seen_as": row.seen_as[:80] if until is None else "", "at": now},
    )
    return aside


@transaction.atomic
def take_back(queue: str, name: str, *, at: str, actor: Any, now: datetime) -> None:
    """Put a row back on the person's desk. Raises `DomainError` when she has put it aside anew since `at` (ISO), if given."""
    aside = Aside.objects.select_for_update().filter(user_id=actor.pk, queue=queue, row=name).first()
    if aside is not None and at and aside.at != datetime.fromisoformat(at):
        raise DomainError("queues.changed_since")
    if aside is not None:
        aside.delete()


@transaction.atomic
def claim(queue: str, row: int, *, stage: str, holder: Any | None, actor: Any, now: datetime) -> dict[str, Any]:
    """Write down who has the row from now on, or that nobody has, and return what `release` needs to undo it.

    Of two people who take one row at once the later one has it, and the earlier one's undo is refused. Raises
    `DomainError` when nothing would change.
    """
    held = Claim.objects.select_for_update().filter(queue=queue, row=row).first()
    before = held.holder_id if held is not None and held.stage == stage else None
    wanted = None if holder is None else holder.pk
    if before == wanted:
        name = holder.get_full_name() if holder is not None else ""
        raise DomainError("queues.held_already", name=name) if name else DomainError("queues.held_by_nobody")
    _write(queue, row, stage=stage, holder=wanted, actor=actor, now=now)
    return {"queue": queue, "row": row, "stage": stage, "holder": wanted, "before": before, "at": now.isoformat()}


@transaction.atomic
def release(facts: Mapping[str, Any], *, actor: Any, now: datetime) -> None:
    """Undo what `claim` did: the row is again whose it was. Raises `DomainError` when it changed hands since."""
    held = Claim.objects.select_for_update().filter(queue=facts["queue"], row=facts["row"]).first()
    at = datetime.fromisoformat(facts["at"])
    present = (held.holder_id, held.stage, held.at) if held is not None else (None, facts["stage"], at)
    if present != (facts["holder"], facts["stage"], at):
        raise DomainError("queues.changed_since")
    _write(facts["queue"], facts["row"], stage=facts["stage"], holder=facts["before"], actor=actor, now=now)


def _write(queue: str, row: int, *, stage: str, holder: int | None, actor: Any, now: datetime) -> None:
    if holder is None:
        Claim.objects.filter(queue=queue, row=row).delete()
        return
    values = {"stage": stage, "holder_id": holder, "given_by": actor, "at": now}
    Claim.objects.update_or_create(queue=queue, row=row, defaults=values)
