"""合理便利: asked for by the person, decided once by a reviewer, valid for all her plans."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate

from certification.applications import notice_kinds
from certification.applications.access import require_reviewer
from certification.applications.models import Application, NeedsEvidence, NeedsRequest
from certification.applications.rules.accommodations import (
    NEEDS_TRANSITIONS,
    Needs,
    NeedsEvent,
    NeedsStatus,
    check_granted,
    read_needs,
)
from lms.accounts.models import User
from lms.core import ledger, store, uploads
from lms.core.errors import DomainError
from lms.core.states import move
from lms.notices.services import news, tell_many
from lms.organisations.models import Organisation

MOST_FILES = 5
FILE_BYTES = 10 * 1024 * 1024


@transaction.atomic
def ask_for_needs(
    user: User,
    *,
    organisation: Organisation,
    needs: Mapping[str, Any],
    reason: str,
    files: "Sequence[UploadedFile[Any]]",
    consent: bool,
    now: datetime,
) -> NeedsRequest:
    """Ask a body, at which one has a live application, for accommodations.

    Raises `DomainError`: nothing asked for, no consent to the use of health data (PIPL Art. 29), no evidence, no live
    application there, another request waits; and what `uploads.check` raises.
    """
    asked = read_needs(needs)
    if not consent:
        raise DomainError("applications.consent_needed", status=422)
    if not files:
        raise DomainError("applications.needs_evidence", status=422)
    if len(files) > MOST_FILES:
        raise DomainError("applications.too_many_files", status=422, limit=MOST_FILES)
    if not Application.objects.live().filter(candidate=user, plan__organisation=organisation).exists():
        raise DomainError("applications.needs_without_case")
    try:
        with transaction.atomic():
            request = NeedsRequest.objects.create(
                user=user,
                organisation=organisation,
                asked=asked.to_json(),
                reason=reason.strip()[:2000],
                consent_at=now,
                asked_at=now,
            )
    except IntegrityError:
        raise DomainError("applications.needs_waiting") from None
    for upload in files:
        checked = uploads.check(upload, kinds=("pdf", "image"), max_bytes=FILE_BYTES)
        uploads.check_document(checked)
        NeedsEvidence.objects.get_or_create(
            request=request,
            sha256=store.put(checked.data, suffix=checked.extension),
            defaults={
                "name": checked.name,
                "content_type": checked.content_type,
                "size": len(checked.data),
                "uploaded_at": now,
            },
        )
    # What she needs is no matter of the ledger: it tells of her health.
    ledger.append("applications.needs_asked", subject=request, actor=user, now=now, body=organisation.pk)
    return request


@transaction.atomic
def decide_needs(
    request: NeedsRequest,
    *,
    granted: Mapping[str, Any] | None,
    answer: str = "",
    valid_until: date | None = None,
    actor: User,
    now: datetime,
) -> NeedsRequest:
    """Grant all or a part of what was asked for, or refuse it (`granted=None`) with a reason; tell the person.

    The newest grant takes the place of older ones. Raises `PermissionDenied` unless the actor reviews for the body, and
    `DomainError`: own request, more than was asked for, an answer missing, a last day in the past, or somebody was faster.
    """
    require_reviewer(actor, request.organisation)
    if actor.pk == request.user_id:
        raise DomainError("applications.own_case", status=403)
    kept = read_needs(granted) if granted is not None else None
    asked = Needs(**request.asked)
    if kept is not None:
        check_granted(kept, asked)
    if kept != asked and len(answer.strip()) < 4:
        raise DomainError("applications.reasons_needed", status=422)
    if kept is not None and valid_until is not None and valid_until < localdate(now):
        raise DomainError("applications.valid_until_past", status=422)
    move(
        request,
        NeedsStatus(request.status),
        NeedsEvent.GRANT if kept is not None else NeedsEvent.REFUSE,
        NEEDS_TRANSITIONS,
        granted=kept.to_json() if kept is not None else None,
        decided_by=actor,
        decided_at=now,
        answer=answer.strip(),
        valid_until=valid_until if kept is not None else None,
    )
    ledger.append("applications.needs_decided", subject=request, actor=actor, now=now, status=request.status)
    tell_many(
        [
            news(
                notice_kinds.NEEDS,
                request.user,
                facts={"status": request.status},
                url=reverse("applications:needs"),
                organisation=request.organisation_id,
                now=now,
            )
        ]
    )
    return request


@transaction.atomic
def note_reading(request: NeedsRequest, *, actor: User, now: datetime, file: NeedsEvidence | None = None) -> None:
    """Write down that somebody else than the person read why she needs help, or a file that shows it (I43).

    The ledger learns who read and when, not what.
    """
    if actor.pk != request.user_id:
        facts = {"file": file.pk} if file is not None else {}
        ledger.append("applications.needs_read", subject=request, actor=actor, now=now, **facts)


@transaction.atomic
def end_needs(request: NeedsRequest, *, actor: User, now: datetime) -> NeedsRequest:
    """Take a request, or what was granted, back. Only the person herself."""
    if actor.pk != request.user_id:
        raise PermissionDenied
    move(request, NeedsStatus(request.status), NeedsEvent.END, NEEDS_TRANSITIONS)
    ledger.append("applications.needs_ended", subject=request, actor=actor, now=now)
    return request
