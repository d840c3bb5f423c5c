"""Who leads a team, whom the leader may ask, and who may score anew."""

from collections import defaultdict
from dataclasses import dataclass

from certification.assessment import rules
from certification.assessment.models import Arbitration, ScorePoint, ScoreSheet, SecondSignature, TeamLeader
from certification.assessment.rules import SheetStatus
from certification.assessment.selectors import team
from certification.assessment.signed import Place, Signed, signed_of
from certification.bodies.selectors.cover import assessors_available
from certification.plans.conflicts import blocking, conflicts_of
from certification.plans.models import Plan, Seat
from certification.standards.rules import Level
from lms.accounts.models import User


def leader_of(plan: Plan) -> User | None:
    """Return the team leader; nobody where the one who was named is no longer of the team."""
    row = TeamLeader.objects.filter(plan=plan).select_related("user").first()
    if row is None or row.user_id not in {person.pk for person in team(plan)}:
        return None
    return row.user


def eligible_arbitrators(arbitration: Arbitration) -> list[User]:
    """Return the body's senior assessors who may score this candidate anew: not of the first team, bound to nobody (I14, I15)."""
    plan = arbitration.station.plan
    cards = assessors_available(
        plan.organisation,
        occupation=plan.scheme.occupation,
        level=plan.level,
        on=plan.exam_date,
        senior_levels=[level.value for level in Level],
    )
    first = {person.pk for person in team(plan)}
    people = [card.user for card in cards if card.user_id not in first and card.user.is_active]
    found = conflicts_of(people, candidate_ids={arbitration.seat.candidate_id}, plan=plan)
    return [person for person in people if not blocking(found[person.pk])]


@dataclass(frozen=True)
class WaitingAct:
    """A fatal act that one assessor alone has signed. Who she is, is nobody's business before the assessment is closed."""

    seat: Seat
    point: ScorePoint
    asked: int
    """How many of the team have been asked."""
    answered: int

    @property
    def can_ask(self) -> bool:
        return not self.asked


def waiting_acts(plan: Plan) -> list[WaitingAct]:
    """Return the fatal acts that wait for a second signature, by ticket and station. Constant queries."""
    if not ScoreSheet.objects.filter(station__plan=plan, status=SheetStatus.SIGNED.value).exclude(fatal=[]).exists():
        return []
    single = list(signed_of(plan, acts_only=True).single_acts())
    points = {str(p.pk): p for p in ScorePoint.objects.filter(station__plan=plan, fatal=True).select_related("station", "item")}
    seats = {seat.pk: seat for seat in Seat.objects.filter(pk__in={place[0] for place, _act in single})}
    asked: dict[tuple[int, int], list[bool]] = defaultdict(list)
    for seat, point, answer in SecondSignature.objects.filter(seat__plan=plan).values_list("seat_id", "point_id", "answered_at"):
        asked[(seat, point)].append(answer is not None)
    acts = [
        WaitingAct(seats[seat], points[act], len(answers := asked[(seat, int(act))]), sum(answers))
        for (seat, _station), act in single
    ]
    return sorted(acts, key=lambda waiting: (waiting.seat.ticket_number, waiting.point.station.order, waiting.point.order))


def others_to_ask(signed: Signed, place: Place, point: ScorePoint) -> list[int]:
    """Return the assessors of the team who have not signed the act themselves; none when it does not wait."""
    by = signed.signatures(place).get(str(point.pk), set())
    return [pk for pk in signed.team if pk not in by] if 0 < len(by) < rules.FATAL_SIGNATURES else []


def cases_of(plan: Plan) -> list[Arbitration]:
    """Return the cases in which the team differed too much, open ones first, then by ticket. One query."""
    rows = Arbitration.objects.filter(station__plan=plan).select_related("seat", "station", "arbitrator")
    return sorted(rows, key=lambda row: (not row.is_open, row.seat.ticket_number, row.station.order))
