"""A case that the reviewers sent back: she reads why on every page, and nothing hands it in by itself."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.utils.translation import gettext as _

from certification.applications import services
from certification.applications.presentation import next_thing, steps_of
from certification.applications.selectors import missing_for_submission
from lms.core.models import LedgerEntry
from tests.open_plan import CLOSES, fill_in, submit

REASONS = "工作证明上的章看不清，请重新拍照上传。"
STEPS = ("identity", "facts", "condition", "evidence", "photo", "record", "submit")


@pytest.fixture(autouse=True)
def monday(now: Any) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def returned(client: Any, plan: Any, candidate: Any, body: SimpleNamespace, now: Any) -> Any:
    case = submit(plan, candidate, now=now)
    services.review_application(case, verdict="return", reasons=REASONS, actor=body.first, now=now)
    client.force_login(candidate)
    return case


@pytest.mark.parametrize("step", STEPS)
def test_each_step_says_what_to_correct_and_by_when(client: Any, returned: Any, step: str) -> None:
    page = client.get(f"/apply/{returned.pk}/{step}/").content.decode()
    assert REASONS in page
    assert "2026年9月30日" in page


@pytest.mark.parametrize("step", STEPS)
def test_a_case_that_nobody_returned_says_nothing_of_it(client: Any, plan: Any, candidate: Any, now: Any, step: str) -> None:
    case = fill_in(plan, candidate, now=now)
    client.force_login(candidate)
    assert _("The reviewers ask you to correct something.") not in client.get(f"/apply/{case.pk}/{step}/").content.decode()


def test_the_case_leads_to_the_steps_and_not_to_the_end(client: Any, returned: Any) -> None:
    page = client.get(f"/apply/{returned.pk}/").content.decode()
    button = page[page.index('class="next-step"') :].split('class="button" href="')[1].split('"')[0]
    assert button == f"/apply/{returned.pk}/#form"
    assert 'id="form"' in page
    assert REASONS in page


def test_what_is_missing_after_a_return_comes_first(returned: Any, candidate: Any, now: datetime.datetime) -> None:
    services.remove_evidence(returned.evidence.get(), actor=candidate, now=now)
    steps = steps_of(returned, missing_for_submission(returned))
    assert next_thing(returned, steps, today=now.date()).url == f"/apply/{returned.pk}/evidence/"


def test_after_the_printed_day_she_is_told_to_hurry(returned: Any) -> None:
    steps = steps_of(returned, missing_for_submission(returned))
    late = next_thing(returned, steps, today=CLOSES + datetime.timedelta(days=1))
    assert REASONS in late.text
    assert "2026年9月30日" not in late.text
    assert "2026年9月30日" in next_thing(returned, steps, today=CLOSES).text


def test_each_round_is_vouched_for_anew(client: Any, returned: Any, candidate: Any, now: Any) -> None:
    page = client.get(f"/apply/{returned.pk}/submit/").content.decode()
    tick = page[page.index('name="agreed"') :].split(">")[0]
    assert "checked" not in tick
    assert client.post(f"/apply/{returned.pk}/submit/", {}).status_code == 422
    returned.refresh_from_db()
    assert returned.status == "returned"
    assert client.post(f"/apply/{returned.pk}/submit/", {"agreed": "on"}).status_code == 302
    returned.refresh_from_db()
    assert returned.status == "submitted"
    assert LedgerEntry.objects.filter(kind="applications.undertaking_given").count() == 2


def test_a_rejection_takes_no_undertaking_away(plan: Any, candidate: Any, body: SimpleNamespace, now: Any) -> None:
    case = submit(plan, candidate, now=now)
    services.review_application(case, verdict="reject", reasons="不符合条件", actor=body.first, now=now)
    case.refresh_from_db()
    assert case.undertaking_at == now
