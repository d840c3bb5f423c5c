"""How a body's keys come into use and go out of it. To use a key takes two people; to stop it, one is enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from certification.certificates import notice_kinds
from certification.certificates.keys.loading import TRIAL, open_key
from certification.certificates.keys.verifying import holds
from certification.certificates.models import Certificate, IssueBatch, IssueItem, KeyChange, KeyWarning, SigningKey
from certification.certificates.rules import BatchStatus, ItemStatus, Status
from certification.certificates.rules.keys import (
    FOR_PDF,
    KEY_TRANSITIONS,
    TWO_PEOPLE,
    Algorithm,
    ChangeStatus,
    KeyEvent,
    warning_due,
)
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError, InvalidTransition
from lms.core.messages import text_of
from lms.core.states import move, next_status
from lms.notices.kinds import Kind
from lms.notices.services import news, tell_many
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role, people_with

DECIDERS = (Role.HEAD, Role.EXAM_OFFICER)
# As long as `services.taking` lets a worker hold what it took.
HELD = timedelta(minutes=5)


@transaction.atomic
def propose_change(key: SigningKey, event: KeyEvent, *, reason: str, actor: User, now: datetime) -> KeyChange:
    """Ask a second person of the body to take the key into use, or to retire it.

    Raises `PermissionDenied`, `InvalidTransition`, `DomainError` `certificates.reason_needed`,
    `certificates.key_change_open`, and for what cannot be taken into use `certificates.algorithm_not_for_pdf` or
    `certificates.key_not_in_force_yet`.
    """
    _require(actor, key.organisation)
    if event not in TWO_PEOPLE:
        raise InvalidTransition(current=key.status, event=event.value)
    next_status(KEY_TRANSITIONS, key.state, event)
    if not reason.strip():
        raise DomainError("certificates.reason_needed", status=422)
    if event is KeyEvent.ACTIVATE:
        _check_usable(key, now)
    change = KeyChange(signing_key=key, event=event.value, reason=reason.strip(), proposed_by=actor, proposed_at=now)
    try:
        with transaction.atomic():
            change.save(force_insert=True)
    except IntegrityError:
        raise DomainError("certificates.key_change_open") from None
    ledger.append("certificates.key_change_proposed", subject=key, actor=actor, now=now, event=event.value, change=change.pk)
    return change


@transaction.atomic
def confirm_change(change: KeyChange, *, actor: User, now: datetime) -> SigningKey:
    """Do what another person of the body proposed. One of the two has to be its head.

    A key that is taken into use signs once before, and the one that was in use retires in the same moment. Raises
    `PermissionDenied`, `InvalidTransition`, `DomainError` `certificates.key_change_same_person`,
    `certificates.key_change_needs_head`, `certificates.issue_running`, and what `loading.open_key` raises.
    """
    change = KeyChange.objects.select_for_update(of=("self",)).select_related("signing_key__organisation").get(pk=change.pk)
    key = change.signing_key
    _require(actor, key.organisation)
    if change.proposed_by_id == actor.pk:
        raise DomainError("certificates.key_change_same_person")
    check_two_people(key.organisation, change.proposed_by, actor, code="certificates.key_change_needs_head")
    move_change(change, ChangeStatus.CONFIRMED, actor=actor, now=now)
    if KeyEvent(change.event) is KeyEvent.ACTIVATE:
        activate_key(key, actor=actor, by=change.proposed_by, reason=change.reason, now=now)
    else:
        retire_key(key, actor=actor, by=change.proposed_by, reason=change.reason, now=now)
    return key


@transaction.atomic
def withdraw_change(change: KeyChange, *, actor: User, now: datetime) -> KeyChange:
    """Drop a proposal: its author takes it back, or another person of the body refuses it."""
    _require(actor, change.signing_key.organisation)
    move_change(change, ChangeStatus.WITHDRAWN, actor=actor, now=now)
    ledger.append("certificates.key_change_withdrawn", subject=change.signing_key, actor=actor, now=now, change=change.pk)
    return change


@transaction.atomic
def move_change(change: KeyChange, new: ChangeStatus, *, actor: User, now: datetime) -> None:
    """Close the proposal. Raises `InvalidTransition` when somebody was faster."""
    values = {"status": new.value, "decided_by": actor, "decided_at": now}
    if not KeyChange.objects.filter(pk=change.pk, status=ChangeStatus.OPEN.value).update(**values):
        raise InvalidTransition(current=change.status, event=new.value)
    change.status, change.decided_by, change.decided_at = new.value, actor, now


@transaction.atomic
def activate_key(key: SigningKey, *, actor: User, by: User, reason: str, now: datetime) -> None:
    """Take a waiting key into use, inside the caller's transaction, and retire the one before it.

    `by` and `actor` are the two people. Numbers that wait for their file are signed with the new key.
    """
    _lock(key.organisation)
    _refuse_while_issuing(key.organisation)
    _check_usable(key, now)
    # Opening proves it: a wrong PIN or passphrase is told now, not on the day of issue.
    prove_key(key)
    for old in SigningKey.objects.in_use().filter(organisation=key.organisation):
        retire_key(old, actor=actor, by=by, reason=_("Replaced by %(name)s") % {"name": key.name}, now=now)
    move(key, key.state, KeyEvent.ACTIVATE, KEY_TRANSITIONS, activated_at=now, status_reason=reason)
    waiting = Certificate.objects.filter(organisation=key.organisation, status=Status.NUMBERED.value)
    moved = waiting.exclude(signing_key=key).update(signing_key=key)
    ledger.append("certificates.key_activated", subject=key, actor=actor, now=now, by=by.pk, waiting_certificates=moved)


@transaction.atomic
def retire_key(key: SigningKey, *, actor: User, by: User, reason: str, now: datetime) -> None:
    """Take a key out of use, inside the caller's transaction. What it signed stays as good as it was."""
    _lock(key.organisation)
    _refuse_while_issuing(key.organisation)
    move(key, key.state, KeyEvent.RETIRE, KEY_TRANSITIONS, retired_at=now, status_reason=reason)
    ledger.append("certificates.key_retired", subject=key, actor=actor, now=now, by=by.pk)


