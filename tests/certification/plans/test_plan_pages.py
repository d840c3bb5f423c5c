"""The desk pages of plans: the officer works, the head looks, others are kept out."""

import re
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from certification.bodies.models import StaffCard
from certification.plans import queues
from certification.plans.models import Plan, Seat, StaffAssignment
from certification.plans.presentation import stages_of
from certification.plans.selectors import start_problems
from certification.plans.services import assign_assessors, close_registration
from lms.core.messages import text_of
from lms.organisations.rules import Role
from tests.conftest import SHANGHAI
from tests.exam_day import THEORY


@pytest.fixture(autouse=True)
def monday(now: Any) -> Any:
    with time_machine.travel(now, tick=False):
        yield


def form_data(scheme: Any, body: SimpleNamespace) -> dict[str, Any]:
    return {
        "organisation": body.organisation.pk,
        "scheme": scheme.pk,
        "level": "4",
        "title": "康复辅助技术咨询师四级认定",
        "site_name": "辅具实训基地",
        "address": "示例路 1 号",
        "room": "一号考场",
        "capacity": "30",
        "exam_date": "2026-10-31",
        "registration_opens": "2026-09-01",
        "registration_closes": "2026-09-30",
        "theory_starts_at": "2026-10-31T09:00",
        "theory_minutes": "90",
        "skill_starts_at": "2026-10-31T13:00",
        "blueprint": body.blueprint.pk,
    }


def test_an_officer_writes_changes_and_publishes_a_plan(client: Any, scheme: Any, body: SimpleNamespace) -> None:
    client.force_login(body.officer)
    data = form_data(scheme, body)
    assert client.post("/desk/plans/write/", data | {"exam_date": ""}).status_code == 422
    assert client.post("/desk/plans/write/", data).status_code == 302
    plan = Plan.objects.get()
    assert client.post(f"/desk/plans/{plan.pk}/edit/", data | {"title": "改名"}).status_code == 302
    page = client.get(f"/desk/plans/{plan.pk}/").content.decode()
    assert f"/desk/plans/{plan.pk}/hand-in/" in page
    assert f"/desk/plans/{plan.pk}/publish/" not in page
    client.post(f"/desk/plans/{plan.pk}/hand-in/")
    assert client.get(f"/desk/plans/{plan.pk}/edit/").status_code == 409
    client.force_login(body.head)
    assert f"/desk/plans/{plan.pk}/approve/" in client.get(f"/desk/plans/{plan.pk}/").content.decode()
    client.post(f"/desk/plans/{plan.pk}/approve/")
    client.force_login(body.officer)
    assert f"/desk/plans/{plan.pk}/publish/" in client.get(f"/desk/plans/{plan.pk}/").content.decode()
    client.post(f"/desk/plans/{plan.pk}/publish/")
    plan.refresh_from_db()
    assert (plan.status, plan.title) == ("published", "改名")
    assert client.get(f"/desk/plans/{plan.pk}/edit/").status_code == 409


def test_the_way_of_a_plan_shows_the_day_a_node_was_done_and_when_it_should_have_been(plan: Any, body: SimpleNamespace) -> None:
    late = datetime(2026, 10, 9, 9, tzinfo=SHANGHAI)
    close_registration(plan, actor=body.officer, now=late)
    stages = {stage["title"]: stage for stage in stages_of(plan, today=late.date())}
    published, closed, reviewed, arranged = list(stages.values())[:4]
    assert (published["state"], published["date"], published["person"]) == ("done", "2026年9月7日", "已完成")
    assert (closed["date"], closed["person"]) == ("2026年10月9日", "已完成，应在2026年9月30日完成")
    assert (reviewed["state"], arranged["state"], arranged["person"]) == ("done", "now", "截止日")
    assert len(stages) == 10


