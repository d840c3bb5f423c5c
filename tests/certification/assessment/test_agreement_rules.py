"""How far assessors agree, against numbers computed by hand and the printed example of Shrout and Fleiss."""

from fractions import Fraction

import pytest

from certification.assessment.rules import agreement


def rows(*lines: str) -> list[list[Fraction]]:
    return [[Fraction(value) for value in line.split()] for line in lines]


SHROUT_AND_FLEISS = rows("9 2 5 8", "6 1 3 2", "8 4 6 8", "7 1 2 6", "10 5 6 9", "6 2 4 7")


def test_the_printed_example_of_1979_comes_out() -> None:
    """ICC(2,4) is printed as 0.62: mean squares 11.24 between targets, 32.49 between judges, 1.02 rest."""
    assert round(float(agreement.icc_2k(SHROUT_AND_FLEISS)), 2) == 0.62


def test_two_assessors_who_differ_by_one_point_everywhere() -> None:
    """By hand: rows (10, 12), (20, 22): between 100, judges 4, rest 0, so 100 / (100 + 4 / 2) = 50 / 51."""
    assert agreement.icc_2k(rows("10 12", "20 22")) == Fraction(50, 51)


def test_the_same_totals_are_full_agreement() -> None:
    assert agreement.icc_2k(rows("10 10 10", "20 20 20")) == 1


@pytest.mark.parametrize("matrix", [rows("10 12 14"), rows("10", "20"), rows("10 10", "10 10"), []])
def test_where_nothing_can_be_told_nothing_is_told(matrix: list[list[Fraction]]) -> None:
    assert agreement.icc_2k(matrix) is None


def test_bias_is_the_mean_distance_from_the_others() -> None:
    """By hand: 10 against (13+16)/2 is −4.5 and 20 against (20+26)/2 is −3, so −3.75."""
    assert agreement.biases(rows("10 13 16", "20 20 26")) == [Fraction("-3.75"), Fraction("-1.5"), Fraction("5.25")]


def test_biases_of_a_team_add_up_to_nothing() -> None:
    assert sum(agreement.biases(SHROUT_AND_FLEISS)) == 0


def test_the_spread_is_the_mean_of_each_candidate_s() -> None:
    assert agreement.mean_spread(rows("10 13 16", "20 20 28")) == 7
