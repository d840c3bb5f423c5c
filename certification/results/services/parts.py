"""The mark of each part, computed from papers and signed sheets."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from certification.assessment.marks import skill_marks
from certification.assessment.models import Absence, TheorySitting
from certification.assessment.rules import Part
from certification.panels.marks import review_marks
from certification.panels.rules import REVIEW_PART
from certification.plans.models import Plan, Seat
from certification.results import keeping, selectors
from certification.results.models import Decision, PartResult, Recording, VoidedPart
from certification.results.rules import Outcome
from certification.results.services.shared import fingerprint, locked, require_role, require_scored
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.rules import Role


@transaction.atomic
def record_part_results(plan: Plan, *, actor: User, now: datetime) -> list[PartResult]:
    """Compute the mark of every part of every candidate from papers and signed sheets.

    A void part is void whatever else is known of it; a part that was kept from an earlier exam has its mark of then, with
    its origin in the basis. May be repeated until a decision exists; nothing is typed in, and the same marks again are no
    new act. Every recording has to be checked by a second person (`checking`). Raises `PermissionDenied`,
    `DomainError` "results.not_scored" before the assessment is closed, "results.decided_already",
    "results.part_not_assessed" for a part this software does not assess yet,
    "results.sheet_missing", "assessment.arbitration_open" or "panels.review_incomplete".
    """
    plan = locked(plan)
    require_role(actor, plan, Role.EXAM_OFFICER)
    require_scored(plan)
    if Decision.objects.filter(seat__plan=plan).exists():
        raise DomainError("results.decided_already")
    kinds = [part.kind for part in selectors.required_parts(plan)]
    makers = {Part.THEORY.value: _theory_results, Part.SKILL.value: _skill_results, REVIEW_PART: _review_results}
    if foreign := [kind for kind in kinds if kind not in makers]:
        raise DomainError("results.part_not_assessed", parts="、".join(foreign))
    seats = list(Seat.objects.filter(plan=plan).order_by("ticket_number"))
    brought, void = keeping.brought_along(plan), selectors.void_parts(plan)
    results = []
    for kind in kinds:
        sitting = [seat for seat in seats if (seat.pk, kind) not in brought]
        made = {seat.pk: fields for seat, fields in makers[kind](plan, sitting)} if sitting else {}
        for seat in seats:
            fields = _void(void[seat.pk, kind]) if (seat.pk, kind) in void else made.get(seat.pk) or _kept(brought[seat.pk, kind])
            results.append(PartResult(seat=seat, part=kind, recorded_at=now, recorded_by=actor, **fields))
    present = list(PartResult.objects.filter(seat__plan=plan))
    if present and sorted(plain(present)) == sorted(plain(results)):
        return present
    PartResult.objects.filter(seat__plan=plan).delete()
    PartResult.objects.bulk_create(results, batch_size=500)
    content = plain(results)
    sealed = fingerprint(content)
    Recording.objects.create(plan=plan, recorded_by=actor, recorded_at=now, content=content, content_sha256=sealed)
    ledger.append("results.parts_recorded", subject=plan, actor=actor, now=now, count=len(results), sha256=sealed)
    return results


def _void(row: VoidedPart) -> dict[str, Any]:
    return {"outcome": Outcome.VOID.value, "basis": {"voiding": row.voiding_id}}


def _kept(part: keeping.Brought) -> dict[str, Any]:
    return {"outcome": part.outcome.value, "value": part.value, "basis": part.basis}


def _theory_results(plan: Plan, seats: list[Seat]) -> list[tuple[Seat, dict[str, Any]]]:
    away = _absent(plan, Part.THEORY)
    sittings = {s.seat_id: s for s in TheorySitting.objects.filter(seat__plan=plan).select_related("attempt")}
    rows: list[tuple[Seat, dict[str, Any]]] = []
    for seat in seats:
        if seat.pk in away:
            rows.append((seat, {"outcome": Outcome.ABSENT.value}))
            continue
        sitting = sittings.get(seat.pk)
        if sitting is None or sitting.attempt.mark is None:
            raise DomainError("results.paper_missing", ticket=seat.ticket_number)
        basis = {"sitting": sitting.pk, "paper": sitting.attempt.paper_id}
        rows.append((seat, {"outcome": Outcome.SCORED.value, "value": sitting.attempt.mark, "basis": basis}))
    return rows


def _skill_results(plan: Plan, seats: list[Seat]) -> list[tuple[Seat, dict[str, Any]]]:
    marks = skill_marks(plan, seats={seat.pk for seat in seats})
    rows: list[tuple[Seat, dict[str, Any]]] = []
    for seat in seats:
        mark = marks[seat.pk]
        if mark.value is None:
            rows.append((seat, {"outcome": Outcome.ABSENT.value}))
        else:
            rows.append((seat, {"outcome": Outcome.SCORED.value, "value": mark.value, "basis": mark.basis}))
    return rows


def _review_results(plan: Plan, seats: list[Seat]) -> list[tuple[Seat, dict[str, Any]]]:
    marks = review_marks(plan)
    rows: list[tuple[Seat, dict[str, Any]]] = []
    for seat in seats:
        mark = marks[seat.pk]
        outcome = Outcome.ABSENT if mark.value is None else Outcome.SCORED
        rows.append((seat, {"outcome": outcome.value, "value": mark.value, "basis": mark.basis}))
    return rows


def _absent(plan: Plan, part: Part) -> set[int]:
    return set(Absence.objects.filter(seat__plan=plan, part=part.value).values_list("seat_id", flat=True))


def plain(results: Iterable[PartResult]) -> list[list[Any]]:
    """Return the marks as they are sealed and compared: seat, part, outcome, value."""
    return [[r.seat_id, r.part, r.outcome, None if r.value is None else f"{r.value:.2f}"] for r in results]
