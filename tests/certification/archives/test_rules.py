"""Retention, seal and openings by the rules alone."""

import datetime

import pytest

from certification.archives import rules
from certification.archives.rules import OpeningFacts, OpeningState

NOON = datetime.datetime(2026, 9, 21, 12, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def facts(*, approved: bool = True, present: dict[int, datetime.datetime] | None = None) -> OpeningFacts:
    return OpeningFacts(
        asked_at=NOON, approved_at=NOON if approved else None, present=list((present or {}).items()), wanted=frozenset({1, 2})
    )


def test_a_seal_does_not_depend_on_how_the_index_is_spelled():
    assert rules.seal_of({"a": 1, "b": "卷"}) == rules.seal_of({"b": "卷", "a": 1})


def test_a_seal_changes_with_any_value():
    assert rules.seal_of({"a": 1}) != rules.seal_of({"a": 2})


@pytest.mark.parametrize(
    ("sealed_on", "years", "last"),
    [
        (datetime.date(2026, 9, 21), 5, datetime.date(2031, 9, 21)),
        (datetime.date(2028, 2, 29), 3, datetime.date(2031, 2, 28)),
        (datetime.date(2028, 2, 29), 4, datetime.date(2032, 2, 29)),
    ],
)
def test_what_is_kept_is_kept_for_whole_years(sealed_on, years, last):
    assert rules.kept_until(sealed_on, years) == last


def test_i41_an_archive_is_open_only_when_both_are_there_and_the_head_allowed_it():
    both = {1: NOON, 2: NOON + HOUR}
    assert rules.state_of(facts(present=both), now=NOON + HOUR) is OpeningState.OPEN
    assert rules.state_of(facts(present={1: NOON}), now=NOON + HOUR) is OpeningState.APPROVED
    assert rules.state_of(facts(present={1: NOON, 3: NOON}), now=NOON + HOUR) is OpeningState.APPROVED
    assert rules.state_of(facts(approved=False, present=both), now=NOON + HOUR) is OpeningState.ASKED


def test_i41_it_closes_by_itself_two_hours_after_the_second_came():
    both = facts(present={1: NOON, 2: NOON + HOUR})
    assert rules.state_of(both, now=NOON + 3 * HOUR - datetime.timedelta(seconds=1)) is OpeningState.OPEN
    assert rules.state_of(both, now=NOON + 3 * HOUR) is OpeningState.OVER


def test_a_request_that_nobody_carries_through_lapses():
    assert rules.state_of(facts(), now=NOON + rules.WAITS_FOR) is OpeningState.LAPSED


def test_a_volume_has_a_name_that_any_machine_can_store():
    assert rules.volume_file("RD-000123-2026-001", 4) == "RD-000123-2026-001-4.pdf"
    assert rules.volume_file("../机构/1", 1) == "______1-1.pdf"
