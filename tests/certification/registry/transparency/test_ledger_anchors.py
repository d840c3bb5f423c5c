"""What the log signed binds the ledger: an end cut off, or a chain sealed anew, is noticed, and so is a changed log."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from certification.registry.transparency.models import LogLeaf, TreeHead
from certification.registry.transparency.services import grow
from lms.core import ledger
from lms.core.ledger import entry_hash
from lms.core.models import LedgerEntry

pytestmark = pytest.mark.django_db


def raw(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def cut(keep: int) -> None:
    raw("DELETE FROM core_ledgerentry WHERE sequence > %s", keep)
    raw("UPDATE core_ledgerhead SET sequence = %s, hash = %s", keep, LedgerEntry.objects.get(sequence=keep).hash)


def test_a_log_and_its_ledger_agree(long_log):
    report = ledger.verify()
    assert (report.ok, report.reason) == (True, "")
    call_command("verify_ledger")


@pytest.mark.parametrize("keep", [80, 60, 1])
def test_an_end_cut_off_with_the_head_row_is_noticed(long_log, keep):
    cut(keep)
    assert ledger.verify(anchors=[]).ok  # the chain alone cannot tell
    assert ledger.verify().first_wrong == keep + 1
    with pytest.raises(CommandError, match=f"entry {keep + 1}: missing, though"):
        call_command("verify_ledger")


def test_an_end_is_noticed_too_when_no_act_in_it_was_about_a_certificate(long_log, now):
    with transaction.atomic():
        ledger.append("plans.advanced", subject="plans.plan:1", actor=None, now=now)
    length = LedgerEntry.objects.count()
    grow(now=now)
    cut(length - 1)
    assert ledger.verify().first_wrong == length


def seal_anew_from(sequence: int) -> None:
    previous = LedgerEntry.objects.get(sequence=sequence - 1).hash
    for entry in LedgerEntry.objects.filter(sequence__gte=sequence).order_by("sequence"):
        subject = "thing:forged" if entry.sequence == sequence else entry.subject
        sealed = entry_hash(
            sequence=entry.sequence,
            at=entry.at,
            kind=entry.kind,
            subject=subject,
            actor_id=entry.actor_id,
            facts=entry.facts,
            previous_hash=previous,
        )
        raw(
            "UPDATE core_ledgerentry SET subject = %s, previous_hash = %s, hash = %s WHERE sequence = %s",
            subject,
            previous,
            sealed,
            entry.sequence,
        )
        previous = sealed
    raw("UPDATE core_ledgerhead SET hash = %s", previous)


def test_a_chain_sealed_anew_is_noticed_at_the_first_act_about_a_certificate(long_log):
    act = LogLeaf.objects.get(index=20).ledger_sequence
    seal_anew_from(act)
    assert ledger.verify(anchors=[]).ok  # the chain alone cannot tell
    assert ledger.verify().first_wrong == act


def test_a_chain_sealed_anew_is_noticed_though_the_log_was_made_to_fit(long_log):
    """The forger changes what the log's rows keep about the ledger as well; what was signed does not fit any more."""
    act = LogLeaf.objects.get(index=40).ledger_sequence
    seal_anew_from(act)
    for leaf in LogLeaf.objects.filter(ledger_sequence__gte=act):
        entry = LedgerEntry.objects.get(sequence=leaf.ledger_sequence)
        raw("UPDATE registry_logleaf SET ledger_hash = %s WHERE ledger_sequence = %s", entry.hash, entry.sequence)
    report = ledger.verify()
    assert (report.ok, report.first_wrong, report.reason) == (False, act, "the log's entry 40 was changed")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("signature = 'AAAA'", "does not carry the log's signature"),
        ("root = '%s'" % ("0" * 64), "was changed"),
        ("size = 1", "was changed"),
        ("ledger_hash = '%s'" % ("0" * 64), "was changed"),
        ("checkpoint = 'x'", "was changed"),
    ],
)
def test_a_changed_tree_head_is_noticed(long_log, change, reason):
    number = TreeHead.objects.order_by("-number").first().number
    raw(f"UPDATE registry_treehead SET {change} WHERE number = %s", number)  # noqa: S608
    report = ledger.verify()
    assert (report.ok, report.reason) == (False, f"tree head {number} {reason}")


def test_what_was_appended_after_the_last_head_is_covered_by_the_next(long_log, now):
    with transaction.atomic():
        ledger.append("plans.advanced", subject="plans.plan:1", actor=None, now=now)
    length = LedgerEntry.objects.count()
    cut(length - 1)
    assert ledger.verify().ok  # the merge delay is the window
