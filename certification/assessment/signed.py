"""All that a team signed, read in a constant number of queries and laid out for the rules."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from certification.assessment import rules
from certification.assessment.models import (
    Absence,
    Arbitration,
    ArbitrationSheet,
    ScorePoint,
    ScoreSheet,
    SecondSignature,
    Station,
)
from certification.assessment.rules import FatalLine, FatalScope, MarkingRule, Part, SheetStatus, SignedSheet
from certification.assessment.selectors import team
from certification.plans.models import Plan

Place = tuple[int, int]
"""A seat and a station."""


def rule_of(plan: Plan) -> MarkingRule:
    """Return the marking rule of the plan's scheme version."""
    scheme = plan.scheme
    return MarkingRule(rules.Aggregation(scheme.parameter("aggregation")), Decimal(scheme.parameter("divergence_points")))


@dataclass
class Signed:
    """What was signed in a plan. `sheets` holds those of the present team, by assessor."""

    rule: MarkingRule
    team: list[int]
    stations: list[Station]
    items: dict[int, dict[str, int]] = field(default_factory=dict)
    fatal_lines: dict[int, dict[str, FatalLine]] = field(default_factory=dict)
    sheets: dict[Place, list[ScoreSheet]] = field(default_factory=lambda: defaultdict(list))
    confirmed: dict[Place, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    arbitrations: dict[Place, Arbitration] = field(default_factory=dict)
    absent: set[int] = field(default_factory=set)

    def read(self, place: Place) -> list[SignedSheet]:
        return [self._plain(place[1], sheet.assessor_id, sheet) for sheet in self.sheets.get(place, [])]

    def arbitrated(self, place: Place) -> SignedSheet | None:
        sheet = getattr(self.arbitrations.get(place), "sheet", None)
        return None if sheet is None else self._plain(place[1], sheet.arbitrator_id, sheet)

    def signatures(self, place: Place) -> dict[str, set[int]]:
        """Return who signed which fatal act, the arbitrator and second signatures among them."""
        arbitrated = self.arbitrated(place)
        return rules.signatures([*self.read(place), *([arbitrated] if arbitrated else [])], self.confirmed.get(place, []))

    def is_complete(self, place: Place) -> bool:
        return bool(self.team) and {sheet.assessor_id for sheet in self.sheets.get(place, [])} == set(self.team)

    def totals(self, place: Place) -> list[Decimal]:
        """Return the team's totals, without the items that a fatal act set to 0."""
        acts = [act for act, by in self.signatures(place).items() if len(by) >= rules.FATAL_SIGNATURES]
        nothing = rules.void_items(acts, self.fatal_lines[place[1]])
        return rules.totals_of(self.read(place), nothing=nothing)

    def diverges(self, place: Place) -> bool:
        return self.is_complete(place) and rules.diverges(self.totals(place), limit=self.rule.divergence)

    def single_acts(self) -> Iterator[tuple[Place, str]]:
        """Yield the fatal acts that one assessor alone has signed, by place."""
        for place in sorted(self.sheets):
            for act, by in sorted(self.signatures(place).items(), key=lambda pair: int(pair[0])):
                if len(by) < rules.FATAL_SIGNATURES:
                    yield place, act

    def _plain(self, station: int, assessor: int, sheet: ScoreSheet | ArbitrationSheet) -> SignedSheet:
        return SignedSheet(assessor, rules.item_totals(sheet.scores, self.items[station]), tuple(sheet.fatal))


def signed_of(plan: Plan, *, place: Place | None = None, acts_only: bool = False) -> Signed:
    """Return what was signed in the plan, or at one place of it, or the sheets alone that bear a fatal act.

    Seven queries whatever the size.
    """
    people = [user.pk for user in team(plan)]
    signed = Signed(rule_of(plan), people, list(Station.objects.filter(plan=plan).order_by("order")))
    lines = ScorePoint.objects.filter(station__plan=plan).values_list("pk", "station_id", "item_id", "fatal", "scope")
    for station in signed.stations:
        signed.items[station.pk], signed.fatal_lines[station.pk] = {}, {}
    for pk, station_id, item_id, fatal, scope in lines:
        signed.items[station_id][str(pk)] = item_id
        if fatal:
            signed.fatal_lines[station_id][str(pk)] = FatalLine(item_id, FatalScope(scope))
    sheets = ScoreSheet.objects.filter(station__plan=plan, status=SheetStatus.SIGNED.value, assessor__in=people)
    answers = SecondSignature.objects.filter(point__station__plan=plan, seen=True)
    arbitrations = Arbitration.objects.filter(station__plan=plan).select_related("sheet", "seat", "station")
    if place is not None:
        sheets = sheets.filter(seat=place[0], station=place[1])
        answers = answers.filter(seat=place[0], point__station=place[1])
        arbitrations = arbitrations.filter(seat=place[0], station=place[1])
    if acts_only:
        sheets = sheets.exclude(fatal=[])
    for sheet in sheets.order_by("station__order", "assessor"):
        signed.sheets[(sheet.seat_id, sheet.station_id)].append(sheet)
    for seat, station_id, point, assessor in answers.values_list("seat_id", "point__station_id", "point_id", "assessor_id"):
        signed.confirmed[(seat, station_id)].append((str(point), assessor))
    signed.arbitrations = {(row.seat_id, row.station_id): row for row in arbitrations}
    away = Absence.objects.filter(seat__plan=plan, part=Part.SKILL.value)
    signed.absent = set(away.values_list("seat_id", flat=True))
    return signed
