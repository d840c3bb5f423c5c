"""Bulk work that can be watched, interrupted and taken up again: one outcome per row, written once."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from lms.core.models import Job, JobRow


def start(kind: str, *, actor: models.Model | None, total: int, params: dict[str, Any], now: datetime.datetime) -> Job:
    """Return a new job of `total` rows."""
    return Job.objects.create(kind=kind, actor_id=actor.pk if actor else None, total=total, params=params, started_at=now)


def record(job: Job, key: str, *, ok: bool, message: str = "") -> None:
    """Write down the outcome of one row; a repeated row replaces its earlier outcome."""
    JobRow.objects.update_or_create(job=job, key=key, defaults={"ok": ok, "message": message})


@dataclass(frozen=True)
class RowOutcome:
    """How one row came out, for `record_many`."""

    key: str
    ok: bool
    message: str = ""


def record_many(job: Job, outcomes: Sequence[RowOutcome]) -> None:
    """Write down the outcomes of many rows, one statement for all; a repeated row replaces its earlier outcome."""
    JobRow.objects.bulk_create(
        [JobRow(job=job, key=row.key, ok=row.ok, message=row.message) for row in outcomes],
        update_conflicts=True,
        unique_fields=["job", "key"],
        update_fields=["ok", "message"],
    )


def done_keys(job: Job) -> set[str]:
    """Return the keys of the rows that succeeded, which a resumed run leaves alone."""
    return set(job.rows.filter(ok=True).values_list("key", flat=True))


def finish(job: Job, *, now: datetime.datetime) -> None:
    """Close the job; the first moment stays."""
    Job.objects.filter(pk=job.pk, finished_at=None).update(finished_at=now)
    job.refresh_from_db()
