"""The pages of the leader, of who is asked, of the arbitrator and of the office."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.assessment import queues
from certification.assessment.models import Arbitration, OptionDraw, SecondSignature, TeamLeader
from certification.assessment.services import name_arbitrator, name_leader, set_up_stations
from certification.plans.models import Seat
from certification.standards.models import Scheme
from lms.core import clock
from tests.exam_day import SKILL, STATIONS, THEORY, lay_out
from tests.jury import LATER, agreeing, differing, score, senior, values


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def act(exam_day: SimpleNamespace) -> SimpleNamespace:
    """One of three signed a fatal act; the second leads the team."""
    exam_day.stations = lay_out(exam_day)
    seat, station = place = (exam_day.seats[0], exam_day.stations[1])
    agreeing(exam_day, but=[place])
    score(station, seat, exam_day.assessors[0], "24", "24", note="未拉手刹")
    for assessor in exam_day.assessors[1:]:
        score(station, seat, assessor, "24", "24")
    exam_day.line = station.points.get(fatal=True)
    name_leader(exam_day.plan, user=exam_day.assessors[1], actor=exam_day.officer, now=THEORY)
    exam_day.plan.refresh_from_db()
    return exam_day


@pytest.fixture
def case(exam_day: SimpleNamespace, make_user) -> SimpleNamespace:
    exam_day.case = differing(exam_day)
    exam_day.senior = senior(exam_day, make_user)
    return exam_day


def url(name: str, pk: int) -> str:
    return reverse(f"assessment:{name}", args=[pk])


def rows(person) -> list[tuple[str, str]]:
    return [(str(row.detail), row.url) for row in queues.desk(person, LATER)]


# --- second signatures ----------------------------------------------------------------------------


def test_the_leader_s_desk_leads_to_the_act_and_she_asks_the_team(client: Client, act: SimpleNamespace) -> None:
    leader = act.assessors[1]
    assert [address for _detail, address in rows(leader)] == [url("lead", act.plan.pk)]
    client.force_login(leader)
    assert act.line.text in client.get(url("lead", act.plan.pk)).content.decode()
    client.post(url("ask", act.plan.pk), {"seat": act.seats[0].pk, "point": act.line.pk})
    assert SecondSignature.objects.count() == 2
    assert url("lead", act.plan.pk) not in [address for _detail, address in rows(leader)]


def test_who_is_asked_finds_it_on_her_desk_and_signs_once(client: Client, act: SimpleNamespace) -> None:
    client.force_login(act.assessors[1])
    client.post(url("ask", act.plan.pk), {"seat": act.seats[0].pk, "point": act.line.pk})
    row = SecondSignature.objects.get(assessor=act.assessors[2])
    assert [address for _detail, address in rows(act.assessors[2])] == [url("second", row.pk)]
    client.force_login(act.assessors[2])
    assert client.post(url("second", row.pk), {"seen": "1", "note": ""}).status_code == 422
    client.post(url("second", row.pk), {"seen": "1", "note": "我也看到"})
    row.refresh_from_db()
    assert (row.seen, rows(act.assessors[2])) == (True, [])
    assert client.post(url("second", row.pk), {"seen": "0"}).status_code == 409


def test_colleagues_do_not_find_the_leader_s_page_nor_each_other_s_questions(client: Client, act: SimpleNamespace) -> None:
    client.force_login(act.assessors[1])
    client.post(url("ask", act.plan.pk), {"seat": act.seats[0].pk, "point": act.line.pk})
    row = SecondSignature.objects.get(assessor=act.assessors[2])
    client.force_login(act.assessors[0])
    for address in (url("lead", act.plan.pk), url("second", row.pk)):
        assert client.get(address).status_code == 404
    assert client.post(url("ask", act.plan.pk), {}).status_code == 404


def test_the_matrix_says_what_is_to_be_settled(client: Client, act: SimpleNamespace) -> None:
    client.force_login(act.officer)
    page = client.get(url("progress", act.plan.pk))
    assert [cell.waits for row in page.context["rows"] for cell in row.cells] == [False, True, False, False, False, False]
    assert client.get(url("cases", act.plan.pk)).status_code == 200


# --- arbitration ----------------------------------------------------------------------------------


def test_the_head_names_who_scores_anew(client: Client, case: SimpleNamespace) -> None:
    assert [address for _detail, address in rows(case.head)] == [url("case", case.case.pk)]
    client.force_login(case.head)
    page = client.get(url("case", case.case.pk))
    assert page.context["people"] == [case.senior]
    client.post(url("case", case.case.pk), {"user": case.senior.pk})
    assert Arbitration.objects.get().arbitrator == case.senior
    assert [address for _detail, address in rows(case.senior)] == [url("arbitrate", case.case.pk)]
    assert rows(case.head) == []


def test_the_officer_looks_on_and_names_nobody(client: Client, case: SimpleNamespace) -> None:
    client.force_login(case.officer)
    assert client.get(url("case", case.case.pk)).context["may_name"] is False
    assert client.post(url("case", case.case.pk), {"user": case.senior.pk}).status_code == 403


def test_the_arbitrator_signs_on_one_page_and_reads_it_sealed(client: Client, case: SimpleNamespace) -> None:
    name_arbitrator(case.case, user=case.senior, actor=case.head, now=LATER)
    client.force_login(case.senior)
    address = url("arbitrate", case.case.pk)
    assert "54" not in client.get(address).content.decode().replace(case.seats[0].ticket_number, "")
    form = {f"point-{key}": value for key, value in values(case.stations[1], "24", "25").items()}
    wrong = client.post(address, form | {"reason": "看录像"})
    assert (wrong.status_code, 'value="24"' in wrong.content.decode()) == (422, True)
    client.post(address, form | {"reason": "看录像", "declared": "1"})
    assert "49 / 60" in client.get(address).content.decode()


def test_nobody_else_finds_the_arbitrator_s_sheet(client: Client, case: SimpleNamespace) -> None:
    name_arbitrator(case.case, user=case.senior, actor=case.head, now=LATER)
    for person in (*case.assessors, case.officer, case.head):
        client.force_login(person)
        assert client.get(url("arbitrate", case.case.pk)).status_code == 404


def test_closing_says_how_many_cases_are_open(client: Client, case: SimpleNamespace) -> None:
    client.force_login(case.officer)
    page = client.post(url("close", case.plan.pk))
    assert page.status_code == 409
    case.plan.refresh_from_db()
    assert case.plan.status == "in_exam"


def test_the_list_of_cases_needs_the_same_queries_for_many(
    client: Client, case: SimpleNamespace, make_user, django_assert_num_queries
) -> None:
    client.force_login(case.head)
    client.get(url("cases", case.plan.pk))
    with CaptureQueriesContext(connection) as few:
        client.get(url("cases", case.plan.pk))
    for n in range(10, 25):
        seat = Seat.objects.create(plan=case.plan, candidate=make_user(f"考生{n}"), ticket_number=f"T{n}", room="一", number=n)
        Arbitration.objects.create(seat=seat, station=case.stations[0], spread=20, opened_at=SKILL)
    with django_assert_num_queries(len(few)):
        client.get(url("cases", case.plan.pk))


# --- the office -----------------------------------------------------------------------------------


def test_the_officer_names_the_leader_and_only_one_of_the_team(client: Client, act: SimpleNamespace) -> None:
    client.force_login(act.officer)
    client.post(url("leader", act.plan.pk), {"user": act.head.pk})
    assert TeamLeader.objects.get().user == act.assessors[1]
    client.post(url("leader", act.plan.pk), {"user": act.assessors[2].pk})
    assert TeamLeader.objects.get().user == act.assessors[2]


def form(points: str, choose: str = "") -> dict[str, object]:
    return {
        "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0",
        "form-0-name": "接诊", "form-0-minutes": "20", "form-0-functions": ["咨询与转介"], "form-0-points": "问清来意 | 40",
        "form-1-name": "适配", "form-1-minutes": "30", "form-1-functions": ["需求评估"], "form-1-points": points,
        "form-1-choose": choose,
    }  # fmt: skip


LINES = """【必考】测量
测量座宽 | 40
- 未检查刹车 | 4
- 每漏测一处 | 2 × 3
! 未固定刹车即转移
!! 辱骂老人
【选考】上坡
上坡 | 20 / 2
【选考】过门槛
过门槛 | 20"""


def test_items_options_deductions_and_fatal_acts_are_written_as_lines_and_read_back(
    client: Client, exam_day: SimpleNamespace
) -> None:
    client.force_login(exam_day.officer)
    assert client.post(url("stations", exam_day.plan.pk), form(LINES, "1")).status_code == 302
    page = client.get(url("stations", exam_day.plan.pk))
    assert page.context["formset"][1].initial["points"] == LINES
    assert [station.maximum for station in page.context["layout"]] == [40, 60]
    client.post(url("options", exam_day.plan.pk))
    assert OptionDraw.objects.count() == 3


@pytest.mark.parametrize("lines", ["- 未检查刹车 | 4\n测量 | 60", "测量 | 60\n! 转移\n- 漏 | 2", "【选考】测量\n测量 | 60"])
def test_lines_that_make_no_station_are_refused(client: Client, exam_day: SimpleNamespace, lines: str) -> None:
    client.force_login(exam_day.officer)
    assert client.post(url("stations", exam_day.plan.pk), form(lines)).status_code == 422


def test_without_javascript_deductions_give_the_line_its_points(client: Client, exam_day: SimpleNamespace) -> None:
    from certification.assessment.services import open_sheet

    faults = [{"text": "未检查刹车", "points": 4}, {"text": "漏测", "points": 2, "most": 3}]
    layout = [STATIONS[0], STATIONS[1] | {"points": [{"text": "测量", "max": 60, "deductions": faults}]}]
    stations = set_up_stations(exam_day.plan, layout, actor=exam_day.officer, now=THEORY)
    sheet = open_sheet(stations[1], exam_day.seats[0], assessor=exam_day.assessors[0], now=SKILL)
    client.force_login(exam_day.assessors[0])
    pk = stations[1].points.get().pk
    assert f'name="cut-{pk}-2"' in client.get(url("sheet", sheet.pk)).content.decode()
    client.post(url("sheet", sheet.pk), {f"seen-{pk}": "", f"point-{pk}": "", f"cut-{pk}-1": "1", f"cut-{pk}-2": "2"})
    sheet.refresh_from_db()
    assert (sheet.total, sheet.deductions) == (52, {str(pk): {"1": 1, "2": 2}})
    seen = {f"seen-{pk}": "52;1:1;2:2", f"cut-{pk}-1": "1", f"cut-{pk}-2": "2", f"point-{pk}": "50"}
    client.post(url("sheet", sheet.pk), seen)
    sheet.refresh_from_db()
    assert (sheet.total, sheet.deductions) == (50, {})


def test_where_the_team_reviews_together_the_leader_scores_and_without_one_the_head_is_told(
    client: Client, case: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Scheme.parameter
    monkeypatch.setattr(Scheme, "parameter", lambda scheme, name: "joint" if name == "arbitration" else told(scheme, name))
    assert [address for _detail, address in rows(case.head)] == [url("progress", case.plan.pk)]
    name_leader(case.plan, user=case.assessors[0], actor=case.head, now=LATER)
    assert [address for _detail, address in rows(case.assessors[0])] == [url("arbitrate", case.case.pk)]
    client.force_login(case.assessors[0])
    assert client.get(url("arbitrate", case.case.pk)).status_code == 200
    assert client.get(url("lead", case.plan.pk)).status_code == 200
    client.force_login(case.head)
    assert client.post(url("case", case.case.pk), {"user": case.senior.pk}).status_code == 409
