"""The page of the desk: order, counts, filters, pages, saved views."""

import datetime
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms.organisations.rules import Role
from lms.portal.models import SavedView
from tests.exam_day import rewritten

pytestmark = pytest.mark.django_db


def titles(client: Client, query: str = "") -> list[str]:
    return [row.title for row in client.get(f"/desk/?{query}").context["rows"]]


def counts(ways: list[Any]) -> dict[str, int]:
    return {way.value: way.count for way in ways}


def test_the_oldest_due_comes_first_whatever_plan_it_belongs_to(
    enter: Callable, body: SimpleNamespace, cases: Callable, late_plan: Any
) -> None:
    cases(2)
    cases(1, of=late_plan, prefix="早到")
    page = enter(body.first).get("/desk/")
    days = [row.due_day for row in page.context["rows"]]
    assert days == sorted(days)
    assert page.context["rows"][0].title.startswith("早到")
    assert [str(group.label) for group in page.context["page"].groups] == ["已逾期", "以后"]


def test_counts_tell_what_each_choice_leaves(enter: Callable, body: SimpleNamespace, cases: Callable, late_plan: Any) -> None:
    cases(3)
    cases(2, of=late_plan)
    page = enter(body.first).get("/desk/").context["page"]
    assert (page.total, page.waiting) == (5, 5)
    assert counts(page.queues) == {"": 5, "eligibility-review": 5}
    assert counts(page.whens) == {"": 5, "late": 2, "today": 0, "week": 0}
    assert {way.label: way.count for way in page.plans} == {"康复辅助技术咨询师四级认定（十月）": 3, "第二批认定": 2}


def test_filters_leave_what_they_say(enter: Callable, body: SimpleNamespace, cases: Callable, late_plan: Any, plan: Any) -> None:
    cases(3)
    cases(2, of=late_plan, prefix="迟到")
    client = enter(body.first)
    assert len(titles(client, "when=late")) == 2
    assert len(titles(client, f"plan={plan.pk}")) == 3
    assert len(titles(client, f"body={body.organisation.pk}")) == 5
    assert titles(client, f"body={body.organisation.pk + 1000}") == []
    assert len(titles(client, "q=迟到00001")) == 1
    assert len(titles(client, "q=第二批 迟到")) == 2
    assert titles(client, "q=无此人") == []
    assert len(titles(client, "queue=eligibility-review")) == 5
    assert titles(client, "queue=no-such-queue") == []


def test_today_and_this_week_are_counted_from_the_due_day(
    enter: Callable, body: SimpleNamespace, cases: Callable, late_plan: Any, now: datetime.datetime
) -> None:
    cases(2, of=late_plan)
    for offset, found in ((0, {"today": 2, "week": 2, "late": 0}), (6, {"today": 0, "week": 2, "late": 0}), (7, {"week": 0})):
        rewritten(late_plan, registration_closes=now.date() + datetime.timedelta(days=offset))
        client = enter(body.first)
        whens = counts(client.get("/desk/").context["page"].whens)
        assert {name: whens[name] for name in found} == found
        assert {name: len(titles(client, f"when={name}")) for name in found} == found


def test_a_colleague_of_another_body_sees_none_of_it(
    enter: Callable, cases: Callable, make_user: Callable, member: Callable, employer: Any, plan: Any
) -> None:
    cases(2)
    stranger = enter(member(make_user("外人"), employer, Role.ELIGIBILITY_REVIEWER))
    assert titles(stranger) == titles(stranger, f"plan={plan.pk}") == []
    assert stranger.get("/desk/").context["page"].total == 0


def walk(client: Client, query: str = "") -> list[str]:
    """Turn all pages and return the names of the rows in order."""
    found, address = [], f"/desk/?{query}"
    while address:
        page = client.get(address)
        found += [row.ident for row in page.context["rows"]]
        address = f"/desk/{page.context['next_url']}" if page.context["next_url"] else ""
    return found


def test_pages_show_every_row_once(enter: Callable, body: SimpleNamespace, cases: Callable, late_plan: Any) -> None:
    cases(70)
    cases(55, of=late_plan)
    client = enter(body.first)
    found = walk(client)
    assert len(found) == len(set(found)) == 125
    assert walk(client, "when=late") == found[:55]


def test_a_place_that_somebody_made_up_means_the_first_page(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    cases(3)
    client = enter(body.first)
    for after in ("x", "2026-09-30~eligibility-review~x|y", "9999-12-31~a~b", "2026-09-30~~"):
        assert client.get("/desk/", {"after": after}).status_code == 200


def test_a_page_costs_the_same_with_few_rows_and_many(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    client = enter(body.first)

    def cost(query: str = "") -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(f"/desk/?{query}")
        return len(asked)

    cases(2)
    few = cost()
    cases(150)
    assert cost() == few
    second = client.get("/desk/").context["next_url"].removeprefix("?")
    assert cost(second) == few


def test_the_page_to_print_holds_more_rows_and_says_when_it_is_not_all(
    enter: Callable, body: SimpleNamespace, cases: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases(60)
    client = enter(body.first)
    assert len(titles(client)) == 50
    assert len(titles(client, "all=1")) == 60
    monkeypatch.setattr("lms.portal.desk.views.PRINTED", 55)
    assert "前 55 项，共 60 项" in client.get("/desk/?all=1").content.decode()


# Saved views


def test_a_view_is_saved_shown_and_deleted_by_its_owner(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    cases(1)
    client = enter(body.first)
    saved = client.post("/desk/views/", {"name": " 急件 ", "query": "when=late&queue=eligibility-review&bad=1"})
    assert saved["Location"] == "/desk/?queue=eligibility-review&when=late"
    view = SavedView.objects.get()
    assert (view.name, view.user) == ("急件", body.first)
    assert "急件" in client.get("/desk/").content.decode()
    assert client.get(saved["Location"]).context["views"][0]["is_chosen"]
    assert client.post(f"/desk/views/{view.pk}/delete/").status_code == 302
    assert not SavedView.objects.exists()


def test_nobody_else_sees_or_deletes_a_view(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    cases(1)
    enter(body.first).post("/desk/views/", {"name": "急件", "query": "when=late"})
    other = enter(body.second)
    assert "急件" not in other.get("/desk/").content.decode()
    assert other.post(f"/desk/views/{SavedView.objects.get().pk}/delete/").status_code == 404
    assert SavedView.objects.exists()


def test_a_view_of_the_same_name_replaces_the_old_one(enter: Callable, body: SimpleNamespace) -> None:
    client = enter(body.first)
    for query in ("when=late", "when=week"):
        client.post("/desk/views/", {"name": "急件", "query": query})
    assert SavedView.objects.get().query == "when=week"


@pytest.mark.parametrize("name", ["", "   ", "长" * 41])
def test_a_view_needs_a_name_of_at_most_forty_signs(enter: Callable, body: SimpleNamespace, name: str) -> None:
    enter(body.first).post("/desk/views/", {"name": name, "query": "when=late"})
    assert not SavedView.objects.exists()


def test_nobody_keeps_more_than_twenty_views(enter: Callable, body: SimpleNamespace) -> None:
    client = enter(body.first)
    for number in range(21):
        client.post("/desk/views/", {"name": f"第{number}", "query": "when=late"})
    assert SavedView.objects.count() == 20


def test_who_has_no_desk_saves_no_view(enter: Callable, make_user: Callable) -> None:
    assert enter(make_user("路人")).post("/desk/views/", {"name": "急件", "query": ""}).status_code == 403
