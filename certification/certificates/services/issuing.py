"""Issuing in bulk: one person prepares the list, another approves it, and workers make one certificate after the other.

A certificate is made in two steps. First it gets its number and its words, in one short transaction; then its file is
made outside any transaction, and a second one puts it into force and into the ledger. Killed between the two, it keeps
its number and is finished by whoever comes next: no number is lost, none is given twice (I32).
"""

import logging
import secrets
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone, translation

from certification.certificates import tasks
from certification.certificates.claims import claims_for_decision, claims_for_programme, filing_of, fingerprint
from certification.certificates.dossiers import Dossier, decisions_of, dossiers_for_plan, dossiers_for_programme
from certification.certificates.keys.errors import SignerUnavailable
from certification.certificates.models import Certificate, IssueBatch, IssueItem, Programme, SigningKey, TemplateVersion
from certification.certificates.press import Made, Press, press_for
from certification.certificates.rules import (
    BATCH_TRANSITIONS,
    TRANSITIONS,
    BatchEvent,
    BatchStatus,
    Event,
    ItemStatus,
    Kind,
    Status,
    months_later,
)
from certification.certificates.selectors import (
    people_due,
    refusal_for_plan,
    signing_key_of,
    template_for,
    without_certificate,
)
from certification.certificates.services.notifying import tell_holders
from certification.certificates.services.numbering import take_numbers, take_own_numbers, take_status_places
from certification.plans.models import Plan
from certification.plans.rules import Event as PlanEvent
from certification.plans.rules import Status as PlanStatus
from certification.plans.services import advance
from certification.results.selectors import decided_for_issue
from lms.accounts.models import User
from lms.core import ledger
from lms.core.bulk import update_many
from lms.core.errors import DomainError
from lms.core.ledger import NewEntry
from lms.core.messages import text_of
from lms.core.states import move
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

PREPARERS = (Role.EXAM_OFFICER, Role.COLLEGE_ADMIN, Role.HEAD)
TOKEN_BYTES = 24
CHUNK = 50
WAITING = 8
LEASE = timedelta(minutes=5)
"""A worker that has not finished what it took by then is taken for dead."""
log = logging.getLogger(__name__)


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
    `DomainError` `certificates.same_person`, `certificates.issuer_took_part`, or what stops the plan today.
    """
    _require(actor, batch.organisation, Role.HEAD)
    if batch.prepared_by_id == actor.pk:
        raise DomainError("certificates.same_person")
    if batch.plan is not None:
        if (refusal := refusal_for_plan(batch.plan, today=timezone.localdate(now), actor=actor)) is not None:
            raise refusal
    signing_key = signing_key_of(batch.organisation_id)
    move(batch, batch.state, BatchEvent.APPROVE, BATCH_TRANSITIONS, approved_by=actor, approved_at=now)
    ledger.append(
        "certificates.key_use_approved", subject=batch, actor=actor, now=now, signing_key=signing_key.pk, by=batch.prepared_by_id
    )
    _queue(batch, now)
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
    _release(batch)
    failed = batch.items.filter(status=ItemStatus.FAILED.value)
    failed.filter(certificate=None).update(status=ItemStatus.WAITING.value, reason="")
    # Who has a number keeps it; only her file is made again.
    numbered = batch.items.filter(certificate__status=Status.NUMBERED.value)
    numbered.update(status=ItemStatus.TAKEN.value, reason="", taken_at=None)
    ledger.append("certificates.batch_resumed", subject=batch, actor=actor, now=now)
    _queue(batch, now)
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


def run_batch(batch: IssueBatch, *, now: datetime, worker: str = "") -> IssueBatch:
    """Work on the list until nothing is left, somebody pauses it, or a problem stops everybody.

    May be called by several workers at once, and again after any interruption: each certificate is issued once. A
    person whose certificate cannot be made gets a row with the reason, and the others go on.
    """
    worker = worker or secrets.token_hex(8)
    try:
        press_of = _presses(batch)
        _finish_numbered(batch, press_of=press_of, now=now)
        while items := _take(batch, worker):
            certificates = _number_all(batch, items, now=now)
            _make_all(certificates, press_of=press_of, now=now)
    except DomainError as error:
        # Nobody can be issued anything: no key, no numbers left. The head reads why and resumes.
        log.warning("Batch %s stops: %s", batch.pk, error.code)
        _stop(batch, error)
    else:
        _finish(batch, now)
    return batch


def _finish_numbered(batch: IssueBatch, *, press_of: "Presses", now: datetime) -> None:
    """Make the files of those who have a number and no file, which a killed worker left behind."""
    left = Certificate.objects.filter(
        Q(issue_item__taken_at=None) | Q(issue_item__taken_at__lt=timezone.now() - LEASE),
        issue_item__batch=batch,
        issue_item__status=ItemStatus.TAKEN.value,
        status=Status.NUMBERED.value,
    )
    while rows := list(left.select_related(*MAKING).order_by("pk")[:CHUNK]):
        IssueItem.objects.filter(certificate__in=rows).update(taken_at=timezone.now())
        _make_all(rows, press_of=press_of, now=now)


MAKING = ("organisation", "template__template", "signing_key__organisation", "holder", "issue_item")


class Presses:
    """The presses of one batch, one per template and key, made when first needed."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, int], Press] = {}

    def __call__(self, certificate: Certificate) -> Press:
        key = (certificate.template_id, certificate.signing_key_id)
        if key not in self._made:
            self._made[key] = press_for(certificate.template, certificate.signing_key)
        return self._made[key]


