"""All cases of one plan: for its reviewers and exam officers, page by page."""

import datetime
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification.applications.models import Application
from lms.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(plan: Any, now: datetime.datetime) -> Callable[..., list[Application]]:
    """Return a function that hands in so many cases, a minute apart."""

    def make(count: int, *, status: str = "submitted") -> list[Application]:
        begin = User.objects.count()
        people = User.objects.bulk_create(
            [User(name=f"候选人{begin + n:05d}", phone=f"+86137{begin + n:08d}", password="!") for n in range(count)]
        )
        return Application.objects.bulk_create(
            [
                Application(
                    plan=plan,
                    candidate=person,
                    status=status,
                    started_at=now,
                    submitted_at=now + datetime.timedelta(minutes=n),
                )
                for n, person in enumerate(people)
            ]
        )

    return make


def shown(client: Any, plan: Any, query: str = "") -> Any:
    return client.get(f"/desk/plans/{plan.pk}/cases/?{query}").context


def test_officer_and_reviewer_see_every_case_the_latest_first(
    client: Any, plan: Any, body: SimpleNamespace, cases: Callable
) -> None:
    made = [*cases(2), *cases(1, status="approved"), *cases(1, status="rejected")]
    for person in (body.officer, body.first):
        client.force_login(person)
        page = shown(client, plan)
        assert {row["case"].pk for row in page["rows"]} == {case.pk for case in made}
        assert [way["count"] for way in page["states"]] == [4, 2, 0, 1, 1]


def test_a_draft_is_nobody_s_but_the_candidate_s(client: Any, plan: Any, body: SimpleNamespace, candidate: Any, now: Any) -> None:
    from certification.applications.services import start_application

    start_application(plan, candidate=candidate, now=now)
    client.force_login(body.officer)
    assert shown(client, plan)["rows"] == []


def test_it_is_narrowed_by_status_and_name(client: Any, plan: Any, body: SimpleNamespace, cases: Callable) -> None:
    waiting, approved = cases(3), cases(2, status="approved")
    client.force_login(body.officer)
    assert {row["case"].pk for row in shown(client, plan, "state=approved")["rows"]} == {case.pk for case in approved}
    name = waiting[0].candidate.name
    assert [row["case"].pk for row in shown(client, plan, f"q={name}")["rows"]] == [waiting[0].pk]
    assert len(shown(client, plan, "state=nonsense")["rows"]) == 5


def test_pages_show_every_case_once_and_cost_the_same_for_few_and_many(
    client: Any, plan: Any, body: SimpleNamespace, cases: Callable, django_assert_num_queries: Any
) -> None:
    cases(3)
    client.force_login(body.officer)
    address = f"/desk/plans/{plan.pk}/cases/"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    made = Application.objects.count() + len(cases(120))
    with django_assert_num_queries(len(few)):
        page = client.get(address).context
    seen = [row["case"].pk for row in page["rows"]]
    while page["next"]:
        with django_assert_num_queries(len(few)):
            page = client.get(f"{address}?after={page['next']}").context
        seen += [row["case"].pk for row in page["rows"]]
    assert len(seen) == len(set(seen)) == made
    assert len(few) <= 12


def test_another_body_and_the_head_do_not_find_it(
    client: Any, plan: Any, body: SimpleNamespace, make_user: Any, member: Any, employer: Any
) -> None:
    from lms.organisations.rules import Role

    for person in (member(make_user("吕安"), employer, Role.EXAM_OFFICER), body.head, make_user("路人")):
        client.force_login(person)
        assert client.get(f"/desk/plans/{plan.pk}/cases/").status_code == 404
