"""Issuing in bulk: workers make one certificate after the other of an approved list.

A certificate is made in two steps. First it gets its number and its words, in one short transaction (`drafting`); then
its file is made outside any transaction, and a second one puts it into force and into the ledger (`making`). Killed
between the two, it keeps its number and is finished by whoever comes next: no number is lost, none is given twice (I32).
"""

import logging
import secrets
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from certification.certificates.models import Certificate, IssueBatch, IssueItem
from certification.certificates.rules import BATCH_TRANSITIONS, BatchEvent, BatchStatus, ItemStatus, Status
from certification.certificates.selectors import signing_key_of, without_certificate
from certification.certificates.services import taking
from certification.certificates.services.drafting import draft_all, template_of
from certification.certificates.services.making import Presses, make_all
from certification.plans.models import Plan
from certification.plans.rules import Event as PlanEvent
from certification.plans.rules import Status as PlanStatus
from certification.plans.services import advance
from certification.results.selectors import decided_for_issue
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.states import move

log = logging.getLogger(__name__)


def run_batch(batch: IssueBatch, *, now: datetime, worker: str = "") -> IssueBatch:
    """Work on the list until nothing is left, somebody pauses it, or a problem stops everybody.

    May be called by several workers at once, and again after any interruption: each certificate is issued once. A
    person whose certificate cannot be made gets a row with the reason, and the others go on.
    """
    worker, begun = worker or secrets.token_hex(8), time.monotonic()
    try:
        press_of = _presses(batch)
        _finish_numbered(batch, press_of=press_of, now=now)
        while items := taking.take(batch, worker):
            # A long list takes hours, and each certificate bears the minute in which it was made.
            moment = now + timedelta(minutes=(time.monotonic() - begun) // 60)
            certificates = draft_all(batch, items, now=moment)
            make_all(certificates, press_of=press_of, now=moment)
    except DomainError as error:
        # Nobody can be issued anything: no key, no numbers left. The head reads why and resumes.
        log.warning("Batch %s stops: %s", batch.pk, error.code)
        _stop(batch, error)
    else:
        _finish(batch, now)
    return batch


def _finish_numbered(batch: IssueBatch, *, press_of: Presses, now: datetime) -> None:
    """Make the files of those who have a number and no file, which a killed worker left behind."""
    left = Certificate.objects.filter(
        Q(issue_item__taken_at=None) | Q(issue_item__taken_at__lt=timezone.now() - taking.LEASE),
        issue_item__batch=batch,
        issue_item__status=ItemStatus.TAKEN.value,
        status=Status.NUMBERED.value,
    )
    while rows := list(left.select_related(*MAKING).order_by("pk")[: taking.CHUNK]):
        IssueItem.objects.filter(certificate__in=rows).update(taken_at=timezone.now())
        make_all(rows, press_of=press_of, now=now)


MAKING = ("organisation", "template__template", "signing_key__organisation", "holder", "issue_item")


def _presses(batch: IssueBatch) -> Presses:
    # Loading the key first tells a wrong passphrase before anybody is given a number.
    presses = Presses()
    template, signing_key = template_of(batch), signing_key_of(batch.organisation_id)
    presses(Certificate(template=template, signing_key=signing_key))
    return presses


def _stop(batch: IssueBatch, error: DomainError) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        problem = text_of(error)
    taking.give_back(batch)
    IssueBatch.objects.filter(pk=batch.pk, status=BatchStatus.RUNNING.value).update(
        status=BatchStatus.PAUSED.value, problem=problem
    )
    batch.refresh_from_db()


def _finish(batch: IssueBatch, now: datetime) -> None:
    """Close the batch when nobody is waiting or in work, and end its plan when every certificate is out."""
    with transaction.atomic():
        locked = IssueBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        open_items = locked.items.filter(status__in=[ItemStatus.WAITING.value, ItemStatus.TAKEN.value])
        if locked.status == BatchStatus.RUNNING.value and not open_items.exists():
            failed = locked.items.filter(status=ItemStatus.FAILED.value).count()
            if failed:
                # Somebody has to look: mend and resume, or drop the rest.
                _stop(locked, DomainError("certificates.some_not_issued", count=failed))
            else:
                move(locked, locked.state, BatchEvent.FINISH, BATCH_TRANSITIONS, finished_at=now)
            if locked.plan is not None and locked.approved_by is not None:
                close_plan(locked.plan, actor=locked.approved_by, now=now)
    batch.refresh_from_db()


@transaction.atomic
def close_plan(plan: Plan, *, actor: User, now: datetime) -> bool:
    """End the plan when nobody in it is due a certificate any more; tell whether it was ended now."""
    plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if plan.status != PlanStatus.IN_PUBLICATION.value or without_certificate(decided_for_issue(plan)):
        return False
    advance(plan, PlanEvent.CERTIFY, actor=actor, now=now)
    return True