def _presses(batch: IssueBatch) -> Presses:
    # Loading the key first tells a wrong passphrase before anybody is given a number.
    presses = Presses()
    template, signing_key = _template_of(batch), signing_key_of(batch.organisation_id)
    presses(Certificate(template=template, signing_key=signing_key))
    return presses


def _template_of(batch: IssueBatch) -> TemplateVersion:
    if batch.programme is not None:
        return template_for(Kind(batch.programme.kind), organisation=batch.organisation, chosen=batch.programme.template)
    return template_for(Kind.SKILL_LEVEL, organisation=batch.organisation)


def _take(batch: IssueBatch, worker: str) -> list[IssueItem]:
    """Take the next people of the list for this worker, or nobody when the batch no longer runs."""
    if not IssueBatch.objects.filter(pk=batch.pk, status=BatchStatus.RUNNING.value).exists():
        return []
    with transaction.atomic():
        _release(batch, older_than=timezone.now() - LEASE)
        waiting = (
            IssueItem.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(batch=batch, status=ItemStatus.WAITING.value)
            .order_by("pk")[:CHUNK]
        )
        pks = [item.pk for item in waiting]
        IssueItem.objects.filter(pk__in=pks).update(status=ItemStatus.TAKEN.value, taken_by=worker, taken_at=timezone.now())
    return list(IssueItem.objects.filter(pk__in=pks).select_related("holder", "statement").order_by("pk"))


def _release(batch: IssueBatch, *, older_than: datetime | None = None) -> None:
    """Give back who was taken and has no number yet."""
    taken = batch.items.filter(status=ItemStatus.TAKEN.value, certificate=None)
    if older_than is not None:
        taken = taken.filter(taken_at__lt=older_than)
    taken.update(status=ItemStatus.WAITING.value, taken_by="", taken_at=None)


def _number_all(batch: IssueBatch, items: Sequence[IssueItem], *, now: datetime) -> list[Certificate]:
    """Give numbers and words to those who may have them, in one transaction; the others get their reason."""
    try:
        with transaction.atomic():
            return _number(batch, items, now=now)
    except IntegrityError:
        # Somebody got the same certificate elsewhere at this moment: find out who, one by one.
        if len(items) == 1:
            _fail(items, DomainError("certificates.already_holds"))
            return []
        return [certificate for item in items for certificate in _number_all(batch, [item], now=now)]


