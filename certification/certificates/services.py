"""What happens to certificates: issued one by one or plan by plan, suspended, reinstated, revoked."""

import logging
import secrets
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from certification.bodies.models import Filing
from certification.certificates import tasks
from certification.certificates.claims import TEMPLATE_VERSION, claims_for, filing_of, fingerprint, identity_of, photo_of
from certification.certificates.models import Certificate, NumberCounter
from certification.certificates.rendering import render_certificate
from certification.certificates.rules import LAST_SERIAL, TRANSITIONS, Event, Status, check_may_issue, format_number
from certification.certificates.selectors import issue_facts, refusal_for_plan, signing_key_of, without_certificate
from certification.certificates.signing import SIGNATURE_LEVEL, LoadedKey, load_key, sign_pdf
from certification.certificates.validation import check_pdf
from certification.plans.models import Plan
from certification.plans.rules import Event as PlanEvent
from certification.plans.rules import Status as PlanStatus
from certification.plans.services import advance
from certification.results.models import Decision
from certification.results.selectors import decided_for_issue
from lms.accounts.models import User
from lms.core import jobs, ledger, store
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.models import Job
from lms.core.states import move
from lms.notices.services import in_language_of, tell
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

ISSUE_JOB = "certificates.issue"
TOKEN_BYTES = 24
log = logging.getLogger(__name__)


@transaction.atomic
def issue_certificate(decision: Decision, *, actor: User, now: datetime) -> Certificate:
    """Issue the certificate that a confirmed, published decision earns: number, file, signature, record, at once.

    `actor` must be head of the body. Raises `DomainError` for each reason of `rules.refusal_to_issue`,
    for a missing photo, identity document or signing key; nothing is left behind then, the number
    included (I32). Source: domain.md §12, I30–I36.
    """
    decision = _locked(decision)
    plan = decision.seat.plan
    _require_head(actor, plan.organisation_id)
    today = timezone.localdate(now)
    check_may_issue(issue_facts(decision, actor=actor), today=today)
    filing = filing_of(plan)
    identity, photo_sha256 = identity_of(decision), photo_of(decision)
    signing_key = signing_key_of(plan.organisation_id)
    key = load_key(signing_key)
    number = _next_number(filing, year=today.year, level=plan.level)
    claims = claims_for(decision, number=number, issued_on=today, identity=identity)
    certificate = Certificate(
        number=number,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        decision=decision,
        holder=decision.seat.candidate,
        organisation=plan.organisation,
        filing=filing,
        occupation=plan.scheme.occupation,
        work_type=plan.work_type,
        level=plan.level,
        claims=claims,
        claims_sha256=fingerprint(claims),
        id_number=identity.number,
        template_version=TEMPLATE_VERSION,
        photo_sha256=photo_sha256,
        issued_on=today,
        issued_at=now,
        issued_by=actor,
        status=Status.VALID.value,
        status_at=now,
        signing_key=signing_key,
        signature_level=SIGNATURE_LEVEL,
    )
    certificate.pdf_sha256 = store.put(_signed_file(certificate, key=key, now=now), suffix=".pdf")
    try:
        with transaction.atomic():
            certificate.save(force_insert=True)
    except IntegrityError:
        # Somebody issued the same one at the same moment: the constraint let only one of them through.
        raise DomainError("certificates.already_holds") from None
    ledger.append(
        "certificates.issued",
        subject=certificate,
        actor=actor,
        now=now,
        number=number,
        decision=decision.pk,
        pdf_sha256=certificate.pdf_sha256,
        claims_sha256=certificate.claims_sha256,
        signing_key=signing_key.pk,
    )
    _tell_holder(certificate, now=now)
    return certificate


@transaction.atomic
def issue_plan(plan: Plan, *, actor: User, now: datetime) -> Job:
    """Start issuing to everybody in the plan who has passed, and return the job that shows how far it is.

    The work is a task of its own, queued when this transaction commits. Calling it again after an
    interruption issues what is still missing and nothing twice.
    """
    _require_head(actor, plan.organisation_id)
    if (refusal := refusal_for_plan(plan, today=timezone.localdate(now))) is not None:
        raise refusal
    signing_key_of(plan.organisation_id)
    waiting = without_certificate(decided_for_issue(plan))
    job = jobs.start(ISSUE_JOB, actor=actor, total=len(waiting), params={"plan": plan.pk, "actor": actor.pk}, now=now)
    transaction.on_commit(partial(tasks.issue_waiting.enqueue, job.pk, now.isoformat()))
    return job