@pytest.mark.parametrize("day", ["0001-01-01", "1900-10-31", "9999-12-31"])
@pytest.mark.parametrize("name", ["exam_date", "registration_opens", "theory_starts_at", "skill_starts_at"])
def test_a_year_that_can_only_be_a_slip_is_told_at_the_field(
    client: Any, scheme: Any, body: SimpleNamespace, name: str, day: str
) -> None:
    client.force_login(body.officer)
    moment = f"{day}T09:00" if name.endswith("_at") else day
    page = client.post("/desk/plans/write/", form_data(scheme, body) | {name: moment})
    assert page.status_code == 422
    assert "请核对年份" in page.content.decode()
    assert not Plan.objects.exists()


def test_the_head_looks_but_does_not_move(client: Any, draft: Any, body: SimpleNamespace) -> None:
    client.force_login(body.head)
    assert client.get(f"/desk/plans/{draft.pk}/").status_code == 200
    assert client.post(f"/desk/plans/{draft.pk}/publish/").status_code == 403
    assert client.get("/desk/plans/new/").status_code == 403


def test_other_bodies_and_candidates_are_kept_out(
    client: Any, draft: Any, candidate: Any, employer: Any, make_user: Any, member: Any
) -> None:
    url = f"/desk/plans/{draft.pk}/"
    assert client.get(url).status_code == 302
    client.force_login(candidate)
    assert client.get("/desk/plans/").status_code == 403
    assert client.get(url).status_code == 404
    client.force_login(member(make_user("外人"), employer, Role.EXAM_OFFICER))
    assert client.get(url).status_code == 404
    assert draft.title not in client.get("/desk/plans/").content.decode()


def test_a_team_of_two_is_told_at_the_form(client: Any, plan: Any, body: SimpleNamespace) -> None:
    client.force_login(body.officer)
    url = f"/desk/plans/{plan.pk}/assessors/"
    assert client.post(url, {"assessors": [person.pk for person in body.assessors[:2]]}).status_code == 422
    assert not plan.assignments.exists()
    assert client.post(url, {"assessors": [person.pk for person in body.assessors[:3]]}).status_code == 302
    assert plan.assignments.count() == 3


def test_an_assessor_declares_for_herself_only(client: Any, plan: Any, body: SimpleNamespace, now: Any) -> None:
    (row, *_rest) = assign_assessors(plan, users=body.assessors[:3], actor=body.officer, now=now)
    other = next(person for person in body.assessors[:3] if person != row.user)
    client.force_login(other)
    assert client.post(f"/desk/duties/{row.pk}/declare/").status_code == 404
    client.force_login(row.user)
    assert client.get("/desk/duties/").status_code == 200
    assert client.post(f"/desk/duties/{row.pk}/declare/").status_code == 302
    row.refresh_from_db()
    assert row.declared_at == now


