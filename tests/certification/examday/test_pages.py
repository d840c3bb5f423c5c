"""The officer's pages: few clicks, everything told, the same queries however many candidates."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certification.examday.models import Arrangement
from certification.examday.queues import desk
from certification.plans.models import Seat
from tests.certification.examday.conftest import approved_case
from tests.open_plan import AFTER_CLOSING

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(hall: Any) -> Client:
    client = Client()
    client.force_login(hall.officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(hall: Any, rest: str = "") -> str:
    return f"/desk/plans/{hall.plan.pk}/seating/{rest}"


def test_two_clicks_lead_from_closed_registration_to_tickets(hall, officer):
    assert officer.post(url(hall, "propose/")).status_code == 302
    page = officer.get(url(hall))
    assert "一号考场" in page.content.decode()
    assert officer.post(url(hall, "confirm/")).status_code == 302
    assert Seat.objects.filter(plan=hall.plan).count() == 12


def test_what_is_wrong_is_told_and_the_confirming_button_is_not_there(hall, officer, grant):
    for person in hall.people[:4]:
        grant(person, wheelchair_seat=True)
    officer.post(url(hall, "propose/"))
    text = officer.get(url(hall)).content.decode()
    assert url(hall, "confirm/") not in text
    assert officer.post(url(hall, "confirm/")).status_code == 409
    assert not Seat.objects.exists()


def test_seats_side_by_side_are_taken_from_the_form(hall, officer):
    officer.post(url(hall, "propose/"), {"columns": "6"})
    assert Arrangement.objects.get().columns == 6
    officer.post(url(hall, "propose/"), {"columns": ""})
    assert (Arrangement.objects.get().columns, Arrangement.objects.get().turn) == (6, 2)


def test_a_room_is_shown_seat_by_seat_and_a_candidate_is_moved_from_it(hall, officer):
    officer.post(url(hall, "propose/"))
    place = Arrangement.objects.get().places.exclude(plan_room=None).first()
    page = officer.get(url(hall, f"rooms/{place.plan_room_id}/"))
    assert place.candidate.name in page.content.decode()
    fields = {"candidate": place.candidate_id, "room": hall.rooms[1].pk, "number": 20}
    assert officer.post(url(hall, "move/"), fields).status_code == 302
    place.refresh_from_db()
    assert (place.plan_room_id, place.number) == (hall.rooms[1].pk, 20)


@pytest.mark.parametrize("fields", [{}, {"candidate": "x", "room": "1", "number": "1"}, {"number": "0"}, {"number": "99999"}])
def test_an_impossible_move_is_refused_with_words(hall, officer, fields):
    officer.post(url(hall, "propose/"))
    assert officer.post(url(hall, "move/"), fields).status_code == 422


def test_pages_without_a_proposal_or_with_another_plans_room_are_refused(hall, officer):
    assert officer.get(url(hall, f"rooms/{hall.rooms[0].pk}/")).status_code == 409
    officer.post(url(hall, "propose/"))
    assert officer.get(url(hall, "rooms/999999/")).status_code == 404


def test_a_proposal_waits_on_the_officers_desk_until_it_is_confirmed(hall, officer):
    officer.post(url(hall, "propose/"))
    assert url(hall) in [row.url for row in desk(hall.officer, AFTER_CLOSING)]
    officer.post(url(hall, "confirm/"))
    assert url(hall) not in [row.url for row in desk(hall.officer, AFTER_CLOSING)]


def test_the_overview_costs_the_same_for_few_and_for_many(hall, officer, make_user, now):
    officer.post(url(hall, "propose/"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        officer.get(url(hall))
    for n in range(30):
        approved_case(hall.plan, make_user(f"又来{n}"), employer=f"单位{n % 7}", now=now)
    hall.plan.capacity = 60
    hall.plan.save()
    officer.post(url(hall, "propose/"))
    with CaptureQueriesContext(connection) as many:
        officer.get(url(hall))
    assert len(many) == len(few)


def test_the_draw_page_names_who_stands_back_and_draws(hall, officer):
    page = officer.get(f"/desk/plans/{hall.plan.pk}/draw/")
    assert page.status_code == 200
    answer = officer.post(f"/desk/plans/{hall.plan.pk}/draw/", {"role": "assessor", "count": "3"}, follow=True)
    assert hall.plan.draws.get().seed in answer.content.decode()
    assert officer.post(f"/desk/plans/{hall.plan.pk}/draw/", {"role": "assessor", "count": "3"}).status_code == 422


def test_the_log_of_papers_takes_a_bag_and_its_receiver_finds_it_on_her_desk(seated):
    client, receiver = Client(), seated.invigilators[0]
    client.force_login(seated.officer, backend="django.contrib.auth.backends.ModelBackend")
    fields = {"bag": "理论一", "seal": "F-1", "papers": "12", "receiver": str(receiver.pk)}
    assert client.post(f"/desk/plans/{seated.plan.pk}/papers/", fields).status_code == 302
    (row,) = [row for row in desk(receiver, AFTER_CLOSING) if "/desk/papers/" in row.url]
    client.force_login(receiver, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(row.url, {"seal": "broken", "note": ""}).status_code == 422
    assert client.post(row.url, {"seal": "whole"}).status_code == 302
    client.force_login(seated.head, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/desk/plans/{seated.plan.pk}/papers/").status_code == 404
