"""A dossier's way: put together by the candidate, looked at by the officer, given to the panel without a name."""

from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.timezone import localdate

from certification.applications.models import Application
from certification.panels import notice_kinds, rules
from certification.panels.models import KIND_LABELS, Dossier, DossierFile, PanelMember
from certification.panels.rules import DOSSIER_TRANSITIONS, DossierEvent, DossierKind, DossierStatus
from certification.panels.selectors import HANDING_IN, case_url, files_as_shown
from certification.panels.services.shared import fingerprint, setup_for
from certification.plans.access import require_officer
from lms.accounts.models import User
from lms.core import ledger, store, uploads
from lms.core.errors import DomainError
from lms.core.states import move
from lms.notices.services import news, tell_many

MOST_FILES = 12
FILE_BYTES = 20 * 1024 * 1024
"""A paper with pictures is longer than a proof of work."""
REASONS_LIMIT = 1000


@transaction.atomic
def open_dossier(application: Application, *, actor: User, now: datetime) -> Dossier:
    """Return the candidate's dossier for the plan of her case, made on first use.

    Raises `DomainError` "panels.not_yours" (403), "panels.setup_missing" or "panels.not_applied": first she hands in her
    application.
    """
    if application.candidate_id != actor.pk:
        raise DomainError("panels.not_yours", status=403)
    setup = setup_for(application.plan)
    if application.status not in HANDING_IN:
        raise DomainError("panels.not_applied")
    dossier, _created = Dossier.objects.get_or_create(
        plan=application.plan, candidate=actor, defaults={"due_on": setup.dossier_closes, "begun_at": now}
    )
    return dossier


@transaction.atomic
def attach_file(dossier: Dossier, *, kind: str, upload: "UploadedFile[Any]", actor: User, now: datetime) -> DossierFile:
    """Check and store a PDF or picture; the same file for the same kind again changes nothing.

    Raises what `uploads.check` and `uploads.check_document` raise, and `DomainError` "panels.kind_unknown",
    "panels.too_many_files" (422), "panels.not_yours" (403), "panels.dossier_closed" or "panels.dossier_fixed".
    """
    locked = _own_open_dossier(dossier, actor, now)
    if kind not in set(DossierKind):
        raise DomainError("panels.kind_unknown", status=422)
    if locked.files.count() >= MOST_FILES:
        raise DomainError("panels.too_many_files", status=422, limit=MOST_FILES)
    checked = uploads.check(upload, kinds=("pdf", "image"), max_bytes=FILE_BYTES)
    uploads.check_document(checked)
    facts = {"name": checked.name, "content_type": checked.content_type, "size": len(checked.data), "uploaded_at": now}
    digest = store.put(checked.data, suffix=checked.extension)
    file, _created = DossierFile.objects.get_or_create(dossier=locked, kind=kind, sha256=digest, defaults=facts)
    return file


@transaction.atomic
def remove_file(file: DossierFile, *, actor: User, now: datetime) -> None:
    """Take a file out again while the dossier can be changed."""
    _own_open_dossier(file.dossier, actor, now)
    file.delete()


@transaction.atomic
def hand_in_dossier(dossier: Dossier, *, anonymous: bool, actor: User, now: datetime) -> Dossier:
    """Hand the dossier in to the officer; the candidate says that no name of hers stands in it.

    Raises what `attach_file` raises about the state, and `DomainError` (422) "panels.dossier_incomplete" naming what is
    missing, or "panels.say_anonymous".
    """
    locked = _own_open_dossier(dossier, actor, now)
    asked = setup_for(locked.plan).asked
    if missing := rules.missing_kinds(asked, locked.files.values_list("kind", flat=True)):
        labels = [str(KIND_LABELS[DossierKind(kind)]) for kind in missing]
        raise DomainError("panels.dossier_incomplete", status=422, kinds=labels)
    if not anonymous:
        raise DomainError("panels.say_anonymous", status=422)
    move(locked, DossierStatus(locked.status), DossierEvent.HAND_IN, DOSSIER_TRANSITIONS, handed_in_at=now, reasons="")
    files = sorted(locked.files.values_list("sha256", flat=True))
    ledger.append("panels.dossier_handed_in", subject=locked, actor=actor, now=now, files=files)
    return locked


@transaction.atomic
def take_back_dossier(dossier: Dossier, *, actor: User, now: datetime) -> Dossier:
    """Take a dossier back to change it, before its last day is over and before the officer gave it to the panel."""
    locked = _own(dossier, actor)
    _check_day(locked, now)
    move(locked, DossierStatus(locked.status), DossierEvent.TAKE_BACK, DOSSIER_TRANSITIONS, handed_in_at=None)
    # The officer covered names in files that may change now.
    locked.files.update(panel_sha256="", panel_content_type="", redacted_by=None, redacted_at=None)
    ledger.append("panels.dossier_taken_back", subject=locked, actor=actor, now=now)
    return locked


