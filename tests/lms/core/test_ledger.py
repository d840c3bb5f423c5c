"""The ledger records acts in order and tells when somebody changed its past."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from lms.core import ledger
from lms.core.models import LedgerEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def five_entries(now):
    with transaction.atomic():
        for number in range(5):
            ledger.append("test.happened", subject=f"thing:{number}", actor=None, now=now, number=number)


def _raw(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_an_untouched_ledger_is_whole(five_entries):
    report = ledger.verify()
    assert (report.ok, report.entries) == (True, 5)


def test_an_empty_ledger_is_whole():
    assert ledger.verify().ok


def test_an_altered_fact_is_named(five_entries):
    _raw("UPDATE core_ledgerentry SET facts = '{\"number\": 9}' WHERE sequence = 3")
    report = ledger.verify()
    assert (report.ok, report.first_wrong, report.reason) == (False, 3, "altered")


def test_a_removed_entry_is_named(five_entries):
    _raw("DELETE FROM core_ledgerentry WHERE sequence = 2")
    assert ledger.verify().first_wrong == 2


def test_a_removed_last_entry_is_noticed(five_entries):
    _raw("DELETE FROM core_ledgerentry WHERE sequence = 5")
    assert not ledger.verify().ok


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
