"""What the review of a plan asks for and scores by."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from certification.panels import rules, selectors
from certification.panels.models import ReviewSetup
from certification.plans.access import require_officer
from certification.plans.models import Plan
from certification.plans.rules import STAFFING_STATUSES, Status
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError


@transaction.atomic
def set_up_review(
    plan: Plan,
    *,
    criteria: Sequence[Mapping[str, Any]],
    asked: Mapping[str, bool],
    dossier_closes: date,
    minutes: int,
    threshold: Decimal,
    actor: User,
    now: datetime,
) -> ReviewSetup:
    """Say what the dossier holds and until when, how long each defence lasts, how it is scored, and what lies too far apart.

    Candidates rely on it, so it is written while the plan is a draft; a plan that was published without one may be given
    it once, until its exam begins. The last day lies after registration opens and before the exam. Raises
    `PermissionDenied`, or `DomainError` "panels.no_review", "panels.setup_fixed", "panels.too_few_minutes",
    "panels.threshold", "panels.dossier_day" and what `rules.criteria_from` and `rules.asked_from` find.
    """
    require_officer(actor, plan.organisation)
    plan = Plan.objects.select_for_update(of=("self",)).select_related("organisation", "scheme").get(pk=plan.pk)
    if not selectors.requires_review(plan):
        raise DomainError("panels.no_review")
    present = ReviewSetup.objects.filter(plan=plan).exists()
    status = Status(plan.status)
    if not (status is Status.DRAFT or (not present and status in STAFFING_STATUSES)):
        raise DomainError("panels.setup_fixed")
    least = selectors.least_minutes(plan)
    if minutes < least:
        raise DomainError("panels.too_few_minutes", status=422, minutes=least)
    if not 0 < threshold <= 100:
        raise DomainError("panels.threshold", status=422)
    if not plan.registration_opens <= dossier_closes < plan.exam_date:
        raise DomainError("panels.dossier_day", status=422, first=plan.registration_opens, exam=plan.exam_date)
    lines = [criterion.stored() for criterion in rules.criteria_from(criteria)]
    kinds = rules.asked_from(asked)
    facts: dict[str, Any] = {
        "criteria": lines,
        "asked": kinds,
        "dossier_closes": dossier_closes,
        "minutes": minutes,
        "threshold": threshold,
        "made_by": actor,
        "made_at": now,
    }
    setup, _created = ReviewSetup.objects.update_or_create(plan=plan, defaults=facts)
    ledger.append(
        "panels.set_up",
        subject=plan,
        actor=actor,
        now=now,
        criteria=[[line["key"], line["text"], line["max"]] for line in lines],
        asked=kinds,
        dossier_closes=dossier_closes.isoformat(),
        minutes=minutes,
        threshold=str(threshold),
    )
    return setup
