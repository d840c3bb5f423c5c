"""What a candidate who did not pass as a whole keeps for a re-sit 补考 (I26); `plans.kept` asks this.

House rules, beside the scheme's `part_validity_months` and `max_resits`:

* Only exams of the same body count, for the same occupation, work type and level, whose publication has ended.
* The latest time that she sat a part decides: who sits a passed part again and fails, is absent or void, keeps nothing of it.
* A kept part is one under the version that the new plan uses, or one declared equivalent to it (`standards.equivalence`).
* Cheating ends every part that she won in that exam or brought into it (domain.md §5.3).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from certification.plans.kept import Earlier, EarlierPart
from certification.plans.models import KeptPart, Plan, Seat
from certification.plans.rules import Status as PlanStatus
from certification.plans.rules.kept import kept_until, refusal_of
from certification.results.models import VoidedPart
from certification.results.rules import Outcome, PublicationStatus, counted
from certification.standards.equivalence import equivalent_versions
from certification.standards.models import SchemeLevel

PartKey = tuple[int, str]
"""The seat at which a part was sat, and the part."""


def earlier_results(plan: Plan, candidates: Collection[int]) -> dict[int, Earlier]:
    """Return what each candidate brought home from earlier exams of this kind, and what of it counts in `plan`.

    Six queries whatever their number.
    """
    seats = _failed_seats(plan, candidates)
    if not seats:
        return {}
    editions = equivalent_versions(plan.scheme_id)
    pass_marks = _pass_marks(plan)
    uses, ended = _used([seat.candidate_id for seat in seats], without=plan.pk)
    rounding = plan.scheme.parameter("rounding")
    found: dict[int, Earlier] = {}
    for candidate, own in _by_candidate(seats).items():
        parts = []
        for seat, finding in _latest(own):
            key = (seat.pk, finding["kind"])
            if not finding["met"] or key in ended or finding["kind"] not in pass_marks:
                continue
            value, most = Decimal(finding["value"]), seat.plan.scheme.parameter("max_resits")
            until = kept_until(seat.plan.exam_date, months=seat.plan.scheme.parameter("part_validity_months"))
            refusal = refusal_of(
                until=until,
                exam_date=plan.exam_date,
                same_edition=seat.plan.scheme_id in editions,
                uses=uses.get(key, 0),
                most_uses=most,
                reaches=counted(value, rounding) >= pass_marks[finding["kind"]],
            )
            left = max(0, most - uses.get(key, 0))
            exam = seat.plan
            parts.append(EarlierPart(finding["kind"], value, seat.pk, exam.title, exam.exam_date, until, left, refusal))
        found[candidate] = Earlier(tuple(seat.plan.exam_date for seat in own), tuple(parts))
    return found


def _failed_seats(plan: Plan, candidates: Collection[int]) -> list[Seat]:
    """Return the seats at which they did not pass an exam of this kind, the latest first."""
    same = Q(plan__scheme__occupation=plan.scheme.occupation_id) | Q(plan__scheme__key=plan.scheme.key)
    return list(
        Seat.objects.filter(
            same,
            candidate__in=candidates,
            plan__organisation=plan.organisation_id,
            plan__level=plan.level,
            plan__work_type=plan.work_type,
            plan__exam_date__lt=plan.exam_date,
            decision__passed=False,
            decision__confirmed_at__isnull=False,
            publication_row__withheld=False,
            publication_row__publication__status=PublicationStatus.CLOSED.value,
        )
        .select_related("plan__scheme", "decision")
        .order_by("-plan__exam_date", "-pk")
    )


def _by_candidate(seats: Iterable[Seat]) -> dict[int, list[Seat]]:
    found: dict[int, list[Seat]] = defaultdict(list)
    for seat in seats:
        found[seat.candidate_id].append(seat)
    return found


def _latest(seats: Iterable[Seat]) -> list[tuple[Seat, dict[str, Any]]]:
    """Return of each part the latest time that it was sat, from seats with the latest first."""
    found: dict[str, tuple[Seat, dict[str, Any]]] = {}
    for seat in seats:
        for finding in seat.decision.parts:
            if "kept" not in finding:
                found.setdefault(finding["kind"], (seat, finding))
    return list(found.values())


def _pass_marks(plan: Plan) -> dict[str, Decimal]:
    parts = SchemeLevel.objects.values_list("parts", flat=True).get(scheme_id=plan.scheme_id, level=plan.level)
    return {part["kind"]: Decimal(str(part["pass_mark"])) for part in parts}


def _used(candidates: Collection[int], *, without: int = 0) -> tuple[Mapping[PartKey, int], set[PartKey]]:
    """Return in how many re-sits each part helped, and the parts that ended since cheating was found where they did."""
    lent = KeptPart.objects.filter(seat__candidate__in=candidates).exclude(seat__plan__status=PlanStatus.CANCELLED.value)
    rows = list(lent.exclude(seat__plan_id=without).order_by().values_list("origin_id", "part", "seat_id"))
    cheated = set(
        VoidedPart.objects.filter(seat__in={seat for _origin, _part, seat in rows}, voiding__cheating=True).values_list(
            "seat_id", flat=True
        )
    )
    uses: dict[PartKey, int] = defaultdict(int)
    for origin, part, _seat in rows:
        uses[origin, part] += 1
    return uses, {(origin, part) for origin, part, seat in rows if seat in cheated}


@dataclass(frozen=True)
class Brought:
    """A kept part as it stands when the marks of the re-sit are computed."""

    outcome: Outcome
    value: Decimal | None
    basis: dict[str, Any]


def brought_along(plan: Plan) -> dict[PartKey, Brought]:
    """Return the kept parts of the plan's seats, by seat and part. Two queries.

    The value is read anew from where it was won: what is withheld or no longer stands there is void here. Nobody sat the
    part, so it is no absence.
    """
    rows = KeptPart.objects.filter(seat__plan=plan).select_related(
        "origin__plan", "origin__decision", "origin__publication_row", "seat__plan"
    )
    return {(row.seat_id, row.part): _brought(row) for row in rows}


def _brought(row: KeptPart) -> Brought:
    origin = row.origin
    finding = next((part for part in origin.decision.parts if part["kind"] == row.part), None)
    facts = {
        "seat": origin.pk,
        "ticket": origin.ticket_number,
        "exam_date": origin.plan.exam_date.isoformat(),
        "until": row.until.isoformat(),
    }
    stands = finding is not None and finding["outcome"] == Outcome.SCORED and not origin.publication_row.withheld
    if not stands or row.until < row.seat.plan.exam_date:
        return Brought(Outcome.VOID, None, {"kept": facts, "gone": True})
    assert finding is not None
    return Brought(Outcome.SCORED, Decimal(finding["value"]), {"kept": facts})


@dataclass(frozen=True)
class KeptHere:
    """What a candidate keeps of the parts that she passed in an exam that she did not pass as a whole."""

    kind: str
    until: date
    left: int


def kept_from(seat: Seat) -> list[KeptHere]:
    """Return what she keeps of this exam, as her own page tells it: up to when and for how many re-sits.

    Parts that she had brought along are told with the days and re-sits that are left of them. Three queries at most.
    """
    uses, ended = _used([seat.candidate_id])
    cheated = VoidedPart.objects.filter(seat=seat, voiding__cheating=True).exists()
    lent = {row.part: row for row in seat.kept_parts.select_related("origin__plan__scheme")}
    found = []
    for finding in seat.publication_row.parts:
        if not finding.get("met") or cheated:
            continue
        origin = lent[finding["kind"]].origin if finding["kind"] in lent else seat
        scheme, key = origin.plan.scheme, (origin.pk, finding["kind"])
        left = scheme.parameter("max_resits") - uses.get(key, 0)
        if key not in ended and left > 0:
            until = kept_until(origin.plan.exam_date, months=scheme.parameter("part_validity_months"))
            found.append(KeptHere(finding["kind"], until, left))
    return found
