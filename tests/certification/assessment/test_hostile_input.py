"""What no honest browser sends is refused in words; it never breaks a page."""

from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from certification.assessment.models import ScoreSheet
from certification.assessment.rules import stepped
from certification.assessment.services import open_sheet, start_sitting
from tests.exam_day import SKILL, THEORY, lay_out

NO_KEYS = ["²", "٣", "-1", "9" * 40, "9" * 5000, "\0", ""]
DEEP = "[" * 4000


@pytest.fixture
def day(exam_day: SimpleNamespace):
    exam_day.stations = lay_out(exam_day)
    with time_machine.travel(SKILL, tick=False):
        yield exam_day


@pytest.fixture
def sheet(client: Client, day: SimpleNamespace) -> ScoreSheet:
    client.force_login(day.assessors[0])
    return open_sheet(day.stations[1], day.seats[0], assessor=day.assessors[0], now=SKILL)


def test_an_answer_nested_without_end_is_unreadable(client: Client, exam_day: SimpleNamespace) -> None:
    seat = exam_day.seats[0]
    start_sitting(seat, candidate=seat.candidate, now=THEORY)
    client.force_login(seat.candidate)
    with time_machine.travel(THEORY, tick=False):
        reply = client.post(reverse("assessment:answer", args=[seat.pk]), DEEP, content_type="application/json")
    assert (reply.status_code, reply.json()["code"]) == (422, "assessment.answer_unreadable")


def test_a_score_nested_without_end_is_unreadable(client: Client, sheet: ScoreSheet) -> None:
    reply = client.post(reverse("assessment:point", args=[sheet.pk]), DEEP, content_type="application/json")
    assert reply.status_code == 422


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_seat_that_is_no_key_is_not_found(client: Client, day: SimpleNamespace, sheet: ScoreSheet, key: str) -> None:
    assert client.post(reverse("assessment:station", args=[day.stations[0].pk]), {"seat": key}).status_code == 404
    client.force_login(day.officer)
    sent = {"seat": key, "part": "theory"}
    assert client.post(reverse("assessment:absence", args=[day.plan.pk]), sent).status_code == 404


@pytest.mark.parametrize("total", ["abc", "-5", "9" * 5000, "99999999999"])
def test_a_senseless_number_of_stations_is_no_number(client: Client, day: SimpleNamespace, total: str) -> None:
    client.force_login(day.officer)
    address = reverse("assessment:stations", args=[day.plan.pk])
    page = client.post(address, {"add": "1", "form-TOTAL_FORMS": total, "form-INITIAL_FORMS": "0"})
    assert page.status_code == 200
    many = client.post(address, {"form-TOTAL_FORMS": total, "form-INITIAL_FORMS": "0"})
    assert (many.status_code, len(many.content) < 100_000) == (422, True)


@pytest.mark.parametrize("value", ["²", "½", "x", "9" * 5000])
def test_a_tap_on_a_value_that_is_no_number_stays_within_the_line(client: Client, sheet: ScoreSheet, value: str) -> None:
    line = sheet.station.points.filter(fatal=False).first()
    assert 0 <= float(stepped(value, change=1, maximum=line.max)) <= line.max
    sent = {f"point-{line.pk}": value, "more": str(line.pk)}
    assert client.post(reverse("assessment:sheet", args=[sheet.pk]), sent).status_code in (302, 422)


def test_a_null_byte_in_the_note_is_dropped(client: Client, sheet: ScoreSheet) -> None:
    sent = '{"note": "a\\u0000b"}'
    reply = client.post(reverse("assessment:point", args=[sheet.pk]), sent, content_type="application/json")
    sheet.refresh_from_db()
    assert (reply.status_code, sheet.note) == (200, "ab")
    seen = client.get(reverse("assessment:sheet", args=[sheet.pk])).context["note_seen"]
    client.post(reverse("assessment:sheet", args=[sheet.pk]), {"note": "c\0d", "seen-note": seen})
    sheet.refresh_from_db()
    assert sheet.note == "cd"