def run_issue_job(job: Job, *, now: datetime) -> Job:
    """Issue one certificate after the other, each in its own transaction, and close the plan when all are out.

    Safe to run again at any point: who has a certificate is left alone. A person whose certificate
    cannot be issued gets a row with the reason, and the others go on.
    """
    plan = Plan.objects.select_related("organisation", "filing", "scheme__occupation").get(pk=job.params["plan"])
    actor = User.objects.get(pk=job.params["actor"])
    for decision in without_certificate(decided_for_issue(plan)):
        try:
            certificate = issue_certificate(decision, actor=actor, now=now)
        except DomainError as error:
            with translation.override(settings.LANGUAGE_CODE):
                jobs.record(job, str(decision.pk), ok=False, message=text_of(error))
        else:
            jobs.record(job, str(decision.pk), ok=True, message=certificate.number)
    if not without_certificate(decided_for_issue(plan)):
        plan.refresh_from_db(fields=["status"])
        if plan.status == PlanStatus.IN_PUBLICATION.value:
            advance(plan, PlanEvent.CERTIFY, actor=actor, now=now)
    jobs.finish(job, now=now)
    return job


def revoke_certificate(certificate: Certificate, *, reason: str, actor: User, now: datetime) -> Certificate:
    """Revoke for good. The number stays in the register and answers “revoked” for ever (I35)."""
    return _change_status(certificate, Event.REVOKE, reason=reason, actor=actor, now=now)


def suspend_certificate(certificate: Certificate, *, reason: str, actor: User, now: datetime) -> Certificate:
    """Suspend while something is being looked into."""
    return _change_status(certificate, Event.SUSPEND, reason=reason, actor=actor, now=now)


def reinstate_certificate(certificate: Certificate, *, reason: str, actor: User, now: datetime) -> Certificate:
    """Make a suspended certificate valid again."""
    return _change_status(certificate, Event.REINSTATE, reason=reason, actor=actor, now=now)


@transaction.atomic
def _change_status(certificate: Certificate, event: Event, *, reason: str, actor: User, now: datetime) -> Certificate:
    _require_head(actor, certificate.organisation_id)
    if not reason.strip():
        raise DomainError("certificates.reason_needed", status=422)
    move(certificate, Status(certificate.status), event, TRANSITIONS, status_reason=reason.strip(), status_at=now)
    # The reason may name people; the ledger keeps that something was decided, the row keeps why.
    ledger.append(
        f"certificates.{event.value}",
        subject=certificate,
        actor=actor,
        now=now,
        number=certificate.number,
        status=certificate.status,
    )
    return certificate


def _locked(decision: Decision) -> Decision:
    Decision.objects.select_for_update().get(pk=decision.pk)
    return Decision.objects.select_related(
        "seat__candidate", "seat__plan__organisation", "seat__plan__filing", "seat__plan__scheme__occupation"
    ).get(pk=decision.pk)


def _require_head(actor: User, organisation_id: int) -> None:
    if not has_role(actor, organisation_id, Role.HEAD):
        raise PermissionDenied


def _next_number(filing: Filing, *, year: int, level: int) -> str:
    """Take the next serial of body, year and level; its row stays locked until the certificate is stored (I32)."""
    NumberCounter.objects.get_or_create(filing=filing, year=year, level=level)
    counter = NumberCounter.objects.filter(filing=filing, year=year, level=level)
    if not counter.filter(last__lt=LAST_SERIAL).update(last=F("last") + 1):
        raise DomainError("certificates.serials_exhausted", year=year, level=level)
    return format_number(
        type_letter=filing.type_letter,
        body_code=filing.body_code,
        province=filing.province,
        sequence=filing.sequence,
        year=year,
        level=level,
        serial=counter.get().last,
    )


def _signed_file(certificate: Certificate, *, key: LoadedKey, now: datetime) -> bytes:
    """Return the signed PDF, checked once more before it is kept."""
    pdf = render_certificate(
        certificate.claims,
        id_number=certificate.id_number,
        photo=store.read(certificate.photo_sha256),
        verify_url=certificate.verify_url,
        issued_at=now,
    )
    signed = sign_pdf(pdf, key=key, now=now)
    report = check_pdf(signed, roots=key.roots, moment=now)
    if not report.ok:
        log.error("A freshly signed certificate does not verify: %s", report.finding)
        raise DomainError("certificates.signature_failed", status=500)
    return signed


def _tell_holder(certificate: Certificate, *, now: datetime) -> None:
    with in_language_of(certificate.holder):
        tell(
            certificate.holder,
            subject=_("Your certificate is issued"),
            text=_("%(occupation)s, %(level)s, number %(number)s. You can download and share it now.")
            % {
                "occupation": certificate.claims["occupation"]["zh"],
                "level": certificate.claims["level"]["zh"],
                "number": certificate.number,
            },
            url=reverse("certificates:own"),
            now=now,
        )
