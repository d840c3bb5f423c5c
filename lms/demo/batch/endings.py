"""How it ended for each candidate, told by rows: an independent reading that must come to what the house decided.

A candidate is explained when every step from her application to her certificate, or to the lack of one, has its row, and
when marks, decision and certificate follow from papers and sheets by this file's own arithmetic.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Model

from certification.applications.models import Application
from certification.assessment.models import Absence
from certification.certificates.models import Certificate
from certification.panels.models import ReviewAbsence
from certification.plans.models import KeptPart, Plan, Seat
from certification.results.models import CorrectionOrder, PartResult, VoidedPart
from lms.core.ledger import subject_of
from lms.demo.batch.exam import Entrant, Exam
from lms.demo.batch.marks import review_again, skill_again, theory_again

AGAIN = {"theory": theory_again, "skill": skill_again, "review": review_again}


@dataclass
class Ending:
    """One candidate of one session. `rows` says (what, row); `faults` is empty when all of it fits together."""

    number: int
    session: str
    state: str
    marks: list[list[str]] = field(default_factory=list)
    rows: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def explained(self) -> bool:
        return bool(self.rows) and not self.faults

    def plain(self) -> list[Any]:
        """Return what the same seed must give again: no key of a row, no token."""
        return [self.number, self.session, self.state, self.marks]


class Reading:
    """All rows of one session, fetched at once."""

    def __init__(self, plan: Plan) -> None:
        self.cases = {row.candidate_id: row for row in Application.objects.filter(plan=plan).prefetch_related("reviews")}
        self.seats = {
            row.candidate_id: row for row in Seat.objects.filter(plan=plan).select_related("decision", "publication_row")
        }
        self.results: dict[tuple[int, str], PartResult] = {
            (row.seat_id, row.part): row for row in PartResult.objects.filter(seat__plan=plan)
        }
        self.absences: dict[tuple[int, str], Model] = {
            (row.seat_id, row.part): row for row in Absence.objects.filter(seat__plan=plan)
        }
        self.absences |= {
            (row.seat_id, "review"): row for row in ReviewAbsence.objects.filter(seat__plan=plan).exclude(confirmed_by=None)
        }
        self.void = {(row.seat_id, row.part): row for row in VoidedPart.objects.filter(seat__plan=plan)}
        self.kept = {(row.seat_id, row.part): row for row in KeptPart.objects.filter(seat__plan=plan)}
        self.orders: dict[int, list[CorrectionOrder]] = defaultdict(list)
        for order in CorrectionOrder.objects.filter(seat__plan=plan, status="applied").order_by("pk"):
            self.orders[order.seat_id].append(order)
        issued = Certificate.objects.filter(decision__seat__plan=plan).select_related("decision")
        self.certificates = {row.decision.seat_id: row for row in issued if row.decision is not None}
        self.marks = {part: again(plan) for part, again in AGAIN.items()}


def endings_of(exam: Exam) -> list[Ending]:
    """Return how the session ended for everybody who applied, in the season's order."""
    reading = Reading(exam.plan)
    pass_marks = {part["kind"]: Decimal(str(part["pass_mark"])) for part in exam.level.parts}
    return [_ending(exam, entrant, reading, pass_marks) for entrant in exam.entrants]


def _ending(exam: Exam, entrant: Entrant, reading: Reading, pass_marks: dict[str, Decimal]) -> Ending:
    ending = Ending(entrant.number, exam.session.key, "")
    case, seat = reading.cases.get(entrant.user.pk), reading.seats.get(entrant.user.pk)
    if case is None:
        ending.faults.append("no application")
        return ending
    ending.rows.append((f"application {case.status}", subject_of(case)))
    for review in case.reviews.all():
        ending.rows.append((f"review {review.step} {review.verdict}", subject_of(review)))
    if seat is None:
        ending.state = case.status
        if case.status not in ("withdrawn", "rejected"):
            ending.faults.append(f"application {case.status}, but no seat")
        return ending
    ending.rows.append(("seat", subject_of(seat)))
    met = {kind: _part(ending, seat, kind, mark, reading) for kind, mark in pass_marks.items()}
    _decision(ending, seat, met, pass_marks, reading)
    return ending


def _part(ending: Ending, seat: Seat, kind: str, pass_mark: Decimal, reading: Reading) -> str:
    """Read one part: return "met", "missed", "absent" or "void"; say what does not fit."""
    key, result = (seat.pk, kind), reading.results.get((seat.pk, kind))
    if result is None:
        ending.faults.append(f"{kind}: no result")
        return "missed"
    ending.rows.append((f"{kind} {result.outcome}", subject_of(result)))
    ending.marks.append([kind, result.outcome, "" if result.value is None else f"{result.value:.2f}"])
    why: Model | None
    if why := reading.void.get(key):
        expected, value = "void", None
    elif why := reading.kept.get(key):
        expected, value = "scored", reading.kept[key].value
    elif why := reading.absences.get(key):
        expected, value = "absent", None
    else:
        expected, value = "scored", reading.marks[kind].get(seat.pk)
    if why is not None:
        ending.rows.append((f"{kind} because of {why._meta.model_name}", subject_of(why)))
    if (result.outcome, result.value) != (expected, value) or (expected == "scored" and value is None):
        ending.faults.append(f"{kind}: {result.outcome} {result.value}, counted anew {expected} {value}")
    if result.value is None:
        return str(result.outcome)
    return "met" if result.value >= pass_mark else "missed"


def _decision(ending: Ending, seat: Seat, met: dict[str, str], pass_marks: dict[str, Decimal], reading: Reading) -> None:
    decision, row = seat.decision, seat.publication_row
    ending.rows += [("decision", subject_of(decision)), ("published", subject_of(row))]
    orders = reading.orders.get(seat.pk, [])
    for order in orders:
        ending.rows.append((f"{order.part} corrected to {order.new_value}", subject_of(order)))
        ending.marks.append([order.part, "corrected", f"{order.new_value}"])
        met[order.part] = "met" if order.new_value is not None and order.new_value >= pass_marks[order.part] else "missed"
    passes = all(finding == "met" for finding in met.values())
    if not (decision.passed == row.passed == passes) or decision.confirmed_by_id in (None, decision.decided_by_id):
        ending.faults.append(f"decided {decision.passed}, published {row.passed}, read anew {passes}")
    certificate = reading.certificates.get(seat.pk)
    if certificate is not None:
        ending.rows.append((f"certificate {certificate.status}", subject_of(certificate)))
    ending.state = _state(ending, met, passes=passes, orders=orders, certificate=certificate)


def _state(
    ending: Ending, met: dict[str, str], *, passes: bool, orders: Sequence[CorrectionOrder], certificate: Certificate | None
) -> str:
    status = certificate.status if certificate is not None else "none"
    if passes:
        if status != "valid":
            ending.faults.append(f"passed, certificate {status}")
        kept = any(what.endswith("keptpart") for what, _row in ending.rows)
        return "certified_after_correction" if orders else "certified_with_kept_part" if kept else "certified"
    if certificate is not None:
        if status != "revoked" or not orders:
            ending.faults.append(f"failed, certificate {status}")
        return "revoked_after_correction"
    findings = set(met.values())
    if findings == {"absent"}:
        return "absent"
    if "void" in findings:
        return "void"
    return "failed_" + "_".join(kind for kind, finding in met.items() if finding != "met")
