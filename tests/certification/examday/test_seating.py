"""From a proposal to tickets, by hand in between, and again when the rooms change."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from certification.applications.reviewing import seat_candidates
from certification.examday.models import Arrangement
from certification.examday.people import candidates_of
from certification.examday.rules.findings import FindingKind
from certification.examday.rules.places import Place, RoomSpace
from certification.examday.selectors.rooms import room_problems
from certification.examday.selectors.seating import findings_in
from certification.examday.services.arranging import confirm_seats, move_candidate, propose_seats, seat_by_rule
from certification.examday.services.door import sign_in
from certification.plans.models import Seat
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.certification.examday import checker
from tests.certification.examday.conftest import before_the_start
from tests.open_plan import AFTER_CLOSING

pytestmark = pytest.mark.django_db


def propose(hall: SimpleNamespace, **more: Any) -> Arrangement:
    return propose_seats(hall.plan, actor=hall.officer, now=AFTER_CLOSING, **more)


def confirm(hall: SimpleNamespace, **more: Any) -> list[Seat]:
    hall.plan.refresh_from_db()
    return confirm_seats(hall.plan, actor=hall.officer, now=AFTER_CLOSING, **more)


def refusal(act: Any) -> str:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code


def test_a_proposal_seats_everybody_and_binds_nobody(hall):
    arrangement = propose(hall)
    assert arrangement.places.exclude(plan_room=None).count() == 12
    assert not Seat.objects.exists()
    entry = LedgerEntry.objects.get(kind="examday.seats_proposed")
    assert (entry.facts["people"], entry.facts["seed"]) == (12, arrangement.seed)


def test_what_was_confirmed_holds_before_an_independent_checker(hall, grant):
    grant(hall.people[0], wheelchair_seat=True)
    grant(hall.people[1], reader=True)
    seats = seat_by_rule(hall.plan, actor=hall.officer, now=AFTER_CLOSING)
    people = candidates_of(hall.plan, [person.pk for person in hall.people])
    rooms = [RoomSpace(room.pk, room.seats, room.accessible_seats) for room in hall.rooms]
    places = {seat.candidate_id: Place(seat.plan_room_id, seat.number) for seat in seats}
    assert checker.faults(people, rooms, places, columns=5) == {}
    assert sum("江湾养老服务集团" in person.employers for person in people) == 6


def test_confirming_issues_a_ticket_to_each_with_room_and_seat(hall):
    propose(hall)
    seats = confirm(hall)
    assert len({seat.ticket_number for seat in seats}) == 12
    assert {seat.room for seat in seats} == {seat.plan_room.room.name for seat in seats}
    hall.plan.refresh_from_db()
    assert hall.plan.status == "arranged"
    assert all(person.notices.count() == 1 for person in hall.people)


def test_only_the_bodys_officer_proposes_moves_and_confirms(hall, make_user):
    propose(hall)
    for act in (propose_seats, confirm_seats):
        with pytest.raises(PermissionDenied):
            act(hall.plan, actor=hall.head, now=AFTER_CLOSING)
    where = {"candidate": hall.people[0].pk, "room": hall.rooms[0].pk, "number": 1}
    with pytest.raises(PermissionDenied):
        move_candidate(hall.plan, **where, actor=make_user("路人"), now=AFTER_CLOSING)


def test_a_plan_without_rooms_of_the_register_is_seated_as_before(hall):
    hall.plan.rooms.all().delete()
    assert refusal(lambda: propose(hall)) == "examday.no_rooms"
    seats = seat_by_rule(hall.plan, actor=hall.officer, now=AFTER_CLOSING)
    assert {(seat.room, seat.plan_room) for seat in seats} == {("一号考场", None)}
    assert sorted(seat.number for seat in seats) == list(range(1, 13))


def test_a_plan_with_rooms_is_not_seated_past_the_proposal(hall):
    act = lambda: seat_candidates(hall.plan, actor=hall.officer, now=AFTER_CLOSING)  # noqa: E731
    assert refusal(act) == "plans.seats_need_rooms"
    assert not Seat.objects.exists()


def test_who_has_no_proper_seat_keeps_the_tickets_from_being_issued(hall, grant):
    for person in hall.people[:4]:
        grant(person, wheelchair_seat=True)
    arrangement = propose(hall)
    assert [row.kind for row in findings_in(arrangement) if row.blocks] == [FindingKind.UNPLACED]
    assert refusal(lambda: confirm(hall, knowing=True)) == "examday.seating_blocked"
    assert not Seat.objects.exists()


def test_what_could_not_be_met_is_confirmed_only_knowingly(hall):
    arrangement = propose(hall)
    first, second = hall.people[:2]
    for person, number in ((first, 8), (second, 9)):
        found = move(hall, person, hall.rooms[0], number)
    assert FindingKind.NEIGHBOURS in {row.kind for row in found}
    assert refusal(lambda: confirm(hall)) == "examday.findings_unseen"
    assert len(confirm(hall, knowing=True)) == 12
    arrangement.refresh_from_db()
    assert arrangement.moved_by_hand == 2


def move(hall: SimpleNamespace, person: Any, room: Any, number: int) -> Any:
    where = {"candidate": person.pk, "room": room.pk, "number": number}
    return move_candidate(hall.plan, **where, actor=hall.officer, now=AFTER_CLOSING)


def test_two_candidates_change_places_by_hand(hall):
    arrangement = propose(hall)
    one, other = arrangement.places.all()[:2]
    move(hall, one.candidate, other.plan_room, other.number)
    places = {row.candidate_id: (row.plan_room_id, row.number) for row in arrangement.places.all()}
    assert places[one.candidate_id] == (other.plan_room_id, other.number)
    assert places[other.candidate_id] == (one.plan_room_id, one.number)
    assert LedgerEntry.objects.filter(kind="examday.seat_moved_by_hand").count() == 1


def test_a_seat_that_the_room_does_not_have_is_refused(hall):
    propose(hall)
    assert refusal(lambda: move(hall, hall.people[0], hall.rooms[2], 7)) == "plans.no_such_seat"


def test_a_wheelchair_moved_to_an_ordinary_seat_blocks(hall, grant):
    grant(hall.people[0], wheelchair_seat=True)
    propose(hall)
    assert [row.kind for row in move(hall, hall.people[0], hall.rooms[1], 1)] == [FindingKind.NOT_ACCESSIBLE]
    assert refusal(lambda: confirm(hall, knowing=True)) == "examday.seating_blocked"


def test_redoing_keeps_the_ticket_numbers_and_tells_who_moved(hall):
    seat_by_rule(hall.plan, actor=hall.officer, now=AFTER_CLOSING)
    hall.plan.refresh_from_db()
    before = {seat.candidate_id: (seat.ticket_number, seat.room, seat.number) for seat in Seat.objects.all()}
    propose(hall)
    assert {seat.candidate_id: (seat.ticket_number, seat.room, seat.number) for seat in Seat.objects.all()} == before
    moved = confirm(hall, knowing=True)
    after = {seat.candidate_id: (seat.ticket_number, seat.room, seat.number) for seat in Seat.objects.all()}
    assert {key: row[0] for key, row in after.items()} == {key: row[0] for key, row in before.items()}
    assert {seat.candidate_id for seat in moved} == {key for key in after if after[key] != before[key]} != set()
    told = {person.pk for person in hall.people if person.notices.filter(kind="examday.seat_moved").exists()}
    assert told == {seat.candidate_id for seat in moved}


def test_seats_stay_as_they_are_once_somebody_was_signed_in(seated):
    seat = next(seat for seat in seated.seats if seat.plan_room_id == seated.duties[0].room_duty.plan_room_id)
    sign_in(seat, actor=seated.invigilators[0], now=before_the_start())
    assert refusal(lambda: propose(seated)) == "examday.too_late_to_arrange"


def test_i12_a_case_approved_after_the_proposal_has_to_be_proposed_anew(hall, make_user, now):
    from tests.certification.examday.conftest import approved_case

    propose(hall)
    approved_case(hall.plan, make_user("后来者"), now=now)
    assert refusal(lambda: confirm(hall)) == "plans.candidates_without_place"
    propose(hall)
    assert len(confirm(hall)) == 13


def test_i13_more_candidates_than_the_plan_has_seats_are_not_seated(hall):
    propose(hall)
    hall.plan.capacity = 11
    hall.plan.save()
    assert refusal(lambda: confirm(hall)) == "plans.too_many_candidates"


def test_i13_a_session_does_not_open_with_too_few_invigilators(seated):
    assert room_problems(seated.plan) == []
    seated.duties[0].delete()
    (problem,) = room_problems(seated.plan)
    assert (problem.code, problem.context["count"], problem.context["needed"]) == ("examday.too_few_invigilators", 1, 2)


def test_i13_the_first_candidate_waits_while_a_room_lacks_its_invigilators(seated):
    from certification.assessment.services.running import begin_if_first

    seated.duties[0].delete()
    assert refusal(lambda: begin_if_first(seated.plan, now=before_the_start())) == "assessment.room_not_ready"


def test_i17_who_acts_in_the_plan_gets_no_seat(hall, now):
    from certification.plans.models import StaffAssignment

    StaffAssignment.objects.create(plan=hall.plan, user=hall.people[0], role="invigilator", assigned_at=now)
    propose(hall)
    assert refusal(lambda: confirm(hall)) == "plans.assessor_conflict"
