"""Staff by lot: who must stand back is not in the drum, and the ledger alone is enough to repeat the draw."""

import hashlib
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from certification.bodies.models import StaffMember
from certification.bodies.services.impartiality import declare_tie
from certification.examday.models import StaffDraw
from certification.examday.services.dispatch import deal_invigilators, draw_staff, pool_for
from certification.plans.rules import StaffRole
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.open_plan import AFTER_CLOSING

pytestmark = pytest.mark.django_db


def draw(hall: Any, role: str = "assessor", count: int = 3, **more: Any) -> StaffDraw:
    return draw_staff(hall.plan, role=role, count=count, actor=hall.officer, now=AFTER_CLOSING, **more)


def test_the_drawn_are_named_told_and_among_those_who_may_act(hall):
    row = draw(hall)
    team = set(hall.plan.assignments.filter(role="assessor").values_list("user_id", flat=True))
    assert team == set(row.drawn)
    assert len(team) == 3
    assert all(person.notices.filter(kind="examday.drawn").count() == (person.pk in team) for person in hall.body.assessors)


def test_the_ledger_alone_is_enough_to_repeat_the_draw(hall):
    draw(hall)
    facts = LedgerEntry.objects.get(kind="examday.staff_drawn").facts
    before = LedgerEntry.objects.filter(hash=facts["ledger_hash"]).get()
    assert before.sequence < LedgerEntry.objects.get(kind="examday.staff_drawn").sequence
    word = f"{facts['ledger_hash']}:{hall.plan.number}:assessor:1"
    assert hashlib.sha256(word.encode()).hexdigest() == facts["seed"]
    by_hand = sorted(facts["pool"], key=lambda key: hashlib.sha256(f"{facts['seed']}:{key}".encode()).hexdigest())
    assert by_hand[:3] == facts["drawn"]


def test_i15_who_declared_a_tie_with_a_candidate_is_not_in_the_drum(hall, now):
    person, candidate = hall.body.assessors[0], hall.people[0]
    declare_tie(kind="relative", name=candidate.name, phone=candidate.phone, actor=person, now=now)
    pool = pool_for(hall.plan, StaffRole.ASSESSOR)
    assert person.pk in pool.recused
    assert person.pk not in pool.free
    row = draw(hall)
    assert person.pk not in row.drawn
    assert row.recused[str(person.pk)] == ["declared"]


def test_i17_who_has_another_duty_in_the_plan_is_not_in_the_drum(hall, now):
    from certification.plans.models import StaffAssignment

    person = hall.body.assessors[0]
    StaffAssignment.objects.create(plan=hall.plan, user=person, role="supervisor", assigned_at=now)
    assert person.pk not in pool_for(hall.plan, StaffRole.ASSESSOR).free


def test_i16_an_even_team_is_drawn_for_nobody(hall):
    with pytest.raises(DomainError) as refused:
        draw(hall, count=4)
    assert refused.value.code == "plans.team_even"
    assert not StaffDraw.objects.exists()
    assert not LedgerEntry.objects.filter(kind="examday.staff_drawn").exists()


def test_drawing_again_needs_a_reason_has_another_seed_and_keeps_the_first_draw(hall):
    first = draw(hall)
    with pytest.raises(DomainError) as refused:
        draw(hall)
    assert refused.value.code == "examday.reason_for_redraw"
    second = draw(hall, reason="一名考评员生病")
    assert (second.turn, second.seed != first.seed) == (2, True)
    assert StaffDraw.objects.count() == 2
    with pytest.raises(TypeError):
        first.delete()


def test_more_than_there_are_are_not_drawn_and_only_by_the_officer(hall):
    with pytest.raises(DomainError) as refused:
        draw(hall, count=7)
    assert refused.value.code == "examday.pool_too_small"
    with pytest.raises(PermissionDenied):
        draw_staff(hall.plan, role="assessor", count=3, actor=hall.head, now=AFTER_CLOSING)


def test_invigilators_come_from_the_register_and_are_dealt_out_over_the_rooms(hall, make_user, now):
    from certification.examday.models import RoomDuty
    from certification.examday.services.arranging import seat_by_rule

    staff = [make_user(f"监考{n}") for n in range(6)]
    for person in staff:
        StaffMember.objects.create(organisation=hall.plan.organisation, user=person, entered_at=now)
    seats = seat_by_rule(hall.plan, actor=hall.officer, now=AFTER_CLOSING)
    hall.plan.refresh_from_db()
    used = {seat.plan_room_id for seat in seats}
    row = draw(hall, role="invigilator", count=2 * len(used))
    assert set(row.drawn) <= set(row.pool)
    duties = RoomDuty.objects.values_list("plan_room_id", flat=True)
    assert {room: list(duties).count(room) for room in used} == dict.fromkeys(used, 2)


def test_i17_nobody_invigilates_her_own_exam(hall, now):
    StaffMember.objects.create(organisation=hall.plan.organisation, user=hall.people[0], entered_at=now)
    pool = pool_for(hall.plan, StaffRole.INVIGILATOR)
    assert hall.people[0].pk not in pool.free
    assert hall.people[0].pk in pool.recused


def test_a_plan_without_seats_deals_nobody_out(hall):
    assert deal_invigilators(hall.plan, actor=hall.officer, now=AFTER_CLOSING) == {}
