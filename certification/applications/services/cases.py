"""The candidate's half of a case: start, say, show, undertake, submit, withdraw."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from certification.applications import rules
from certification.applications.models import Application, Entry, Evidence, Submission
from certification.applications.rules import TRANSITIONS, Event, Status
from certification.applications.rules.record import PRIVATE_FIELDS, SENSITIVE_FIELDS, read_record
from certification.applications.selectors import (
    evaluate_condition,
    missing_for_submission,
    overlapping_case,
    sensitive_fields_of,
)
from certification.applications.services.portraits import portrait
from certification.plans.models import Plan
from certification.standards.findings import sentences_of
from certification.standards.models import EligibilityCondition
from certification.standards.rules import add_years
from lms.accounts.models import User
from lms.core import ledger, store, uploads
from lms.core.errors import DomainError
from lms.core.states import move

EVIDENCE_BYTES = 10 * 1024 * 1024
PHOTO_BYTES = 5 * 1024 * 1024
UNDERTAKING_VERSION = 1


@transaction.atomic
def start_application(plan: Plan, *, candidate: User, now: datetime) -> Application:
    """Return the candidate's live case for this plan, starting one when there is none.

    Raises `DomainError`: registration not open (I12), another live case for the same
    occupation and level or an overlapping session (I9), staff of the plan (I17).
    """
    # The candidate's row is the lock under which her live cases are counted.
    User.objects.select_for_update().get(pk=candidate.pk)
    existing = Application.objects.live().filter(plan=plan, candidate=candidate).first()
    if existing is not None:
        return existing
    check_registration(plan, localdate(now))
    _check_one_at_a_time(plan, candidate)
    if plan.assignments.filter(user=candidate).exists():
        raise DomainError("applications.staff_of_plan")
    try:
        with transaction.atomic():
            application = Application.objects.create(plan=plan, candidate=candidate, started_at=now)
    except IntegrityError:
        raise DomainError("applications.already_applied") from None
    ledger.append("applications.started", subject=application, actor=candidate, now=now, plan=plan.pk)
    return application


@transaction.atomic
def save_facts(
    application: Application,
    *,
    facts: Mapping[str, Any] | None = None,
    condition: EligibilityCondition | None = None,
    actor: User,
    now: datetime,
) -> Application:
    """Store what the candidate says, the condition she claims, or both, and evaluate it as of today.

    `facts`: `{"employments": [{employer, occupation, started_on, ended_on}], "certificates":
    [{occupation, level, issued_on, number}], "titles": [{name, rank, issued_on, matched}],
    "diplomas": [{school, kind, major, graduated_on, evaluated}], "apprenticeship_ended_on"}`,
    dates ISO. Raises `DomainError` (422) naming what cannot be stored.
    """
    locked = _editable(application, actor, now)
    if facts is not None:
        locked.facts = rules.check_facts(facts, on=localdate(now))
    if condition is not None:
        if not locked.plan.scheme_level.conditions.filter(pk=condition.pk).exists():
            raise DomainError("applications.condition_of_other_plan", status=422)
        locked.condition = condition
    _evaluate(locked, now)
    locked.save(update_fields=["facts", "condition", "evaluation", "evaluated_on"])
    return _refreshed(application)


@transaction.atomic
def save_record(application: Application, *, record: Mapping[str, Any], actor: User, now: datetime) -> Application:
    """Store the registration form, whole or half: what is empty goes, what is still needed is told before handing in.

    `record`: fields of `rules.record`; sensitive ones are dropped unless the body asks for them. Raises
    `DomainError` (422) for the first value that cannot be.
    """
    locked = _editable(application, actor, now)
    asked = {name: value for name, value in record.items() if name not in SENSITIVE_FIELDS}
    asked |= {name: record[name] for name in sensitive_fields_of(locked.plan.organisation_id) if name in record}
    plain, private, faults = read_record(asked, on=localdate(now))
    if faults:
        raise DomainError(faults[0].code, status=422, **faults[0].context)
    if stated := locked.record.get("stated_certificate"):
        plain["stated_certificate"] = stated
    locked.record, locked.private = plain, packed_private(private)
    locked.save(update_fields=["record", "private"])
    return _refreshed(application)


def packed_private(private: Mapping[str, str]) -> str:
    """Return the private part as it is stored: one text, empty for nothing."""
    kept = {name: private[name] for name in PRIVATE_FIELDS if private.get(name)}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else ""


@transaction.atomic
def attach_evidence(application: Application, *, kind: str, upload: "UploadedFile[Any]", actor: User, now: datetime) -> Evidence:
    """Check and store a PDF or picture; the same file for the same kind again changes nothing.

    Raises what `uploads.check` and `uploads.check_document` raise, and `DomainError` (422): unknown kind, too many files.
    """
    locked = _editable(application, actor, now)
    if kind not in rules.EVIDENCE_KINDS:
        raise DomainError("applications.evidence_kind_unknown", status=422)
    if locked.evidence.count() >= rules.MAX_FILES:
        raise DomainError("applications.too_many_files", status=422, limit=rules.MAX_FILES)
    checked = uploads.check(upload, kinds=("pdf", "image"), max_bytes=EVIDENCE_BYTES)
    uploads.check_document(checked)
    digest = store.put(checked.data, suffix=checked.extension)
    evidence, _created = Evidence.objects.get_or_create(
        application=locked,
        kind=kind,
        sha256=digest,
        defaults={
            "name": checked.name,
            "content_type": checked.content_type,
            "size": len(checked.data),
            "uploaded_at": now,
        },
    )
    return evidence


@transaction.atomic
def remove_evidence(evidence: Evidence, *, actor: User, now: datetime) -> None:
    """Take a file out of the case again, while the case can be changed."""
    _editable(evidence.application, actor, now)
    evidence.delete()


@transaction.atomic
def attach_photo(application: Application, *, upload: "UploadedFile[Any]", actor: User, now: datetime) -> Application:
    """Store the portrait for ticket and certificate, cut to 3:4 around its middle.

    Raises `DomainError` (422) when it is no picture or smaller than 120 × 160 pixels.
    """
    locked = _editable(application, actor, now)
    checked = uploads.check(upload, kinds=("image",), max_bytes=PHOTO_BYTES)
    locked.photo_sha256 = store.put(portrait(checked.data), suffix="jpg")
    locked.save(update_fields=["photo_sha256"])
    return _refreshed(application)


@transaction.atomic
def give_undertaking(application: Application, *, actor: User, now: datetime) -> Application:
    """Record that the candidate vouches for what she says (诚信承诺书)."""
    locked = _editable(application, actor, now)
    if locked.undertaking_at is None:
        locked.undertaking_at = now
        locked.save(update_fields=["undertaking_at"])
        ledger.append("applications.undertaking_given", subject=locked, actor=actor, now=now, version=UNDERTAKING_VERSION)
    return _refreshed(application)


@transaction.atomic
def submit_application(application: Application, *, actor: User, now: datetime) -> Application:
    """Hand the case in for review; facts are evaluated as of this day and kept with it (I7).

    Raises `DomainError`: `applications.incomplete` naming each missing thing,
    `applications.too_young` (I11), `applications.condition_unmet` naming each unmet
    requirement, or that registration is closed (I12). Nothing is stored then.
    """
    locked = _editable(application, actor, now)
    missing = missing_for_submission(locked)
    if missing:
        raise DomainError("applications.incomplete", status=422, missing=[str(item.label) for item in missing])
    today = localdate(now)
    minimum = int(locked.plan.scheme.parameter("min_age"))
    if add_years(locked.candidate.identity.birth_date, minimum) > today:
        raise DomainError("applications.too_young", status=422, years=minimum)
    _evaluate(locked, now)
    if not locked.evaluation["met"]:
        raise DomainError(
            "applications.condition_unmet", status=422, reasons=" ".join(sentences_of(locked.evaluation, met=False))
        )
    move(
        locked,
        Status(locked.status),
        Event.SUBMIT,
        TRANSITIONS,
        evaluation=locked.evaluation,
        evaluated_on=today,
        submitted_at=now,
        facts=locked.facts,
    )
    # Whoever entered her no longer needs to keep her number: it stands with her own document.
    Entry.objects.filter(application=locked).update(number="")
    kept = _keep_submission(locked, now)
    ledger.append(
        "applications.submitted",
        subject=locked,
        actor=actor,
        now=now,
        plan=locked.plan_id,
        condition=locked.condition.code if locked.condition else "",
        evidence=sorted(row["sha256"] for row in kept.content["evidence"]),
        round=kept.number,
    )
    return _refreshed(application)


def _keep_submission(application: Application, now: datetime) -> Submission:
    """Keep what is handed in as it is now, so that reviewers see what a later round changed."""
    private = application.private
    content = {
        "condition": application.condition.code if application.condition else "",
        "facts": application.facts,
        "record": application.record,
        # Of where somebody lives only that it changed is told, so its hash is enough.
        "private_sha256": sha256(private.encode()).hexdigest() if private else "",
        "evidence": [
            {"kind": row.kind, "name": row.name, "sha256": row.sha256}
            for row in application.evidence.order_by("uploaded_at", "pk")
        ],
        "photo": application.photo_sha256,
    }
    return Submission.objects.create(application=application, number=application.submissions.count() + 1, at=now, content=content)


@transaction.atomic
def withdraw_application(application: Application, *, actor: User, now: datetime) -> Application:
    """Take the case back while no seat binds it."""
    if actor.pk != application.candidate_id:
        raise DomainError("applications.not_yours", status=403)
    if (Status(application.status), Event.WITHDRAW) not in TRANSITIONS:
        raise DomainError("applications.not_withdrawable")
    move(application, Status(application.status), Event.WITHDRAW, TRANSITIONS)
    ledger.append("applications.withdrawn", subject=application, actor=actor, now=now)
    return application


def _editable(application: Application, actor: User, now: datetime) -> Application:
    """Return the locked row if the actor may change the case today."""
    locked = (
        Application.objects.select_for_update(of=("self",))
        .select_related("plan__organisation", "plan__scheme__occupation", "candidate__identity", "condition")
        .get(pk=application.pk)
    )
    if actor.pk != locked.candidate_id:
        raise DomainError("applications.not_yours", status=403)
    if not locked.is_editable:
        raise DomainError("applications.not_editable")
    if not locked.window_is_open(localdate(now)):
        raise DomainError("plans.registration_closed", date=locked.plan.registration_closes)
    return locked


def check_registration(plan: Plan, today: date) -> None:
    """Raise `DomainError` unless one may apply today: `plans.registration_not_open`, `plans.registration_closed` (I12)."""
    if plan.is_open_on(today):
        return
    if plan.status == "published" and today < plan.registration_opens:
        raise DomainError("plans.registration_not_open", date=plan.registration_opens)
    raise DomainError("plans.registration_closed", date=plan.registration_closes)


def _check_one_at_a_time(plan: Plan, candidate: User) -> None:
    found = overlapping_case(plan, candidate)
    if found is not None:
        raise clash(plan, found)


def clash(plan: Plan, found: Application) -> DomainError:
    """Return why the case `found` forbids another one for `plan` (I9)."""
    same = found.plan.level == plan.level and found.plan.scheme.occupation_id == plan.scheme.occupation_id
    return DomainError("applications.same_level_running" if same else "applications.exams_overlap", plan=found.plan.title)


def _evaluate(application: Application, now: datetime) -> None:
    identity = getattr(application.candidate, "identity", None)
    if identity is not None:
        application.facts = {**application.facts, "birth_date": identity.birth_date.isoformat()}
    if application.condition is None:
        application.evaluation, application.evaluated_on = {}, None
        return
    today = localdate(now)
    evaluation = evaluate_condition(application.condition, application, on=today)
    application.evaluation, application.evaluated_on = evaluation.to_json(), today


def _refreshed(application: Application) -> Application:
    application.refresh_from_db()
    return application
