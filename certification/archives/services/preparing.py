"""The officer has a plan's volumes put together."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from certification.archives import tasks
from certification.archives.contents import SECTIONS
from certification.archives.models import Archive
from certification.archives.rules import Status
from certification.archives.selectors import missing
from certification.plans.access import require_officer
from certification.plans.models import Plan
from lms.accounts.models import User
from lms.core import jobs, ledger
from lms.core.errors import DomainError

KIND = "archives.build"
STALLED = timedelta(minutes=30)
"""Work that is not done after so long lost its worker, or is given a second one: both make the same volumes."""


@transaction.atomic
def prepare_archive(plan: Plan, *, actor: User, now: datetime) -> Archive:
    """Have the five volumes of a certified plan put together by a worker.

    Asked again before the seal, they are put together anew as the next turn; while they are being made, the same archive
    is returned and work that lost its worker is taken up. Raises `PermissionDenied` unless the actor is an exam officer of
    the body, and the first of what is `missing` as `DomainError`, or "archives.sealed_already".
    """
    require_officer(actor, plan.organisation)
    plan = Plan.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=plan.pk)
    archive = Archive.objects.select_related("job").filter(plan=plan).first()
    if archive is not None and archive.is_sealed:
        raise DomainError("archives.sealed_already")
    if archive is not None and archive.state is Status.BUILDING and not archive.job.params.get("refusal"):
        if now - archive.job.started_at >= STALLED:
            transaction.on_commit(partial(tasks.build_archive.enqueue, archive.job_id))
        return archive
    if problems := missing(plan):
        raise problems[0]
    total = sum(len(sections) for sections in SECTIONS.values())
    turn = archive.turn + 1 if archive is not None else 1
    job = jobs.start(KIND, actor=actor, total=total, params={"plan": plan.pk, "turn": turn}, now=now)
    facts = {"job": job, "turn": turn, "status": Status.BUILDING.value, "prepared_by": actor, "prepared_at": now}
    if archive is None:
        archive = Archive.objects.create(plan=plan, **facts)
    else:
        Archive.objects.filter(pk=archive.pk).update(**facts)
        archive.refresh_from_db()
    ledger.append("archives.prepared", subject=archive, actor=actor, now=now, plan=plan.number, turn=turn)
    transaction.on_commit(partial(tasks.build_archive.enqueue, job.pk))
    return archive
