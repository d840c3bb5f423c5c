"""The door, the papers, the record and the draw: rules without a database."""

import datetime
import hashlib

import pytest

from certification.examday.rules.arrivals import Door, Standing, door, late_minutes, standing
from certification.examday.rules.custody import Link, check_hand_over
from certification.examday.rules.drawing import deal, draw, seed_of
from certification.examday.rules.incidents import IncidentKind, check_incident, check_second
from lms.core.errors import DomainError

START = datetime.datetime(2026, 10, 31, 9, 0, tzinfo=datetime.UTC)
LIMIT = datetime.timedelta(minutes=30)


def after(minutes: float) -> datetime.datetime:
    return START + datetime.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(-60.1, Door.NOT_YET), (-60, Door.ON_TIME), (-0.1, Door.ON_TIME), (0, Door.LATE), (29.9, Door.LATE), (30, Door.CLOSED)],
)
def test_the_door_opens_an_hour_before_and_closes_at_the_limit(minutes, state):
    assert door(starts_at=START, now=after(minutes), late_limit=LIMIT) is state


@pytest.mark.parametrize(("minutes", "late"), [(-1, 0), (0, 1), (0.5, 1), (1, 1), (1.1, 2), (29.9, 30)])
def test_a_begun_minute_of_lateness_counts_in_full(minutes, late):
    assert late_minutes(starts_at=START, arrived_at=after(minutes)) == late


@pytest.mark.parametrize(
    ("arrived", "now", "stands"),
    [
        (None, 29.9, Standing.EXPECTED),
        (None, 30, Standing.ABSENT),
        (-5, 30, Standing.SIGNED_IN),
        (3, 30, Standing.LATE),
    ],
)
def test_who_is_absent_follows_from_the_clock(arrived, now, stands):
    moment = None if arrived is None else after(arrived)
    assert standing(arrived_at=moment, starts_at=START, now=after(now), late_limit=LIMIT) is stands


def test_the_officer_hands_a_bag_over_first_and_then_whoever_holds_it():
    check_hand_over([], giver=1, receiver=2, first_by_office=True)
    check_hand_over([Link(1, 2, received=True)], giver=2, receiver=3, first_by_office=False)


@pytest.mark.parametrize(
    ("chain", "giver", "receiver", "office", "code"),
    [
        ([], 2, 3, False, "examday.bag_begins_at_office"),
        ([], 1, 1, True, "examday.bag_to_oneself"),
        ([Link(1, 2, received=False)], 2, 3, False, "examday.bag_on_the_way"),
        ([Link(1, 2, received=True)], 3, 4, False, "examday.bag_not_held"),
        ([Link(1, 2, received=True)], 1, 4, True, "examday.bag_not_held"),
    ],
)
def test_a_broken_chain_of_hands_is_refused(chain, giver, receiver, office, code):
    with pytest.raises(DomainError) as refused:
        check_hand_over(chain, giver=giver, receiver=receiver, first_by_office=office)
    assert refused.value.code == code


def test_anybody_can_repeat_a_draw_with_the_seed_and_the_list():
    seed = seed_of(ledger_hash="ab", plan_number="RD-1", role="assessor", turn=1)
    assert seed == hashlib.sha256(b"ab:RD-1:assessor:1").hexdigest()
    by_hand = sorted(range(1, 20), key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).hexdigest())[:3]
    assert draw(range(1, 20), seed=seed, count=3) == by_hand
    assert draw(reversed(range(1, 20)), seed=seed, count=3) == by_hand


def test_a_draw_from_too_few_is_refused():
    with pytest.raises(DomainError):
        draw([1, 2], seed="s", count=3)
    with pytest.raises(DomainError):
        draw([1, 2], seed="s", count=0)


def test_every_place_in_a_draw_is_about_equally_likely():
    drawn = [draw(range(10), seed=str(turn), count=1)[0] for turn in range(2_000)]
    assert all(140 < drawn.count(person) < 260 for person in range(10))


def test_rooms_get_what_they_need_in_order_and_the_rest_goes_round():
    dealt = deal(range(7), {1: 2, 2: 0, 3: 3}, seed="s")
    assert [len(dealt[room]) for room in (1, 2, 3)] == [3, 0, 4]
    assert sorted(person for room in dealt.values() for person in room) == list(range(7))


def test_too_few_invigilators_leave_the_last_room_short_and_nobody_stands_in_two():
    dealt = deal(range(3), {1: 2, 2: 2}, seed="s")
    assert (len(dealt[1]), len(dealt[2])) == (2, 1)


@pytest.mark.parametrize("kind", [IncidentKind.WARNED, IncidentKind.STOPPED])
def test_a_violation_names_a_candidate_and_says_what_was_seen(kind):
    check_incident(kind, has_seat=True, text="使用手机，已收走")
    with pytest.raises(DomainError):
        check_incident(kind, has_seat=False, text="使用手机")
    with pytest.raises(DomainError):
        check_incident(kind, has_seat=True, text="  ")


def test_the_second_name_is_another_invigilators():
    check_second(first=1, second=2, invigilators={1, 2})
    with pytest.raises(DomainError) as same:
        check_second(first=1, second=1, invigilators={1, 2})
    assert same.value.code == "examday.second_signature_same"
    with pytest.raises(DomainError) as stranger:
        check_second(first=1, second=9, invigilators={1, 2})
    assert stranger.value.status == 403
