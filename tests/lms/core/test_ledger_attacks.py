"""Somebody with the database's password changes the ledger's past by raw SQL; the check names the first wrong entry."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from lms.core import ledger
from lms.core.ledger import GENESIS, Anchor, entry_hash
from lms.core.models import LedgerEntry, LedgerHead

pytestmark = pytest.mark.django_db

LENGTH = 7
FIRST, MIDDLE, LAST = 1, 4, LENGTH
COLUMNS = "sequence, at, kind, subject, actor_id, facts, previous_hash, hash"


def raw(sql: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


@pytest.fixture(autouse=True)
def seven_entries(now) -> list[LedgerEntry]:
    with transaction.atomic():
        return [
            ledger.append("test.happened", subject=f"thing:{number}", actor=None, now=now, number=number)
            for number in range(1, LENGTH + 1)
        ]


def first_wrong(*anchors: Anchor) -> int | None:
    """Return the entry that the check names, None when it finds the ledger whole."""
    report = ledger.verify(anchors=[lambda: iter(anchors)])
    assert report.ok == (report.first_wrong is None)
    return report.first_wrong


def seal(sequence: int, *, facts: dict[str, Any]) -> str:
    """Rewrite the facts of an entry and seal it anew, as it stands in the table."""
    entry = LedgerEntry.objects.get(sequence=sequence)
    previous = LedgerEntry.objects.filter(sequence=sequence - 1).values_list("hash", flat=True).first() or GENESIS
    sealed = entry_hash(
        sequence=sequence,
        at=entry.at,
        kind=entry.kind,
        subject=entry.subject,
        actor_id=entry.actor_id,
        facts=facts,
        previous_hash=previous,
    )
    raw(
        "UPDATE core_ledgerentry SET facts = %s, previous_hash = %s, hash = %s WHERE sequence = %s",
        json.dumps(facts),
        previous,
        sealed,
        sequence,
    )
    return sealed


def seal_all_from(sequence: int) -> None:
    """Rewrite one entry and seal it, everything after it and the head anew: the chain itself is whole again."""
    seal(sequence, facts={"number": 999})
    for later in LedgerEntry.objects.filter(sequence__gt=sequence).order_by("sequence"):
        seal(later.sequence, facts=later.facts)
    raw("UPDATE core_ledgerhead SET hash = %s", LedgerEntry.objects.get(sequence=LENGTH).hash)


def put_in(at: int, *, move: bool) -> None:
    """Put a well-sealed entry in at this place; `move` the later ones up first."""
    if move:
        for sequence in range(LENGTH, at - 1, -1):
            raw("UPDATE core_ledgerentry SET sequence = %s WHERE sequence = %s", sequence + 1, sequence)
    before = LedgerEntry.objects.filter(sequence=at - 1).first()
    model = LedgerEntry.objects.exclude(sequence=at).order_by("sequence").first()
    assert model is not None
    previous = before.hash if before else GENESIS
    sealed = entry_hash(
        sequence=at, at=model.at, kind="test.forged", subject="thing:9", actor_id=None, facts={}, previous_hash=previous
    )
    raw(
        f"INSERT INTO core_ledgerentry ({COLUMNS}) SELECT %s, at, 'test.forged', 'thing:9', NULL, '{{}}', %s, %s"  # noqa: S608
        " FROM core_ledgerentry WHERE sequence = %s",
        at,
        previous,
        sealed,
        model.sequence,
    )


def test_an_untouched_ledger_is_whole():
    assert first_wrong() is None


@pytest.mark.parametrize("sequence", [FIRST, MIDDLE, LAST])
@pytest.mark.parametrize(
    "change",
    [
        "facts = '{\"number\": 99}'",
        "kind = 'test.forged'",
        "subject = 'thing:99'",
        "actor_id = 5",
        "at = '2020-01-01 00:00:00+00:00'",
        "hash = 'f' || substr(hash, 2, 62) || 'x'",
    ],
)
def test_an_altered_entry_is_named(sequence, change):
    assert raw(f"UPDATE core_ledgerentry SET {change} WHERE sequence = %s", sequence) == 1  # noqa: S608
    assert first_wrong() == sequence


@pytest.mark.parametrize("sequence", [FIRST, MIDDLE, LAST])
def test_an_altered_entry_that_was_sealed_anew_is_named(sequence):
    seal(sequence, facts={"number": 99})
    assert first_wrong() == sequence


@pytest.mark.parametrize("sequence", [FIRST, MIDDLE, LAST])
def test_a_removed_entry_is_named(sequence):
    raw("DELETE FROM core_ledgerentry WHERE sequence = %s", sequence)
    assert first_wrong() == sequence


@pytest.mark.parametrize("sequence", [FIRST, MIDDLE])
def test_a_removed_entry_is_named_though_the_others_moved_down(sequence):
    raw("DELETE FROM core_ledgerentry WHERE sequence = %s", sequence)
    for later in range(sequence + 1, LENGTH + 1):
        raw("UPDATE core_ledgerentry SET sequence = %s WHERE sequence = %s", later - 1, later)
    raw("UPDATE core_ledgerhead SET sequence = sequence - 1")
    assert first_wrong() == sequence


@pytest.mark.parametrize("sequence", [FIRST, MIDDLE, LAST])
def test_an_entry_put_in_between_is_named(sequence):
    put_in(sequence, move=True)
    raw("UPDATE core_ledgerhead SET sequence = sequence + 1")
    assert first_wrong() == sequence


def test_an_entry_put_in_before_the_first_is_named():
    put_in(0, move=False)
    assert first_wrong() == 0


def test_an_entry_put_in_after_the_last_is_named():
    put_in(LENGTH + 1, move=False)
    assert first_wrong() == LENGTH + 1


def test_two_entries_that_changed_places_are_named():
    for old, new in ((3, 99), (4, 3), (99, 4)):
        raw("UPDATE core_ledgerentry SET sequence = %s WHERE sequence = %s", new, old)
    assert first_wrong() == 3


def test_a_ledger_without_its_head_is_broken():
    raw("DELETE FROM core_ledgerhead")
    assert first_wrong() == FIRST


def test_a_head_that_was_set_back_makes_the_rest_surplus():
    fifth = LedgerEntry.objects.get(sequence=5)
    raw("UPDATE core_ledgerhead SET sequence = 5, hash = %s", fifth.hash)
    assert first_wrong() == 6


def cut(keep: int) -> None:
    """Cut the end off, and set the head back so that the chain itself is whole."""
    last = LedgerEntry.objects.get(sequence=keep)
    raw("DELETE FROM core_ledgerentry WHERE sequence > %s", keep)
    raw("UPDATE core_ledgerhead SET sequence = %s, hash = %s", keep, last.hash)


def test_an_end_that_was_cut_off_with_the_head_is_noticed_by_an_anchor(seven_entries):
    anchor = Anchor(6, seven_entries[5].hash, "tree head 1")
    assert first_wrong(anchor) is None
    cut(4)
    assert first_wrong() is None  # the chain alone cannot tell
    assert first_wrong(anchor) == 5


def test_what_was_cut_off_after_the_last_anchor_is_not_noticed(seven_entries):
    cut(6)
    assert first_wrong(Anchor(6, seven_entries[5].hash, "tree head 1")) is None


@pytest.mark.parametrize("sequence", [FIRST, MIDDLE, LAST])
def test_a_chain_that_was_sealed_anew_is_noticed_by_the_anchor_of_the_entry(seven_entries, sequence):
    anchors = [Anchor(entry.sequence, entry.hash, "the log") for entry in seven_entries]
    assert first_wrong(*anchors) is None
    seal_all_from(sequence)
    assert first_wrong() is None  # the chain alone cannot tell
    assert first_wrong(*anchors) == sequence


def test_an_anchor_with_a_flaw_is_itself_a_finding(seven_entries):
    sound = Anchor(3, seven_entries[2].hash, "tree head 1")
    flawed = Anchor(5, seven_entries[4].hash, "tree head 2", flaw="does not carry the log's signature")
    assert first_wrong(sound) is None
    report = ledger.verify(anchors=[lambda: iter([sound, flawed])])
    assert (report.first_wrong, report.reason) == (5, "tree head 2 does not carry the log's signature")


def test_anchors_of_several_rooms_are_compared(seven_entries):
    def source(*anchors: Anchor) -> Callable[[], Iterator[Anchor]]:
        return lambda: iter(anchors)

    good = source(Anchor(2, seven_entries[1].hash, "a"), Anchor(6, seven_entries[5].hash, "a"))
    bad = source(Anchor(4, "0" * 64, "b"))
    assert ledger.verify(anchors=[good]).ok
    assert ledger.verify(anchors=[good, bad]).first_wrong == 4


def test_an_act_that_is_written_while_the_check_reads_is_no_forgery(seven_entries, now):
    """The anchors are read in step with the chain, so this one writes when the check is half-way."""

    def writes_meanwhile() -> Iterator[Anchor]:
        yield Anchor(1, seven_entries[0].hash, "a")
        with transaction.atomic():
            ledger.append("test.happened", subject="thing:8", actor=None, now=now)
        yield Anchor(3, seven_entries[2].hash, "a")

    report = ledger.verify(anchors=[writes_meanwhile])
    assert (report.ok, report.entries, report.head) == (True, LENGTH + 1, LedgerHead.objects.get().hash)
