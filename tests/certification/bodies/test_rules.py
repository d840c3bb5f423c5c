"""Ties, employers, rotation and terms, decided without a database."""

from datetime import date

import pytest

from certification.bodies.rules import (
    DEFAULT_WEIGHTS,
    ConflictKind,
    Match,
    Policy,
    Weight,
    declaration_counts,
    declared_since,
    employer_key,
    in_a_row,
    match_tie,
    newcomers_missing,
)
from certification.bodies.rules.conflicts import FIXED_WEIGHTS


@pytest.mark.parametrize(
    ("name", "phone", "match"),
    [
        ("王 芳", "+8613800000001", Match.SURE),
        ("改了名", "+8613800000001", Match.SURE),
        ("王芳", "+8613800000002", Match.POSSIBLE),
        ("王芳", "", Match.POSSIBLE),
        ("王方", "+8613800000002", None),
    ],
)
def test_the_same_phone_is_sure_and_the_same_name_alone_is_possible(name: str, phone: str, match: Match | None) -> None:
    assert match_tie(tie_name="王芳", tie_phone="+8613800000001", name=name, phone=phone) is match


def test_two_people_without_a_phone_or_a_name_do_not_meet() -> None:
    assert match_tie(tie_name="", tie_phone="", name="", phone="") is None


def test_one_employer_written_in_two_ways_is_one() -> None:
    assert employer_key("静安康复中心（总部）") == employer_key(" 静安康复中心(总部) ")
    assert employer_key("静安康复中心") != employer_key("静安康复中心二部")


def test_every_conflict_has_a_weight_and_the_law_of_the_house_cannot_be_set() -> None:
    assert set(FIXED_WEIGHTS) | set(DEFAULT_WEIGHTS) == set(ConflictKind)
    assert not set(FIXED_WEIGHTS) & set(DEFAULT_WEIGHTS)
    lenient = Policy(weights=dict.fromkeys(ConflictKind, Weight.WARN))
    assert [kind for kind in ConflictKind if lenient.blocks(kind)] == [ConflictKind.SELF, ConflictKind.WRITER]


@pytest.mark.parametrize(("teams", "count"), [([], 0), ([{1}, {1}, {2}, {1}], 2), ([{2}, {1}], 0), ([{1, 2}, {1}, {1, 3}], 3)])
def test_i19_a_break_ends_what_was_served_in_a_row(teams: list[set[int]], count: int) -> None:
    assert in_a_row(1, teams) == count


@pytest.mark.parametrize(
    ("team", "before", "one_in", "missing"),
    [
        ({1, 2, 3}, {1, 2, 3}, 3, 1),
        ({1, 2, 4}, {1, 2, 3}, 3, 0),
        ({1, 2, 4}, {1, 2, 3}, 2, 1),
        ({1, 2, 3, 4, 6}, {1, 2, 3, 4, 5}, 3, 1),
        ({1, 2, 3}, set(), 3, 0),
        ({1, 2, 3}, {1, 2, 3}, 0, 0),
    ],
)
def test_i19_a_third_or_a_half_of_a_team_is_new_rounded_up(team: set[int], before: set[int], one_in: int, missing: int) -> None:
    assert newcomers_missing(team, before=before, one_in=one_in) == missing


@pytest.mark.parametrize(
    ("today", "months", "first"),
    [
        (date(2026, 9, 7), 12, date(2025, 9, 7)),
        (date(2025, 2, 28), 12, date(2024, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
    ],
)
def test_a_declaration_counts_from_the_same_day_so_many_months_ago(today: date, months: int, first: date) -> None:
    assert declared_since(today, months=months) == first
    assert declaration_counts(first, today=today, months=months)
    assert not declaration_counts(date.fromordinal(first.toordinal() - 1), today=today, months=months)


def test_where_no_yearly_declaration_is_asked_for_any_counts_and_none_does_not() -> None:
    assert declaration_counts(date(2000, 1, 1), today=date(2026, 9, 7), months=0)
    assert not declaration_counts(None, today=date(2026, 9, 7), months=0)
