"""Passed or not, decided by rule and confirmed by a second person."""

from datetime import datetime
from typing import Any

from django.db import transaction

from certification.plans.models import Plan, Seat
from certification.results import rules, selectors
from certification.results.models import Decision
from certification.results.rules import Outcome
from certification.results.services.shared import fingerprint, locked, require_role, require_scored, require_uninvolved
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.rules import Role


@transaction.atomic
def decide_plan(plan: Plan, *, actor: User, now: datetime) -> list[Decision]:
    """Decide for every candidate by the pass rule; a second person has to confirm (I25, I27).

    Deciding again before confirmation replaces the decisions; the same person's same decisions
    again are no new act. Raises `PermissionDenied`,
    `DomainError` "results.examined_here" for somebody who assessed in this plan (I44),
    "results.not_scored", "results.confirmed_already", or "results.part_missing".
    """
    plan = locked(plan)
    require_role(actor, plan, Role.EXAM_OFFICER)
    require_scored(plan)
    require_uninvolved(actor, plan)
    if Decision.objects.filter(seat__plan=plan, confirmed_at__isnull=False).exists():
        raise DomainError("results.confirmed_already")
    required = selectors.required_parts(plan)
    rows = selectors.result_rows(plan, [part.kind for part in required])
    decisions = []
    for row in rows:
        parts = {
            result.part: rules.PartOutcome(Outcome(result.outcome), result.value) for result in row.parts if result is not None
        }
        verdict = rules.passes(parts, required)
        decisions.append(
            Decision(seat=row.seat, passed=verdict.passed, parts=_findings(verdict), decided_by=actor, decided_at=now)
        )
    present = list(Decision.objects.filter(seat__plan=plan, decided_by=actor).order_by("seat__ticket_number"))
    if present and _sealed(present) == _sealed(decisions):
        return present
    Decision.objects.filter(seat__plan=plan).delete()
    Decision.objects.bulk_create(decisions, batch_size=500)
    passed = sum(decision.passed for decision in decisions)
    facts = {
        "candidates": len(decisions),
        "passed": passed,
        "sha256": _sealed(decisions),
    }
    ledger.append("results.decided", subject=plan, actor=actor, now=now, **facts)
    return decisions


@transaction.atomic
def confirm_decisions(plan: Plan, *, actor: User, now: datetime) -> int:
    """Confirm all decisions of a plan as a second person; return how many.

    Raises `PermissionDenied` unless the actor is the head or an exam officer of the body,
    `DomainError` "results.same_person" (I27), "results.examined_here" (I44),
    "results.not_decided" or "results.confirmed_already".
    """
    plan = locked(plan)
    require_role(actor, plan, Role.HEAD, Role.EXAM_OFFICER)
    require_scored(plan)
    require_uninvolved(actor, plan)
    decisions = Decision.objects.filter(seat__plan=plan)
    if not decisions.exists() or decisions.count() != Seat.objects.filter(plan=plan).count():
        raise DomainError("results.not_decided")
    if decisions.filter(decided_by=actor).exists():
        raise DomainError("results.same_person")
    # The WHERE clause is the lock: of two people who confirm, one changes the rows.
    confirmed = decisions.filter(confirmed_at=None).update(confirmed_by=actor, confirmed_at=now)
    if not confirmed:
        raise DomainError("results.confirmed_already")
    ledger.append("results.confirmed", subject=plan, actor=actor, now=now, decisions=confirmed)
    return confirmed


def _findings(verdict: rules.Verdict) -> list[dict[str, Any]]:
    return [
        {
            "kind": finding.kind,
            "outcome": finding.outcome.value,
            "value": None if finding.value is None else str(finding.value),
            "pass_mark": str(finding.pass_mark),
            "met": finding.met,
        }
        for finding in verdict.findings
    ]


def _sealed(decisions: list[Decision]) -> str:
    return fingerprint([[d.seat_id, d.passed, d.parts] for d in decisions])
