import json
import re
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.assessment import queues
from certification.assessment.models import Absence, ScorePoint, ScoreSheet, Station
from certification.assessment.services import open_sheet
from lms.organisations.rules import Role
from tests.exam_day import EVENING, SKILL, lay_out, sign_all, write_theory

MATRIX_QUERIES = 44


@pytest.fixture
def day(exam_day: SimpleNamespace):
    exam_day.stations = lay_out(exam_day)
    with time_machine.travel(SKILL, tick=False):
        yield exam_day


@pytest.fixture
def assessor(client: Client, day: SimpleNamespace) -> Client:
    client.force_login(day.assessors[0])
    return client


@pytest.fixture
def sheet(day: SimpleNamespace) -> ScoreSheet:
    return open_sheet(day.stations[1], day.seats[0], assessor=day.assessors[0], now=SKILL)


def send(client: Client, sheet: ScoreSheet, **body: object):
    return client.post(reverse("assessment:point", args=[sheet.pk]), json.dumps(body), content_type="application/json")


def test_an_assessor_sees_ticket_numbers_and_no_names(assessor: Client, day: SimpleNamespace, sheet: ScoreSheet) -> None:
    pages = [
        assessor.get(reverse("assessment:score_plan", args=[day.plan.pk])),
        assessor.get(reverse("assessment:station", args=[day.stations[0].pk])),
        assessor.get(reverse("assessment:sheet", args=[sheet.pk])),
    ]
    for page in pages:
        assert page.status_code == 200
        assert not any(person.name in page.content.decode() for person in day.candidates)
        assert not any(person.name in page.content.decode() for person in day.assessors[1:])


def test_scoring_opens_a_sheet(assessor: Client, day: SimpleNamespace) -> None:
    page = assessor.post(reverse("assessment:station", args=[day.stations[0].pk]), {"seat": day.seats[0].pk})
    assert page.headers["Location"] == reverse("assessment:sheet", args=[ScoreSheet.objects.get().pk])


def test_a_colleague_s_sheet_is_not_found(client: Client, day: SimpleNamespace, sheet: ScoreSheet) -> None:
    point = sheet.station.points.first()
    for person in (day.assessors[1], day.officer, day.head, day.candidates[0]):
        client.force_login(person)
        assert client.get(reverse("assessment:sheet", args=[sheet.pk])).status_code == 404
        assert client.get(reverse("assessment:sign", args=[sheet.pk])).status_code == 404
        assert send(client, sheet, point=point.pk, value="3").status_code == 404
    sheet.refresh_from_db()
    assert sheet.scores == {}


def test_only_assessors_reach_the_stations(client: Client, day: SimpleNamespace) -> None:
    for person in (day.officer, day.candidates[0]):
        client.force_login(person)
        assert client.get(reverse("assessment:score_plan", args=[day.plan.pk])).status_code == 404
        assert client.get(reverse("assessment:station", args=[day.stations[0].pk])).status_code == 404


def test_a_line_is_saved_by_itself(assessor: Client, sheet: ScoreSheet) -> None:
    first, second, fatal = sheet.station.points.order_by("order")
    answer = send(assessor, sheet, point=first.pk, value="25.5").json()
    assert answer == {"total": "25.5", "saved_at": f"{SKILL:%H:%M}"}
    assert send(assessor, sheet, point=first.pk, value="25.5").json()["total"] == "25.5"
    assert send(assessor, sheet, point=second.pk, value=4).json()["total"] == "29.5"
    assert send(assessor, sheet, point=fatal.pk, value=True).json()["total"] == "29.5"
    assert send(assessor, sheet, note="动作粗暴").json()["total"] == "29.5"
    sheet.refresh_from_db()
    assert (sheet.fatal, sheet.note) == ([str(fatal.pk)], "动作粗暴")


@pytest.mark.parametrize("body", [{"point": 0, "value": "1"}, {"point": "x", "value": "1"}, {}, {"value": 3}])
def test_a_line_that_does_not_exist_is_refused(assessor: Client, sheet: ScoreSheet, body: dict) -> None:
    assert send(assessor, sheet, **body).status_code == 422


def test_points_out_of_range_are_refused_in_words(assessor: Client, sheet: ScoreSheet) -> None:
    reply = send(assessor, sheet, point=sheet.station.points.first().pk, value="31")
    assert reply.status_code == 422
    assert "30" in reply.json()["message"]


def test_a_signed_out_assessor_is_told_in_json(client: Client, day: SimpleNamespace, sheet: ScoreSheet) -> None:
    assert send(client, sheet, note="x").status_code == 401


