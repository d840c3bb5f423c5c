"""Rooms and seats by rule; every seating is looked at again by a checker that knows nothing of how it was made."""

import itertools
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.examday.rules.arranging import arrange
from certification.examday.rules.findings import FindingKind, findings_of
from certification.examday.rules.places import Candidate, Place, RoomSpace, invigilators_needed, neighbours
from certification.examday.rules.seating import BUDGET, Repair, seat_room
from tests.certification.examday import checker

ROOM = RoomSpace(1, 30, 2)


def plain(count: int, employer: str = "", start: int = 1) -> list[Candidate]:
    names = frozenset({employer} if employer else ())
    return [Candidate(key, names) for key in range(start, start + count)]


def checked(candidates: list[Candidate], rooms: list[RoomSpace], *, columns: int = 5, seed: str = "s") -> dict:
    """Arrange, have the checker look at it, see that all it found was told and nothing else, and return the faults."""
    proposal = arrange(candidates, rooms, seed=seed, columns=columns)
    found = checker.faults(candidates, rooms, proposal.places, columns=columns)
    assert checker.bare(found) == checker.told(proposal.findings)
    return found


def test_everybody_gets_a_seat_of_her_own():
    assert checked(plain(30), [ROOM]) == {}


def test_one_more_than_the_seats_is_told_and_not_squeezed_in():
    assert len(checked(plain(31), [ROOM])["unplaced"]) == 1


def test_a_wheelchair_gets_an_accessible_seat_before_anybody_else():
    people = [*plain(28), Candidate(90, wheelchair=True), Candidate(91, wheelchair=True)]
    assert checked(people, [ROOM]) == {}


def test_a_third_wheelchair_where_two_fit_is_told():
    people = [Candidate(key, wheelchair=True) for key in range(3)]
    assert len(checked(people, [ROOM])["unplaced"]) == 1


def test_who_is_read_to_has_a_room_of_her_own_and_the_smallest():
    rooms = [ROOM, RoomSpace(2, 4), RoomSpace(3, 10)]
    people = [*plain(30), Candidate(99, own_room=True)]
    assert checked(people, rooms) == {}
    assert arrange(people, rooms, seed="s").places[99].room == 2


def test_who_is_read_to_in_a_wheelchair_gets_a_room_with_such_a_seat():
    rooms = [ROOM, RoomSpace(2, 4), RoomSpace(3, 10, 1)]
    people = [*plain(10), Candidate(99, own_room=True, wheelchair=True)]
    assert checked(people, rooms) == {}


def test_no_room_left_for_who_is_read_to_is_told():
    people = [*plain(10), Candidate(99, own_room=True)]
    assert checked(people, [ROOM])["unplaced"] == {99}


def test_those_with_an_interpreter_sit_in_one_room():
    people = [*plain(50), *(Candidate(key, sign_interpreter=True) for key in range(100, 108))]
    rooms = [RoomSpace(key, 30, 2) for key in range(1, 4)]
    assert checked(people, rooms) == {}
    places = arrange(people, rooms, seed="s").places
    assert len({places[key].room for key in range(100, 108)}) == 1


def test_those_with_extra_time_sit_in_one_room_and_not_with_the_interpreter_where_two_rooms_are_free():
    people = [
        *(Candidate(key, sign_interpreter=True) for key in range(5)),
        *(Candidate(key, extra_time=30) for key in range(10, 15)),
    ]
    rooms = [RoomSpace(1, 30), RoomSpace(2, 30)]
    assert checked(people, rooms) == {}
    places = arrange(people, rooms, seed="s").places
    assert {places[key].room for key in range(5)} != {places[key].room for key in range(10, 15)}


def test_a_group_that_no_room_holds_is_split_and_told():
    people = [Candidate(key, extra_time=30) for key in range(12)]
    assert "group_split" in checked(people, [RoomSpace(1, 8), RoomSpace(2, 8)])


def test_nobody_sits_next_to_somebody_of_her_employer():
    people = [*plain(15, "甲"), *plain(15, "乙", 100)]
    assert checked(people, [ROOM]) == {}


def test_a_single_employer_is_spread_over_more_rooms_rather_than_seated_together():
    rooms = [RoomSpace(1, 30), RoomSpace(2, 30)]
    assert checked(plain(30, "甲"), rooms) == {}


def test_few_rooms_are_used_where_that_does_no_harm():
    rooms = [RoomSpace(key, 30) for key in range(1, 9)]
    places = arrange(plain(60), rooms, seed="s").places
    assert {place.room for place in places.values()} == {1, 2}


def test_neighbours_that_cannot_be_avoided_are_told_and_nobody_loses_her_seat():
    found = checked(plain(30, "甲"), [ROOM])
    assert set(found) == {"neighbours"}


def test_in_a_hall_of_one_employer_nothing_is_tried_in_vain():
    people = {person.key: person for person in plain(30, "甲")}
    repair = Repair(people, [ROOM], seat_room(ROOM, list(people.values()), columns=5, seed="s"), columns=5)
    before = dict(repair.places)
    assert repair.run() == before
    assert repair.left == BUDGET


def test_who_works_for_two_employers_keeps_away_from_both():
    both = Candidate(99, frozenset({"甲", "乙"}))
    people = [*plain(10, "甲"), *plain(10, "乙", 100), *plain(9, "", 200), both]
    assert checked(people, [ROOM]) == {}


