"""The ledger records acts in order and tells when somebody changed its past."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from lms.core import ledger
from lms.core.ledger import NewEntry
from lms.core.models import LedgerEntry, LedgerHead

pytestmark = pytest.mark.django_db


@pytest.fixture
def five_entries(now):
    with transaction.atomic():
        for number in range(5):
            ledger.append("test.happened", subject=f"thing:{number}", actor=None, now=now, number=number)


def _raw(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_an_untouched_ledger_is_whole(five_entries):
    report = ledger.verify()
    assert (report.ok, report.entries) == (True, 5)


def test_an_empty_ledger_is_whole():
    assert ledger.verify().ok


def test_an_entry_cannot_be_saved_again(five_entries):
    entry = LedgerEntry.objects.get(pk=1)
    with pytest.raises(TypeError):
        entry.save()


def test_an_entry_cannot_be_deleted(five_entries):
    with pytest.raises(TypeError):
        LedgerEntry.objects.get(pk=1).delete()


def test_a_rolled_back_act_leaves_no_entry(now):
    @transaction.atomic
    def act_and_give_up() -> None:
        ledger.append("test.happened", subject="thing:1", actor=None, now=now)
        raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        act_and_give_up()
    assert ledger.verify().entries == 0


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused(now):
    with pytest.raises(RuntimeError, match="transaction"):
        ledger.append("test.happened", subject="thing:1", actor=None, now=now)


@pytest.mark.parametrize("number", [1e16, 1e-7, -0.0, float("nan"), float("inf")])
def test_a_number_that_the_database_would_give_back_differently_is_refused(number, now):
    with pytest.raises(ValueError, match=r"cannot keep|JSON compliant"), transaction.atomic():
        ledger.append("test.happened", subject="thing:1", actor=None, now=now, number=number)


def test_facts_come_back_as_they_were_sealed(now):
    facts = {"text": '轮椅 " \\ \u2028', "number": 0.1, "large": 2**70, "none": None, "list": (1, [True]), "empty": {}}
    with transaction.atomic():
        ledger.append("test.happened", subject="thing:1", actor=None, now=now, **facts)
    assert ledger.verify().ok


def _many(count: int) -> list[NewEntry]:
    return [NewEntry("test.happened", f"thing:{number}", None, {"number": number}) for number in range(count)]


def test_many_at_once_have_the_hashes_of_one_by_one(five_entries, now):
    one_by_one = list(LedgerEntry.objects.order_by("sequence").values_list("sequence", "hash", "previous_hash"))
    _raw("DELETE FROM core_ledgerentry")
    _raw("DELETE FROM core_ledgerhead")
    with transaction.atomic():
        written = ledger.append_many(_many(5), now=now)
    assert [(entry.sequence, entry.hash, entry.previous_hash) for entry in written] == one_by_one
    assert list(LedgerEntry.objects.order_by("sequence").values_list("sequence", "hash", "previous_hash")) == one_by_one


def test_many_follow_on_what_is_there_and_one_follows_on_many(five_entries, now):
    with transaction.atomic():
        ledger.append_many(_many(3), now=now)
        ledger.append("test.happened", subject="thing:1", actor=None, now=now)
    assert ledger.verify() == ledger.LedgerReport(True, 9, LedgerHead.objects.get().hash)


def test_a_hundred_cost_one_lock_one_insert_and_one_update(five_entries, now, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(3) as made:
        ledger.append_many(_many(100), now=now)
    assert [query["sql"].split()[0] for query in made.captured_queries] == ["SELECT", "INSERT", "UPDATE"]


def test_none_at_once_writes_nothing(now, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(0):
        assert ledger.append_many([], now=now) == []


def test_one_bad_fact_among_many_leaves_none(now):
    with pytest.raises(TypeError), transaction.atomic():
        ledger.append_many([*_many(2), NewEntry("test.happened", "thing:9", None, {"bad": object()})], now=now)
    assert not LedgerEntry.objects.exists()


def test_rooms_hear_of_the_entries_in_the_transaction_of_the_act(now):
    heard: list[list[int]] = []

    def listen(*, entries: list[LedgerEntry], **kwargs: object) -> None:
        heard.append([entry.sequence for entry in entries])

    ledger.entries_appended.connect(listen)
    try:
        with transaction.atomic():
            ledger.append_many(_many(2), now=now)
    finally:
        ledger.entries_appended.disconnect(listen)
    assert heard == [[1, 2]]


def test_the_command_reports_to_machines_too(five_entries, capsys):
    call_command("verify_ledger", "--json")
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["entries"]) == (True, 5)
    _raw("UPDATE core_ledgerentry SET facts = '{}' WHERE sequence = 2")
    with pytest.raises(CommandError):
        call_command("verify_ledger", "--json")
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["first_wrong"], report["reason"]) == (False, 2, "altered")


def test_the_command_says_so_when_the_ledger_is_broken(five_entries):
    call_command("verify_ledger")
    _raw("UPDATE core_ledgerentry SET kind = 'test.forged' WHERE sequence = 4")
    with pytest.raises(CommandError, match="entry 4"):
        call_command("verify_ledger", "--json")
