"""Re-sits 补考: which parts a candidate brings along from an earlier exam, and which she sits.

What she passed before is known by a later room, the results, which registers here; this room keeps what was decided
when seats were given out. Whoever asks for a part asks `seats_sitting` or `parts_to_sit`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet

from certification.plans.models import KeptPart, Plan, Seat
from certification.plans.rules.kept import Refusal
from certification.standards.models import SchemeLevel
from lms.accounts.models import User
from lms.core import ledger


@dataclass(frozen=True)
class EarlierPart:
    """A part passed in an earlier exam that was not passed as a whole; `refusal` says why it does not count now."""

    part: str
    value: Decimal
    origin: int
    plan: str
    exam_date: date
    until: date
    left: int
    """In how many re-sits it still helps, this one among them."""
    refusal: Refusal | None = None

    @property
    def counts(self) -> bool:
        return self.refusal is None


@dataclass(frozen=True)
class Earlier:
    """What is known of one candidate at this body, for this occupation, work type and level."""

    failed_on: tuple[date, ...] = ()
    """The days of the exams that she sat and did not pass, the latest first."""
    parts: tuple[EarlierPart, ...] = field(default_factory=tuple)

    @property
    def kept(self) -> tuple[EarlierPart, ...]:
        return tuple(part for part in self.parts if part.counts)


NOTHING = Earlier()
THEORY = "theory"
Source = Callable[[Plan, Collection[int]], Mapping[int, Earlier]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Have `earlier_results` ask `source` what these candidates brought home from earlier exams."""
    if source not in _sources:
        _sources.append(source)


def earlier_results(plan: Plan, candidates: Collection[int]) -> dict[int, Earlier]:
    """Return what each of these candidates could bring along into this plan; who has nothing is left out."""
    found: dict[int, Earlier] = {}
    for source in _sources:
        found.update(source(plan, candidates))
    return found


def keep_for_seats(plan: Plan, seats: Sequence[Seat], *, actor: User, now: datetime) -> list[KeptPart]:
    """Write down which parts these seats, all of them re-sits, do not sit; asked when tickets are given out.

    What holds on the exam day counts; what was kept at registration and is over by then is sat again (I26).
    """
    earlier = earlier_results(plan, [seat.candidate_id for seat in seats]) if seats else {}
    rows = KeptPart.objects.bulk_create(
        KeptPart(seat=seat, part=kept.part, origin_id=kept.origin, value=kept.value, until=kept.until)
        for seat in seats
        for kept in earlier.get(seat.candidate_id, NOTHING).kept
    )
    if rows:
        facts = {"parts": [[row.seat_id, row.part, row.origin_id, str(row.value)] for row in rows]}
        ledger.append("plans.parts_kept", subject=plan, actor=actor, now=now, **facts)
    return rows


def required_kinds(plan: Plan) -> list[str]:
    """Return the kinds of the parts that the plan's level requires, in order. One query."""
    parts = SchemeLevel.objects.values_list("parts", flat=True).get(scheme_id=plan.scheme_id, level=plan.level)
    return [part["kind"] for part in parts]


def parts_to_sit(seat: Seat) -> list[str]:
    """Return the parts that this candidate sits, in order. Two queries, one with `kept_parts` prefetched."""
    kept = {row.part for row in seat.kept_parts.all()}
    return [kind for kind in required_kinds(seat.plan) if kind not in kept]


def keeps(seat: Seat, part: str) -> bool:
    """Tell whether this candidate brings the part along and does not sit it. One query."""
    return KeptPart.objects.filter(seat=seat, part=part).exists()


def seats_sitting(plan: Plan | int, part: str) -> QuerySet[Seat]:
    """Return the seats of the plan that sit this part."""
    return Seat.objects.filter(plan=plan).exclude(pk__in=KeptPart.objects.filter(seat__plan=plan, part=part).values("seat"))


def seats_keeping(plan: Plan | int, part: str) -> set[int]:
    """Return the seats of the plan that do not sit this part. One query."""
    return set(KeptPart.objects.filter(seat__plan=plan, part=part).values_list("seat_id", flat=True))


def comes_at(seat: Seat) -> datetime:
    """Return when this candidate's exam begins: with theory, or with the skill test for who keeps theory. One query."""
    return seat.plan.skill_starts_at if keeps(seat, THEORY) else seat.plan.theory_starts_at


def kept_by_seat(plan: Plan | int) -> dict[int, frozenset[str]]:
    """Return the parts that each seat of the plan does not sit; who sits all is left out. One query."""
    found: dict[int, frozenset[str]] = {}
    for seat, part in KeptPart.objects.filter(seat__plan=plan).values_list("seat_id", "part"):
        found[seat] = found.get(seat, frozenset()) | {part}
    return found