def test_the_list_pages_by_key_at_constant_cost(
    client: Any, draft: Any, body: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    copies = []
    for n in range(2, 40):
        copy = Plan.objects.get(pk=draft.pk)
        copy.pk, copy.number, copy.serial = None, f"RD-000123-2026-{n:03d}", n
        copies.append(copy)
    Plan.objects.bulk_create(copies)
    client.force_login(body.officer)
    with django_assert_max_num_queries(10):
        first = client.get("/desk/plans/")
    rows = first.context["rows"]
    assert len(rows) == 25
    second = client.get(f"/desk/plans/{first.context['older_url']}").context["rows"]
    assert len(second) == 14
    assert not {row["plan"].pk for row in rows} & {row["plan"].pk for row in second}
    assert client.get("/desk/plans/?before=nonsense").status_code == 200


def test_the_list_costs_the_same_for_one_plan_and_for_many_and_counts_each_plan_s_seats(
    client: Any, draft: Any, body: SimpleNamespace, make_user: Any, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for n, name in enumerate(("甲", "乙", "丙"), start=1):
        Seat.objects.create(plan=draft, candidate=make_user(name), ticket_number=f"T{n}", room="一", number=n)
    client.force_login(body.officer)
    client.get("/desk/plans/")
    with CaptureQueriesContext(connection) as few:
        (row,) = client.get("/desk/plans/").context["rows"]
    assert row["plan"].seat_count == 3
    copies = []
    for n in range(2, 120):
        copy = Plan.objects.get(pk=draft.pk)
        copy.pk, copy.number, copy.serial = None, f"RD-000123-2026-{n:03d}", n
        copies.append(copy)
    Plan.objects.bulk_create(copies)
    with django_assert_num_queries(len(few)):
        rows = client.get("/desk/plans/").context["rows"]
    assert {row["plan"].seat_count for row in rows} == {0}


def test_a_team_that_still_owes_declarations_is_told_apart_from_a_team_that_has_to_be_named(
    client: Any, exam_day: SimpleNamespace
) -> None:
    plan, team = exam_day.plan, f'class="button" href="/desk/plans/{exam_day.plan.pk}/assessors/"'
    client.force_login(exam_day.officer)
    ready = client.get(plan.get_desk_url()).content.decode()
    assert "我的考务" not in ready.split('class="next-step"')[1].split("</section>")[0]
    StaffAssignment.objects.filter(user=exam_day.assessors[0]).update(declared_at=None)
    page = client.get(plan.get_desk_url()).content.decode()
    step = page.split('class="next-step"')[1].split("</section>")[0]
    assert exam_day.assessors[0].name in step
    assert exam_day.assessors[1].name not in step
    assert "我的考务" in step
    assert team not in step
    StaffAssignment.objects.filter(user=exam_day.assessors[1]).delete()
    assert team in client.get(plan.get_desk_url()).content.decode()


def test_an_unready_team_waits_at_the_officer_s_desk_with_what_is_missing(
    exam_day: SimpleNamespace, now: datetime, django_assert_num_queries: Any
) -> None:
    assert list(queues.desk(exam_day.officer, now)) == []
    StaffAssignment.objects.filter(user=exam_day.assessors[0]).update(declared_at=None)
    with django_assert_num_queries(6):
        (row,) = queues.desk(exam_day.officer, now)
    assert exam_day.assessors[0].name in row.detail
    assert (row.url, row.due) == (exam_day.plan.get_desk_url(), exam_day.plan.exam_date)
    assert list(queues.desk(exam_day.head, now)) == []


@pytest.mark.parametrize(
    "fault",
    [
        lambda day: StaffAssignment.objects.filter(user=day.assessors[0]).delete(),
        lambda day: StaffAssignment.objects.filter(plan=day.plan).delete(),
        lambda day: StaffCard.objects.filter(user=day.assessors[1]).update(valid_until="2026-09-11"),
        lambda day: StaffCard.objects.filter(user=day.assessors[1]).update(levels=[5]),
    ],
)
def test_the_desk_finds_what_would_stop_the_exam(exam_day: SimpleNamespace, now: datetime, fault: Callable) -> None:
    fault(exam_day)
    (row,) = queues.desk(exam_day.officer, now)
    found = [problem for problem in start_problems(exam_day.plan, now=THEORY)]
    assert row.detail == " ".join(text_of(problem.error()) for problem in found)


@pytest.mark.parametrize(("language", "note"), [("en", "Sample, not a national standard"), ("zh-hans", "示例，非国家标准")])
def test_the_note_of_a_sample_stands_in_the_reader_s_language(
    client: Any, plan: Any, body: SimpleNamespace, language: str, note: str
) -> None:
    client.force_login(body.officer)
    client.cookies["django_language"] = language
    for url in (plan.get_desk_url(), plan.scheme.get_absolute_url(), reverse("standards:list")):
        shown = re.findall(r'class="sample-note">([^<]*)<', client.get(url).content.decode())
        assert set(shown) == {note}, url


def test_a_standard_in_force_carries_no_note(plan: Any) -> None:
    plan.scheme.is_sample = False
    assert plan.scheme.shown_sample_note == ""
