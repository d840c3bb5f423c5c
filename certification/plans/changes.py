"""What may still happen to a plan that is out: it is called off, or a notice beside it corrects what people understood."""

from datetime import datetime

from django.db import transaction

from certification.plans import notice_kinds, rules
from certification.plans.access import require_officer
from certification.plans.announcing import tell_applicants
from certification.plans.approval import end_waiting
from certification.plans.models import Correction, Plan
from certification.plans.rules import TRANSITIONS, Event, Status
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.states import move


@transaction.atomic
def cancel_plan(plan: Plan, *, reason: str, actor: User, now: datetime) -> Plan:
    """Cancel a plan that binds no candidate yet; the reason is kept, and told to everybody who applied.

    Its rooms are free again, and the cases no longer keep anybody from another plan (I9).
    """
    require_officer(actor, plan.organisation)
    if not reason.strip():
        raise DomainError("plans.reason_needed", status=422)
    if (Status(plan.status), Event.CANCEL) not in TRANSITIONS or plan.seats.exists():
        raise DomainError("plans.not_cancellable")
    move(plan, Status(plan.status), Event.CANCEL, TRANSITIONS)
    end_waiting(plan, actor=actor, now=now)
    facts = {"plan": plan.title, "reason": reason.strip(), "body": plan.organisation.name}
    told = tell_applicants(notice_kinds.CANCELLED, plan, now=now, facts=facts, once=f"plans.cancelled.{plan.pk}")
    ledger.append("plans.cancelled", subject=plan, actor=actor, now=now, reason=reason.strip(), told=told)
    return plan


@transaction.atomic
def correct_plan(plan: Plan, *, text: str, actor: User, now: datetime) -> Correction:
    """Publish a correction notice beside a published plan and tell everybody who applied; no field changes (I6).

    Raises `DomainError`: nothing written, or the plan is not public (yet, or any more).
    """
    require_officer(actor, plan.organisation)
    if not text.strip():
        raise DomainError("plans.text_needed", status=422)
    if Status(plan.status) not in rules.PUBLIC_STATUSES or Status(plan.status) in rules.FINISHED_STATUSES:
        raise DomainError("plans.not_correctable")
    notice = Correction.objects.create(plan=plan, text=text.strip(), published_by=actor, published_at=now)
    facts = {"plan": plan.title, "text": notice.text, "body": plan.organisation.name}
    told = tell_applicants(notice_kinds.CORRECTED, plan, now=now, facts=facts, once=f"plans.corrected.{notice.pk}")
    ledger.append("plans.corrected", subject=plan, actor=actor, now=now, correction=notice.pk, text=notice.text, told=told)
    return notice
