"""Many rows at once: what would happen, doing it once, undoing it."""

import datetime
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from lms.core.models import Aside, Claim
from lms.notices.models import Notice
from lms.organisations.rules import Role
from lms.portal.models import BulkAct, BulkLine

pytestmark = pytest.mark.django_db


def idents(client: Client, query: str = "") -> list[str]:
    return [row.ident for row in client.get(f"/desk/?{query}").context["rows"]]


def look(client: Client, action: str, rows: list[str], **chosen: str) -> Any:
    return client.post("/desk/act/", {"action": action, "row": rows, **chosen})


def hidden(page: Any) -> dict[str, Any]:
    """Return what the form of a preview page sends, as its browser would read it."""
    text = page.content.decode()
    fields = {name: re.search(f'name="{name}" value="([^"]*)"', text)[1] for name in ("action", "token", "back", "seen")}
    return {**fields, "seen": fields["seen"].replace("&amp;", "&"), "row": re.findall(r'name="row" value="([^"]+)"', text)}


def do(client: Client, page: Any, **chosen: str) -> Any:
    return client.post("/desk/act/", {**hidden(page), "do": "1", **chosen})


def put_aside(client: Client, rows: list[str], until: str = "2026-09-09") -> Any:
    page = look(client, "queues.postpone", rows, seen="", until=until)
    return do(client, page, until=until)


def test_the_preview_changes_nothing_and_says_what_would_happen_with_each_row(
    enter: Callable, body: SimpleNamespace, cases: Callable, late_plan: Any
) -> None:
    cases(2)
    cases(1, of=late_plan)
    client = enter(body.first)
    page = look(client, "queues.postpone", idents(client), seen="", until="2026-09-15")
    lines = page.context["preview"].lines
    assert [line.ok for line in lines] == [False, True, True]  # what is late comes back on the next working day
    assert page.context["preview"].possible == 2
    assert not Aside.objects.exists()
    assert not BulkAct.objects.exists()


def test_what_is_possible_is_done_the_rest_stays_and_the_page_says_why(
    enter: Callable, body: SimpleNamespace, cases: Callable, late_plan: Any
) -> None:
    cases(2)
    cases(1, of=late_plan)
    client = enter(body.first)
    done = client.get(put_aside(client, idents(client), "2026-09-15")["Location"])
    assert (done.context["worked"], done.context["failed"]) == (2, 1)
    assert len(idents(client)) == 1
    assert len(idents(client, "show=aside")) == 2
    assert len(idents(enter(body.second))) == 3  # only her own desk has changed


