"""What holders ask for, and what the body answers. Two people: whoever files a request never grants it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from certification.certificates import notice_kinds
from certification.certificates.changes import correctable_facts, document_kind, follow_up_facts, follow_ups, refusal_for
from certification.certificates.claims import printable_name
from certification.certificates.models import Certificate, ChangeRequest, RequestEvidence
from certification.certificates.rules import REQUEST_TRANSITIONS, Cause, Change, RequestEvent
from certification.certificates.rules.requests import MAX_EVIDENCE
from certification.certificates.services.notifying import what_of
from certification.certificates.services.standing import require_head
from certification.certificates.services.succession import correct_certificate, reissue_certificate, renew_certificate
from lms.accounts.models import User
from lms.accounts.rules import normalise_name, read_identity
from lms.core import ledger, store
from lms.core.errors import DomainError
from lms.core.states import move
from lms.core.uploads import CheckedFile
from lms.notices.models import Notice
from lms.notices.services import news, tell_many
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role, people_with

SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class KeptFile:
    """A checked upload that lies in the store and waits for its request."""

    sha256: str
    name: str
    media_type: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def keep_file(checked: CheckedFile) -> KeptFile:
    """Store a checked upload before its form is complete, so that a slip elsewhere on the page does not lose it."""
    return KeptFile(store.put(checked.data, suffix=checked.extension), checked.name, checked.content_type)


@transaction.atomic
def file_request(
    certificate: Certificate,
    *,
    change: Change,
    reason: str,
    cause: Cause | None = None,
    corrections: Mapping[str, str] | None = None,
    evidence: Sequence[KeptFile] = (),
    actor: User,
    now: datetime,
) -> ChangeRequest:
    """Ask for a correction, a new copy or a further term; the body's heads are told.

    `actor` is the holder, or exam officer or head of the body for a holder at the counter. `corrections` maps some of
    `succession.CORRECTABLE` to the new value ("photo": SHA-256 in the store). Raises `PermissionDenied`; `DomainError`
    422 `certificates.reason_needed`, `certificates.nothing_to_correct`, `certificates.evidence_needed`,
    `certificates.too_much_evidence`, those of a bad name or ID number; 409 `certificates.request_open` and each reason
    why nothing can be asked for this certificate.
    """
    locked = Certificate.objects.select_for_update(of=("self",)).select_related("programme", "holder").get(pk=certificate.pk)
    on_behalf = actor.pk != locked.holder_id
    if on_behalf and not has_role(actor, locked.organisation_id, Role.EXAM_OFFICER, Role.HEAD):
        raise PermissionDenied
    if (refusal := refusal_for(locked, change, now=now)) is not None:
        raise refusal
    if not reason.strip():
        raise DomainError("certificates.request_reason_needed", status=422)
    facts = _differing(locked, corrections or {}, now=now) if change is Change.CORRECTION else {}
    if change is Change.CORRECTION and not facts:
        raise DomainError("certificates.nothing_to_correct", status=422)
    files = {kept.sha256: kept for kept in evidence}
    if change is Change.CORRECTION and not files:
        raise DomainError("certificates.evidence_needed", status=422)
    if len(files) > MAX_EVIDENCE:
        raise DomainError("certificates.too_much_evidence", status=422, limit=MAX_EVIDENCE)
    request = ChangeRequest(
        certificate=locked,
        change=change.value,
        cause=cause.value if cause is not None and change is Change.REISSUE else "",
        new_name=facts.get("name", ""),
        new_id_number=facts.get("id_number", ""),
        new_photo_sha256=facts.get("photo", ""),
        reason=reason.strip(),
        filed_by=actor,
        filed_at=now,
    )
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError:
        raise DomainError("certificates.request_open") from None
    RequestEvidence.objects.bulk_create(
        [
            RequestEvidence(request=request, sha256=kept.sha256, file_name=kept.name, media_type=kept.media_type)
            for kept in files.values()
        ]
    )
    # Names of facts and fingerprints of files only: their contents are personal.
    ledger.append(
        "certificates.request_filed",
        subject=request,
        actor=actor,
        now=now,
        number=locked.number,
        version=locked.version,
        change=change.value,
        facts=sorted(facts),
        evidence=sorted(files),
        on_behalf=on_behalf,
    )
    tell_many(_notices_of_filing(request, now))
    return request


@transaction.atomic
def withdraw_request(request: ChangeRequest, *, actor: User, now: datetime) -> ChangeRequest:
    """Take a request back while it waits: its filer, or the holder."""
    if actor.pk not in (request.filed_by_id, request.certificate.holder_id):
        raise PermissionDenied
    move(request, request.state, RequestEvent.WITHDRAW, REQUEST_TRANSITIONS, answered_by=actor, answered_at=now)
    ledger.append("certificates.request_withdrawn", subject=request, actor=actor, now=now, number=request.certificate.number)
    return request


@transaction.atomic
def refuse_request(request: ChangeRequest, *, answer: str, actor: User, now: datetime) -> ChangeRequest:
    """Say no, with a reason that the holder reads.

    Raises `PermissionDenied`, `DomainError` `certificates.request_same_person`, `certificates.answer_needed` (422).
    """
    _require_answerer(request, actor)
    if not answer.strip():
        raise DomainError("certificates.answer_needed", status=422)
    move(
        request,
        request.state,
        RequestEvent.REFUSE,
        REQUEST_TRANSITIONS,
        answered_by=actor,
        answered_at=now,
        answer=answer.strip(),
    )
    ledger.append("certificates.request_refused", subject=request, actor=actor, now=now, number=request.certificate.number)
    tell_many([_answer_to(person, request, now) for person in _askers(request)])
    return request


@transaction.atomic
def grant_request(request: ChangeRequest, *, actor: User, now: datetime) -> Certificate:
    """Make the version that was asked for, signed with the body's key, and return it.

    `actor` is head of the body, did not file the request and is not the holder. Raises `PermissionDenied`, `DomainError`
    `certificates.request_same_person`, `core.invalid_transition` when it is answered already, each reason why the
    certificate cannot be changed today, and those of making the file. Nothing is kept then.
    """
    _require_answerer(request, actor)
    old = request.certificate
    change = Change(request.change)
    if (refusal := refusal_for(old, change, now=now)) is not None:
        raise refusal
    # The WHERE clause is the lock: of two heads one alone makes a new version.
    move(request, request.state, RequestEvent.GRANT, REQUEST_TRANSITIONS, answered_by=actor, answered_at=now)
    if change is Change.CORRECTION:
        new = correct_certificate(old, changes=_corrections(request), reason=request.reason, actor=actor, now=now)
    else:
        succeed = reissue_certificate if change is Change.REISSUE else renew_certificate
        new = succeed(old, reason=request.reason, actor=actor, now=now)
    request.result = new
    request.save(update_fields=["result"])
    ledger.append("certificates.request_granted", subject=request, actor=actor, now=now, number=new.number, version=new.version)
    tell_many([_answer_to(person, request, now) for person in _to_tell_of_grant(request)])
    return new


@transaction.atomic
def read_evidence(evidence: RequestEvidence, *, actor: User, now: datetime) -> bytes:
    """Return a file of a request, and write down who read it unless she filed it or it is about her (I43)."""
    request = evidence.request
    if actor.pk not in (request.filed_by_id, request.certificate.holder_id):
        ledger.append("certificates.evidence_read", subject=evidence, actor=actor, now=now, request=request.pk)
    return store.read(evidence.sha256)


@transaction.atomic
def read_photo(request: ChangeRequest, *, actor: User, now: datetime) -> bytes:
    """Return the photo that is to be printed instead (JPEG), written down as `read_evidence` does."""
    if actor.pk not in (request.filed_by_id, request.certificate.holder_id):
        ledger.append("certificates.evidence_read", subject=request, actor=actor, now=now, request=request.pk)
    return store.read(request.new_photo_sha256)


@transaction.atomic
def reveal_numbers(request: ChangeRequest, *, actor: User, now: datetime) -> tuple[str, str]:
    """Return the ID number on the certificate and the corrected one in full, and write down who read them (I39, I43)."""
    ledger.append("certificates.number_read", subject=request, actor=actor, now=now, purpose="change_request")
    return request.certificate.id_number, request.new_id_number


def _differing(certificate: Certificate, corrections: Mapping[str, str], *, now: datetime) -> dict[str, str]:
    """Return those corrections that say something else than the certificate does, checked and in their kept form."""
    carried = correctable_facts(certificate)
    if unknown := sorted(set(corrections) - set(carried)):
        raise DomainError("certificates.not_correctable", status=422, fact=unknown[0])
    facts = {}
    if text := corrections.get("name", "").strip():
        name = printable_name(normalise_name(text))
        if name != certificate.claims["holder"]["name"]:
            facts["name"] = name
    if text := SPACES.sub("", corrections.get("id_number", "")).upper():
        kind = document_kind(certificate)
        number = read_identity(kind, text, today=timezone.localdate(now)).number if kind is not None else text
        if number != certificate.id_number:
            facts["id_number"] = number
    if (photo := corrections.get("photo", "")) and photo != certificate.photo_sha256:
        facts["photo"] = photo
    return facts


def _corrections(request: ChangeRequest) -> dict[str, str]:
    found = {"name": request.new_name, "id_number": request.new_id_number, "photo": request.new_photo_sha256}
    return {name: value for name, value in found.items() if value}


def _require_answerer(request: ChangeRequest, actor: User) -> None:
    require_head(request.certificate, actor=actor)
    if actor.pk in (request.filed_by_id, request.certificate.holder_id):
        raise DomainError("certificates.request_same_person")


def _askers(request: ChangeRequest) -> list[User]:
    """Return the holder, and who filed for her."""
    holder = request.certificate.holder
    return [holder, request.filed_by] if request.on_behalf else [holder]


def _to_tell_of_grant(request: ChangeRequest) -> list[User]:
    """Return whom the notice of the new version does not tell enough: the filer, and a holder who has more to do."""
    holder = request.certificate.holder
    return [person for person in _askers(request) if person.pk != holder.pk or follow_ups(request)]


def _notices_of_filing(request: ChangeRequest, now: datetime) -> list[Notice]:
    certificate = request.certificate
    told_by = certificate.organisation_id
    heads = people_with(certificate.organisation, Role.HEAD).exclude(pk__in=[request.filed_by_id, certificate.holder_id])
    facts = {"change": request.change, "number": certificate.number}
    url = reverse("certificates:request", args=[request.pk])
    notices = [news(notice_kinds.REQUEST_WAITING, head, facts=facts, url=url, organisation=told_by, now=now) for head in heads]
    if request.on_behalf:
        about = {"what": what_of(certificate), "number": certificate.number}
        own = reverse("certificates:own_request", args=[request.pk])
        notices.append(news(notice_kinds.FILED_FOR_YOU, certificate.holder, facts=about, url=own, organisation=told_by, now=now))
    return notices


def _answer_to(person: User, request: ChangeRequest, now: datetime) -> Notice:
    certificate = request.certificate
    is_holder = person.pk == certificate.holder_id
    facts = {"own": is_holder, "granted": request.result_id is not None, "answer": request.answer, "number": certificate.number}
    if request.result_id is not None:
        facts |= follow_up_facts(request)
    url = reverse(f"certificates:{'own_request' if is_holder else 'request'}", args=[request.pk])
    return news(notice_kinds.ANSWERED, person, facts=facts, url=url, organisation=certificate.organisation_id, now=now)
