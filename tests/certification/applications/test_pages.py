"""The pages of the candidate and the reviewer: who sees what, and that plain forms are enough."""

from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from certification.applications import services
from certification.applications.models import Application
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role
from tests.open_plan import RECORD, fill_in, pdf, picture, submit


@pytest.fixture(autouse=True)
def monday(now: Any) -> Any:
    with time_machine.travel(now, tick=False):
        yield


def test_a_candidate_fills_in_and_hands_in_with_plain_forms(client: Any, plan: Any, make_user: Any) -> None:
    person = make_user("王小芳")
    client.force_login(person)
    client.post(f"/apply/plans/{plan.pk}/start/")
    case = Application.objects.get(candidate=person)
    base = f"/apply/{case.pk}/"
    assert client.post(f"{base}identity/", {"kind": "resident_id", "number": "310199190003071235"}).status_code == 302
    rows = {
        "employments-TOTAL_FORMS": "1",
        "employments-INITIAL_FORMS": "0",
        "employments-0-employer": "静安康复中心",
        "employments-0-occupation": "养老护理员",
        "employments-0-started_on": "2019-03-01",
        "employments-0-ended_on": "",
    }
    for name in ("certificates", "titles", "diplomas"):
        rows |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    more = client.post(f"{base}facts/", rows | {"add": "employments"})
    assert 'name="employments-1-employer"' in more.content.decode()
    assert "静安康复中心" in more.content.decode()
    fewer = client.post(f"{base}facts/", rows | {"remove": "employments-0"})
    assert 'name="employments-0-employer"' not in fewer.content.decode()
    assert client.post(f"{base}facts/", rows).status_code == 302
    condition = plan.scheme_level.conditions.get(code="4-1")
    assert client.post(f"{base}condition/", {"condition": condition.pk}).status_code == 302
    assert client.post(f"{base}evidence/", {"kind": "work_proof", "file": pdf()}).status_code == 302
    assert client.post(f"{base}photo/", {"photo": picture()}).status_code == 302
    assert client.post(f"{base}record/", RECORD).status_code == 302
    assert client.post(f"{base}submit/", {}).status_code == 422
    assert client.post(f"{base}submit/", {"agreed": "on"}).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.evaluation["met"]) == ("submitted", True)
    assert client.get(base).status_code == 200


def test_a_wrong_identity_number_is_told_at_the_field(client: Any, plan: Any, make_user: Any, now: Any) -> None:
    person = make_user("王小芳")
    client.force_login(person)
    case = services.start_application(plan, candidate=person, now=now)
    page = client.post(f"/apply/{case.pk}/identity/", {"kind": "resident_id", "number": "310199190003071234"})
    assert page.status_code == 422
    assert not hasattr(type(person).objects.get(pk=person.pk), "identity")


def test_an_incomplete_row_is_marked_and_nothing_is_stored(client: Any, plan: Any, candidate: Any, now: Any) -> None:
    client.force_login(candidate)
    case = services.start_application(plan, candidate=candidate, now=now)
    rows = {"employments-TOTAL_FORMS": "1", "employments-INITIAL_FORMS": "0", "employments-0-employer": "某单位"}
    for name in ("certificates", "titles", "diplomas"):
        rows |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    page = client.post(f"/apply/{case.pk}/facts/", rows)
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.content.decode()
    case.refresh_from_db()
    assert case.facts == {}


def test_an_unmet_condition_is_a_422_with_its_reason(client: Any, plan: Any, candidate: Any, now: Any) -> None:
    client.force_login(candidate)
    short = {"employments": [{"employer": "某单位", "occupation": "养老护理员", "started_on": "2025-01-01", "ended_on": None}]}
    case = fill_in(plan, candidate, now=now, facts=short)
    page = client.post(f"/apply/{case.pk}/submit/", {"agreed": "on"})
    assert page.status_code == 422
    assert "2030" in page.content.decode()


