"""A worker prints the volumes, one after the other; what is finished stays finished if it is killed."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from certification.archives.contents import SECTIONS
from certification.archives.models import Archive, Volume
from certification.archives.printing import Item, print_volume
from certification.archives.rules import Status
from certification.archives.selectors import volumes_of
from certification.plans.models import Plan
from lms.core import jobs, ledger, store
from lms.core.errors import DomainError
from lms.core.jobs import RowOutcome
from lms.core.models import Job
from lms.notices.facts import packed


def build(job: Job, *, now: datetime) -> Archive | None:
    """Print and keep the volumes that are not kept yet, and say so when all five are.

    Running again after an interruption goes on with the first volume that is not finished. Two workers at once make the
    same volumes, and the first to finish one keeps it. None for a job whose turn is over. What cannot be printed ends
    the job: its parameters then hold the `refusal`.
    """
    archive = Archive.objects.filter(job=job).first()
    if archive is None or archive.turn != job.params["turn"] or archive.state is not Status.BUILDING:
        return None
    plan = Plan.objects.select_related("organisation", "scheme__occupation", "filing", "site").get(pk=archive.plan_id)
    kept = {volume.number for volume in volumes_of(archive)}
    try:
        for number in SECTIONS:
            if number not in kept:
                _make(archive, plan, number, job, now=now)
    except DomainError as error:
        refusal = {"code": error.code, "context": packed(error.context)}
        Job.objects.filter(pk=job.pk).update(params={**job.params, "refusal": refusal})
        jobs.finish(job, now=now)
        return archive
    _finish(archive, job, now=now)
    return archive


def _make(archive: Archive, plan: Plan, number: int, job: Job, *, now: datetime) -> None:
    def told(item: Item) -> None:
        jobs.record(job, f"{number}/{item.key}", ok=True, message=str(item.count))

    printed = print_volume(plan, number, told=told)
    sha256 = store.put(printed.pdf, suffix=".pdf")
    facts: dict[str, Any] = {
        "sha256": sha256,
        "content_sha256": printed.content_sha256,
        "bytes": len(printed.pdf),
        "pages": printed.pages,
        "items": printed.items,
        "made_at": now,
    }
    try:
        with transaction.atomic():
            Volume.objects.create(archive=archive, turn=archive.turn, number=number, **facts)
    except IntegrityError:
        return  # another worker was faster
    jobs.record_many(job, [RowOutcome(f"{number}/{item['key']}", ok=True, message=str(item["count"])) for item in printed.items])


@transaction.atomic
def _finish(archive: Archive, job: Job, *, now: datetime) -> None:
    """Let the archive wait for the seal; the WHERE clause lets only one of two workers do so."""
    rows = Archive.objects.filter(pk=archive.pk, turn=archive.turn, status=Status.BUILDING.value)
    if rows.update(status=Status.BUILT.value):
        volumes = {str(volume.number): volume.sha256 for volume in volumes_of(archive)}
        ledger.append("archives.built", subject=archive, actor=None, now=now, turn=archive.turn, volumes=volumes)
        jobs.finish(job, now=now)
    archive.refresh_from_db()