@transaction.atomic
def return_dossier(dossier: Dossier, *, reasons: str, due_on: date, actor: User, now: datetime) -> Dossier:
    """Send a dossier back with reasons and a day until which it may be mended, at the latest the day before the exam.

    Raises `PermissionDenied`, `DomainError` (422) "panels.reasons_needed" or "panels.return_day", and
    `InvalidTransition` for a dossier that does not wait for the officer.
    """
    require_officer(actor, dossier.plan.organisation)
    words = reasons.replace("\0", "").strip()[:REASONS_LIMIT]
    if not words:
        raise DomainError("panels.reasons_needed", status=422)
    if not localdate(now) <= due_on < dossier.plan.exam_date:
        raise DomainError("panels.return_day", status=422, exam=dossier.plan.exam_date)
    changes = {"reasons": words, "due_on": due_on, "handed_in_at": None}
    move(dossier, DossierStatus(dossier.status), DossierEvent.RETURN, DOSSIER_TRANSITIONS, **changes)
    ledger.append("panels.dossier_returned", subject=dossier, actor=actor, now=now, due_on=due_on.isoformat(), reasons=words)
    notice = news(
        notice_kinds.RETURNED,
        dossier.candidate,
        facts={"plan": dossier.plan.title, "reasons": words, "day": due_on},
        url=case_url(dossier),
        organisation=dossier.plan.organisation_id,
        now=now,
    )
    tell_many([notice])
    return dossier


@transaction.atomic
def cover_names(file: DossierFile, *, upload: "UploadedFile[Any]", actor: User, now: datetime) -> DossierFile:
    """Store a copy in which the officer has covered names: it is what the panel sees. The original stays.

    Raises `PermissionDenied`, what the checks of an upload raise, and `DomainError("panels.dossier_fixed")` unless the
    dossier waits for the officer.
    """
    require_officer(actor, file.dossier.plan.organisation)
    dossier = Dossier.objects.select_for_update().get(pk=file.dossier_id)
    if dossier.status != DossierStatus.HANDED_IN:
        raise DomainError("panels.dossier_fixed")
    checked = uploads.check(upload, kinds=("pdf", "image"), max_bytes=FILE_BYTES)
    uploads.check_document(checked)
    file.panel_sha256 = store.put(checked.data, suffix=checked.extension)
    file.panel_content_type = checked.content_type
    file.redacted_by, file.redacted_at = actor, now
    file.save(update_fields=["panel_sha256", "panel_content_type", "redacted_by", "redacted_at"])
    ledger.append("panels.names_covered", subject=file, actor=actor, now=now, original=file.sha256, shown=file.panel_sha256)
    return file


@transaction.atomic
def release_dossier(dossier: Dossier, *, actor: User, now: datetime) -> Dossier:
    """Give the dossier to the panel, under the ticket number alone; from here on it stays as it is.

    Raises `PermissionDenied`, `DomainError("panels.officer_on_panel")` (403) for somebody who sits on a panel of the plan
    or is the candidate, and `InvalidTransition` for a dossier that does not wait for the officer.
    """
    require_officer(actor, dossier.plan.organisation)
    sits = PanelMember.objects.filter(panel__plan=dossier.plan_id, user=actor, left_at=None).exists()
    if sits or actor.pk == dossier.candidate_id:
        raise DomainError("panels.officer_on_panel", status=403, name=actor.name)
    shown = files_as_shown(dossier)
    changes = {"released_by": actor, "released_at": now, "content_sha256": fingerprint(shown)}
    move(dossier, DossierStatus(dossier.status), DossierEvent.RELEASE, DOSSIER_TRANSITIONS, **changes)
    digest = dossier.content_sha256
    ledger.append("panels.dossier_released", subject=dossier, actor=actor, now=now, files=shown, content_sha256=digest)
    return dossier


def _own(dossier: Dossier, actor: User) -> Dossier:
    if dossier.candidate_id != actor.pk:
        raise DomainError("panels.not_yours", status=403)
    return Dossier.objects.select_for_update(of=("self",)).select_related("plan").get(pk=dossier.pk)


def _own_open_dossier(dossier: Dossier, actor: User, now: datetime) -> Dossier:
    locked = _own(dossier, actor)
    if locked.status != DossierStatus.OPEN:
        raise DomainError("panels.dossier_fixed")
    _check_day(locked, now)
    return locked


def _check_day(dossier: Dossier, now: datetime) -> None:
    """The printed day belongs to the time wholly."""
    if localdate(now) > dossier.due_on:
        raise DomainError("panels.dossier_closed", day=dossier.due_on)
