"""The exam day from the side: other rooms, other plans, stale pages, two at once, and afterwards."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client

from certification.examday.models import Arrangement, Incident, Receipt, RoomDuty, SignIn
from certification.examday.services import arranging, printing
from certification.examday.services.custody import hand_over, receive
from certification.examday.services.dispatch import deal_invigilators
from certification.examday.services.door import sign_in, withdraw_sign_in
from certification.examday.services.record import countersign, record_absent, record_incident
from certification.plans.models import Plan, Seat
from certification.plans.ticket_tokens import ticket_token
from lms.core.errors import DomainError
from lms.core.models import Job, LedgerEntry
from tests.certification.examday.conftest import MINUTE, THEORY, before_the_start
from tests.open_plan import AFTER_CLOSING

pytestmark = pytest.mark.django_db
CLOSED = THEORY + 31 * MINUTE


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def refusal(act: Any) -> str:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code


@pytest.fixture
def door(seated: SimpleNamespace) -> SimpleNamespace:
    """An invigilator before her room, and one of its seats."""
    duty = seated.duties[0]
    duty.refresh_from_db()
    seated.place = duty.room_duty.plan_room
    seated.invigilator = duty.user
    seated.seat = next(seat for seat in seated.seats if seat.plan_room_id == seated.place.pk)
    return seated


def over(day: SimpleNamespace, status: str = "in_publication") -> None:
    Plan.objects.filter(pk=day.plan.pk).update(status=status)
    day.plan.refresh_from_db()


# The door


def test_last_digits_that_name_several_candidates_show_none_of_them(door: Any, make_user: Any) -> None:
    """From the thousandth candidate on two tickets of a plan end alike."""
    last = door.seat.ticket_number[-3:]
    facts = {"plan_room": door.place, "room": door.place.room.name, "number": 30, "ticket_number": f"260001230011{last}"}
    Seat.objects.create(plan=door.plan, candidate=make_user("第一千零一人"), **facts)
    with time_machine.travel(before_the_start(), tick=False):
        answer = client_of(door.invigilator).post(f"/desk/plans/{door.plan.pk}/door/", {"ticket": last})
        whole = client_of(door.invigilator).post(f"/desk/plans/{door.plan.pk}/door/", {"ticket": door.seat.ticket_number})
    assert answer.status_code == 422
    assert whole["Location"] == f"/desk/door/{ticket_token(door.seat)}/"


def test_the_code_of_another_plans_ticket_with_the_same_number_opens_nobody(door: Any, make_user: Any) -> None:
    """Bodies of two provinces may count with the same sequence code; the code names the seat, not only the number."""
    other = Plan.objects.get(pk=door.plan.pk)
    other.pk, other.number, other.serial = None, "RD-000123-2026-777", 777
    other.save()
    facts = {"room": "别处", "number": 1, "ticket_number": door.seat.ticket_number}
    foreign = Seat.objects.create(plan=other, candidate=make_user("别处考生"), **facts)
    with time_machine.travel(before_the_start(), tick=False):
        answer = client_of(door.invigilator).post(f"/desk/plans/{door.plan.pk}/door/", {"ticket": ticket_token(foreign)})
    assert answer.status_code == 422
    assert client_of(door.invigilator).get(f"/desk/door/{ticket_token(foreign)}/").status_code == 404


@pytest.mark.parametrize("status", ["scored", "in_publication", "archived"])
def test_photo_document_and_needs_are_gone_from_the_door_when_the_exam_is_over(door: Any, status: str) -> None:
    urls = [f"/desk/door/{ticket_token(door.seat)}/", f"/desk/door/seats/{door.seat.pk}/withdraw/"]
    client = client_of(door.invigilator)
    assert client.get(urls[0]).status_code == 200
    over(door, status)
    assert [client.get(url).status_code for url in (*urls, f"/desk/door/seats/{door.seat.pk}/photo/")] == [409, 409, 409]


def test_what_somebody_needs_stands_on_the_door_list_on_the_day_and_not_afterwards(door: Any, grant: Any) -> None:
    grant(door.seat.candidate, wheelchair_seat=True)
    client, url = client_of(door.invigilator), f"/desk/plans/{door.plan.pk}/door/"
    seen = []
    for status in ("in_exam", "scored"):
        over(door, status)
        page = client.get(url).content.decode()
        seen.append("轮椅座位" in page)
    assert seen == [True, False]


def test_an_invigilator_of_another_room_does_not_take_back_a_sign_in(door: Any) -> None:
    row = sign_in(door.seat, actor=door.invigilator, now=before_the_start())
    elsewhere = next(place for place in door.rooms if place.pk != door.place.pk)
    colleague = next(duty for duty in door.duties if duty.user != door.invigilator)
    RoomDuty.objects.update_or_create(assignment=colleague, defaults={"plan_room": elsewhere})
    act = lambda: withdraw_sign_in(row, reason="乱点", actor=colleague.user, now=before_the_start())  # noqa: E731
    assert refusal(act) == "examday.wrong_room"
    assert SignIn.objects.exists()


def test_taken_back_twice_is_taken_back_once(door: Any) -> None:
    row = sign_in(door.seat, actor=door.invigilator, now=before_the_start())
    twin = SignIn.objects.get(pk=row.pk)
    for each in (row, twin):
        withdraw_sign_in(each, reason="点错人", actor=door.invigilator, now=before_the_start())
    assert LedgerEntry.objects.filter(kind="examday.sign_in_withdrawn").count() == 1


def test_who_was_written_down_as_absent_is_not_signed_in_over_it(door: Any) -> None:
    """Two phones at the moment in which the door closes: one comes in time, the other one second later."""
    facts = {"plan": door.plan, "seat": door.seat, "room": door.seat.room, "kind": "absent"}
    Incident.objects.create(**facts, at=CLOSED, by=door.invigilator)
    act = lambda: sign_in(door.seat, actor=door.invigilator, now=THEORY + 29 * MINUTE)  # noqa: E731
    assert refusal(act) == "examday.absent_already"
    assert not SignIn.objects.exists()


# The record


def test_a_record_is_not_signed_any_more_when_results_are_public(door: Any) -> None:
    second = next(duty.user for duty in door.duties if duty.user != door.invigilator)
    facts = {"kind": "stopped", "seat": door.seat, "room": door.seat.room, "text": "作弊，终止考试"}
    line = record_incident(door.plan, **facts, actor=door.invigilator, now=THEORY)
    over(door)
    line = Incident.objects.select_related("plan", "seat").get(pk=line.pk)
    assert refusal(lambda: countersign(line, actor=second, now=CLOSED)) == "examday.record_closed"


def test_a_record_is_signed_until_then(door: Any) -> None:
    second = next(duty.user for duty in door.duties if duty.user != door.invigilator)
    (line, *_more) = record_absent(door.plan, room=door.seat.room, actor=door.invigilator, now=CLOSED)
    over(door, "scored")
    line = Incident.objects.select_related("plan", "seat").get(pk=line.pk)
    assert countersign(line, actor=second, now=CLOSED).by == second


# Who stands where


@pytest.mark.parametrize("status", ["in_exam", "scored", "archived"])
def test_who_stood_in_which_room_is_not_dealt_anew_afterwards(door: Any, status: str) -> None:
    over(door, status)
    before = list(RoomDuty.objects.order_by("pk").values_list("pk", "assignment", "plan_room"))
    assert refusal(lambda: deal_invigilators(door.plan, actor=door.officer, now=CLOSED)) == "plans.staffing_closed"
    assert client_of(door.officer).post(f"/desk/plans/{door.plan.pk}/draw/rooms/").status_code == 302
    assert list(RoomDuty.objects.order_by("pk").values_list("pk", "assignment", "plan_room")) == before


# Seats


def test_an_officer_does_not_confirm_what_a_colleague_proposed_since(hall: Any) -> None:
    arranging.propose_seats(hall.plan, actor=hall.officer, now=AFTER_CLOSING)
    page = client_of(hall.officer).get(f"/desk/plans/{hall.plan.pk}/seating/").content.decode()
    assert 'name="seen" value="1.0"' in page
    arranging.propose_seats(hall.plan, actor=hall.officer, now=AFTER_CLOSING)
    act = lambda: arranging.confirm_seats(  # noqa: E731
        hall.plan, seen="1.0", knowing=True, actor=hall.officer, now=AFTER_CLOSING
    )
    assert refusal(act) == "examday.changed_meanwhile"
    assert not Seat.objects.exists()
    arranging.confirm_seats(hall.plan, seen="2.0", knowing=True, actor=hall.officer, now=AFTER_CLOSING)
    assert Seat.objects.count() == 12


def test_seats_do_not_move_under_an_exam_that_began_since_the_page_was_asked_for(door: Any) -> None:
    stale = Plan.objects.select_related("organisation").get(pk=door.plan.pk)
    arranging.propose_seats(stale, actor=door.officer, now=AFTER_CLOSING)
    Plan.objects.filter(pk=door.plan.pk).update(status="in_exam")
    place = Arrangement.objects.get().places.exclude(plan_room=None).first()
    facts = {"candidate": place.candidate_id, "room": place.plan_room_id, "number": 30}
    assert (
        refusal(lambda: arranging.move_candidate(stale, **facts, actor=door.officer, now=CLOSED)) == "examday.too_late_to_arrange"
    )
    stale.status = "arranged"
    act = lambda: arranging.confirm_seats(stale, knowing=True, actor=door.officer, now=CLOSED)  # noqa: E731
    assert refusal(act) == "examday.too_late_to_arrange"


# Papers


def test_a_bag_confirmed_twice_is_told_so_and_kept_once(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"bag": "甲袋", "seal": "F-1", "papers": 30, "receiver": door.invigilator}
    row = hand_over(door.plan, **facts, actor=door.officer, now=before_the_start())
    receive(row, seal_whole=True, actor=door.invigilator, now=before_the_start())
    # The look before the write is over for both of two clicks; what decides is the write.
    monkeypatch.setattr(Receipt.objects.none().__class__, "exists", lambda self: False)
    act = lambda: receive(row, seal_whole=False, note="破", actor=door.invigilator, now=before_the_start())  # noqa: E731
    assert refusal(act) == "examday.received_already"
    assert Receipt.objects.get().seal_whole is True


# Tickets


def test_a_printing_that_lost_its_worker_is_taken_up_again(
    seated: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    job = printing.start_printing(seated.plan, actor=seated.officer, now=AFTER_CLOSING)
    asked: list[int] = []
    monkeypatch.setattr(printing.tasks, "print_tickets", SimpleNamespace(enqueue=asked.append))
    for later, expected in ((datetime.timedelta(minutes=5), []), (printing.STALLED, [job.pk])):
        with django_capture_on_commit_callbacks(execute=True):
            again = printing.start_printing(seated.plan, actor=seated.officer, now=AFTER_CLOSING + later)
        assert (again.pk, asked) == (job.pk, expected)


def test_a_printing_that_began_before_the_seats_moved_is_not_handed_out_as_the_new_one(seated: Any) -> None:
    job = printing.start_printing(seated.plan, actor=seated.officer, now=AFTER_CLOSING)
    Arrangement.objects.filter(plan=seated.plan).update(confirmed_at=AFTER_CLOSING + MINUTE)
    fresh = printing.start_printing(seated.plan, actor=seated.officer, now=AFTER_CLOSING + 2 * MINUTE)
    assert fresh.pk != job.pk
    printing.run_printing(job, now=AFTER_CLOSING + 3 * MINUTE)
    page = client_of(seated.officer).get(f"/desk/plans/{seated.plan.pk}/tickets/").content.decode()
    assert page.count("Seats were moved since") + page.count("座位已调整") == 1


def test_a_name_that_cannot_be_printed_ends_the_job_and_is_told(seated: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: Any, **_more: Any) -> bytes:
        raise DomainError("examday.glyph_missing", characters="𰻞")

    monkeypatch.setattr(printing, "render_tickets", refused)
    job = printing.start_printing(seated.plan, actor=seated.officer, now=AFTER_CLOSING)
    printing.run_printing(job, now=AFTER_CLOSING)
    job = Job.objects.get(pk=job.pk)
    assert job.finished_at == AFTER_CLOSING
    client, url = client_of(seated.officer), f"/desk/plans/{seated.plan.pk}/tickets/{job.pk}/"
    assert "𰻞" in client.get(url).content.decode()
    assert client.get(f"{url}file/").status_code == 404
    assert printing.start_printing(seated.plan, actor=seated.officer, now=AFTER_CLOSING).pk != job.pk
