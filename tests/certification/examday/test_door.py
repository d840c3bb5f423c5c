"""The invigilator's phone at the door."""

from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certification.examday.models import Incident, SignIn
from certification.examday.services.door import sign_in, withdraw_sign_in
from certification.plans.models import Seat
from certification.plans.ticket_tokens import read_ticket_token, ticket_token
from lms.accounts.services import record_identity
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.certification.examday.conftest import MINUTE, THEORY, before_the_start

pytestmark = pytest.mark.django_db


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def refusal(act: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value


def own_seat(seated: SimpleNamespace, person: Any) -> Any:
    """Return a seat of the room in which this invigilator stands."""
    duty = next(row for row in seated.duties if row.user_id == person.pk)
    duty.refresh_from_db()
    return next(seat for seat in seated.seats if seat.plan_room_id == duty.room_duty.plan_room_id)


@pytest.fixture
def at_door(seated):
    seated.invigilator = seated.invigilators[0]
    seated.seat = own_seat(seated, seated.invigilator)
    return seated


def test_who_comes_before_the_start_is_in_time(at_door):
    row = sign_in(at_door.seat, actor=at_door.invigilator, now=before_the_start())
    assert row.late_minutes == 0
    assert not Incident.objects.exists()
    assert LedgerEntry.objects.get(kind="examday.signed_in").facts == {"late_minutes": 0}


def test_who_comes_after_the_start_is_late_and_the_record_says_so(at_door):
    row = sign_in(at_door.seat, actor=at_door.invigilator, now=THEORY + 7 * MINUTE)
    assert row.late_minutes == 7
    assert Incident.objects.get().kind == "late"


@pytest.mark.parametrize(
    ("minutes", "code"), [(-61, "examday.door_not_open"), (30, "examday.door_closed"), (200, "examday.door_closed")]
)
def test_nobody_is_signed_in_before_the_door_opens_or_after_it_closed(at_door, minutes, code):
    act = lambda: sign_in(at_door.seat, actor=at_door.invigilator, now=THEORY + minutes * MINUTE)  # noqa: E731
    assert refusal(act).code == code
    assert not SignIn.objects.exists()


def test_a_second_sign_in_is_refused_with_the_time_of_the_first(at_door):
    sign_in(at_door.seat, actor=at_door.invigilator, now=before_the_start())
    error = refusal(lambda: sign_in(at_door.seat, actor=at_door.invigilator, now=before_the_start(5)))
    assert (error.code, error.context["time"]) == ("examday.signed_in_already", "08:40")


def test_a_candidate_of_another_room_is_told_where_she_sits(at_door):
    at_door.seat.plan_room, at_door.seat.room = at_door.rooms[1], "二号考场"
    if at_door.duties[0].room_duty.plan_room_id == at_door.rooms[1].pk:
        at_door.seat.plan_room, at_door.seat.room = at_door.rooms[0], "一号考场"
    at_door.seat.save()
    error = refusal(lambda: sign_in(at_door.seat, actor=at_door.invigilator, now=before_the_start()))
    assert (error.code, error.context["room"]) == ("examday.wrong_room", at_door.seat.room)


def test_only_an_invigilator_of_this_plan_who_has_declared_signs_in(at_door, make_user):
    for person in (at_door.officer, at_door.head, make_user("别处监考"), at_door.seat.candidate):
        assert refusal(lambda who=person: sign_in(at_door.seat, actor=who, now=before_the_start())).status == 403
    at_door.duties[0].declared_at = None
    at_door.duties[0].save()
    act = lambda: sign_in(at_door.seat, actor=at_door.invigilator, now=before_the_start())  # noqa: E731
    assert refusal(act).code == "plans.declare_first"


def test_a_mistake_is_taken_back_with_a_reason_and_the_ledger_keeps_both(at_door):
    row = sign_in(at_door.seat, actor=at_door.invigilator, now=before_the_start())
    act = lambda: withdraw_sign_in(row, reason=" ", actor=at_door.invigilator, now=before_the_start())  # noqa: E731
    assert refusal(act).code == "plans.reason_needed"
    withdraw_sign_in(row, reason="点错人", actor=at_door.invigilator, now=before_the_start())
    assert not SignIn.objects.exists()
    assert set(LedgerEntry.objects.filter(subject__contains="seat:").values_list("kind", flat=True)) >= {
        "examday.signed_in",
        "examday.sign_in_withdrawn",
    }


def test_the_code_names_seat_and_ticket_and_a_changed_one_names_nothing(at_door):
    token = ticket_token(at_door.seat)
    assert read_ticket_token(token) == (at_door.seat.pk, at_door.seat.ticket_number)
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), f"{at_door.seat.pk:x}-{at_door.seat.ticket_number}", "x"):
        assert read_ticket_token(forged) is None
        assert client_of(at_door.invigilator).get(f"/desk/door/{forged}/").status_code == 404