def form(sheet: ScoreSheet, *values: str, **more: str) -> dict[str, str]:
    """The whole form of a page that shows what is stored now."""
    sheet.refresh_from_db()
    points = sheet.station.points.order_by("order")
    markers = {f"seen-{point.pk}": sheet.scores.get(str(point.pk), "").removesuffix(".0") for point in points}
    scored = [point for point in points if not point.fatal]
    return markers | {f"point-{point.pk}": value for point, value in zip(scored, values, strict=True)} | more


def page_form(client: Client, sheet: ScoreSheet) -> dict[str, str]:
    """What a browser without JavaScript would send from the page as it is now, in its order, nothing changed in it."""
    text = client.get(reverse("assessment:sheet", args=[sheet.pk])).content.decode().partition('id="sheet-form"')[2]
    fields: dict[str, str] = {}
    for tag, note in re.findall(r"<(input [^>]*|textarea [^>]*)>([^<]*)", text):
        name, value = re.search(r'name="([^"]+)"', tag)[1], re.search(r'value="([^"]*)"', tag)
        if "checkbox" not in tag or " checked" in tag:
            fields[name] = value[1] if value else note
    return {name: value for name, value in fields.items() if name != "csrfmiddlewaretoken"}


@pytest.fixture
def filled(assessor: Client, sheet: ScoreSheet) -> ScoreSheet:
    first, second, fatal = sheet.station.points.order_by("order")
    for body in ({"point": first.pk, "value": "25.5"}, {"point": second.pk, "value": "12"}, {"point": fatal.pk, "value": True}):
        send(assessor, sheet, **body)
    send(assessor, sheet, note="先后两次未固定\n未提醒")
    sheet.refresh_from_db()
    return sheet


def content(sheet: ScoreSheet) -> tuple:
    sheet.refresh_from_db()
    return sheet.scores, sheet.fatal, sheet.note, sheet.total


def test_a_page_that_came_only_in_part_clears_no_line(assessor: Client, filled: ScoreSheet) -> None:
    before = content(filled)
    whole = page_form(assessor, filled)
    names = list(whole)
    for cut in range(len(names) + 1):
        part = {name: whole[name] for name in names[:cut]}
        assert assessor.post(reverse("assessment:sheet", args=[filled.pk]), part).status_code == 302
        assert content(filled) == before


def test_an_old_tab_clears_no_line_and_says_what_was_kept(assessor: Client, sheet: ScoreSheet) -> None:
    first, second, fatal = sheet.station.points.order_by("order")
    old = page_form(assessor, sheet) | {"then": "sign"}
    send(assessor, sheet, point=first.pk, value="25.5")
    send(assessor, sheet, point=fatal.pk, value=True)
    send(assessor, sheet, note="未固定刹车")
    page = assessor.post(
        reverse("assessment:sheet", args=[sheet.pk]), old | {f"point-{second.pk}": "12"}, headers={"accept-language": "en"}
    )
    assert content(sheet) == ({str(first.pk): "25.5", str(second.pk): "12.0"}, [str(fatal.pk)], "未固定刹车", 37.5)
    # Not on to the signature: she looks at the sheet first.
    assert page.headers["Location"] == reverse("assessment:sheet", args=[sheet.pk])
    shown = assessor.get(page.headers["Location"], headers={"accept-language": "en"}).content.decode()
    assert f"kept: {first.text}、{fatal.text}、Note." in shown
    assert second.text not in shown.partition("kept: ")[2].partition("</p>")[0]


def test_a_current_page_changes_and_clears_what_it_likes(assessor: Client, filled: ScoreSheet) -> None:
    first, second, fatal = filled.station.points.order_by("order")
    form = page_form(assessor, filled) | {f"point-{first.pk}": "", "note": ""}
    del form[f"point-{fatal.pk}"]
    assessor.post(reverse("assessment:sheet", args=[filled.pk]), form)
    assert content(filled) == ({str(second.pk): "12.0"}, [], "", 12)


def test_the_same_note_with_the_line_ends_of_a_form_is_no_change(assessor: Client, filled: ScoreSheet) -> None:
    form = page_form(assessor, filled)
    form |= {"note": form["note"].replace("\n", "\r\n"), "seen-note": "older"}
    page = assessor.post(reverse("assessment:sheet", args=[filled.pk]), form, follow=True)
    assert [str(message.level_tag) for message in page.context["messages"]] == ["success"]


