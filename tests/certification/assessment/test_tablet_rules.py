"""How entries are read, signed, chained and ordered; needs no database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from certification.assessment.offline import rules
from certification.assessment.offline.rules import Kind, TabletState, tablet_state
from lms.core.errors import DomainError
from tests.tablet import Writer, seal

KEY = bytes(range(32))
DEVICE = "6f0c8a3e-0000-4000-8000-000000000001"
NOW = datetime(2026, 9, 12, 6, 0, tzinfo=UTC)


def written(count: int = 3) -> list[dict]:
    writer = Writer(DEVICE, KEY)
    for number in range(count):
        writer.write("point", station=1, seat=2, line=3, value=str(number))
    return writer.entries


def test_an_entry_is_read_as_it_was_signed():
    entry = rules.read_entry(written(1)[0])
    assert (entry.sequence, entry.kind, entry.value, entry.previous) == (1, Kind.POINT, "0", rules.GENESIS)
    assert rules.signature_fits(entry, KEY)


def test_the_canonical_text_is_sorted_without_spaces_and_keeps_chinese_as_it_is():
    content = {
        "at": 1,
        "device": DEVICE,
        "kind": "note",
        "line": 0,
        "previous": rules.GENESIS,
        "seat": 2,
        "sequence": 1,
        "station": 1,
    }
    entry, digest = seal({**content, "value": '未固定"刹车"\n'}, KEY)
    read = rules.read_entry(entry)
    assert read.text == (
        f'{{"at":1,"device":"{DEVICE}","kind":"note","line":0,"previous":"{rules.GENESIS}","seat":2,"sequence":1,"station":1,'
        '"value":"未固定\\"刹车\\"\\n"}'
    )
    assert read.hash == digest


@pytest.mark.parametrize(
    "change",
    [
        {"value": "19.5"},
        {"seat": 3},
        {"station": 2},
        {"line": 4},
        {"sequence": 2},
        {"told_ms": 5},
        {"kind": Kind.FATAL},
        {"previous": "1" * 64},
        {"device": DEVICE.replace("1", "2")},
        {"signature": "0" * 64},
    ],
)
def test_whatever_is_changed_the_signature_does_not_fit_any_more(change):
    entry = rules.read_entry(written(1)[0])
    assert not rules.signature_fits(replace(entry, **change), KEY)


def test_another_key_does_not_fit():
    assert not rules.signature_fits(rules.read_entry(written(1)[0]), bytes(32))


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": 0},
        {"sequence": "1"},
        {"sequence": True},
        {"sequence": 10**9},
        {"at": -1},
        {"at": 1.5},
        {"kind": "delete"},
        {"kind": None},
        {"station": 2**63},
        {"seat": -1},
        {"value": 5},
        {"value": "a\0b"},
        {"value": "\ud800"},
        {"value": "x" * (rules.VALUE_LIMIT + 1)},
        {"previous": "Z" * 64},
        {"signature": "ab"},
        {"device": 7},
    ],
)
def test_what_cannot_be_an_entry_is_unreadable(change):
    with pytest.raises(DomainError, match="entry_unreadable"):
        rules.read_entry({**written(1)[0], **change})


@pytest.mark.parametrize("raw", [None, [], "x", 3, {}])
def test_what_is_no_entry_at_all_is_unreadable(raw):
    with pytest.raises(DomainError, match="entry_unreadable"):
        rules.read_entry(raw)


def row(sequence: int, kind: str = "point", seat: int = 1) -> SimpleNamespace:
    return SimpleNamespace(sequence=sequence, kind=kind, station=1, seat=seat)


def numbers(rows: list[SimpleNamespace]) -> list[int]:
    return [r.sequence for r in rows]


def test_a_run_stops_at_the_first_gap_whatever_the_order_of_arrival():
    assert numbers(rules.next_run([row(5), row(2), row(1), row(3)], after=0)) == [1, 2, 3]
    assert numbers(rules.next_run([row(5), row(6)], after=4)) == [5, 6]
    assert rules.next_run([row(6), row(7)], after=4) == []


def test_a_run_goes_on_after_a_signature_but_not_with_the_signed_sheet():
    rows = [row(1), row(2, "sign"), row(3, seat=2), row(4, "sign", seat=2), row(5), row(6, seat=3)]
    assert numbers(rules.next_run(rows, after=0)) == [1, 2, 3, 4]
    assert numbers(rules.next_run(rows[4:], after=4)) == [5, 6]


def test_points_and_notes_write_on_different_places():
    def where(kind: str, line: int) -> tuple:
        return rules.slot(kind=kind, station=1, seat=2, line=line)

    assert where("point", 3) != where("point", 4)
    assert where("point", 3) != where("fatal", 3)
    assert where("note", 0) == where("note", 9)
    assert where("point", 3) == where("deduction", 3)


HERE = rules.Content(scores={"7": "12.0", "8": "0.5"}, deductions={"7": {"1": 2}, "8": {}}, fatal=["9"], note="看见了")


def test_a_signed_content_is_the_same_whatever_its_zeros_and_order():
    told = '{"note":"看见了 ","deductions":{"7":{"1":2},"8":{}},"fatal":["9"],"scores":{"8":"0.5","7":"12"}}'
    assert rules.saw_the_same(told, HERE)


@pytest.mark.parametrize(
    "seen",
    [
        '{"note":"看见了","fatal":["9"],"scores":{"7":"12","8":"1"}}',
        '{"note":"看见了","fatal":["9"],"scores":{"7":"12"}}',
        '{"note":"看见了","fatal":[],"scores":{"7":"12","8":"0.5"}}',
        '{"note":"","fatal":["9"],"scores":{"7":"12","8":"0.5"}}',
        "",
        "[]",
        "null",
        '{"note":"看见了","fatal":["9"],"scores":{"7":"zwölf","8":"0.5"}}',
        "[" * 5000,
    ],
)
def test_a_signature_over_another_content_is_told_apart(seen):
    assert not rules.saw_the_same(seen.replace('"fatal"', '"deductions":{"7":{"1":2}},"fatal"'), HERE)


def test_deductions_that_were_counted_otherwise_are_told_apart():
    told = '{"note":"看见了","deductions":{"7":{"1":1}},"fatal":["9"],"scores":{"7":"12","8":"0.5"}}'
    assert not rules.saw_the_same(told, HERE)
    assert rules.saw_the_same(told.replace('{"1":1}', '{"1":2,"2":0}'), HERE)


@pytest.mark.parametrize("value", ["", "3", "[]", "null", "{", "[" * 5000])
def test_what_is_no_table_of_deductions_is_none(value):
    assert rules.read_counts(value) is None
    assert rules.read_counts('{"1": 2}') == {"1": 2}


def state(**changes) -> TabletState:
    given = {"arrived": 5, "announced": 5, "finished": False, "released": False, "last_seen": NOW, "now": NOW}
    return tablet_state(**{**given, **changes})


def test_a_tablet_that_never_reported_holds_nothing():
    assert state(last_seen=None, arrived=0, announced=0) is TabletState.NEW


def test_announced_entries_that_have_not_arrived_are_waited_for_even_after_finishing():
    assert state(announced=6) is TabletState.WAITING
    assert state(announced=6, finished=True) is TabletState.WAITING


def test_silence_without_having_finished_is_unknown_from_three_minutes_on():
    assert state(now=NOW + timedelta(minutes=3)) is TabletState.PRESENT
    assert state(now=NOW + timedelta(minutes=3, seconds=1)) is TabletState.UNKNOWN
    assert state(now=NOW + timedelta(hours=3), finished=True) is TabletState.FINISHED


def test_only_a_tablet_that_cannot_write_any_more_lets_the_assessment_close():
    assert {TabletState.WAITING, TabletState.PRESENT, TabletState.UNKNOWN} == rules.BLOCKING
    assert state(announced=6, released=True) is TabletState.RELEASED