@pytest.mark.parametrize("name", ["identity", "facts", "condition", "evidence", "photo", "record", "submit"])
def test_a_step_opens_without_complaints(client: Any, plan: Any, candidate: Any, now: Any, name: str) -> None:
    client.force_login(candidate)
    case = services.start_application(plan, candidate=candidate, now=now)
    page = client.get(f"/apply/{case.pk}/{name}/")
    assert page.status_code == 200
    assert "field--error" not in page.content.decode()


CASE_PAGES = (
    "case", "identity", "facts", "condition", "evidence", "photo", "record", "submit", "history", "withdraw", "ticket", "portrait",
)  # fmt: skip


@pytest.mark.parametrize("name", CASE_PAGES)
def test_nobody_opens_the_case_of_another(client: Any, plan: Any, candidate: Any, make_user: Any, now: Any, name: str) -> None:
    case = fill_in(plan, candidate, now=now)
    url = reverse(f"applications:{name}", args=[case.pk])
    assert client.get(url).status_code == 302
    client.force_login(make_user("别人"))
    assert client.get(url).status_code == 404


def test_evidence_is_shown_to_the_reviewers_of_the_body_only(
    client: Any, plan: Any, candidate: Any, body: SimpleNamespace, employer: Any, make_user: Any, member: Any, now: Any
) -> None:
    case = fill_in(plan, candidate, now=now)
    url = f"/apply/evidence/{case.evidence.get().pk}/"
    outsider = member(make_user("外人"), employer, Role.ELIGIBILITY_REVIEWER)
    client.force_login(body.first)
    assert client.get(url).status_code == 404  # a draft is the candidate's own
    services.submit_application(case, actor=candidate, now=now)
    page = client.get(url)
    assert page.status_code == 200
    assert page["Content-Disposition"].startswith("attachment")
    for person in (outsider, body.assessors[0]):
        client.force_login(person)
        assert client.get(url).status_code == 404


def test_a_reviewer_decides_on_the_page_and_the_number_stays_masked(
    client: Any, plan: Any, candidate: Any, body: SimpleNamespace, now: Any
) -> None:
    case = submit(plan, candidate, now=now)
    url = f"/desk/reviews/{case.pk}/"
    client.force_login(body.first)
    page = client.get(url).content.decode()
    assert "110***********002X" in page
    assert "11010519491231002X" not in page
    shown = client.post(f"{url}number/").content.decode()
    assert "11010519491231002X" in shown
    assert LedgerEntry.objects.filter(kind="accounts.number_read", actor_id=body.first.pk).count() == 1
    assert client.post(url, {"verdict": "return", "reasons": ""}).status_code == 422
    assert client.post(url, {"verdict": "approve", "reasons": ""}).status_code == 302
    case.refresh_from_db()
    assert case.status == "first_ok"
    assert "林晓梅" not in client.get("/desk/reviews/").content.decode()
    client.force_login(body.second)
    assert "林晓梅" in client.get("/desk/reviews/").content.decode()


def test_reading_the_number_keeps_the_typed_verdict(
    client: Any, plan: Any, candidate: Any, body: SimpleNamespace, now: Any
) -> None:
    case = submit(plan, candidate, now=now)
    url = f"/desk/reviews/{case.pk}/"
    client.force_login(body.first)
    page = client.get(url).content.decode()
    button = page[: page.index(f'formaction="{url}number/')].rpartition("<button")[2]
    assert 'form="verdict-form"' in button
    # Enter in the form presses its first button, which must not be the one that reads the number.
    first = page[page.index('form="verdict-form"') :].split(">")[0]
    assert "formaction" not in first
    shown = client.post(f"{url}number/", {"verdict": "return", "reasons": "章看不清，<请重拍>"})
    html = shown.content.decode()
    assert shown.status_code == 200
    assert "11010519491231002X" in html
    assert "章看不清，&lt;请重拍&gt;" in html
    assert "checked" in html[html.index('value="return"') :].split(">")[0]
    assert "field--error" not in html
    case.refresh_from_db()
    assert case.status == "submitted"  # reading decides nothing
    assert not case.reviews.exists()