def test_a_multipart_form_is_no_line_and_breaks_nothing(day: SimpleNamespace, sheet: ScoreSheet) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(day.assessors[0])
    client.get(reverse("assessment:sheet", args=[sheet.pk]))
    token = client.cookies["csrftoken"].value
    reply = client.post(reverse("assessment:point", args=[sheet.pk]), {"csrfmiddlewaretoken": token, "note": "x"})
    assert (reply.status_code, reply.json()["code"]) == (422, "assessment.points_unreadable")


def test_without_javascript_the_sheet_is_saved_and_plus_and_minus_work(assessor: Client, sheet: ScoreSheet) -> None:
    url = reverse("assessment:sheet", args=[sheet.pk])
    first = sheet.station.points.order_by("order").first()
    assessor.post(url, form(sheet, "", "12", more=str(first.pk)))
    sheet.refresh_from_db()
    assert sheet.total == 42
    assessor.post(url, form(sheet, "30", "12", less=str(first.pk)))
    sheet.refresh_from_db()
    assert sheet.total == 41


def test_a_wrong_line_is_shown_where_it_is_and_the_rest_is_kept(assessor: Client, sheet: ScoreSheet) -> None:
    page = assessor.post(reverse("assessment:sheet", args=[sheet.pk]), form(sheet, "99", "12"))
    assert page.status_code == 422
    assert 'value="99"' in page.content.decode()
    sheet.refresh_from_db()
    assert sheet.total == 12


def test_signing_asks_first_and_then_shows_the_seal(assessor: Client, day: SimpleNamespace, sheet: ScoreSheet) -> None:
    page = assessor.post(reverse("assessment:sheet", args=[sheet.pk]), form(sheet, "20", "10", then="sign"))
    assert page.headers["Location"] == reverse("assessment:sign", args=[sheet.pk])
    sheet.refresh_from_db()
    assert not sheet.is_signed
    assert assessor.get(page.headers["Location"]).status_code == 200
    done = assessor.post(page.headers["Location"], follow=True)
    assert b'class="signed"' in done.content
    assert b"data-score=" not in done.content
    assert done.context["following"].ticket_number == day.seats[1].ticket_number


def test_an_unscored_line_cannot_be_signed(assessor: Client, sheet: ScoreSheet) -> None:
    for page in (
        assessor.get(reverse("assessment:sign", args=[sheet.pk])),
        assessor.post(reverse("assessment:sign", args=[sheet.pk])),
    ):
        assert page.status_code == 422
    sheet.refresh_from_db()
    assert not sheet.is_signed


# --- the officer ---------------------------------------------------------------------------------


@pytest.fixture
def officer(client: Client, day: SimpleNamespace) -> Client:
    client.force_login(day.officer)
    return client


def test_the_matrix_shows_progress_but_no_points(officer: Client, day: SimpleNamespace) -> None:
    write_theory(day.seats[0], right=8)
    sign_all(day.seats[0], day.stations, day.assessors)
    page = officer.get(reverse("assessment:progress", args=[day.plan.pk]))
    assert (page.context["sheets_signed"], page.context["sheets_owed"], page.context["written"]) == (6, 18, 1)
    assert "32.0" not in page.content.decode()


def test_the_matrix_needs_the_same_queries_for_many_seats(
    officer: Client, day: SimpleNamespace, make_user, django_assert_num_queries
) -> None:
    from certification.plans.models import Seat

    address = reverse("assessment:progress", args=[day.plan.pk])
    officer.get(address)
    with CaptureQueriesContext(connection) as few:
        assert officer.get(address).status_code == 200
    assert len(few) <= MATRIX_QUERIES
    for n in range(10, 40):
        Seat.objects.create(plan=day.plan, candidate=make_user(f"考生{n}"), ticket_number=f"T{n}", room="一", number=n)
    with django_assert_num_queries(len(few)):
        assert officer.get(address).status_code == 200


def test_another_body_s_officer_finds_nothing(client: Client, day: SimpleNamespace, make_user, member, employer) -> None:
    for person in (member(make_user("吕安"), employer, Role.EXAM_OFFICER), day.assessors[0], day.candidates[0]):
        client.force_login(person)
        for name in ("progress", "stations"):
            assert client.get(reverse(f"assessment:{name}", args=[day.plan.pk])).status_code == 404
        for name in ("open", "absence", "close"):
            assert (
                client.post(
                    reverse(f"assessment:{name}", args=[day.plan.pk]), {"seat": day.seats[0].pk, "part": "skill"}
                ).status_code
                == 404
            )
    assert not Absence.objects.exists()


