"""Status of a certificate, and when one may be issued; no database."""

import datetime

import pytest

from certification.certificates.rules import (
    TRANSITIONS,
    Event,
    IssueFacts,
    Status,
    check_may_issue,
    chinese_date,
    refusal_to_issue,
)
from lms.core.errors import DomainError, InvalidTransition
from lms.core.states import next_status

LAST_DAY = datetime.date(2026, 9, 14)
READY = {
    "passed": True,
    "confirmed": True,
    "closes_on": LAST_DAY,
    "publication_closed": True,
    "open_objections": 0,
    "withheld": False,
    "has_certificate": False,
}


@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("status", [Status.REVOKED, Status.REPLACED])
def test_a_revoked_or_replaced_certificate_never_comes_back(status, event):
    with pytest.raises(InvalidTransition):
        next_status(TRANSITIONS, status, event)


def test_a_suspended_certificate_can_be_reinstated_or_revoked():
    assert next_status(TRANSITIONS, Status.SUSPENDED, Event.REINSTATE) is Status.VALID
    assert next_status(TRANSITIONS, Status.SUSPENDED, Event.REVOKE) is Status.REVOKED


def test_the_day_after_the_publication_a_certificate_may_be_issued():
    assert refusal_to_issue(IssueFacts(**READY), today=LAST_DAY + datetime.timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"passed": False}, "certificates.not_passed"),
        ({"confirmed": False}, "certificates.not_confirmed"),
        ({"closes_on": None}, "certificates.not_published"),
        ({"publication_closed": False}, "certificates.publication_not_closed"),
        ({"open_objections": 2}, "certificates.objections_open"),
        ({"withheld": True}, "certificates.result_withheld"),
        ({"has_certificate": True}, "certificates.already_holds"),
        ({"acted": "assessor"}, "certificates.issuer_took_part"),
    ],
)
def test_each_thing_that_is_missing_stops_the_issue(change, code):
    with pytest.raises(DomainError) as caught:
        check_may_issue(IssueFacts(**{**READY, **change}), today=LAST_DAY + datetime.timedelta(days=1))
    assert caught.value.code == code


def test_on_the_last_day_of_the_publication_nothing_is_issued_yet():
    with pytest.raises(DomainError) as caught:
        check_may_issue(IssueFacts(**READY), today=LAST_DAY)
    assert caught.value.code == "certificates.publication_running"
    assert caught.value.context["date"] == LAST_DAY


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ((2026, 11, 20), "二〇二六年十一月二十日"),
        ((2026, 1, 1), "二〇二六年一月一日"),
        ((2030, 10, 10), "二〇三〇年十月十日"),
        ((2026, 12, 31), "二〇二六年十二月三十一日"),
        ((2026, 2, 19), "二〇二六年二月十九日"),
    ],
)
def test_dates_are_written_as_official_documents_write_them(day, text):
    assert chinese_date(datetime.date(*day)) == text
