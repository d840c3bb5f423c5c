"""Into use by two people, out of use by two people, stopped by one; warnings before the end."""

import datetime
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, transaction

from certification.certificates.key_queues import key_rows
from certification.certificates.keys.loading import load_key
from certification.certificates.models import KeyChange, KeyWarning, SigningKey
from certification.certificates.rules.keys import KEY_TRANSITIONS, KeyEvent, KeyStatus, warning_due
from certification.certificates.selectors import signing_key_of
from certification.certificates.services import keys as services
from certification.certificates.services.keys import (
    confirm_change,
    propose_change,
    report_unsafe,
    warn_of_ending_keys,
    withdraw_change,
)
from lms.accounts.models import User
from lms.core import clock, ledger
from lms.core.errors import DomainError, InvalidTransition
from lms.core.messages import text_of
from lms.notices.models import Notice
from lms.organisations.rules import Role
from tests.certification.certificates.keys.conftest import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + datetime.timedelta(hours=2)


def refusal(act, *args, **options):
    with pytest.raises(DomainError) as caught:
        act(*args, **options)
    assert text_of(caught.value) != caught.value.code
    return caught.value.code


def kinds(key):
    return [entry.kind.removeprefix("certificates.") for entry in ledger.entries_about(key)]


@pytest.fixture
def key(waiting_key):
    return waiting_key()


@pytest.fixture
def proposal(key, people):
    return propose_change(key, KeyEvent.ACTIVATE, reason="换新密钥", actor=people.officer, now=NOW)


def test_k60_another_person_confirms_and_the_key_signs(key, proposal, people, association):
    assert refusal(signing_key_of, association.pk) == "certificates.no_signing_key"
    confirm_change(proposal, actor=people.head, now=LATER)
    used = signing_key_of(association.pk)
    assert (used, used.activated_at) == (key, LATER)
    assert load_key(used).certificate
    assert kinds(key) == ["key_recorded", "key_change_proposed", "key_activated"]
    assert ledger.entries_about(key).last().facts["by"] == people.officer.pk


def test_k61_nobody_confirms_what_he_proposed(key, people, association):
    change = propose_change(key, KeyEvent.ACTIVATE, reason="换新密钥", actor=people.head, now=NOW)
    assert refusal(confirm_change, change, actor=people.head, now=LATER) == "certificates.key_change_same_person"
    assert not SigningKey.objects.in_use().exists()


def test_k61_the_database_too_holds_that_two_people_decide(proposal, people):
    with pytest.raises(IntegrityError), transaction.atomic():
        KeyChange.objects.filter(pk=proposal.pk).update(status="confirmed", decided_by=people.officer, decided_at=LATER)


def test_k62_two_officers_without_a_head_are_not_enough(key, people, association, make_user, member):
    second = member(make_user("第二考务"), association, Role.EXAM_OFFICER)
    change = propose_change(key, KeyEvent.ACTIVATE, reason="换新密钥", actor=people.officer, now=NOW)
    assert refusal(confirm_change, change, actor=second, now=LATER) == "certificates.key_change_needs_head"
    assert confirm_change(change, actor=people.deputy, now=LATER).active


@pytest.mark.parametrize("who", ["assessor", "other_head", "stranger"])
def test_k63_nobody_else_proposes_confirms_withdraws_or_stops(key, proposal, people, who):
    person = getattr(people, who)
    with pytest.raises(PermissionDenied):
        propose_change(key, KeyEvent.RETIRE, reason="试", actor=person, now=NOW)
    with pytest.raises(PermissionDenied):
        confirm_change(proposal, actor=person, now=NOW)
    with pytest.raises(PermissionDenied):
        withdraw_change(proposal, actor=person, now=NOW)
    with pytest.raises(PermissionDenied):
        report_unsafe(key, reason="试", since=NOW, actor=person, now=NOW)


def test_k64_one_proposal_at_a_time_and_with_a_reason(key, proposal, people):
    ask = {"actor": people.head, "now": NOW}
    assert refusal(propose_change, key, KeyEvent.RETIRE, reason="不要了", **ask) == "certificates.key_change_open"
    withdraw_change(proposal, actor=people.officer, now=NOW)
    assert refusal(propose_change, key, KeyEvent.RETIRE, reason="  ", **ask) == "certificates.reason_needed"
    assert propose_change(key, KeyEvent.RETIRE, reason="不要了", **ask).pk


def test_k65_of_two_who_confirm_only_one_does_it(proposal, people):
    confirm_change(proposal, actor=people.head, now=LATER)
    with pytest.raises(InvalidTransition):
        confirm_change(proposal, actor=people.deputy, now=LATER)
    with pytest.raises(InvalidTransition):
        withdraw_change(proposal, actor=people.officer, now=LATER)


def test_k66_the_key_before_retires_in_the_same_moment_and_stays_for_verification(waiting_key, take_into_use):
    first = take_into_use(waiting_key())
    second = take_into_use(waiting_key(), now=LATER)
    first.refresh_from_db()
    assert (first.status, first.retired_at, second.activated_at) == ("retired", LATER, LATER)
    assert list(SigningKey.objects.ever_used().order_by("pk")) == [first, second]
    assert kinds(first)[-1] == "key_retired"


def test_k67_the_database_holds_one_key_in_use(waiting_key, take_into_use):
    take_into_use(waiting_key())
    second = waiting_key()
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKey.objects.filter(pk=second.pk).update(status="active")


