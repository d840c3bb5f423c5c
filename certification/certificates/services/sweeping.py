"""What nobody came back for. Safe to run at any time, as often as one likes, on several machines at once."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from certification.certificates import tasks
from certification.certificates.models import IssueBatch
from certification.certificates.rules import BatchStatus, ItemStatus
from certification.certificates.services.standing import expire_certificates
from certification.certificates.services.taking import LEASE
from certification.plans.models import Plan
from certification.plans.rules import Status as PlanStatus
from certification.results.rules import PublicationStatus


@dataclass(frozen=True)
class Sweep:
    """What a sweep did and found. `waiting`: plan number → people decided, published and on no open list."""

    taken_up: int
    expired: int
    waiting: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        return {"taken_up": self.taken_up, "expired": self.expired, "waiting": self.waiting}


@transaction.atomic
def sweep(*, today: date, now: datetime) -> Sweep:
    """Queue batches whose worker died, expire what is past its term, and count people who wait. Four queries and the jobs."""
    idle = _idle_batches()
    for batch in idle:
        transaction.on_commit(partial(tasks.run_batch.enqueue, batch))
    return Sweep(taken_up=len(idle), expired=expire_certificates(today=today, now=now), waiting=decided_but_unissued())


def _idle_batches() -> list[int]:
    """Return the running batches on which nobody has taken anybody within the lease."""
    lately = Q(items__taken_at__gte=timezone.now() - LEASE, items__status=ItemStatus.TAKEN.value)
    running = IssueBatch.objects.filter(status=BatchStatus.RUNNING.value, approved_at__lt=timezone.now() - LEASE)
    return list(running.annotate(at_work=Count("items", filter=lately)).filter(at_work=0).values_list("pk", flat=True))


def decided_but_unissued() -> dict[str, int]:
    """Return plan number → people who passed, whose publication has ended, and who are on no open list. One query."""
    due = Q(
        seats__decision__passed=True,
        seats__decision__confirmed_at__isnull=False,
        seats__decision__certificate=None,
        seats__publication_row__withheld=False,
    )
    plans = (
        Plan.objects.filter(
            publication__status=PublicationStatus.CLOSED.value,
            status__in=[PlanStatus.IN_PUBLICATION.value, PlanStatus.CERTIFIED.value],
        )
        .exclude(issue_batches__status__in=[BatchStatus.PREPARED.value, BatchStatus.RUNNING.value, BatchStatus.PAUSED.value])
        .annotate(waiting=Count("seats__decision", filter=due, distinct=True))
        .filter(waiting__gt=0)
        .order_by("number")
    )
    return dict(plans.values_list("number", "waiting"))