def test_the_head_reads_but_does_not_close(client: Client, day: SimpleNamespace) -> None:
    client.force_login(day.head)
    assert client.get(reverse("assessment:progress", args=[day.plan.pk])).status_code == 200
    assert client.post(reverse("assessment:close", args=[day.plan.pk])).status_code == 403


def test_absence_is_recorded_and_taken_back(officer: Client, day: SimpleNamespace) -> None:
    url = reverse("assessment:absence", args=[day.plan.pk])
    officer.post(url, {"seat": day.seats[0].pk, "part": "skill"})
    assert Absence.objects.count() == 1
    officer.post(url, {"seat": day.seats[0].pk, "part": "skill", "withdraw": "1"})
    assert not Absence.objects.exists()


def test_closing_too_early_names_what_is_missing(officer: Client, day: SimpleNamespace) -> None:
    write_theory(day.seats[0], right=8)
    page = officer.post(reverse("assessment:close", args=[day.plan.pk]))
    assert page.status_code == 409
    assert day.seats[1].ticket_number in page.content.decode()


def test_closing_leads_to_the_results(officer: Client, day: SimpleNamespace) -> None:
    for seat in day.seats:
        write_theory(seat, right=8)
        sign_all(seat, day.stations, day.assessors)
    page = officer.post(reverse("assessment:close", args=[day.plan.pk]))
    assert page.headers["Location"] == reverse("results:plan", args=[day.plan.pk])


def stations_form(points: str) -> dict[str, object]:
    return {
        "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0",
        "form-0-name": "接诊", "form-0-minutes": "20", "form-0-functions": ["咨询与转介"], "form-0-points": "问清来意 | 30\n记录｜10",
        "form-1-name": "适配", "form-1-minutes": "30", "form-1-functions": ["需求评估"], "form-1-points": points,
    }  # fmt: skip


def test_stations_are_written_as_lines(officer: Client, day: SimpleNamespace) -> None:
    page = officer.post(reverse("assessment:stations", args=[day.plan.pk]), stations_form("测量 | 59.5\n礼貌 | 0.5\n! 伤人"))
    assert page.status_code == 302
    assert [s.name for s in Station.objects.order_by("order")] == ["接诊", "适配"]
    assert ScorePoint.objects.get(fatal=True).text == "伤人"


@pytest.mark.parametrize("points", ["测量 | 50", "测量", "", "测量 | 60.3"])
def test_wrong_stations_are_refused_and_the_form_stays(officer: Client, day: SimpleNamespace, points: str) -> None:
    page = officer.post(reverse("assessment:stations", args=[day.plan.pk]), stations_form(points))
    assert page.status_code == 422
    assert "问清来意 | 30" in page.content.decode()
    assert [s.name for s in Station.objects.order_by("order")] == ["接诊", "轮椅适配"]


def test_a_station_is_added_without_javascript(officer: Client, day: SimpleNamespace) -> None:
    page = officer.post(reverse("assessment:stations", args=[day.plan.pk]), stations_form("测量 | 60") | {"add": "1"})
    assert page.content.decode().count('name="form-2-name"') == 1


# --- queues ---------------------------------------------------------------------------------------


def test_the_desk_tells_each_person_what_waits(day: SimpleNamespace, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(3):
        (row,) = queues.desk(day.assessors[0], SKILL)
    assert "6" in row.detail
    (office,) = queues.desk(day.officer, SKILL)
    assert office.url == reverse("assessment:progress", args=[day.plan.pk])
    assert list(queues.desk(day.candidates[0], SKILL)) == []


def test_the_candidate_is_told_about_the_exam_and_not_after_it(day: SimpleNamespace) -> None:
    from tests.exam_day import THEORY

    (row,) = queues.own(day.candidates[0], THEORY)
    assert row.url == reverse("assessment:exam", args=[day.seats[0].pk])
    assert list(queues.own(day.candidates[0], EVENING)) == []


def test_what_only_the_officer_may_do_does_not_wait_for_the_head(day: SimpleNamespace) -> None:
    assert len(list(queues.desk(day.officer, SKILL))) == 1
    assert list(queues.desk(day.head, SKILL)) == []
    Station.objects.all().delete()
    (row,) = queues.desk(day.officer, SKILL)
    assert row.url == reverse("assessment:stations", args=[day.plan.pk])
    assert list(queues.desk(day.head, SKILL)) == []