def test_a_look_at_the_address_of_the_number_reveals_nothing(
    client: Any, plan: Any, candidate: Any, body: SimpleNamespace, now: Any
) -> None:
    case = submit(plan, candidate, now=now)
    url = f"/desk/reviews/{case.pk}/number/"
    client.force_login(body.first)
    for look in (client.get, client.head):
        page = look(url, follow=True)
        assert page.redirect_chain == [(f"/desk/reviews/{case.pk}/", 302)]
        assert "11010519491231002X" not in page.content.decode()
    assert not LedgerEntry.objects.filter(kind="accounts.number_read").exists()
    client.force_login(body.assessors[0])
    assert client.get(url).status_code == 404


def test_only_reviewers_have_the_queue(client: Any, plan: Any, candidate: Any, body: SimpleNamespace, now: Any) -> None:
    case = submit(plan, candidate, now=now)
    for person, queue, page in ((body.officer, 403, 200), (body.assessors[0], 403, 404), (candidate, 403, 404)):
        client.force_login(person)
        assert client.get("/desk/reviews/").status_code == queue
        assert client.get(f"/desk/reviews/{case.pk}/").status_code == page
    client.force_login(body.officer)
    assert client.post(f"/desk/reviews/{case.pk}/", {"verdict": "approve"}).status_code == 403
    assert client.post(f"/desk/reviews/{case.pk}/number/").status_code == 403


def test_the_queue_costs_the_same_however_long_it_is(
    client: Any, plan: Any, body: SimpleNamespace, make_user: Any, now: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(12):
        Application.objects.create(
            plan=plan,
            candidate=make_user(f"考生{n}"),
            status="submitted",
            started_at=now,
            submitted_at=now,
            condition=plan.scheme_level.conditions.first(),
        )
    client.force_login(body.first)
    with django_assert_max_num_queries(9):
        assert client.get("/desk/reviews/").status_code == 200


def test_a_closed_plan_says_so(client: Any, plan: Any, candidate: Any) -> None:
    with time_machine.travel("2026-10-09T09:00:00+08:00", tick=False):
        client.force_login(candidate)
        assert client.get(f"/apply/plans/{plan.pk}/").status_code == 200
        assert client.post(f"/apply/plans/{plan.pk}/start/").status_code == 409
    assert not Application.objects.exists()


def test_a_draft_plan_is_not_public(client: Any, draft: Any) -> None:
    assert client.get(f"/apply/plans/{draft.pk}/").status_code == 404
    assert draft.title not in client.get("/apply/").content.decode()


def test_a_draft_that_was_withdrawn_never_becomes_the_bodys_to_read(
    client: Any, plan: Any, candidate: Any, body: SimpleNamespace, now: Any
) -> None:
    case = fill_in(plan, candidate, now=now)
    services.withdraw_application(case, actor=candidate, now=now)
    evidence = case.evidence.first()
    client.force_login(body.first)
    assert client.get(f"/desk/reviews/{case.pk}/").status_code == 404
    assert client.post(f"/desk/reviews/{case.pk}/number/").status_code == 404
    assert client.get(reverse("applications:portrait", args=[case.pk])).status_code == 404
    assert client.get(reverse("applications:evidence_file", args=[evidence.pk])).status_code == 404
    client.force_login(candidate)
    assert client.get(f"/apply/{case.pk}/").status_code == 200


def test_once_a_case_is_withdrawn_nobody_reads_the_number(
    client: Any, plan: Any, candidate: Any, body: SimpleNamespace, now: Any
) -> None:
    case = submit(plan, candidate, now=now)
    services.withdraw_application(case, actor=candidate, now=now)
    client.force_login(body.first)
    assert client.get(f"/desk/reviews/{case.pk}/").status_code == 200
    assert client.post(f"/desk/reviews/{case.pk}/number/").status_code == 403
    assert not LedgerEntry.objects.filter(kind="accounts.number_read").exists()
