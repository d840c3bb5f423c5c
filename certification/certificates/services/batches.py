"""The list of who is to be issued a certificate: one person prepares it, another approves it (I32, house rule)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from certification.certificates import tasks
from certification.certificates.models import Certificate, IssueBatch, IssueItem, Programme
from certification.certificates.rules import BATCH_TRANSITIONS, TRANSITIONS, BatchEvent, Event, ItemStatus, Status
from certification.certificates.selectors import people_due, refusal_for_plan, signing_key_of, without_certificate
from certification.certificates.services.number_ways import locked_filing
from certification.certificates.services.taking import give_back
from certification.plans.models import Plan
from certification.results.selectors import decided_for_issue
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.states import move
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

PREPARERS = (Role.EXAM_OFFICER, Role.COLLEGE_ADMIN, Role.HEAD)


@transaction.atomic
def prepare_batch(
    source: Plan | Programme,
    *,
    exclusions: Mapping[int, str] | None = None,
    people: Collection[User] = (),
    actor: User,
    now: datetime,
) -> IssueBatch:
    """Put everybody who is due a certificate on a list for approval.

    `exclusions`: user pk → reason, for people who are left out this time. `people`: who is named for a programme
    without a course, where nobody is due by himself. Raises `DomainError` for each reason why
    nothing can be issued today, `certificates.nobody_due` for an empty list, `certificates.batch_open` while another
    list of the same plan or programme is open, `certificates.exclusion_needs_reason`.
    """
    _require(actor, source.organisation, *PREPARERS)
    exclusions = exclusions or {}
    if any(not reason.strip() for reason in exclusions.values()):
        raise DomainError("certificates.exclusion_needs_reason", status=422)
    due: list[dict[str, Any]]
    if isinstance(source, Plan):
        if (refusal := refusal_for_plan(source, today=timezone.localdate(now))) is not None:
            raise refusal
        decisions = without_certificate(decided_for_issue(source))
        due = [{"holder_id": decision.seat.candidate_id, "decision": decision} for decision in decisions]
        if source.filing_id is not None:
            locked_filing(source.filing_id)  # the way of its numbers stays while the list is open
        batch = IssueBatch(plan=source)
    else:
        due = [{"holder": holder, "statement": statement} for holder, statement in people_due(source)]
        due += [{"holder": holder} for holder in people if source.course_id is None]
        batch = IssueBatch(programme=source)
    signing_key_of(source.organisation_id)
    if not due:
        raise DomainError("certificates.nobody_due")
    batch.organisation, batch.prepared_by, batch.prepared_at = source.organisation, actor, now
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError:
        raise DomainError("certificates.batch_open") from None
    items = []
    for person in due:
        item = IssueItem(batch=batch, **person)
        if (reason := exclusions.get(item.holder_id)) is not None:
            item.status, item.reason = ItemStatus.EXCLUDED.value, reason.strip()
        items.append(item)
    IssueItem.objects.bulk_create(items)
    ledger.append(
        "certificates.batch_prepared",
        subject=batch,
        actor=actor,
        now=now,
        people=len(items),
        excluded=sum(item.status == ItemStatus.EXCLUDED.value for item in items),
    )
    return batch


@transaction.atomic
def approve_batch(batch: IssueBatch, *, actor: User, now: datetime) -> IssueBatch:
    """Let the body's key sign what is on the list, and queue the work for when this transaction has committed.

    `actor` is head of the body, did not prepare the list and took no part in the assessment. Raises `PermissionDenied`,
    `DomainError` `certificates.same_person`, `certificates.own_name_on_list`, `certificates.issuer_took_part`, or what stops the plan today.
    """
    _require(actor, batch.organisation, Role.HEAD)
    if batch.prepared_by_id == actor.pk:
        raise DomainError("certificates.same_person")
    if batch.plan is not None:
        if (refusal := refusal_for_plan(batch.plan, today=timezone.localdate(now), actor=actor)) is not None:
            raise refusal
    if batch.items.filter(holder=actor).exclude(status=ItemStatus.EXCLUDED.value).exists():
        raise DomainError("certificates.own_name_on_list")
    signing_key = signing_key_of(batch.organisation_id)
    move(batch, batch.state, BatchEvent.APPROVE, BATCH_TRANSITIONS, approved_by=actor, approved_at=now)
    ledger.append(
        "certificates.key_use_approved", subject=batch, actor=actor, now=now, signing_key=signing_key.pk, by=batch.prepared_by_id
    )
    _queue(batch)
    return batch


@transaction.atomic
def pause_batch(batch: IssueBatch, *, actor: User, now: datetime) -> IssueBatch:
    """Stop after the certificates that are in work. Nothing that is numbered is lost."""
    _require(actor, batch.organisation, *PREPARERS)
    move(batch, batch.state, BatchEvent.PAUSE, BATCH_TRANSITIONS)
    ledger.append("certificates.batch_paused", subject=batch, actor=actor, now=now)
    return batch


@transaction.atomic
def resume_batch(batch: IssueBatch, *, actor: User, now: datetime) -> IssueBatch:
    """Go on where the run stopped; what failed is tried again."""
    _require(actor, batch.organisation, *PREPARERS)
    move(batch, batch.state, BatchEvent.RESUME, BATCH_TRANSITIONS, problem="")
    give_back(batch)
    failed = batch.items.filter(status=ItemStatus.FAILED.value)
    failed.filter(certificate=None).update(status=ItemStatus.WAITING.value, reason="")
    # Who has a number keeps it; only her file is made again.
    numbered = batch.items.filter(certificate__status=Status.NUMBERED.value)
    numbered.update(status=ItemStatus.TAKEN.value, reason="", taken_at=None)
    ledger.append("certificates.batch_resumed", subject=batch, actor=actor, now=now)
    _queue(batch)
    return batch


@transaction.atomic
def cancel_batch(batch: IssueBatch, *, actor: User, now: datetime) -> IssueBatch:
    """Drop the rest of the list. A number whose certificate could not be made is void: kept, and never used again."""
    _require(actor, batch.organisation, *PREPARERS)
    move(batch, batch.state, BatchEvent.CANCEL, BATCH_TRANSITIONS, finished_at=now)
    numbered = Certificate.objects.select_for_update(of=("self",)).filter(issue_item__batch=batch, status=Status.NUMBERED.value)
    for certificate in numbered:
        move(certificate, certificate.state, Event.VOID, TRANSITIONS, status_at=now, decision=None)
        ledger.append("certificates.void", subject=certificate, actor=actor, now=now, number=certificate.number)
    batch.items.filter(status__in=[ItemStatus.WAITING.value, ItemStatus.TAKEN.value]).update(status=ItemStatus.EXCLUDED.value)
    ledger.append("certificates.batch_cancelled", subject=batch, actor=actor, now=now)
    return batch


def _queue(batch: IssueBatch) -> None:
    for _worker in range(settings.ISSUE_WORKERS):
        transaction.on_commit(partial(tasks.run_batch.enqueue, batch.pk))


def _require(actor: User, organisation: Organisation, *roles: Role) -> None:
    if not has_role(actor, organisation, *roles):
        raise PermissionDenied
