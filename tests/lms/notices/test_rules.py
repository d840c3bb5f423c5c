"""Ways, hours and repeats, without a database."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.notices.rules import (
    SHANGHAI,
    WAITS,
    Channel,
    Digest,
    Quiet,
    Sort,
    channels_for,
    due_at,
    next_digest,
    retry_at,
)

SMS, MAIL = Channel.SMS, Channel.MAIL
URGENT = Sort(frozenset({SMS}), urgent=True, binding=False)
CALM = Sort(frozenset({MAIL}), urgent=False, binding=False)
BINDING = Sort(frozenset(Channel), urgent=True, binding=True)


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [("2026-09-07T20:59", False), ("2026-09-07T21:00", True), ("2026-09-08T06:59", True), ("2026-09-08T07:00", False)],
)
def test_the_night_begins_at_nine_and_ends_at_seven(moment, quiet):
    assert Quiet().holds_at(at(moment)) is quiet


def test_the_hours_are_those_of_shanghai_wherever_the_server_stands():
    assert Quiet().holds_at(datetime.datetime(2026, 9, 7, 14, 0, tzinfo=datetime.UTC))
    assert not Quiet().holds_at(datetime.datetime(2026, 9, 7, 3, 0, tzinfo=datetime.UTC))


def test_before_midnight_the_night_ends_on_the_next_day_and_after_it_on_the_same():
    assert Quiet().after(at("2026-09-07T23:00")) == at("2026-09-08T07:00")
    assert Quiet().after(at("2026-09-08T01:00")) == at("2026-09-08T07:00")


def test_a_rest_at_noon_does_not_reach_into_the_night():
    noon = Quiet(datetime.time(12), datetime.time(14))
    assert noon.after(at("2026-09-07T13:00")) == at("2026-09-07T14:00")
    assert not noon.holds_at(at("2026-09-07T23:00"))


def test_equal_ends_mean_no_quiet_hours():
    assert not any(Quiet(datetime.time(7), datetime.time(7)).holds_at(at(f"2026-09-07T{hour:02}:00")) for hour in range(24))


@given(
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.datetimes(min_value=datetime.datetime(2026, 1, 1), max_value=datetime.datetime(2027, 1, 1)),
)
def test_what_is_put_off_is_never_put_into_the_night_nor_longer_than_a_day(begin, end, moment):
    quiet, now = Quiet(begin, end), moment.replace(tzinfo=SHANGHAI)
    later = quiet.after(now)
    assert not quiet.holds_at(later)
    assert datetime.timedelta() <= later - now <= datetime.timedelta(days=1)


def test_who_has_no_phone_gets_what_is_urgent_by_mail():
    assert channels_for(URGENT, reachable=[MAIL], chosen={}) == {MAIL}


def test_who_has_both_gets_one_message():
    assert channels_for(URGENT, reachable=[SMS, MAIL], chosen={}) == {SMS}


def test_what_is_not_urgent_never_comes_by_sms_unasked():
    assert channels_for(CALM, reachable=[SMS], chosen={}) == frozenset()
    assert channels_for(CALM, reachable=[SMS, MAIL], chosen={SMS: True}) == {SMS, MAIL}


def test_a_choice_against_all_ways_holds():
    assert channels_for(URGENT, reachable=[SMS, MAIL], chosen={SMS: False, MAIL: False}) == frozenset()
    assert channels_for(URGENT, reachable=[MAIL], chosen={MAIL: False}) == frozenset()


def test_no_choice_holds_against_legal_force():
    off = {SMS: False, MAIL: False}
    assert channels_for(BINDING, reachable=[SMS, MAIL], chosen=off) == {SMS, MAIL}
    assert channels_for(Sort(frozenset({SMS}), urgent=True, binding=True), reachable=[MAIL], chosen=off) == {MAIL}


def test_gathered_mails_come_at_eight_each_day_or_on_mondays():
    monday_noon = at("2026-09-07T12:00")
    assert next_digest(Digest.DAILY, monday_noon) == at("2026-09-08T08:00")
    assert next_digest(Digest.WEEKLY, monday_noon) == at("2026-09-14T08:00")
    assert next_digest(Digest.DAILY, at("2026-09-07T08:00")) == at("2026-09-08T08:00")


def test_only_what_is_not_urgent_is_gathered():
    now = at("2026-09-07T12:00")
    assert due_at(MAIL, URGENT, digest=Digest.WEEKLY, quiet=Quiet(), now=now) == now
    assert due_at(MAIL, BINDING, digest=Digest.NEVER, quiet=Quiet(), now=now) == now
    assert due_at(MAIL, CALM, digest=Digest.DAILY, quiet=Quiet(), now=now) == at("2026-09-08T08:00")
    assert due_at(MAIL, CALM, digest=Digest.AT_ONCE, quiet=Quiet(), now=now) == now
    assert due_at(MAIL, CALM, digest=Digest.NEVER, quiet=Quiet(), now=now) is None


def test_a_mail_does_not_wait_for_the_morning():
    now = at("2026-09-07T23:00")
    assert due_at(MAIL, URGENT, digest=Digest.DAILY, quiet=Quiet(), now=now) == now
    assert due_at(SMS, BINDING, digest=Digest.DAILY, quiet=Quiet(), now=now) == at("2026-09-08T07:00")


def test_each_failure_waits_longer_and_the_sixth_is_the_last():
    now = at("2026-09-07T12:00")
    waits = [retry_at(tries, now=now) for tries in range(1, len(WAITS) + 2)]
    assert waits[:-1] == sorted(waits[:-1])
    assert len(waits) == 6
    assert waits[-1] is None
