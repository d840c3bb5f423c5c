"""A table of people is handed in, looked at, taken in or thrown away. The work itself: `looking` and `taking`."""

from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.timezone import localdate

from certification.applications import tasks
from certification.applications.access import may_enter
from certification.applications.models import Intake, RecordSettings
from certification.applications.rules.intakes import INTAKE_TRANSITIONS, MOST_OPEN, IntakeEvent, IntakeStatus
from certification.applications.rules.record import SENSITIVE_FIELDS
from certification.applications.services.cases import check_registration
from certification.plans.models import Plan
from lms.accounts.models import User
from lms.core import crypto, jobs, ledger
from lms.core.errors import DomainError
from lms.core.states import move
from lms.core.tables import MAX_BYTES
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

CHECK, TAKE = "applications.check_table", "applications.take_table"


@transaction.atomic
def receive_table(plan: Plan, *, organisation: Organisation, upload: "UploadedFile[Any]", actor: User, now: datetime) -> Intake:
    """Keep an uploaded table, encrypted, and have it looked at; no person is written yet.

    Raises `PermissionDenied` for who may not enter people for this organisation, `DomainError` when registration is
    not open (I12), the file is too large or empty, or too many tables wait.
    """
    if not may_enter(actor, plan, organisation):
        raise PermissionDenied
    check_registration(plan, localdate(now))
    data = upload.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise DomainError("tables.too_large", status=422, megabytes=MAX_BYTES // 1024**2)
    if not data.strip():
        raise DomainError("tables.empty", status=422)
    waiting = Intake.objects.filter(plan=plan, organisation=organisation).exclude(
        status__in=[IntakeStatus.DONE.value, IntakeStatus.DROPPED.value, IntakeStatus.REFUSED.value]
    )
    if waiting.count() >= MOST_OPEN:
        raise DomainError("applications.too_many_tables", most=MOST_OPEN)
    digest = sha256(data).hexdigest()
    intake = Intake.objects.create(
        plan=plan,
        organisation=organisation,
        actor=actor,
        name=(upload.name or "table")[:160],
        sha256=digest,
        sealed=crypto.seal(data),
        status=IntakeStatus.CHECKING.value,
        check_job=jobs.start(CHECK, actor=actor, total=0, params={"plan": plan.pk}, now=now),
        received_at=now,
    )
    ledger.append("applications.table_received", subject=intake, actor=actor, now=now, plan=plan.pk, sha256=digest)
    transaction.on_commit(partial(tasks.check_table.enqueue, intake.pk))
    return intake


@transaction.atomic
def take_in(intake: Intake, *, actor: User, now: datetime) -> Intake:
    """Have the right lines of a table that was looked at taken in; a second time goes on where a dead worker stopped.

    Raises `PermissionDenied`, `DomainError` when registration is not open or no line is right, and
    `InvalidTransition` for a table that is not there to be taken.
    """
    if not may_enter(actor, intake.plan, intake.organisation):
        raise PermissionDenied
    check_registration(intake.plan, localdate(now))
    if intake.status != IntakeStatus.TAKING:
        right = intake.check_job.rows.filter(ok=True).count()
        if not right:
            raise DomainError("applications.no_right_line")
        job = jobs.start(TAKE, actor=actor, total=right, params={"plan": intake.plan_id}, now=now)
        move(intake, IntakeStatus(intake.status), IntakeEvent.TAKE, INTAKE_TRANSITIONS, take_job=job)
        ledger.append("applications.table_taken", subject=intake, actor=actor, now=now, plan=intake.plan_id, lines=right)
    transaction.on_commit(partial(tasks.take_table.enqueue, intake.pk))
    return intake


@transaction.atomic
def look_again(intake: Intake, *, actor: User, now: datetime) -> Intake:
    """Have a table looked at whose worker died; what was written down stays."""
    if not may_enter(actor, intake.plan, intake.organisation):
        raise PermissionDenied
    transaction.on_commit(partial(tasks.check_table.enqueue, intake.pk))
    return intake


@transaction.atomic
def drop_intake(intake: Intake, *, actor: User, now: datetime) -> Intake:
    """Throw a table away that was not taken in; its file is gone."""
    if not may_enter(actor, intake.plan, intake.organisation):
        raise PermissionDenied
    move(intake, IntakeStatus(intake.status), IntakeEvent.DROP, INTAKE_TRANSITIONS, sealed=b"")
    ledger.append("applications.table_dropped", subject=intake, actor=actor, now=now, plan=intake.plan_id)
    return intake


@transaction.atomic
def set_record_settings(
    organisation: Organisation, *, asked: set[str], reason: str, actor: User, now: datetime
) -> RecordSettings:
    """Say which sensitive columns the body asks for and what needs them (PIPL: purpose and necessity).

    Raises `PermissionDenied` for anybody but the head, `DomainError` (422) without a reason.
    """
    if not has_role(actor, organisation, Role.HEAD):
        raise PermissionDenied
    chosen = {name: name in asked for name in SENSITIVE_FIELDS}
    if any(chosen.values()) and len(reason.strip()) < 4:
        raise DomainError("applications.purpose_needed", status=422)
    settings, _created = RecordSettings.objects.update_or_create(
        organisation=organisation, defaults={**chosen, "reason": reason.strip()}
    )
    ledger.append("applications.form_changed", subject=organisation, actor=actor, now=now, asked=sorted(asked), reason=reason)
    return settings
