"""On the day of a re-sit everybody asks only for the parts that are sat."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from certification.assessment import queues
from certification.assessment.selectors import matrix, missing_sheets, score_rows, sheets_due, tickets_without_theory
from certification.assessment.services import open_sheet, record_absence, start_sitting
from certification.examday.printing import tickets_of
from certification.examday.selectors.rooms import rooms_on_the_day
from certification.examday.services.door import sign_in
from certification.examday.services.record import record_absent
from certification.plans.kept import comes_at, parts_to_sit, seats_sitting
from certification.plans.models import KeptPart, StaffAssignment
from lms.core.errors import DomainError
from tests.resit import close_again, lay_out_again, seat_again, write_again


def refused(act, *args, **given) -> str:
    with pytest.raises(DomainError) as refusal:
        act(*args, **given)
    return refusal.value.code


@pytest.fixture
def day(first_exam: SimpleNamespace, make_user: Any) -> SimpleNamespace:
    """The third candidate re-sits theory and keeps skill; a newcomer sits everything."""
    return seat_again(first_exam, [first_exam.candidates[2], make_user("许新来")])


def keeping_theory(day: SimpleNamespace) -> SimpleNamespace:
    """The same, as if she had passed theory and failed the skill test."""
    old = KeptPart.objects.get()
    old.origin.lent_parts.all().delete()
    KeptPart.objects.create(seat=day.seats[0], part="theory", origin=old.origin, value=old.value, until=old.until)
    return day


def test_the_seat_says_which_parts_are_sat(day: SimpleNamespace) -> None:
    assert [parts_to_sit(seat) for seat in day.seats] == [["theory"], ["theory", "skill"]]
    assert list(seats_sitting(day.plan, "skill")) == [day.seats[1]]


def test_assessors_never_meet_a_part_that_is_kept(day: SimpleNamespace) -> None:
    station = lay_out_again(day)[0]
    begins = day.plan.skill_starts_at
    assert [row.seat_id for row in score_rows(station, assessor=day.assessors[0])] == [day.seats[1].pk]
    assert sheets_due(day.plan) == 1
    code = refused(open_sheet, station, day.seats[0], assessor=day.assessors[0], now=begins)
    assert code == "assessment.part_kept"
    assert {missing.seat for missing in missing_sheets(day.plan)} == {day.seats[1].pk}
    due = [row.detail for row in queues.desk(day.assessors[0], begins) if row.plan == day.plan.pk]
    assert len(due) == 1
    assert "2" in due[0]


def test_nobody_is_absent_from_a_part_that_is_kept(day: SimpleNamespace) -> None:
    late = day.plan.skill_starts_at + timedelta(hours=3)
    assert refused(record_absence, day.seats[0], part="skill", actor=day.officer, now=late) == "assessment.part_kept"
    assert record_absence(day.seats[1], part="skill", actor=day.officer, now=late)


def test_a_kept_theory_is_not_begun_again(day: SimpleNamespace, client: Client) -> None:
    seat = keeping_theory(day).seats[0]
    begins = day.plan.theory_starts_at
    assert refused(start_sitting, seat, candidate=seat.candidate, now=begins) == "assessment.part_kept"
    assert tickets_without_theory(day.plan) == [day.seats[1].ticket_number]
    client.force_login(seat.candidate)
    with time_machine.travel(begins, tick=False):
        assert client.get(reverse("assessment:exam", args=[seat.pk])).context["state"] == "kept"
        assert list(queues.own(seat.candidate, begins)) == []


def test_the_matrix_shows_what_is_kept_and_closing_does_not_ask_for_it(day: SimpleNamespace, client: Client) -> None:
    lay_out_again(day)
    write_again(day.seats[0], right=7)
    late = day.plan.skill_starts_at + timedelta(hours=3)
    for part in ("theory", "skill"):
        record_absence(day.seats[1], part=part, actor=day.officer, now=late)
    rows = matrix(day.plan, now=late)
    assert [(set(row.kept), row.skill_done) for row in rows] == [({"skill"}, True), (set(), True)]
    client.force_login(day.officer)
    assert client.get(reverse("assessment:progress", args=[day.plan.pk])).status_code == 200
    close_again(day)
    assert day.plan.status == "scored"


def test_without_anybody_in_the_skill_test_no_stations_are_needed(first_exam: SimpleNamespace) -> None:
    day = seat_again(first_exam, [first_exam.candidates[2]])
    write_again(day.seats[0], right=7)
    close_again(day)
    assert day.plan.status == "scored"


def test_who_keeps_theory_comes_to_the_door_of_the_skill_test(day: SimpleNamespace, make_user) -> None:
    keeping_theory(day)
    watcher = make_user("监考甲")
    StaffAssignment.objects.create(
        plan=day.plan,
        user=watcher,
        role="invigilator",
        assigned_at=day.plan.theory_starts_at,
        declared_at=day.plan.theory_starts_at,
    )
    resitter, newcomer = day.seats
    assert (comes_at(resitter), comes_at(newcomer)) == (day.plan.skill_starts_at, day.plan.theory_starts_at)
    noon = day.plan.theory_starts_at + timedelta(hours=2)
    absent = record_absent(day.plan, room="一号考场", actor=watcher, now=noon)
    assert [row.seat for row in absent] == [newcomer]
    standings = {row.seat.pk: row.standing for room in rooms_on_the_day(day.plan, now=noon) for row in room.rows}
    assert standings == {resitter.pk: "expected", newcomer.pk: "absent"}
    row = sign_in(resitter, actor=watcher, now=day.plan.skill_starts_at - timedelta(minutes=10))
    assert row.late_minutes == 0


def test_the_printed_ticket_names_only_what_is_sat(day: SimpleNamespace) -> None:
    tickets = tickets_of(day.plan, day.plan.seats.select_related("candidate").order_by("number"))
    assert [ticket.kept for ticket in tickets] == [frozenset({"skill"}), frozenset()]