def test_the_page_shows_photo_and_seat_and_never_the_full_name_or_number(at_door, grant, now):
    person = at_door.seat.candidate
    record_identity(person, kind="resident_id", number="11010519491231002X", actor=person, now=now)
    grant(person, reader=True)
    with time_machine.travel(before_the_start(), tick=False):
        page = client_of(at_door.invigilator).get(f"/desk/door/{ticket_token(at_door.seat)}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert f"考{'*' * (len(person.name) - 2)}{person.name[-1]}" in text
    assert person.name not in text
    assert "11010519491231002X" not in text
    assert str(at_door.seat.number) in text


def test_a_click_signs_in_and_leads_back_to_the_door(at_door):
    with time_machine.travel(before_the_start(), tick=False):
        answer = client_of(at_door.invigilator).post(f"/desk/door/{ticket_token(at_door.seat)}/", follow=True)
    assert answer.redirect_chain == [(f"/desk/plans/{at_door.plan.pk}/door/", 302)]
    assert SignIn.objects.get().seat == at_door.seat


@pytest.mark.parametrize("shorten", [lambda number: number, lambda number: number[-3:]])
def test_a_typed_number_or_its_last_three_digits_find_the_candidate(at_door, shorten):
    with time_machine.travel(before_the_start(), tick=False):
        answer = client_of(at_door.invigilator).post(
            f"/desk/plans/{at_door.plan.pk}/door/", {"ticket": shorten(at_door.seat.ticket_number)}
        )
    assert answer["Location"] == f"/desk/door/{ticket_token(at_door.seat)}/"


def test_a_scanned_address_finds_the_candidate_and_an_unknown_number_is_told(at_door):
    client, url = client_of(at_door.invigilator), f"/desk/plans/{at_door.plan.pk}/door/"
    with time_machine.travel(before_the_start(), tick=False):
        scanned = client.post(url, {"ticket": f"https://example.test/desk/door/{ticket_token(at_door.seat)}/"})
        unknown = client.post(url, {"ticket": "999"})
    assert scanned.status_code == 302
    assert unknown.status_code == 422


def test_the_door_costs_the_same_for_few_and_for_many(at_door, make_user):
    client, door = client_of(at_door.invigilator), f"/desk/plans/{at_door.plan.pk}/door/"
    with time_machine.travel(before_the_start(), tick=False):
        with CaptureQueriesContext(connection) as few:
            client.get(door)
        room = at_door.seat.plan_room
        free = set(range(1, 31)) - {seat.number for seat in at_door.seats if seat.plan_room_id == room.pk}
        for number in sorted(free)[:15]:
            facts = {"plan_room": room, "room": room.room.name, "number": number, "ticket_number": f"9{number:03d}"}
            Seat.objects.create(plan=at_door.plan, candidate=make_user(f"又来{number}"), **facts)
        with CaptureQueriesContext(connection) as many:
            assert "又*" in client.get(door).content.decode()
    assert len(many) == len(few)


def test_a_stranger_and_the_candidate_herself_find_no_such_page(at_door, make_user):
    for person in (make_user("路人"), at_door.seat.candidate, at_door.officer):
        client = client_of(person)
        assert client.get(f"/desk/plans/{at_door.plan.pk}/door/").status_code == 404
        assert client.get(f"/desk/door/{ticket_token(at_door.seat)}/").status_code == 404
        assert client.get(f"/desk/door/seats/{at_door.seat.pk}/photo/").status_code == 404
