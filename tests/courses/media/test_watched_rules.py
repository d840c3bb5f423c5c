"""What is watched is never more than was played: whatever players, clocks and networks do."""

import random
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from courses.media.rules.watched import (
    EVENT_TOLERANCE_MS,
    MAX_SPEED,
    TOTAL_TOLERANCE_MS,
    Report,
    Watched,
    credit,
    gaps,
    merge,
    resume_at,
    server_moment,
)

CALM = settings(deadline=None)  # a busy machine is no fault of the rules

DURATION = 600_000
places = st.integers(-10_000, DURATION + 10_000)
clocks = st.integers(-(10**13), 10**13)
reports = st.builds(Report, places, places, clocks, clocks, st.floats(-5, 50))
pieces = st.lists(st.tuples(places, places), max_size=30)
LONG = 10**9


def covered(ranges):
    return {second for start, end in ranges for second in range(start, end)}


def honest(start, seconds, *, at=0, speed=1.0):
    """A report of `seconds` of clock time, played from `start`."""
    return Report(start, start + int(seconds * 1000 * speed), at, at + seconds * 1000, speed)


@CALM
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=20))
def test_merging_is_the_union(ranges):
    merged = merge(ranges)
    assert covered(merged) == covered([row for row in ranges if row[0] < row[1]])
    assert all(start < end for start, end in merged)
    assert all(before[1] < after[0] for before, after in pairwise(merged))


@CALM
@given(pieces, st.tuples(places, places).filter(lambda row: row[0] < row[1]))
def test_gaps_are_what_is_not_there_yet(ranges, part):
    there = merge(ranges)
    missing = gaps(there, part)
    assert merge([*there, *missing]) == merge([*there, part])
    assert sum(end - start for start, end in missing) == sum(b - a for a, b in merge([*there, part])) - sum(
        b - a for a, b in there
    )


@CALM
@given(st.lists(reports, max_size=40), st.integers(0, LONG))
def test_never_more_than_the_servers_time_allows(sent, elapsed):
    watched = credit(Watched(DURATION), sent, elapsed_ms=elapsed)
    assert watched.seen <= elapsed * MAX_SPEED + TOTAL_TOLERANCE_MS
    assert 0 <= watched.share <= 1
    assert all(0 <= start < end <= DURATION for start, end in watched.ranges)


@CALM
@given(reports)
def test_one_report_is_worth_no_more_than_its_own_clock(report):
    seen = credit(Watched(DURATION), [report], elapsed_ms=LONG).seen
    assert seen <= max(0, report.ended - report.began) * MAX_SPEED + EVENT_TOLERANCE_MS


@CALM
@given(st.lists(reports, max_size=20), st.integers(0, LONG))
def test_what_was_credited_is_never_lost(sent, elapsed):
    watched, before = Watched(DURATION), set()
    for report in sent:
        watched = credit(watched, [report], elapsed_ms=elapsed)
        assert before <= set(watched.ranges) or merge([*before, *watched.ranges]) == watched.ranges
        before = set(watched.ranges)


@CALM
@given(st.lists(reports, max_size=20))
def test_reports_that_come_twice_change_nothing(sent):
    once = credit(Watched(DURATION), sent, elapsed_ms=LONG)
    assert credit(once, [*sent, *reversed(sent)], elapsed_ms=LONG) == once


@CALM
@given(st.lists(reports, max_size=20), st.randoms())
def test_the_order_of_reports_does_not_matter(sent, chance):
    shuffled = list(sent)
    chance.shuffle(shuffled)
    assert credit(Watched(DURATION), shuffled, elapsed_ms=LONG) == credit(Watched(DURATION), sent, elapsed_ms=LONG)


@CALM
@given(st.integers(1, 600), st.sampled_from([0.75, 1.0, 1.25, 1.5, 2.0]), clocks)
@example(600, 2.0, 10**12)
def test_a_player_killed_at_any_second_has_what_it_played_up_to_its_last_report(killed_at, speed, clock):
    """It reports every ten seconds and dies without a word; what came is right, and nothing else is claimed."""
    sent = [
        honest(int(second * 1000 * speed), 10, at=clock + second * 1000, speed=speed) for second in range(0, killed_at - 9, 10)
    ]
    watched = credit(Watched(10**7), sent, elapsed_ms=killed_at * 1000)
    played = killed_at * 1000 * speed
    assert played - 10_000 * speed <= watched.seen <= played


@CALM
@given(st.integers(-(10**12), 10**12))
def test_a_clock_that_is_wrong_by_years_costs_and_gains_nothing(skew):
    watched = credit(Watched(DURATION), [honest(0, 30, at=skew)], elapsed_ms=30_000)
    assert watched.ranges == ((0, 30_000),)


def test_a_clock_set_back_while_playing_credits_nothing():
    assert credit(Watched(DURATION), [Report(0, 30_000, 50_000, 20_000)], elapsed_ms=LONG).ranges == ()


def test_two_tabs_at_the_same_place_count_once():
    tabs = [honest(0, 30, at=0), honest(0, 30, at=5)]
    assert credit(Watched(DURATION), tabs, elapsed_ms=30_000).seen == 30_000


def test_ten_tabs_at_different_places_do_not_make_ten_times_the_time():
    tabs = [honest(tab * 60_000, 30) for tab in range(10)]
    assert credit(Watched(DURATION), tabs, elapsed_ms=30_000).seen <= 2 * 30_000 + TOTAL_TOLERANCE_MS


def test_jumping_to_the_end_is_not_watching():
    jump = Report(0, DURATION, 0, 5_000)
    assert credit(Watched(DURATION), [jump], elapsed_ms=LONG).seen <= 5_000 * 1 + EVENT_TOLERANCE_MS
    assert not credit(Watched(DURATION), [honest(DURATION - 10_000, 10)], elapsed_ms=LONG).is_done


def test_nine_tenths_are_enough_and_less_is_not():
    assert Watched(DURATION, ((0, 540_000),)).is_done
    assert not Watched(DURATION, ((0, 539_999),)).is_done
    assert not Watched(0).is_done


@CALM
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 40)), min_size=1, max_size=12), st.integers(0, 2**32))
def test_honest_viewing_is_credited_in_full_however_the_network_mixes_it(stretches, seed):
    """Seeking back and forth, reports doubled and shuffled: the union of what was played, to the millisecond."""
    sent, clock = [], 0
    for start, seconds in stretches:
        sent.append(honest(start * 1000, seconds, at=clock))
        clock += seconds * 1000
    mixed = sent * 2
    random.Random(seed).shuffle(mixed)  # noqa: S311
    watched = credit(Watched(DURATION), mixed, elapsed_ms=clock)
    assert watched.ranges == merge((report.start, min(report.end, DURATION)) for report in sent)


def test_a_late_report_is_dated_by_how_long_ago_it_was_not_by_the_players_clock():
    assert server_moment(happened=5_000, sent=65_000, now=1_000_000, earliest=0) == 940_000
    assert server_moment(happened=65_000, sent=5_000, now=1_000_000, earliest=0) == 1_000_000
    assert server_moment(happened=0, sent=10**15, now=1_000_000, earliest=900_000) == 900_000


def test_going_on_begins_a_little_before_and_after_the_end_from_the_start():
    assert resume_at(60_000, DURATION) == 57_000
    assert resume_at(1_000, DURATION) == 0
    assert resume_at(DURATION, DURATION) == 0
