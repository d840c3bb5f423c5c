"""The worked numbers of docs/rules/marks.md, from signed sheets to the mark of the skill part."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.assessment import rules
from certification.assessment.rules import Aggregation, FatalLine, FatalScope, MarkingRule, SignedSheet, StationMark
from certification.assessment.rules.marking import farthest
from lms.core.errors import DomainError

LENIENT = MarkingRule(divergence=Decimal(100))
LINES = {"7": FatalLine(item=1), "8": FatalLine(item=2), "9": FatalLine(item=1, scope=FatalScope.PART)}


def sheet(assessor: int, *items: str, fatal: tuple[str, ...] = ()) -> SignedSheet:
    return SignedSheet(assessor, {n: Decimal(points) for n, points in enumerate(items, start=1)}, fatal)


def mark(
    sheets: Sequence[SignedSheet],
    *,
    rule: MarkingRule = LENIENT,
    team: int | None = None,
    confirmed: Sequence[tuple[str, int]] = (),
    arbitrated: SignedSheet | None = None,
) -> StationMark:
    people = range(len(sheets) if team is None else team)
    return rules.station_mark(1, sheets, team=list(people), lines=LINES, rule=rule, confirmed=confirmed, arbitrated=arbitrated)


def station(*totals: str) -> StationMark:
    return mark([sheet(n, total) for n, total in enumerate(totals)])


@pytest.mark.parametrize(
    ("stations", "expected"),
    [
        ([["25", "25", "25"], ["20", "20", "20"], ["15", "15", "15"]], "60.00"),
        ([["20", "20.5", "20"], ["39.5", "39.5", "39.5"]], "59.66"),
        ([["19.985", "19.985", "19.985"], ["40.01", "40.01", "40.01"]], "59.99"),
        ([["0", "0", "0"]], "0.00"),
        ([["100", "100", "100"]], "100.00"),
    ],
)
def test_the_mark_is_the_sum_of_exact_means_cut_once(stations: list[list[str]], expected: str) -> None:
    assert str(rules.aggregate([station(*totals) for totals in stations])) == expected


@given(st.integers(0, 100_000_000))
def test_cutting_never_carries_anybody_over_the_pass_mark_nor_under_it(millionths: int) -> None:
    exact = Fraction(millionths, 1_000_000)
    assert (rules.cut(exact) >= 60) == (exact >= 60)


@pytest.mark.parametrize("totals", [["20", "20"], ["20", "20", "20", "20"], []])
def test_i23_a_station_without_exactly_the_team_s_sheets_is_refused(totals: list[str]) -> None:
    with pytest.raises(DomainError) as refusal:
        mark([sheet(n, total) for n, total in enumerate(totals)], team=3)
    assert refusal.value.code == "results.sheet_missing"


def test_i23_two_sheets_of_one_assessor_do_not_make_a_team() -> None:
    with pytest.raises(DomainError):
        mark([sheet(0, "20"), sheet(0, "20"), sheet(1, "20")])


# --- how totals become one ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("totals", "aggregation", "mean"),
    [
        (["10", "20", "30", "40", "50"], Aggregation.MEAN, "30"),
        (["10", "20", "30", "40", "90"], Aggregation.MEAN, "38"),
        (["10", "20", "30", "40", "90"], Aggregation.TRIMMED, "30"),
        (["20", "20", "20", "20", "90"], Aggregation.TRIMMED, "20"),
        (["10", "20", "90"], Aggregation.TRIMMED, "40"),
    ],
)
def test_the_highest_and_the_lowest_are_left_out_from_five_on(totals: list[str], aggregation: Aggregation, mean: str) -> None:
    rule = MarkingRule(aggregation, Decimal(100))
    assert mark([sheet(n, total) for n, total in enumerate(totals)], rule=rule).mean == Fraction(mean)


# --- fatal acts -----------------------------------------------------------------------------------


def test_i24_a_fatal_act_signed_by_two_sets_its_item_to_nothing_on_every_sheet() -> None:
    seen = [sheet(0, "20", "10", fatal=("7",)), sheet(1, "22", "12", fatal=("7",)), sheet(2, "24", "14")]
    found = mark(seen)
    assert (found.totals, found.mean, found.fatal) == ((10, 12, 14), 12, ("7",))


@pytest.mark.parametrize("acts", [(("7",), (), ()), (("7",), ("8",), ()), (("7", "8"), (), ())])
def test_i24_a_fatal_act_signed_by_one_changes_nothing_and_is_told(acts: tuple[tuple[str, ...], ...]) -> None:
    found = mark([sheet(n, "21", fatal=act) for n, act in enumerate(acts)])
    assert (found.mean, found.fatal, found.single) == (21, (), tuple(sorted({a for act in acts for a in act})))


@pytest.mark.parametrize(("by", "expected"), [(1, 0), (0, 21)])
def test_i24_a_second_signature_counts_when_it_is_another_assessor_s(by: int, expected: int) -> None:
    seen = [sheet(0, "21", fatal=("7",)), sheet(1, "21"), sheet(2, "21")]
    assert mark(seen, confirmed=[("7", by)]).mean == expected


def test_i24_a_fatal_act_about_the_part_makes_the_whole_mark_nothing() -> None:
    seen = [sheet(0, "30", fatal=("9",)), sheet(1, "30", fatal=("9",)), sheet(2, "30")]
    found = mark(seen)
    assert (found.mean, found.void_part) == (30, True)
    assert rules.aggregate([found, station("60", "60", "60")]) == 0


# --- arbitration ----------------------------------------------------------------------------------

STRICT = MarkingRule(divergence=Decimal(10))


def test_totals_as_far_apart_as_allowed_are_still_agreement() -> None:
    assert mark([sheet(0, "20"), sheet(1, "25"), sheet(2, "30")], rule=STRICT).mean == 25


def test_totals_further_apart_wait_for_somebody_to_score_anew() -> None:
    with pytest.raises(DomainError) as refusal:
        mark([sheet(0, "20"), sheet(1, "25"), sheet(2, "30.5")], rule=STRICT)
    assert refusal.value.code == "assessment.arbitration_open"


def test_the_arbitrator_s_total_takes_the_place_of_the_one_farthest_from_it() -> None:
    found = mark([sheet(0, "18"), sheet(1, "30"), sheet(2, "31")], rule=STRICT, arbitrated=sheet(9, "29"))
    assert (found.replaced, found.counted, found.mean) == (0, (29, 30, 31), 30)


def test_where_they_agree_an_arbitrator_s_sheet_changes_nothing() -> None:
    found = mark([sheet(0, "28"), sheet(1, "30"), sheet(2, "32")], rule=STRICT, arbitrated=sheet(9, "10"))
    assert (found.replaced, found.mean) == (None, 30)


def test_the_arbitrator_s_signature_is_the_second_under_a_fatal_act() -> None:
    seen = [sheet(0, "20", "0", fatal=("7",)), sheet(1, "20", "20"), sheet(2, "20", "20")]
    found = mark(seen, rule=STRICT, arbitrated=sheet(9, "20", "18", fatal=("7",)))
    assert (found.fatal, found.totals, found.replaced, found.mean) == (("7",), (0, 20, 20), 0, Fraction(58, 3))


@given(st.lists(st.integers(0, 60), min_size=3, max_size=9), st.integers(0, 60))
def test_nobody_is_farther_from_the_arbitrator_than_who_is_replaced(totals: list[int], given_anew: int) -> None:
    place = farthest([Decimal(total) for total in totals], arbitrated=Decimal(given_anew))
    apart = [abs(total - given_anew) for total in totals]
    assert apart[place] == max(apart)
    assert totals[place] == min(total for total, far in zip(totals, apart, strict=True) if far == max(apart))