def _number(batch: IssueBatch, items: Sequence[IssueItem], *, now: datetime) -> list[Certificate]:
    today = timezone.localdate(now)
    # Nobody else numbers the same people meanwhile.
    mine = IssueItem.objects.select_for_update(of=("self",)).filter(
        pk__in=[item.pk for item in items], status=ItemStatus.TAKEN.value, certificate=None
    )
    by_pk = {item.pk: item for item in items}
    items = [by_pk[pk] for pk in mine.order_by("pk").values_list("pk", flat=True)]
    dossiers = _dossiers(batch, items, today=today)
    for item, dossier in zip(items, dossiers, strict=True):
        if dossier.refusal is not None:
            _fail([item], dossier.refusal)
    due = [(item, dossier) for item, dossier in zip(items, dossiers, strict=True) if dossier.refusal is None]
    if not due:
        return []
    signing_key, template = signing_key_of(batch.organisation_id), _template_of(batch)
    places = take_status_places(batch.organisation, count=len(due))
    numbers = _numbers(batch, count=len(due), now=now)
    certificates = [
        _row(batch, dossier, number=number, place=place, signing_key=signing_key, template=template, now=now)
        for (_item, dossier), number, place in zip(due, numbers, places, strict=True)
    ]
    Certificate.objects.bulk_create(certificates)
    for (item, _dossier), certificate in zip(due, certificates, strict=True):
        item.certificate = certificate
    update_many([item for item, _dossier in due], "certificate")
    return certificates


def _dossiers(batch: IssueBatch, items: Sequence[IssueItem], *, today: Any) -> list[Dossier]:
    if batch.plan is None:
        assert batch.programme is not None
        return dossiers_for_programme(batch.programme, [(item.holder, item.statement) for item in items])
    decisions = {decision.pk: decision for decision in decisions_of([item.decision_id for item in items if item.decision_id])}
    ordered = [decisions[item.decision_id] for item in items if item.decision_id]
    for decision in ordered:
        decision.seat.plan = batch.plan  # one plan, asked for its scheme once
    return dossiers_for_plan(batch.plan, ordered, actor=batch.approved_by, today=today)


def _numbers(batch: IssueBatch, *, count: int, now: datetime) -> list[str]:
    year = timezone.localdate(now).year
    if batch.plan is not None:
        return take_numbers(filing_of(batch.plan), year=year, level=batch.plan.level, count=count, now=now)
    assert batch.programme is not None
    return take_own_numbers(Kind(batch.programme.kind), organisation=batch.organisation, year=year, count=count)


def _row(
    batch: IssueBatch,
    dossier: Dossier,
    *,
    number: str,
    place: int,
    signing_key: SigningKey,
    template: TemplateVersion,
    now: datetime,
) -> Certificate:
    """Return the unsaved row of a certificate that has its number and its words and no file yet."""
    today = timezone.localdate(now)
    certificate = Certificate(
        number=number,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        holder=dossier.holder,
        organisation=batch.organisation,
        id_number=dossier.identity.number if dossier.identity else "",
        template=template,
        issued_on=today,
        issued_at=now,
        issued_by=batch.approved_by,
        status=Status.NUMBERED.value,
        status_at=now,
        status_index=place,
        signing_key=signing_key,
    )
    if dossier.decision is not None:
        assert dossier.identity is not None
        plan = dossier.decision.seat.plan
        certificate.kind = Kind.SKILL_LEVEL.value
        certificate.decision = dossier.decision
        certificate.filing, certificate.occupation = plan.filing, plan.scheme.occupation
        certificate.work_type, certificate.level = plan.work_type, plan.level
        certificate.photo_sha256 = dossier.photo_sha256
        certificate.claims = claims_for_decision(
            dossier.decision, number=number, issued_on=today, identity=dossier.identity, template=template
        )
    else:
        assert batch.programme is not None
        programme = batch.programme
        certificate.kind, certificate.programme, certificate.statement = programme.kind, programme, dossier.statement
        if programme.valid_months:
            certificate.valid_until = months_later(today, programme.valid_months) - timedelta(days=1)
        certificate.claims = claims_for_programme(
            programme,
            holder=dossier.holder,
            number=number,
            issued_on=today,
            valid_until=certificate.valid_until,
            identity=dossier.identity,
            statement=dossier.statement,
            template=template,
        )
    certificate.claims_sha256 = fingerprint(certificate.claims)
    return certificate