def test_the_same_seed_gives_the_same_seats_in_whatever_order_the_people_come():
    people = [*plain(40, "甲"), *plain(30, "乙", 100), Candidate(999, wheelchair=True)]
    rooms = [RoomSpace(key, 30, 1) for key in range(1, 5)]
    shuffled = random.Random(3).sample(people, len(people))  # noqa: S311 - a shuffle
    assert arrange(people, rooms, seed="s").places == arrange(shuffled, rooms, seed="s").places


def test_another_seed_gives_other_seats():
    assert arrange(plain(30), [ROOM], seed="a").places != arrange(plain(30), [ROOM], seed="b").places


@pytest.mark.parametrize(("count", "needed"), [(0, 0), (1, 2), (15, 2), (30, 2), (31, 3), (45, 3), (46, 4)])
def test_i13_a_room_needs_two_invigilators_and_one_for_each_begun_fifteen(count, needed):
    assert invigilators_needed(count) == needed == checker.invigilators(count)


def test_neighbours_are_left_right_before_and_behind_and_end_at_the_wall():
    assert set(neighbours(7, seats=30, columns=5)) == {6, 8, 2, 12}
    assert set(neighbours(5, seats=30, columns=5)) == {4, 10}
    assert set(neighbours(8, seats=8, columns=5)) == {7, 3}


PLACED = {1: Place(1, 3), 2: Place(1, 4)}


@pytest.mark.parametrize(
    ("people", "places", "kind"),
    [
        ([Candidate(1), Candidate(2)], {1: Place(1, 3)}, FindingKind.UNPLACED),
        ([Candidate(1), Candidate(2)], {**PLACED, 2: Place(1, 31)}, FindingKind.NO_SUCH_SEAT),
        ([Candidate(1), Candidate(2)], {**PLACED, 2: Place(9, 1)}, FindingKind.NO_SUCH_SEAT),
        ([Candidate(1), Candidate(2)], {**PLACED, 2: Place(1, 3)}, FindingKind.TAKEN_TWICE),
        ([Candidate(1, wheelchair=True), Candidate(2)], PLACED, FindingKind.NOT_ACCESSIBLE),
        ([Candidate(1, own_room=True), Candidate(2)], PLACED, FindingKind.NOT_ALONE),
    ],
)
def test_a_seating_spoilt_by_hand_is_found_and_blocks(people, places, kind):
    (found,) = findings_of(people, [ROOM], places, columns=5)
    assert (found.kind, found.blocks) == (kind, True)
    assert checker.told([found]) == checker.faults(people, [ROOM], places, columns=5)


people_of_any_kind = st.lists(
    st.builds(
        Candidate,
        key=st.just(0),
        employers=st.frozensets(st.sampled_from("甲乙丙"), max_size=2),
        wheelchair=st.sampled_from([False] * 6 + [True]),
        own_room=st.sampled_from([False] * 9 + [True]),
        sign_interpreter=st.sampled_from([False] * 6 + [True]),
        extra_time=st.sampled_from([0, 0, 0, 30]),
    ),
    max_size=40,
)
rooms_of_any_kind = st.lists(st.tuples(st.integers(1, 20), st.integers(0, 4)), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None)
@given(people=people_of_any_kind, rooms=rooms_of_any_kind, columns=st.integers(1, 6))
def test_whatever_comes_the_checker_finds_what_was_told_and_nothing_else(people, rooms, columns):
    numbered = [
        Candidate(key, p.employers, p.wheelchair, p.own_room, p.sign_interpreter, p.extra_time)
        for key, p in enumerate(people, start=1)
    ]
    spaces = [RoomSpace(key, seats, min(seats, accessible)) for key, (seats, accessible) in enumerate(rooms, start=1)]
    found = checked(numbered, spaces, columns=columns)
    # Whoever was put anywhere was put right: what must hold is never broken, only refused.
    assert not set(found) & {"no_such_seat", "taken_twice", "not_accessible", "not_alone"}


@settings(max_examples=60, deadline=None)
@given(names=st.lists(st.sampled_from("甲乙丙丁"), min_size=1, max_size=6), seats=st.sampled_from([6, 8]))
def test_small_rooms_are_solved_wherever_trying_everything_finds_a_way(names, seats):
    people = [Candidate(key, frozenset({name})) for key, name in enumerate(names, start=1)]
    room = RoomSpace(1, seats)
    possible = any(
        not checker.faults(people, [room], {p.key: Place(1, seat) for p, seat in zip(people, order, strict=True)}, columns=3)
        for order in itertools.islice(itertools.permutations(range(1, seats + 1), len(people)), 30_000)
    )
    found = checked(people, [room], columns=3)
    if possible:
        assert found == {}


def test_ten_thousand_candidates_are_arranged_within_ten_seconds():
    chance = random.Random(7)  # noqa: S311 - imagined people
    people = [
        Candidate(
            key,
            frozenset({f"单位{min(int(chance.expovariate(1 / 40)), 300)}"} if chance.random() < 0.8 else ()),
            wheelchair=chance.random() < 0.01,
            own_room=chance.random() < 0.001,
            sign_interpreter=chance.random() < 0.002,
            extra_time=30 if chance.random() < 0.01 else 0,
        )
        for key in range(10_000)
    ]
    rooms = [RoomSpace(key, 30, 2) for key in range(1, 361)]
    began = time.perf_counter()
    proposal = arrange(people, rooms, seed="十月", columns=5)
    took = time.perf_counter() - began
    found = checker.faults(people, rooms, proposal.places, columns=5)
    assert checker.bare(found) == checker.told(proposal.findings)
    # More with extra time than any room holds: told, and nothing else is.
    assert set(found) <= {"group_split"}
    assert took < 10