def test_it_is_undone_row_by_row(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    cases(3)
    client = enter(body.first)
    before = idents(client)
    address = put_aside(client, before)["Location"]
    assert idents(client) == []
    assert client.post(address)["Location"] == address
    assert client.get(address).context["undone"] == 3
    assert idents(client) == before


def test_undoing_twice_undoes_once(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    cases(1)
    client = enter(body.first)
    rows = idents(client)
    first = put_aside(client, rows)["Location"]
    client.post(first)
    put_aside(client, rows)
    client.post(first)
    assert Aside.objects.count() == 1


def test_after_its_day_nothing_is_undone(enter: Callable, body: SimpleNamespace, cases: Callable, monday: Any) -> None:
    cases(1)
    client = enter(body.first)
    address = put_aside(client, idents(client))["Location"]
    assert client.get(address).context["can_be_undone"]
    monday.move_to(datetime.datetime.fromisoformat("2026-09-09T00:00:00+08:00"))
    client = enter(body.first)
    assert not client.get(address).context["can_be_undone"]
    client.post(address)
    assert BulkAct.objects.get().undone_at is None
    assert len(idents(client)) == 1


def test_a_second_click_does_nothing_again(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    cases(2)
    client = enter(body.first)
    page = look(client, "queues.postpone", idents(client), seen="", until="2026-09-09")
    first, second = (do(client, page, until="2026-09-09") for _click in range(2))
    assert first["Location"] == second["Location"]
    assert (BulkAct.objects.count(), BulkLine.objects.count()) == (1, 2)


def test_nothing_is_done_that_was_not_shown_before(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    cases(1)
    client = enter(body.first)
    page = look(client, "queues.postpone", idents(client), seen="", until="2026-09-09")
    again = do(client, page, until="2026-09-10")
    assert again.status_code == 200
    assert again.context["has_changed"]
    assert not Aside.objects.exists()
    do(client, again, until="2026-09-10")
    assert Aside.objects.get().until == datetime.date(2026, 9, 10)


@pytest.mark.parametrize("until", ["", "2026-09-07", "2026-09-06", "heute"])
def test_a_day_that_cannot_be_is_said_at_the_field(enter: Callable, body: SimpleNamespace, cases: Callable, until: str) -> None:
    cases(1)
    client = enter(body.first)
    page = look(client, "queues.postpone", idents(client), seen="", until=until)
    assert page.status_code == 422
    assert do(client, page, until=until).status_code == 422
    assert not Aside.objects.exists()


def test_rows_of_other_bodies_are_not_touched(
    enter: Callable, body: SimpleNamespace, cases: Callable, make_user: Callable, member: Callable, employer: Any
) -> None:
    case = cases(1)[0]
    client = enter(member(make_user("外人"), employer, Role.ELIGIBILITY_REVIEWER))
    page = look(client, "applications.assign", [f"eligibility-review:{case.pk}"])
    assert page.context["preview"].gone == 1
    assert page.context["preview"].lines == []
    done = client.get(do(client, page, **page.context["preview"].chosen)["Location"])
    assert (done.context["worked"], done.context["failed"]) == (0, 1)
    assert not Claim.objects.exists()


def test_what_somebody_else_did_is_neither_shown_nor_undone(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    cases(1)
    client = enter(body.first)
    address = put_aside(client, idents(client))["Location"]
    other = enter(body.second)
    assert other.get(address).status_code == other.post(address).status_code == 404
    assert Aside.objects.exists()


def test_a_token_of_somebody_else_opens_nothing(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    cases(1)
    first, second = enter(body.first), enter(body.second)
    page = look(first, "queues.postpone", idents(first), seen="", until="2026-09-09")
    do(first, page, until="2026-09-09")
    assert do(second, page, until="2026-09-09").status_code == 404
    assert Aside.objects.get().user == body.first


@pytest.mark.parametrize(
    "sent", [{}, {"action": "queues.postpone"}, {"row": "eligibility-review:1"}, {"action": "x", "row": "a:b"}]
)
def test_without_rows_or_action_one_is_led_back(enter: Callable, body: SimpleNamespace, sent: dict[str, str]) -> None:
    assert enter(body.first).post("/desk/act/", sent)["Location"] == "/desk/"


def test_more_rows_than_two_hundred_are_refused(enter: Callable, body: SimpleNamespace) -> None:
    rows = [f"eligibility-review:{n}" for n in range(201)]
    assert look(enter(body.first), "queues.postpone", rows)["Location"] == "/desk/"


def test_a_look_at_the_address_leads_back(enter: Callable, body: SimpleNamespace) -> None:
    assert enter(body.first).get("/desk/act/")["Location"] == "/desk/"


# Reviews: who takes them


def take(client: Client, rows: list[str], holder: Any) -> Any:
    chosen = str(getattr(holder, "pk", holder))
    return do(client, look(client, "applications.assign", rows, seen="", holder=chosen), holder=chosen)


def test_a_taken_review_leaves_the_desks_of_the_others_who_still_find_it(
    enter: Callable, body: SimpleNamespace, cases: Callable
) -> None:
    cases(3)
    first, second = enter(body.first), enter(body.second)
    rows = idents(first)
    take(first, rows[:2], body.first)
    assert idents(first) == rows
    assert idents(first, "show=mine") == rows[:2]
    assert idents(second) == rows[2:]
    assert idents(second, "show=others") == rows[:2]
    assert second.get("/desk/?show=others").context["rows"][0].holder == body.first.name
    case = rows[0].partition(":")[2]
    assert second.get(f"/desk/reviews/{case}/").context["may_decide"]  # an assignment takes no right away


def test_a_review_is_given_to_a_colleague_and_back_and_undone(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    cases(1)
    first, second = enter(body.first), enter(body.second)
    rows = idents(first)
    take(first, rows, body.second)
    assert (idents(first), idents(second, "show=mine")) == ([], rows)
    back = take(second, rows, "nobody")["Location"]
    assert idents(first) == rows
    second.post(back)
    assert (idents(first), idents(second, "show=mine")) == ([], rows)


def test_of_two_who_take_one_review_the_later_has_it_and_the_earlier_undoes_nothing(
    enter: Callable, body: SimpleNamespace, cases: Callable, monday: Any
) -> None:
    cases(1)
    first, second = enter(body.first), enter(body.second)
    rows = idents(first)
    page = look(second, "applications.assign", rows, seen="", holder=str(body.second.pk))
    address = take(first, rows, body.first)["Location"]
    monday.shift(60)
    do(second, page, holder=str(body.second.pk))
    assert Claim.objects.get().holder == body.second
    assert first.get(address).context["can_be_undone"]
    first.post(address)
    assert first.get(address).context["stayed"] == 1
    assert Claim.objects.get().holder == body.second


def test_a_review_that_was_decided_meanwhile_is_reported_as_gone(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    case = cases(1)[0]
    client = enter(body.first)
    page = look(client, "applications.assign", idents(client), seen="", holder=str(body.first.pk))
    type(case).objects.update(status="rejected")
    done = client.get(do(client, page, holder=str(body.first.pk))["Location"])
    assert (done.context["worked"], done.context["failed"]) == (0, 1)
    assert not Claim.objects.exists()


def test_the_second_review_is_not_given_to_who_gave_the_first(
    enter: Callable, body: SimpleNamespace, cases: Callable, make_user: Callable, member: Callable, now: datetime.datetime
) -> None:
    from certification.applications.models import Review

    case = cases(1, status="first_ok")[0]
    Review.objects.create(application=case, step=1, reviewer=body.first, verdict="approve", at=now)
    second = enter(body.second)
    rows = idents(second)
    assert rows == [f"eligibility-review:{case.pk}"]
    page = look(second, "applications.assign", rows, seen="", holder=str(body.first.pk))
    assert [line.ok for line in page.context["preview"].lines] == [False]
    do(second, page, holder=str(body.first.pk))
    assert not Claim.objects.exists()
    assert idents(enter(body.first)) == []


def test_a_claim_ends_when_the_case_goes_on_to_the_second_review(
    enter: Callable, body: SimpleNamespace, cases: Callable, now: datetime.datetime
) -> None:
    from certification.applications.models import Review

    case = cases(1)[0]
    first, second = enter(body.first), enter(body.second)
    take(first, idents(first), body.first)
    assert idents(second) == []
    Review.objects.create(application=case, step=1, reviewer=body.first, verdict="approve", at=now)
    type(case).objects.update(status="first_ok")
    assert idents(second) == [f"eligibility-review:{case.pk}"]


def test_a_review_is_not_given_to_who_does_not_review_there(
    enter: Callable, body: SimpleNamespace, cases: Callable, now: datetime.datetime
) -> None:
    from certification.applications.desk_reviews import assign_review
    from lms.core.errors import DomainError

    case = cases(1)[0]
    client = enter(body.first)
    rows = idents(client)
    page = look(client, "applications.assign", rows, seen="", holder=str(body.officer.pk))
    assert page.status_code == 422
    with pytest.raises(DomainError, match="not_a_reviewer"):
        assign_review(case, holder=body.officer, actor=body.first, now=now)
    assert not Claim.objects.exists()


def test_who_does_not_review_for_the_body_gives_no_review_away(
    body: SimpleNamespace, cases: Callable, now: datetime.datetime
) -> None:
    from django.core.exceptions import PermissionDenied

    from certification.applications.desk_reviews import assign_review

    with pytest.raises(PermissionDenied):
        assign_review(cases(1)[0], holder=body.second, actor=body.officer, now=now)


# Reminding candidates


def test_each_candidate_of_a_returned_case_is_reminded_once_a_day(
    enter: Callable, body: SimpleNamespace, cases: Callable, monday: Any
) -> None:
    cases(2, status="returned")
    cases(1)
    client = enter(body.officer)
    (row,) = idents(client, "queue=waiting-for-candidates")
    page = look(client, "applications.remind", [row])
    assert not Notice.objects.filter(kind="applications.reminder").exists()
    done = client.get(do(client, page)["Location"])
    assert done.context["worked"] == 1
    assert not done.context["can_be_undone"]
    assert "不能撤销" in done.content.decode()
    assert Notice.objects.filter(kind="applications.reminder").count() == 2
    again = look(client, "applications.remind", [row])
    assert again.context["preview"].possible == 0
    monday.shift(datetime.timedelta(days=1))
    client = enter(body.officer)
    do(client, look(client, "applications.remind", [row]))
    assert Notice.objects.filter(kind="applications.reminder").count() == 4


def test_only_the_officer_of_the_body_reminds(body: SimpleNamespace, cases: Callable, plan: Any, now: datetime.datetime) -> None:
    from django.core.exceptions import PermissionDenied

    from certification.applications.desk_reminders import remind_candidates

    cases(1, status="returned")
    for person in (body.first, body.head):
        with pytest.raises(PermissionDenied):
            remind_candidates(plan, actor=person, now=now)
    assert not Notice.objects.filter(kind="applications.reminder").exists()


# Marking as done


def test_a_row_that_only_tells_something_is_marked_as_done_until_there_is_news(
    enter: Callable, body: SimpleNamespace, cases: Callable
) -> None:
    cases(2, status="returned")
    client = enter(body.officer)
    query = "queue=waiting-for-candidates"
    rows = idents(client, query)
    address = do(client, look(client, "queues.done", rows))["Location"]
    assert idents(client, query) == []
    assert idents(client, f"{query}&show=aside") == rows
    cases(1, status="returned")
    assert idents(client, query) == rows
    client.post(address)
    assert not Aside.objects.exists()


def test_work_is_not_marked_as_done(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    cases(1)
    client = enter(body.first)
    page = look(client, "queues.done", idents(client))
    assert page.context["preview"].possible == 0
    do(client, page)
    assert not Aside.objects.exists()


def test_a_row_put_aside_is_brought_back(enter: Callable, body: SimpleNamespace, cases: Callable) -> None:
    cases(1)
    client = enter(body.first)
    rows = idents(client)
    put_aside(client, rows)
    do(client, look(client, "queues.bring_back", idents(client, "show=aside")))
    assert idents(client) == rows
