"""The marks once more, from papers and signed sheets alone, without a line of the rooms that computed them first."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from certification.assessment.models import ArbitrationSheet, ScorePoint, ScoreSheet, SecondSignature, TheorySitting
from certification.panels.models import DefenceSheet
from certification.plans.models import Plan
from courses.questionbank.models import PaperItem, Response

DIFFER, SIGNATURES = Decimal(10), 2
Marks = dict[int, Decimal]
"""By seat."""


def theory_again(plan: Plan) -> Marks:
    """Return the points of every paper of the plan."""
    sittings = list(TheorySitting.objects.filter(seat__plan=plan).select_related("attempt"))
    rows = Response.objects.filter(attempt__sitting__seat__plan=plan)
    given = {(row.attempt_id, row.paper_item_id): row.answer for row in rows}
    papers: dict[int, list[PaperItem]] = defaultdict(list)
    for item in PaperItem.objects.filter(paper__in={sitting.attempt.paper_id for sitting in sittings}):
        papers[item.paper_id].append(item)
    marks: Marks = {}
    for sitting in sittings:
        right = (
            item.points
            for item in papers[sitting.attempt.paper_id]
            if sorted(given.get((sitting.attempt_id, item.pk), [])) == sorted(item.frozen["answer"])
        )
        marks[sitting.seat_id] = sum(right, Decimal(0))
    return marks


def skill_again(plan: Plan) -> Marks:
    """Return the skill mark of every candidate who was scored: the mean at each station, after fatal acts and arbitration."""
    items = {str(pk): item for pk, item in ScorePoint.objects.filter(station__plan=plan).values_list("pk", "item_id")}
    sheets: dict[tuple[int, int], list[ScoreSheet]] = defaultdict(list)
    for sheet in ScoreSheet.objects.filter(station__plan=plan).order_by("assessor"):
        sheets[sheet.seat_id, sheet.station_id].append(sheet)
    anew = {
        (row.arbitration.seat_id, row.arbitration.station_id): row
        for row in ArbitrationSheet.objects.filter(arbitration__station__plan=plan).select_related("arbitration")
    }
    saw: dict[tuple[int, str], set[int]] = defaultdict(set)
    for row in SecondSignature.objects.filter(seat__plan=plan, seen=True):
        saw[row.seat_id, str(row.point_id)].add(row.assessor_id)
    for (seat, _station), own in sheets.items():
        for sheet in own:
            for act in sheet.fatal:
                saw[seat, act].add(sheet.assessor_id)
    exact: dict[int, Fraction] = defaultdict(Fraction)
    for (seat, station), own in sheets.items():
        nothing = {
            items[act] for (whose, act), people in saw.items() if whose == seat and act in items and len(people) >= SIGNATURES
        }
        totals = [_total(sheet.scores, items, nothing) for sheet in own]
        other = anew.get((seat, station))
        if max(totals) - min(totals) > DIFFER and other is not None:
            new = _total(other.scores, items, nothing)
            # Of two equally far the lower one goes.
            totals.remove(min(totals, key=lambda total: (-abs(total - new), total)))
            totals.append(new)
        exact[seat] += _mean(totals)
    return {seat: _cut(mark) for seat, mark in exact.items()}


def review_again(plan: Plan) -> Marks:
    """Return the mean of the panel's sheets for every candidate who was heard."""
    totals: dict[int, list[Decimal]] = defaultdict(list)
    for sheet in DefenceSheet.objects.filter(defence__seat__plan=plan).select_related("defence"):
        totals[sheet.defence.seat_id].append(sum((Decimal(points) for points in sheet.scores.values()), Decimal(0)))
    return {seat: _cut(_mean(own)) for seat, own in totals.items()}


def _total(scores: dict[str, str], items: dict[str, int], nothing: set[int]) -> Decimal:
    return sum((Decimal(points) for line, points in scores.items() if items[line] not in nothing), Decimal(0))


def _mean(totals: Iterable[Decimal]) -> Fraction:
    own = list(totals)
    return sum((Fraction(total) for total in own), Fraction(0)) / len(own)


def _cut(mark: Fraction) -> Decimal:
    return Decimal(mark.numerator * 100 // mark.denominator) / 100
