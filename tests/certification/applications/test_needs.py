"""Help in the exam: asked for by the person, granted once by a reviewer, valid for all her plans."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from certification.applications import services
from certification.applications.models import NeedsRequest
from certification.applications.needs import Needs, needs_in_words, needs_of, theory_minutes_of
from certification.applications.rules.accommodations import minutes_with_extra, read_needs
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.organisations.rules import Role
from tests.open_plan import picture, submit

ASKED = {"extra_time_percent": 50, "large_print": True, "wheelchair_seat": True}
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def monday(now: Any) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def request_(plan: Any, candidate: Any, body: SimpleNamespace, now: Any) -> NeedsRequest:
    services.start_application(plan, candidate=candidate, now=now)
    return ask(candidate, body, now=now)


def ask(person: Any, body: SimpleNamespace, *, now: Any, **changes: Any) -> NeedsRequest:
    facts = {"needs": ASKED, "reason": "右手骨折", "files": [picture()], "consent": True}
    return services.ask_for_needs(person, organisation=body.organisation, now=now, **{**facts, **changes})


@pytest.mark.parametrize(
    ("minutes", "share", "whole"), [(90, 0, 90), (90, 25, 113), (90, 50, 135), (90, 100, 180), (100, 25, 125)]
)
def test_a_begun_minute_of_extra_time_counts_in_full(minutes: int, share: int, whole: int) -> None:
    assert minutes_with_extra(minutes, share) == whole


@pytest.mark.parametrize("values", [{}, {"extra_time_percent": 30}, {"extra_time_percent": "many"}, {"helicopter": True}])
def test_nothing_and_nonsense_cannot_be_asked_for(values: dict[str, Any]) -> None:
    with pytest.raises(DomainError):
        read_needs(values)


def test_granted_once_it_holds_for_every_plan(
    request_: NeedsRequest, candidate: Any, body: SimpleNamespace, plan: Any, now: Any
) -> None:
    assert needs_of([candidate.pk]) == {}
    services.decide_needs(request_, granted=ASKED, actor=body.first, now=now)
    granted = needs_of([candidate.pk, body.officer.pk])
    assert granted == {candidate.pk: Needs(extra_time_percent=50, large_print=True, wheelchair_seat=True)}
    assert theory_minutes_of(plan, granted[candidate.pk]) == 135
    assert len(needs_in_words(granted[candidate.pk])) == 3
    assert candidate.notices.count() == 1


def test_needs_of_many_people_cost_one_query(
    request_: NeedsRequest, candidate: Any, body: SimpleNamespace, now: Any, django_assert_num_queries: Any
) -> None:
    services.decide_needs(request_, granted=ASKED, actor=body.first, now=now)
    with django_assert_num_queries(1):
        assert list(needs_of([*range(1, 900), candidate.pk])) == [candidate.pk]


def test_less_than_asked_for_needs_an_answer_and_more_is_never_granted(
    request_: NeedsRequest, candidate: Any, body: SimpleNamespace, now: Any
) -> None:
    less = {"extra_time_percent": 25}
    with pytest.raises(DomainError, match=r"applications.reasons_needed"):
        services.decide_needs(request_, granted=less, actor=body.first, now=now)
    with pytest.raises(DomainError, match=r"applications.more_than_asked"):
        services.decide_needs(request_, granted={**ASKED, "reader": True}, answer="另加读题", actor=body.first, now=now)
    services.decide_needs(request_, granted=less, answer="半小时足够", actor=body.first, now=now)
    assert needs_of([candidate.pk])[candidate.pk] == Needs(extra_time_percent=25)


def test_a_need_that_heals_ends_by_itself(request_: NeedsRequest, candidate: Any, body: SimpleNamespace, now: Any) -> None:
    last = now.date() + 30 * DAY
    with pytest.raises(DomainError, match=r"applications.valid_until_past"):
        services.decide_needs(request_, granted=ASKED, valid_until=now.date() - DAY, actor=body.first, now=now)
    services.decide_needs(request_, granted=ASKED, valid_until=last, actor=body.first, now=now)
    assert needs_of([candidate.pk], on=last)
    assert not needs_of([candidate.pk], on=last + DAY)


def test_a_newer_grant_takes_the_place_of_the_older(
    request_: NeedsRequest, candidate: Any, body: SimpleNamespace, now: Any
) -> None:
    services.decide_needs(request_, granted=ASKED, actor=body.first, now=now)
    second = ask(candidate, body, now=now + DAY, needs={"sign_interpreter": True})
    services.decide_needs(second, granted={"sign_interpreter": True}, actor=body.second, now=now + DAY)
    assert needs_of([candidate.pk])[candidate.pk] == Needs(sign_interpreter=True)
    third = ask(candidate, body, now=now + 2 * DAY, needs={"reader": True})
    services.decide_needs(third, granted=None, answer="材料不足", actor=body.first, now=now + 2 * DAY)
    assert needs_of([candidate.pk])[candidate.pk] == Needs(sign_interpreter=True)


def test_only_a_reviewer_of_the_body_decides_and_never_on_herself(
    request_: NeedsRequest, candidate: Any, body: SimpleNamespace, employer: Any, make_user: Any, member: Any, now: Any
) -> None:
    outsider = member(make_user("外人"), employer, Role.ELIGIBILITY_REVIEWER)
    for person in (body.officer, body.head, outsider):
        with pytest.raises(PermissionDenied):
            services.decide_needs(request_, granted=ASKED, actor=person, now=now)
    member(candidate, body.organisation, Role.ELIGIBILITY_REVIEWER)
    with pytest.raises(DomainError, match=r"applications.own_case"):
        services.decide_needs(request_, granted=ASKED, actor=candidate, now=now)


def test_of_two_reviewers_one_decides(request_: NeedsRequest, body: SimpleNamespace, now: Any) -> None:
    stale = NeedsRequest.objects.get(pk=request_.pk)
    services.decide_needs(request_, granted=ASKED, actor=body.first, now=now)
    with pytest.raises(DomainError, match="invalid_transition"):
        services.decide_needs(stale, granted=None, answer="材料不足以证明", actor=body.second, now=now)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"consent": False}, "consent_needed"), ({"files": []}, "needs_evidence"), ({"needs": {}}, "needs_empty")],
)
def test_without_consent_evidence_or_a_wish_nothing_is_asked(
    plan: Any, candidate: Any, body: SimpleNamespace, now: Any, changes: dict[str, Any], code: str
) -> None:
    services.start_application(plan, candidate=candidate, now=now)
    with pytest.raises(DomainError, match=code):
        ask(candidate, body, now=now, **changes)
    assert not NeedsRequest.objects.exists()


def test_one_request_at_a_time_and_only_with_an_application(
    plan: Any, candidate: Any, body: SimpleNamespace, make_user: Any, now: Any
) -> None:
    with pytest.raises(DomainError, match=r"applications.needs_without_case"):
        ask(candidate, body, now=now)
    services.start_application(plan, candidate=candidate, now=now)
    first = ask(candidate, body, now=now)
    with pytest.raises(DomainError, match=r"applications.needs_waiting"):
        ask(candidate, body, now=now)
    with pytest.raises(PermissionDenied):
        services.end_needs(first, actor=make_user("别人"), now=now)
    services.end_needs(first, actor=candidate, now=now)
    assert ask(candidate, body, now=now).status == "asked"


def test_what_she_needs_stands_neither_in_the_ledger_nor_plainly_in_the_database(
    request_: NeedsRequest, body: SimpleNamespace, now: Any
) -> None:
    from django.db import connection

    services.decide_needs(request_, granted=ASKED, actor=body.first, now=now)
    facts = str(list(LedgerEntry.objects.filter(kind__contains="needs").values_list("facts", flat=True)))
    assert "large_print" not in facts
    assert "骨折" not in facts
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM applications_needsrequest")
        assert "骨折" not in str(cursor.fetchall())


def test_evidence_of_a_need_is_seen_by_her_and_who_decides(
    client: Any, request_: NeedsRequest, candidate: Any, body: SimpleNamespace, make_user: Any
) -> None:
    url = f"/apply/needs/files/{request_.files.get().pk}/"
    for person, status in ((candidate, 200), (body.first, 200), (body.officer, 404), (body.head, 404), (make_user("别人"), 404)):
        client.force_login(person)
        assert client.get(url).status_code == status


def test_she_asks_and_the_reviewer_decides_with_plain_forms(
    client: Any, plan: Any, candidate: Any, body: SimpleNamespace, now: Any
) -> None:
    case = submit(plan, candidate, now=now)
    client.force_login(candidate)
    assert client.get(f"/apply/needs/?case={case.pk}").status_code == 200
    form = {"extra_time_percent": "25", "kinds": ["large_print"], "reason": "看不清小字", "consent": "on"}
    assert client.post("/apply/needs/", form).status_code == 422  # no evidence
    assert client.post("/apply/needs/", {**form, "proofs": [picture(), picture(200, 300)]}).status_code == 302
    request = NeedsRequest.objects.get()
    assert request.files.count() == 2
    client.force_login(body.first)
    assert candidate.name in client.get("/desk/needs/").content.decode()
    assert candidate.name in client.get("/desk/").content.decode()
    url = f"/desk/needs/{request.pk}/"
    assert "看不清小字" in client.get(url).content.decode()
    assert client.post(url, {"decision": "refuse"}).status_code == 422
    assert client.post(url, {"decision": "grant", "extra_time_percent": "25", "kinds": ["large_print"]}).status_code == 302
    client.force_login(candidate)
    assert "25%" in client.get(f"/apply/{case.pk}/").content.decode()
    assert client.get(url).status_code == 404


def test_the_ticket_says_what_is_granted_and_when_her_exam_ends(
    client: Any, plan: Any, candidate: Any, body: SimpleNamespace, now: Any
) -> None:
    from certification.plans.services import close_registration
    from tests.open_plan import AFTER_CLOSING, approve

    case = approve(submit(plan, candidate, now=now), body, now=now)
    services.decide_needs(ask(candidate, body, now=now), granted=ASKED, actor=body.first, now=now)
    close_registration(plan, actor=body.officer, now=AFTER_CLOSING)
    services.seat_candidates(plan, actor=body.officer, now=AFTER_CLOSING)
    client.force_login(candidate)
    page = client.get(f"/apply/{case.pk}/ticket/").content.decode()
    assert "11:15" in page  # 9:00 and 135 minutes
    assert "50%" in page
    assert "uri.amap.com" in page