def test_k68_a_key_whose_certificate_ended_meanwhile_is_not_taken_into_use(key, proposal, people):
    after = key.not_after + datetime.timedelta(days=1)
    assert refusal(confirm_change, proposal, actor=people.head, now=after) == "certificates.key_not_in_force_yet"
    assert refusal_before(key, people) == "certificates.key_not_in_force_yet"


def refusal_before(key, people):
    KeyChange.objects.all().delete()
    before = key.not_before - datetime.timedelta(seconds=1)
    return refusal(propose_change, key, KeyEvent.ACTIVATE, reason="早", actor=people.head, now=before)


def test_k69_a_key_that_cannot_be_opened_is_not_taken_into_use(key, proposal, people, settings):
    (settings.SIGNING_KEY_DIR / key.key_reference).unlink()
    assert refusal(confirm_change, proposal, actor=people.head, now=LATER) == "certificates.key_missing"
    proposal.refresh_from_db()
    assert proposal.status == "open"


def test_k70_one_person_stops_a_key_at_once_and_heads_and_operators_are_told(waiting_key, take_into_use, people, make_user):
    operator = make_user("运维", is_superuser=True)
    key = take_into_use(waiting_key())
    report_unsafe(key, reason="电脑失窃", since=NOW, actor=people.officer, now=LATER)
    key.refresh_from_db()
    assert (key.status, key.revoked_at, key.unsafe_since) == ("compromised", LATER, NOW)
    assert refusal(load_key, key) == "certificates.key_not_in_use"
    assert set(Notice.objects.values_list("user", flat=True)) == {people.head.pk, people.deputy.pk, operator.pk}
    assert kinds(key)[-1] == "key_compromised"


def test_k71_a_stopped_key_never_comes_back(waiting_key, take_into_use, people):
    key = take_into_use(waiting_key())
    report_unsafe(key, reason="电脑失窃", since=NOW, actor=people.head, now=LATER)
    for event in KeyEvent:
        assert (KeyStatus.COMPROMISED, event) not in KEY_TRANSITIONS
    with pytest.raises(InvalidTransition):
        propose_change(key, KeyEvent.ACTIVATE, reason="又好了", actor=people.head, now=LATER)


def test_k72_stopping_needs_a_reason_and_a_moment_that_has_been(key, people):
    stop = {"actor": people.head, "now": NOW}
    assert refusal(report_unsafe, key, reason=" ", since=NOW, **stop) == "certificates.reason_needed"
    assert refusal(report_unsafe, key, reason="失窃", since=LATER, **stop) == "certificates.unsafe_since_in_future"


@pytest.mark.parametrize(("days", "due"), [(91, None), (90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (0, 7)])
def test_k73_a_warning_is_due_at_90_30_and_7_days(days, due):
    assert warning_due(days) == due


def test_k74_each_threshold_is_told_once_to_heads_and_operators(waiting_key, take_into_use, people, make_user, monkeypatch):
    make_user("运维", is_superuser=True)
    key = take_into_use(waiting_key())
    told = []
    for days in (91, 90, 89, 30, 30, 7, 1):
        moment = key.not_after - datetime.timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        call_command("key_warnings", stdout=(out := StringIO()))
        told.append(bool(out.getvalue()))
    assert told == [False, True, False, True, False, True, False]
    assert Notice.objects.count() == 3 * 3
    assert sorted(KeyWarning.objects.values_list("days", flat=True)) == [7, 30, 90]
    assert not Notice.objects.filter(user=people.officer).exists()


def test_k74_a_retired_key_warns_nobody(waiting_key, take_into_use, people):
    key = take_into_use(waiting_key())
    end = key.not_after - datetime.timedelta(days=5)
    assert len(warn_of_ending_keys(now=end)) == 1
    KeyWarning.objects.all().delete()
    change = propose_change(key, KeyEvent.RETIRE, reason="停用", actor=people.officer, now=NOW)
    confirm_change(change, actor=people.head, now=NOW)
    assert warn_of_ending_keys(now=end) == []


def test_k75_a_proposal_stands_on_the_desk_of_those_who_may_confirm_it(key, proposal, people):
    def rows(person):
        return list(key_rows(person, NOW))

    assert [row.url for row in rows(people.head)] == [f"/desk/keys/{key.pk}/"]
    for person in (people.officer, people.other_head, people.assessor, people.stranger):
        assert rows(person) == []


def test_k76_a_key_that_ends_soon_stands_on_the_heads_desk(waiting_key, take_into_use, people):
    key = take_into_use(waiting_key())
    for days, count in ((91, 0), (90, 1), (3, 1)):
        moment = key.not_after - datetime.timedelta(days=days)
        assert len(list(key_rows(people.head, moment))) == count
    assert list(key_rows(people.officer, key.not_after)) == []


def test_k77_every_act_about_a_key_leaves_the_ledger_whole(waiting_key, take_into_use, people):
    key = take_into_use(waiting_key())
    report_unsafe(key, reason="电脑失窃", since=NOW, actor=people.head, now=LATER)
    assert ledger.verify().ok


def test_k78_every_service_that_writes_needs_its_transaction(monkeypatch, key, people):
    """The ledger refuses outside a transaction, so an act without one would fail here."""
    monkeypatch.setattr(services.ledger, "append", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        propose_change(key, KeyEvent.ACTIVATE, reason="换", actor=people.head, now=NOW)
    assert not KeyChange.objects.exists()
    with pytest.raises(ZeroDivisionError):
        report_unsafe(key, reason="失窃", since=NOW, actor=people.head, now=NOW)
    assert SigningKey.objects.get(pk=key.pk).status == "waiting"
    assert User.objects.count()
