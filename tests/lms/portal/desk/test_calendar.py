"""The calendar of the plans: whose steps, on which days, on the page and for a calendar program."""

import datetime
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms.organisations.rules import Role
from lms.portal.desk.calendar import entries_between, last_month, month_named, month_of, next_month
from tests.lms.portal.desk.conftest import second_plan
from tests.open_plan import CLOSES, EXAM_DAY

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 9, 7)
YEAR = (datetime.date(2026, 1, 1), datetime.date(2027, 3, 31))


def found(person: Any, *, today: datetime.date = TODAY) -> dict[str, datetime.date]:
    return {entry.key: entry.day for entry in entries_between(person, *YEAR, today=today)}


def test_the_officer_sees_every_step_of_her_plans(body: SimpleNamespace, plan: Any) -> None:
    days = found(body.officer)
    assert days["opens"] == plan.registration_opens
    assert days["close_registration"] == CLOSES
    assert days["exam"] == EXAM_DAY
    assert days["score"] > EXAM_DAY
    assert days == found(body.head)


def test_a_reviewer_sees_what_she_works_towards(body: SimpleNamespace, plan: Any) -> None:
    days = found(body.first)
    assert set(days) <= {"opens", "close_registration", "review"}
    assert days["close_registration"] == CLOSES


def test_a_draft_is_not_shown_to_reviewers(body: SimpleNamespace, draft: Any) -> None:
    assert found(body.first) == {}
    assert "publish" in found(body.officer)


def test_the_team_sees_its_exam_days_and_nothing_else(body: SimpleNamespace, plan: Any, now: datetime.datetime) -> None:
    from certification.plans.models import StaffAssignment

    assessor = body.assessors[0]
    assert found(assessor) == {}
    StaffAssignment.objects.create(plan=plan, user=assessor, role="assessor", assigned_at=now)
    assert found(assessor) == {"exam": EXAM_DAY}


def test_other_bodies_see_none_of_it(plan: Any, make_user: Callable, member: Callable, employer: Any) -> None:
    for role in (Role.EXAM_OFFICER, Role.HEAD, Role.ELIGIBILITY_REVIEWER):
        assert found(member(make_user("外人"), employer, role)) == {}


def test_a_cancelled_plan_has_no_steps(body: SimpleNamespace, plan: Any) -> None:
    type(plan).objects.update(status="cancelled")
    assert found(body.officer) == {}


def test_what_should_have_been_done_is_late_and_what_is_done_is_not(body: SimpleNamespace, plan: Any) -> None:
    after = CLOSES + datetime.timedelta(days=1)
    states = {entry.key: (entry.is_late, entry.is_done) for entry in entries_between(body.officer, *YEAR, today=after)}
    assert states["publish"] == (False, True)
    assert states["close_registration"] == (True, False)
    assert states["exam"] == (False, False)


def test_the_cost_does_not_grow_with_the_plans(body: SimpleNamespace, plan: Any, scheme: Any, now: datetime.datetime) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            entries_between(body.officer, *YEAR, today=TODAY)
        return len(asked)

    few = cost()
    second_plan(scheme, body, now=now)
    assert cost() == few <= 4


def test_a_month_begins_on_monday_and_marks_days_off() -> None:
    weeks = month_of(datetime.date(2026, 10, 1), [], today=datetime.date(2026, 10, 9))
    assert all(len(week) == 7 and week[0].day.weekday() == 0 for week in weeks)
    days = {day.day: day for week in weeks for day in week}
    assert days[datetime.date(2026, 10, 1)].is_off
    assert days[datetime.date(2026, 10, 9)].is_today
    assert not days[datetime.date(2026, 9, 28)].in_month


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "x-y", "1815-06", "2026-10-11"])
def test_a_month_that_cannot_be_is_the_present_one(text: str) -> None:
    assert month_named(text, TODAY) == datetime.date(2026, 9, 1)


def test_months_follow_each_other_over_the_year() -> None:
    december = month_named("2026-12", TODAY)
    assert next_month(december) == datetime.date(2027, 1, 1)
    assert last_month(next_month(december)) == december


def test_the_page_shows_the_month_and_one_plan_of_several(
    enter: Callable, body: SimpleNamespace, plan: Any, scheme: Any, now: datetime.datetime
) -> None:
    other = second_plan(scheme, body, now=now)
    client = enter(body.officer)
    page = client.get("/desk/calendar/?month=2026-10")
    assert {entry.plan_key for entry in page.context["entries"]} == {plan.pk, other.pk}
    one = client.get(f"/desk/calendar/?month=2026-10&plan={other.pk}")
    assert {entry.plan_key for entry in one.context["entries"]} == {other.pk}
    assert client.get("/desk/calendar/?month=2030-01").context["entries"] == []


def test_who_has_no_desk_has_no_calendar(client: Client, enter: Callable, make_user: Callable) -> None:
    assert client.get("/desk/calendar/").status_code == 302
    assert enter(make_user("路人")).get("/desk/calendar/").status_code == 403


def test_the_secret_address_tells_the_steps_and_closes(client: Client, enter: Callable, body: SimpleNamespace, plan: Any) -> None:
    officer = enter(body.officer)
    officer.post("/desk/calendar/")
    address = officer.get("/desk/calendar/").context["address"].removeprefix("http://testserver")
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/calendar")
    text = answer.content.decode().replace("\r\n ", "")
    assert f"UID:plan-{plan.pk}-exam@" in text
    assert "DTSTART;VALUE=DATE:20261031" in text
    assert plan.title in text
    officer.post("/desk/calendar/", {"close": "1"})
    assert client.get(address).status_code == 404
    assert client.get("/desk/calendar/no-such-key/plans.ics").status_code == 404