@transaction.atomic
def report_unsafe(key: SigningKey, *, reason: str, since: datetime, actor: User, now: datetime) -> QuerySet[Certificate]:
    """Stop a key at once that somebody else may have had since then, and return what was signed with it from that moment.

    One person is enough, for every hour counts. Running batches pause. The heads and the operators are told. Raises
    `PermissionDenied`, `InvalidTransition`, `DomainError` `certificates.reason_needed` or
    `certificates.unsafe_since_in_future`.
    """
    _require(actor, key.organisation)
    if not reason.strip():
        raise DomainError("certificates.reason_needed", status=422)
    if since > now:
        raise DomainError("certificates.unsafe_since_in_future", status=422)
    _lock(key.organisation)
    values = {"revoked_at": now, "unsafe_since": since, "status_reason": reason.strip(), "retired_at": key.retired_at or now}
    move(key, key.state, KeyEvent.COMPROMISE, KEY_TRANSITIONS, **values)
    problem = text_of(DomainError("certificates.key_not_in_use", name=key.name))
    running = IssueBatch.objects.filter(organisation=key.organisation, status=BatchStatus.RUNNING.value)
    paused = running.update(status=BatchStatus.PAUSED.value, problem=problem)
    key.changes.filter(status=ChangeStatus.OPEN.value).update(
        status=ChangeStatus.WITHDRAWN.value, decided_by=actor, decided_at=now
    )
    signed = signed_with(key, since=since)
    ledger.append(
        "certificates.key_compromised",
        subject=key,
        actor=actor,
        now=now,
        since=since.isoformat(),
        certificates=signed.count(),
        batches_paused=paused,
    )
    _tell(key, notice_kinds.KEY_UNSAFE, {"count": signed.count()}, now=now)
    return signed


