"""The door and the theory exam: who was not signed in does not begin, who was stopped does not go on, who did not come is absent."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from certification.assessment.models import Absence, TheorySitting
from certification.assessment.services import start_sitting, submit_sitting, take_over_absences
from certification.assessment.services.door import untaken_absences
from certification.examday.services.door import sign_in
from certification.examday.services.record import countersign, record_absent, record_incident
from certification.plans.models import KeptPart
from courses.questionbank.models import Response
from courses.questionbank.services import save_answer
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.exam_day import SKILL, THEORY, lay_out, right_answers, sign_all

MINUTE = timedelta(minutes=1)
DOOR_SHUT = THEORY + 31 * MINUTE


@pytest.fixture
def housed(exam_day: SimpleNamespace, make_user: Any) -> SimpleNamespace:
    """The day in a room of the register, with its two invigilators and the supervisor."""
    from certification.bodies.models import Room, Site
    from certification.examday.models import RoomDuty
    from certification.plans.models import PlanRoom, Seat, StaffAssignment

    plan = exam_day.plan
    site = Site.objects.create(organisation=plan.organisation, name="实训基地", address="示例路 1 号")
    room = Room.objects.create(site=site, name="一号考场", purpose="standard", capacity=30, accessible_seats=1)
    used = PlanRoom.objects.create(plan=plan, room=room, seats=30, accessible_seats=1, order=0)
    Seat.objects.filter(plan=plan).update(plan_room=used)
    facts = {"plan": plan, "assigned_at": THEORY - timedelta(days=3), "declared_at": THEORY - timedelta(days=2)}
    exam_day.invigilators = [make_user(name) for name in ("余监考", "白监考")]
    for person in exam_day.invigilators:
        duty = StaffAssignment.objects.create(user=person, role="invigilator", **facts)
        RoomDuty.objects.create(assignment=duty, plan_room=used)
    for seat in exam_day.seats:
        seat.refresh_from_db()
    return exam_day


def let_in(day: SimpleNamespace, seat: Any, *, now: Any = THEORY - 20 * MINUTE) -> None:
    sign_in(seat, actor=day.invigilators[0], now=now)


def stop(day: SimpleNamespace, seat: Any, *, now: Any) -> Any:
    return record_incident(
        day.plan, kind="stopped", room=seat.room, text="两次使用手机", seat=seat, actor=day.invigilators[0], now=now
    )


def refusal(day: SimpleNamespace, seat: Any, *, now: Any = THEORY) -> str:
    with pytest.raises(DomainError) as refused:
        start_sitting(seat, candidate=seat.candidate, now=now)
    return refused.value.code


def test_who_is_signed_in_begins(housed: SimpleNamespace) -> None:
    let_in(housed, housed.seats[0])
    assert start_sitting(housed.seats[0], candidate=housed.candidates[0], now=THEORY).pk


def test_who_was_not_signed_in_does_not_begin_and_reads_where_to_go(housed: SimpleNamespace, client: Any) -> None:
    let_in(housed, housed.seats[1])
    seat = housed.seats[0]
    assert refusal(housed, seat) == "assessment.not_signed_in"
    assert not TheorySitting.objects.exists()
    client.force_login(seat.candidate)
    with time_machine.travel(THEORY, tick=False):
        page = client.get(reverse("assessment:exam", args=[seat.pk]))
        assert page.context["state"] == "unsigned"
        assert reverse("assessment:start", args=[seat.pk]) not in page.content.decode()
        let_in(housed, seat, now=THEORY)
        assert client.get(reverse("assessment:exam", args=[seat.pk])).context["state"] == "open"


def test_a_plan_with_one_room_in_words_keeps_its_door_on_paper(exam_day: SimpleNamespace) -> None:
    assert start_sitting(exam_day.seats[0], candidate=exam_day.candidates[0], now=THEORY).pk


def test_a_stopped_exam_ends_with_the_second_signature_and_keeps_what_was_saved(housed: SimpleNamespace, client: Any) -> None:
    seat, moment = housed.seats[0], THEORY + 10 * MINUTE
    let_in(housed, seat)
    sitting = start_sitting(seat, candidate=seat.candidate, now=THEORY)
    right_answers(sitting.attempt, 3)
    line = stop(housed, seat, now=moment)
    sitting.refresh_from_db()
    assert not sitting.is_submitted, "one name alone ends nothing"
    countersign(line, actor=housed.invigilators[1], now=moment)
    sitting.refresh_from_db()
    assert sitting.is_submitted
    assert Response.objects.filter(attempt=sitting.attempt).count() == 3
    assert LedgerEntry.objects.filter(kind="assessment.sitting_stopped").count() == 1
    with pytest.raises(DomainError, match="already_submitted"):
        save_answer(sitting.attempt, position=5, answer=["A"], seq=9, now=moment + MINUTE)
    client.force_login(seat.candidate)
    with time_machine.travel(moment + MINUTE, tick=False):
        assert client.get(reverse("assessment:exam", args=[seat.pk])).context["state"] == "stopped"


def test_who_is_warned_goes_on(housed: SimpleNamespace) -> None:
    seat = housed.seats[0]
    let_in(housed, seat)
    sitting = start_sitting(seat, candidate=seat.candidate, now=THEORY)
    facts = {"kind": "warned", "room": seat.room, "text": "左右张望", "seat": seat}
    line = record_incident(housed.plan, **facts, actor=housed.invigilators[0], now=THEORY + MINUTE)
    countersign(line, actor=housed.invigilators[1], now=THEORY + MINUTE)
    sitting.refresh_from_db()
    assert not sitting.is_submitted


def test_who_was_stopped_before_beginning_does_not_begin(housed: SimpleNamespace) -> None:
    seat = housed.seats[0]
    let_in(housed, seat)
    countersign(stop(housed, seat, now=THEORY - MINUTE), actor=housed.invigilators[1], now=THEORY - MINUTE)
    assert refusal(housed, seat) == "assessment.stopped"


def test_stopping_who_has_handed_in_changes_nothing(housed: SimpleNamespace) -> None:
    seat = housed.seats[0]
    let_in(housed, seat)
    sitting = submit_sitting(start_sitting(seat, candidate=seat.candidate, now=THEORY), actor=seat.candidate, now=THEORY + MINUTE)
    before = sitting.submitted_at
    countersign(stop(housed, seat, now=SKILL), actor=housed.invigilators[1], now=SKILL)
    sitting.refresh_from_db()
    assert sitting.submitted_at == before
    assert not LedgerEntry.objects.filter(kind="assessment.sitting_stopped").exists()


@pytest.fixture
def two_away(housed: SimpleNamespace) -> SimpleNamespace:
    """One candidate came and began; the other two are written down as absent, and signed by two."""
    let_in(housed, housed.seats[0])
    start_sitting(housed.seats[0], candidate=housed.candidates[0], now=THEORY)
    lines = record_absent(housed.plan, room="一号考场", actor=housed.invigilators[0], now=DOOR_SHUT)
    for line in lines:
        countersign(line, actor=housed.invigilators[1], now=DOOR_SHUT)
    housed.plan.refresh_from_db()
    return housed


def recorded() -> set[tuple[str, str]]:
    return set(Absence.objects.values_list("seat__ticket_number", "part"))


def test_absences_at_the_door_are_taken_over_in_one_act_the_afternoon_s_part_after_it_began(two_away: SimpleNamespace) -> None:
    away = [seat.ticket_number for seat in two_away.seats[1:]]
    assert take_over_absences(two_away.plan, actor=two_away.officer, now=DOOR_SHUT) == 2
    assert recorded() == {(ticket, "theory") for ticket in away}
    assert take_over_absences(two_away.plan, actor=two_away.officer, now=SKILL) == 2
    assert recorded() == {(ticket, part) for ticket in away for part in ("theory", "skill")}
    assert take_over_absences(two_away.plan, actor=two_away.officer, now=SKILL) == 0


def test_a_line_with_one_name_is_not_taken_over(housed: SimpleNamespace) -> None:
    let_in(housed, housed.seats[0])
    start_sitting(housed.seats[0], candidate=housed.candidates[0], now=THEORY)
    record_absent(housed.plan, room="一号考场", actor=housed.invigilators[0], now=DOOR_SHUT)
    assert untaken_absences(housed.plan, now=DOOR_SHUT) == []


def test_who_came_to_the_skill_test_all_the_same_is_absent_from_theory_alone(two_away: SimpleNamespace) -> None:
    stations = lay_out(two_away)
    sign_all(two_away.seats[1], stations, two_away.assessors)
    found = {(seat.pk, part.value) for seat, part in untaken_absences(two_away.plan, now=SKILL)}
    first, second = two_away.seats[1], two_away.seats[2]
    assert found == {(first.pk, "theory"), (second.pk, "theory"), (second.pk, "skill")}


def test_a_part_that_an_absent_candidate_keeps_from_an_earlier_exam_is_not_taken_over(two_away: SimpleNamespace) -> None:
    first, second = two_away.seats[1:]
    KeptPart.objects.create(
        seat=first, part="theory", origin=two_away.seats[0], value="80", until=two_away.plan.exam_date + timedelta(days=90)
    )
    assert take_over_absences(two_away.plan, actor=two_away.officer, now=SKILL) == 3
    assert recorded() == {(first.ticket_number, "skill"), (second.ticket_number, "theory"), (second.ticket_number, "skill")}


def test_only_the_officer_takes_absences_over(two_away: SimpleNamespace) -> None:
    for person in (two_away.head, two_away.invigilators[0]):
        with pytest.raises(PermissionDenied):
            take_over_absences(two_away.plan, actor=person, now=DOOR_SHUT)
    assert not Absence.objects.exists()


def test_the_officer_s_page_offers_it_with_tickets_and_parts(two_away: SimpleNamespace, client: Any) -> None:
    client.force_login(two_away.officer)
    address = reverse("assessment:progress", args=[two_away.plan.pk])
    with time_machine.travel(DOOR_SHUT, tick=False):
        shown = client.get(address).context["at_door"]
        assert [(ticket, len(parts)) for ticket, parts in shown] == [(seat.ticket_number, 1) for seat in two_away.seats[1:]]
        assert client.post(reverse("assessment:absences", args=[two_away.plan.pk])).status_code == 302
        assert client.get(address).context["at_door"] == []
    assert len(recorded()) == 2
