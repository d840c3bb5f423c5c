"""Passed or not, decided by rule and confirmed by a second person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from certification.plans.models import Plan, Seat
from certification.results import independence, rules, selectors
from certification.results.models import Decision, RecordingCheck
from certification.results.rules import Outcome
from certification.results.selectors import ResultRow
from certification.results.services.checking import recording_in_force, require_nothing_open
from certification.results.services.shared import fingerprint, locked, require_role, require_scored
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.rules import Role


@transaction.atomic
def decide_plan(plan: Plan, *, actor: User, now: datetime) -> list[Decision]:
    """Decide by the pass rule for every candidate about whom the actor may; a second person has to confirm (I25, I27).

    Candidates to whom she has a tie are left to another officer, who calls this for the rest (I44). When nobody is left,
    deciding again before confirmation replaces the decisions; the same person's same decisions again are no new act.

    Raises `PermissionDenied`, `DomainError` "results.not_scored", "results.part_missing", "results.not_recorded",
    "results.not_checked" before the second person has checked the marks (I27), "results.confirmed_already",
    "results.examined_here" for somebody with a tie to everybody, or "results.left_to_others" when only those are left.
    """
    plan = locked(plan)
    require_role(actor, plan, Role.EXAM_OFFICER)
    require_scored(plan)
    if Decision.objects.filter(seat__plan=plan, confirmed_at__isnull=False).exists():
        raise DomainError("results.confirmed_already")
    required = selectors.required_parts(plan)
    rows = selectors.result_rows(plan, [part.kind for part in required])
    rounding = plan.scheme.parameter("rounding")
    verdicts = {row.seat.pk: _verdict(row, required, rounding) for row in rows}
    ties = independence.tied_candidates(actor, plan)
    free = [row for row in rows if row.seat.candidate_id not in ties]
    if not free:
        raise DomainError("results.examined_here")
    _require_checked(plan)
    due = [row for row in free if row.decision is None]
    if not due:
        if any(row.decision is None for row in rows):
            raise DomainError("results.left_to_others", names=_names_of_free(plan, rows))
        due = free
    decisions = [_decision(row, verdicts[row.seat.pk], actor=actor, now=now) for row in due]
    present = [row.decision for row in due if row.decision is not None and row.decision.decided_by_id == actor.pk]
    if len(present) == len(due) and _sealed(present) == _sealed(decisions):
        return present
    Decision.objects.filter(seat__in=[row.seat.pk for row in due]).delete()
    Decision.objects.bulk_create(decisions, batch_size=500)
    facts = {
        "candidates": len(decisions),
        "passed": sum(decision.passed for decision in decisions),
        "left_to_others": sum(row.decision is None for row in rows) - sum(row.decision is None for row in due),
        "sha256": _sealed(decisions),
    }
    ledger.append("results.decided", subject=plan, actor=actor, now=now, **facts)
    return decisions


@transaction.atomic
def confirm_decisions(plan: Plan, *, actor: User, now: datetime) -> int:
    """Confirm as a second person every decision that the actor neither made nor has a tie about; return how many.

    What she made herself waits for somebody else. Raises `PermissionDenied` unless the actor is the head or an exam
    officer of the body, `DomainError` "results.same_person" (I27), "results.examined_here" (I44),
    "results.not_decided" or "results.confirmed_already".
    """
    plan = locked(plan)
    require_role(actor, plan, Role.HEAD, Role.EXAM_OFFICER)
    require_scored(plan)
    ties = independence.tied_candidates(actor, plan)
    decisions = Decision.objects.filter(seat__plan=plan)
    if not decisions.exists() or decisions.count() != Seat.objects.filter(plan=plan).count():
        raise DomainError("results.not_decided")
    waiting = decisions.filter(confirmed_at=None)
    others = waiting.exclude(decided_by=actor)
    # The WHERE clause is the lock: of two people who confirm, one changes the rows.
    confirmed = (
        Decision.objects.filter(pk__in=list(others.exclude(seat__candidate__in=ties).values_list("pk", flat=True)))
        .filter(confirmed_at=None)
        .update(confirmed_by=actor, confirmed_at=now)
    )
    if not confirmed:
        if others.exists():
            raise DomainError("results.examined_here")
        raise DomainError("results.same_person" if waiting.exists() else "results.confirmed_already")
    left = waiting.count()
    ledger.append("results.confirmed", subject=plan, actor=actor, now=now, decisions=confirmed, left=left)
    return confirmed


def _require_checked(plan: Plan) -> None:
    recording = recording_in_force(plan)
    if not RecordingCheck.objects.filter(recording=recording).exists():
        raise DomainError("results.not_checked")
    require_nothing_open(plan)


def _names_of_free(plan: Plan, rows: list[ResultRow]) -> str:
    left = [row.seat.candidate_id for row in rows if row.decision is None]
    people = independence.free_to_decide(plan, left, roles=[Role.EXAM_OFFICER])
    return "、".join(person.get_full_name() for person in people) or "—"


def _verdict(row: ResultRow, required: list[rules.RequiredPart], rounding: str) -> rules.Verdict:
    parts = {result.part: rules.PartOutcome(Outcome(result.outcome), result.value) for result in row.parts if result is not None}
    return rules.passes(parts, required, rounding=rounding)


def _decision(row: ResultRow, verdict: rules.Verdict, *, actor: User, now: datetime) -> Decision:
    kept = {part.part: part.basis["kept"] for part in row.parts if part is not None and "kept" in part.basis}
    return Decision(seat=row.seat, passed=verdict.passed, parts=_findings(verdict, kept), decided_by=actor, decided_at=now)


def _findings(verdict: rules.Verdict, kept: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what is stored and published of each part; `kept` and `counted` stand only where they say something."""
    found = []
    for finding in verdict.findings:
        row: dict[str, Any] = {
            "kind": finding.kind,
            "outcome": finding.outcome.value,
            "value": None if finding.value is None else str(finding.value),
            "pass_mark": str(finding.pass_mark),
            "met": finding.met,
        }
        if finding.counted is not None:
            row["counted"] = str(finding.counted)
        if finding.kind in kept:
            row["kept"] = {name: kept[finding.kind][name] for name in ("exam_date", "until")}
        found.append(row)
    return found


def _sealed(decisions: list[Decision]) -> str:
    return fingerprint([[d.seat_id, d.passed, d.parts] for d in decisions])