def signed_with(key: SigningKey, *, since: datetime | None = None) -> QuerySet[Certificate]:
    """Return the certificates that bear a signature of this key, oldest first; with `since`, from that moment on."""
    signed = Certificate.objects.public().filter(signing_key=key).order_by("issued_at", "pk")
    return signed if since is None else signed.filter(issued_at__gte=since)


def prove_key(key: SigningKey) -> None:
    """Let the key sign something of no meaning, and compare. Raises `DomainError` `certificates.key_proof_failed`."""
    opened = open_key(key)
    if not holds(opened.certificate, opened.sign_digest(TRIAL), TRIAL):
        raise DomainError("certificates.key_proof_failed", status=500, name=key.name)


@dataclass(frozen=True)
class Warned:
    """Who was told that a key's certificate ends soon."""

    key: SigningKey
    days_left: int
    people: int


def warn_of_ending_keys(*, now: datetime) -> list[Warned]:
    """Tell heads and operators of certificates in use that end within 90, 30 or 7 days, once for each threshold."""
    told = []
    last = now + timedelta(days=91)
    for key in SigningKey.objects.in_use().filter(not_after__lte=last).select_related("organisation").order_by("not_after"):
        days_left = max(0, (timezone.localdate(key.not_after) - timezone.localdate(now)).days)
        threshold = warning_due(days_left)
        if threshold is None:
            continue
        with transaction.atomic():
            _row, is_new = KeyWarning.objects.get_or_create(signing_key=key, days=threshold, defaults={"told_at": now})
            if is_new:
                facts = {"days": days_left, "day": timezone.localdate(key.not_after)}
                people = _tell(key, notice_kinds.KEY_ENDING, facts, now=now)
                told.append(Warned(key, days_left, people))
    return told


def _tell(key: SigningKey, kind: Kind, facts: Mapping[str, Any], *, now: datetime) -> int:
    """Tell the heads of the body and the operators; return how many."""
    people = {person.pk: person for person in people_with(key.organisation, Role.HEAD).filter(is_active=True)}
    people |= {person.pk: person for person in User.objects.filter(is_superuser=True, is_active=True)}
    facts = {"body": key.organisation.name, "name": key.name, **facts}
    url = reverse("certificates:key", args=[key.pk])
    told_by = key.organisation_id
    return len(tell_many([news(kind, person, facts=facts, url=url, organisation=told_by, now=now) for person in people.values()]))


def check_two_people(
    organisation: Organisation, first: User, second: User, *, code: str = "certificates.ceremony_two_officers"
) -> None:
    """Raise `DomainError` unless these are two people who decide about the body's keys, one of them its head."""
    both = (first, second)
    known = all(has_role(person, organisation, *DECIDERS) for person in both)
    if first.pk == second.pk or not known or not any(has_role(person, organisation, Role.HEAD) for person in both):
        raise DomainError(code, status=422)


def _check_usable(key: SigningKey, now: datetime) -> None:
    algorithm = Algorithm(key.algorithm)
    if algorithm not in FOR_PDF:
        raise DomainError("certificates.algorithm_not_for_pdf", algorithm=algorithm.value)
    if not key.not_before <= now < key.not_after:
        raise DomainError("certificates.key_not_in_force_yet", begin=key.not_before, end=key.not_after)


def _refuse_while_issuing(organisation: Organisation) -> None:
    """A key must not change under a worker that has opened it: not while a batch runs, nor while one finishes its last files."""
    batches = IssueBatch.objects.filter(organisation=organisation)
    in_work = IssueItem.objects.filter(Q(taken_at__gte=timezone.now() - HELD), batch__in=batches, status=ItemStatus.TAKEN.value)
    if batches.filter(status=BatchStatus.RUNNING.value).exists() or in_work.exists():
        raise DomainError("certificates.issue_running")


def _lock(organisation: Organisation) -> None:
    """Let nobody else change this body's keys until the transaction ends."""
    list(SigningKey.objects.select_for_update().filter(organisation=organisation).order_by("pk"))


def _require(actor: User, organisation: Organisation) -> None:
    if not has_role(actor, organisation, *DECIDERS):
        raise PermissionDenied
