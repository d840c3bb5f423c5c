"""How far a plan is, and who is reminded when; each reminder once."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from certification.plans import services
from certification.plans.models import Plan
from certification.plans.timeline import StopState, stops_of
from certification.plans.watching import remind_of_nodes
from lms.core.workdays import add_workdays
from lms.notices.models import Notice
from tests.open_plan import AFTER_CLOSING, EXAM_DAY, SHANGHAI, approve, release, submit


def at(day: datetime.date, hour: int = 9, minute: int = 0) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=SHANGHAI)


def kinds(person: Any) -> list[str]:
    return list(Notice.objects.filter(user=person, kind__startswith="plans.node").order_by("pk").values_list("kind", flat=True))


def states(plan: Any, today: datetime.date) -> dict[str, str]:
    return {stop.key: stop.state.value for stop in stops_of(plan, today=today)}


def test_reminders_begin_at_eight_and_each_is_told_once(draft: Any, body: SimpleNamespace) -> None:
    """The draft has to be published by Monday 19 October; three working days before is Wednesday the 14th."""
    day = datetime.date(2026, 10, 14)
    assert remind_of_nodes(now=at(day, 7, 59)) == 0
    assert remind_of_nodes(now=at(day, 8)) == 1
    assert remind_of_nodes(now=at(day, 8, 1)) == remind_of_nodes(now=at(day, 20)) == 0
    assert (kinds(body.officer), kinds(body.head)) == (["plans.node_due"], [])
    # Even if the day is looked at anew, nobody hears of it twice.
    Plan.objects.update(watched_on=None)
    remind_of_nodes(now=at(day, 21))
    assert kinds(body.officer) == ["plans.node_due"]


def test_the_head_hears_of_what_is_late(draft: Any, body: SimpleNamespace) -> None:
    due = datetime.date(2026, 10, 19)
    Plan.objects.update(watched_on=due)
    told = {}
    for days in range(1, 12):
        day = add_workdays(due, days)
        remind_of_nodes(now=at(day))
        told[days] = len(kinds(body.head))
    assert [days for days in told if told[days] != told.get(days - 1, 0)] == [1, 3, 5, 10]
    assert kinds(body.officer) == kinds(body.head) == ["plans.node_late"] * 4
    notice = Notice.objects.filter(user=body.head).latest("pk")
    assert "10" in notice.subject
    assert notice.url == draft.get_desk_url()


def test_days_on_which_nothing_ran_are_made_up_for_once(draft: Any, body: SimpleNamespace) -> None:
    Plan.objects.update(watched_on=datetime.date(2026, 10, 12))
    assert remind_of_nodes(now=at(datetime.date(2026, 10, 20))) == 1
    assert kinds(body.officer) == ["plans.node_late"]


def test_what_is_done_is_not_reminded_of(plan: Any, body: SimpleNamespace) -> None:
    Plan.objects.update(watched_on=datetime.date(2026, 10, 18))
    remind_of_nodes(now=at(datetime.date(2026, 10, 19)))
    facts = Notice.objects.filter(user=body.officer, kind__startswith="plans.node").values_list("facts__node", flat=True)
    assert "publish" not in list(facts)


@pytest.mark.parametrize("status", ["cancelled", "certified"])
def test_a_finished_plan_is_left_alone(draft: Any, body: SimpleNamespace, status: str) -> None:
    Plan.objects.update(status=status, watched_on=datetime.date(2026, 10, 19))
    assert remind_of_nodes(now=at(datetime.date(2026, 10, 20))) == 0


def test_a_plan_that_waits_for_the_head_reminds_the_head(draft: Any, body: SimpleNamespace, now: Any) -> None:
    services.hand_in_plan(draft, actor=body.officer, now=now)
    remind_of_nodes(now=at(datetime.date(2026, 10, 14)))
    assert (kinds(body.officer), kinds(body.head)) == ([], ["plans.node_due"])


def test_the_team_is_reminded_of_its_duty_on_the_day_before_and_on_the_day(
    plan: Any, body: SimpleNamespace, candidate: Any
) -> None:
    services.close_registration(plan, actor=body.officer, now=AFTER_CLOSING)
    services.arrange_seats(plan, candidates=[candidate], actor=body.officer, now=AFTER_CLOSING)
    services.assign_assessors(plan, users=body.assessors[:3], actor=body.officer, now=AFTER_CLOSING)
    Plan.objects.update(watched_on=datetime.date(2026, 10, 29))
    remind_of_nodes(now=at(add_workdays(EXAM_DAY, -1), 8))
    remind_of_nodes(now=at(EXAM_DAY, 8))
    for person in body.assessors[:3]:
        assert Notice.objects.filter(user=person, kind="plans.duty_soon", url="/desk/duties/").count() == 2
    assert not Notice.objects.filter(user=body.assessors[3], kind="plans.duty_soon").exists()


def test_the_scheduled_command_runs(draft: Any) -> None:
    call_command("remind_of_nodes")


def test_the_way_of_a_plan_from_draft_to_seats(draft: Any, body: SimpleNamespace, candidate: Any, now: Any) -> None:
    today = now.date()
    assert states(draft, today)["publish"] == StopState.NOW
    plan = release(draft, body, now=now)
    found = states(plan, today)
    assert (found["publish"], found["close_registration"]) == ("done", "now")
    assert (found["review"], found["staffing"], found["arrange"]) == ("open", "open", "todo")
    case = submit(plan, candidate, now=now)
    services.close_registration(plan, actor=body.officer, now=AFTER_CLOSING)
    assert states(plan, today)["review"] == "now"
    approve(case, body, now=AFTER_CLOSING)
    stops = {stop.key: stop for stop in stops_of(plan, today=datetime.date(2026, 10, 28))}
    assert (stops["review"].state, stops["review"].done_on) == ("done", AFTER_CLOSING.date())
    assert (stops["arrange"].state, stops["arrange"].late, stops["arrange"].late_days) == ("now", True, 2)
    assert stops["staffing"].late
    for row in services.assign_assessors(plan, users=body.assessors[:3], actor=body.officer, now=AFTER_CLOSING):
        services.declare_no_conflict(row, actor=row.user, now=AFTER_CLOSING)
    assert states(plan, today)["staffing"] == "done"


def test_a_cancelled_plan_stands_still_where_it_was(plan: Any, body: SimpleNamespace, now: Any) -> None:
    services.cancel_plan(plan, reason="人数不足", actor=body.officer, now=now)
    found = states(plan, now.date())
    assert (found["publish"], found["close_registration"]) == ("done", "stopped")


def test_the_way_costs_the_same_however_many_applied(
    plan: Any, body: SimpleNamespace, candidate: Any, now: Any, django_assert_max_num_queries: Any
) -> None:
    submit(plan, candidate, now=now)
    with django_assert_max_num_queries(7):
        stops_of(plan, today=now.date())