def _make_all(certificates: Sequence[Certificate], *, press_of: Presses, now: datetime) -> None:
    """Make the files, then put all of them into force at once.

    A disk takes about as long to make sure of eight files as of one, and a time-stamp service or a provider answers
    eight questions as fast as one; so several threads wait for them.
    """
    presses = [press_of(certificate) for certificate in certificates]
    made: list[tuple[Certificate, Made]] = []
    with ThreadPoolExecutor(max_workers=WAITING) as pool:
        waiting = [
            (certificate, pool.submit(press.make, certificate, now=now))
            for certificate, press in zip(certificates, presses, strict=True)
        ]
        unavailable: DomainError | None = None
        for certificate, file in waiting:
            if unavailable is not None and file.cancel():
                continue
            try:
                made.append((certificate, file.result()))
            except SignerUnavailable as error:
                unavailable = error
            except DomainError as error:
                # The number stays hers: the row waits, numbered, until what is wrong is mended and the batch resumed.
                _fail(IssueItem.objects.filter(certificate=certificate), error)
    # What is made comes into force, also when nobody can be signed for any more; the others wait with their numbers.
    _put_into_force(made, now=now)
    if unavailable is not None:
        raise unavailable


@transaction.atomic
def _put_into_force(made: Collection[tuple[Certificate, Made]], *, now: datetime) -> None:
    waiting = set(
        Certificate.objects.select_for_update(of=("self",))
        .filter(pk__in=[certificate.pk for certificate, _file in made], status=Status.NUMBERED.value)
        .values_list("pk", flat=True)
    )
    finished = []
    for certificate, file in made:
        if certificate.pk not in waiting:
            continue  # another worker was faster; this file stays in the store and is nobody's
        certificate.pdf_sha256, certificate.credential_sha256 = file.pdf_sha256, file.credential_sha256
        certificate.engine, certificate.signature_level = file.engine, file.signature_level
        certificate.status = Status.VALID.value
        finished.append(certificate)
    if not finished:
        return
    update_many(finished, "pdf_sha256", "credential_sha256", "engine", "signature_level", "status")
    IssueItem.objects.filter(certificate__in=finished).update(status=ItemStatus.ISSUED.value, reason="")
    ledger.append_many([issue_entry("certificates.issued", certificate) for certificate in finished], now=now)
    tell_holders(finished, now=now)


def issue_entry(kind: str, certificate: Certificate, **facts: Any) -> NewEntry:
    """Return what the ledger keeps of a certificate that comes into force."""
    return NewEntry(
        kind,
        certificate,
        certificate.issued_by,
        {
            "number": certificate.number,
            "version": certificate.version,
            "decision": certificate.decision_id,
            "pdf_sha256": certificate.pdf_sha256,
            "claims_sha256": certificate.claims_sha256,
            "signing_key": certificate.signing_key_id,
            **facts,
        },
    )


def _fail(items: Any, error: DomainError) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        reason = text_of(error)
    pks = [item.pk for item in items]
    IssueItem.objects.filter(pk__in=pks).update(status=ItemStatus.FAILED.value, reason=reason, taken_at=None)


def _stop(batch: IssueBatch, error: DomainError) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        problem = text_of(error)
    _release(batch)
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


def _queue(batch: IssueBatch, now: datetime) -> None:
    for _worker in range(settings.ISSUE_WORKERS):
        transaction.on_commit(partial(tasks.run_batch.enqueue, batch.pk, now.isoformat()))


def _require(actor: User, organisation: Organisation, *roles: Role) -> None:
    if not has_role(actor, organisation, *roles):
        raise PermissionDenied
