"""Entries of a tablet become the sheet that was on it: in order, once, and only what its key has signed."""

import datetime
import random

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from certification.assessment.models import Absence, ScoreSheet
from certification.assessment.offline.models import EntryOutcome, StrayEntry, TabletEntry
from certification.assessment.offline.selectors import broken_entries, held
from certification.assessment.offline.services import take_in
from certification.assessment.services import open_sheet, score_point, set_up_stations, sign_sheet
from certification.plans.models import Plan
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.certification.assessment.tablets import BEGUN, day, prepared, send  # noqa: F401
from tests.exam_day import STATIONS, THEORY
from tests.tablet import Writer

pytestmark = pytest.mark.django_db


def results() -> list[tuple[int, str, str]]:
    rows = EntryOutcome.objects.order_by("entry__sequence").values_list("entry__sequence", "result", "code")
    return list(rows)


def test_what_was_scored_and_signed_on_the_tablet_is_signed_on_the_server(day):
    first, second = day.points[0]
    day.writer.point(first, day.seats[0], "20")
    day.writer.point(second, day.seats[0], "12.5")
    day.writer.note(day.stations[0], day.seats[0], "态度好")
    day.writer.sign(day.stations[0], day.seats[0])
    send(day)
    sheet = ScoreSheet.objects.get()
    assert sheet.is_signed
    assert (sheet.scores, sheet.note, str(sheet.total)) == ({str(first.pk): "20.0", str(second.pk): "12.5"}, "态度好", "32.5")
    assert (day.tablet.arrived, day.tablet.head) == (4, day.writer.head)
    assert [result for _n, result, _c in results()] == ["applied"] * 4


def test_a_signature_is_anchored_in_the_ledger_with_the_hash_of_its_entry(day):
    day.writer.whole_sheet(day.stations[0], day.seats[0])
    send(day)
    kept = LedgerEntry.objects.get(kind="assessment.tablet_signature")
    assert kept.facts["hash"] == day.writer.head
    assert kept.facts["sequence"] == 3
    assert ledger.verify().ok


def test_the_same_batch_again_changes_nothing(day):
    day.writer.whole_sheet(day.stations[0], day.seats[0])
    send(day)
    before = (list(ScoreSheet.objects.values()), TabletEntry.objects.count(), results(), LedgerEntry.objects.count())
    received = send(day, minutes=5)
    assert (list(ScoreSheet.objects.values()), TabletEntry.objects.count(), results(), LedgerEntry.objects.count()) == before
    assert (received.strays, StrayEntry.objects.count()) == ([], 0)


def test_an_entry_twice_in_one_batch_is_one_entry(day):
    entry = day.writer.point(day.points[0][0], day.seats[0], "5")
    send(day, entry, dict(entry))
    assert (TabletEntry.objects.count(), results()) == (1, [(1, "applied", "")])


def test_after_a_gap_entries_wait_until_the_missing_one_arrives(day):
    first, second = day.points[0]
    one = day.writer.point(first, day.seats[0], "20")
    two = day.writer.point(second, day.seats[0], "10")
    three = day.writer.sign(day.stations[0], day.seats[0])
    send(day, three, one)
    assert (day.tablet.arrived, held(day.tablet), day.tablet.waiting) == (1, [3], 2)
    assert not ScoreSheet.objects.get().is_signed
    send(day, two)
    assert (day.tablet.arrived, held(day.tablet), day.tablet.waiting) == (3, [], 0)
    assert ScoreSheet.objects.get().is_signed


@pytest.mark.parametrize("seed", range(5))
def test_any_order_with_repeats_ends_in_the_same_sheets(day, seed):
    for seat in day.seats:
        for station, points in zip(day.stations, day.points, strict=True):
            for point in points:
                day.writer.point(point, seat, "1")
                day.writer.point(point, seat, "7.5")
            day.writer.sign(station, seat)
    chance = random.Random(seed)  # noqa: S311
    entries = [*day.writer.entries, *chance.sample(day.writer.entries, 10)]
    chance.shuffle(entries)
    while entries:
        batch, entries = entries[:7], entries[7:]
        send(day, *batch)
    sheets = list(ScoreSheet.objects.all())
    assert (len(sheets), {sheet.status for sheet in sheets}, {str(sheet.total) for sheet in sheets}) == (6, {"signed"}, {"15.0"})
    assert TabletEntry.objects.count() == day.writer.announced == EntryOutcome.objects.count()


def test_of_several_taps_on_one_line_the_last_is_written_and_the_others_are_superseded(day):
    for value in ("1", "2", "3"):
        day.writer.point(day.points[0][0], day.seats[0], value)
    send(day)
    assert results() == [(1, "superseded", ""), (2, "superseded", ""), (3, "applied", "")]
    assert ScoreSheet.objects.get().scores == {str(day.points[0][0].pk): "3.0"}


def test_when_the_last_tap_cannot_be_taken_the_one_before_it_counts(day):
    day.writer.point(day.points[0][0], day.seats[0], "7")
    day.writer.point(day.points[0][0], day.seats[0], "21")
    send(day)
    assert results() == [(1, "applied", ""), (2, "refused", "assessment.points_range")]
    assert ScoreSheet.objects.get().scores == {str(day.points[0][0].pk): "7.0"}


def test_a_line_is_cleared_and_a_fatal_act_is_taken_back(day):
    day.writer.point(day.points[1][0], day.seats[0], "7")
    day.writer.fatal(day.fatal, day.seats[0])
    send(day)
    assert ScoreSheet.objects.get().fatal == [str(day.fatal.pk)]
    day.writer.point(day.points[1][0], day.seats[0], "")
    day.writer.fatal(day.fatal, day.seats[0], seen=False)
    send(day)
    sheet = ScoreSheet.objects.get()
    assert (sheet.scores, sheet.fatal) == ({}, [])


def test_counted_deductions_give_the_line_its_points_and_are_signed(exam_day):
    day = with_deductions(exam_day)
    line = day.stations[1].points.get(max=40)
    day.writer.point(line, day.seats[0], "3")
    day.writer.deduct(line, day.seats[0], {"1": 1, "2": 2}, left="32")
    for point in day.stations[1].points.filter(max=20):
        day.writer.point(point, day.seats[0], "20")
    day.writer.sign(day.stations[1], day.seats[0])
    send(day)
    sheet = ScoreSheet.objects.get()
    assert (sheet.is_signed, sheet.total, sheet.deductions) == (True, 52, {str(line.pk): {"1": 1, "2": 2}})
    assert results()[0] == (1, "superseded", "")


@pytest.mark.parametrize("value", ["", "7", '{"9": 1}', '{"1": 2}', '{"1": "1"}'])
def test_deductions_that_the_line_does_not_have_are_refused(exam_day, value):
    day = with_deductions(exam_day)
    line = day.stations[1].points.get(max=40)
    day.writer.write("deduction", station=line.station_id, seat=day.seats[0].pk, line=line.pk, value=value)
    send(day)
    assert results() == [(1, "refused", "assessment.deduction_unknown")]


def with_deductions(day):
    faults = [{"text": "未检查刹车", "points": 4}, {"text": "每漏测一处", "points": 2, "most": 3}]
    points = [{"text": "测量座宽", "max": 40, "deductions": faults}, {"text": "调整脚托", "max": 20}]
    rows = [STATIONS[0], {"name": "适配", "functions": ["需求评估"], "minutes": 30, "points": points}]
    day.stations = set_up_stations(day.plan, rows, actor=day.officer, now=THEORY)
    day.assessor = day.assessors[0]
    day.tablet, day.writer = prepared(day, day.assessor)
    return day


# --- refused, and kept as evidence ---------------------------------------------------------------


def test_what_the_key_has_not_signed_is_kept_aside_and_does_not_count(day):
    entry = {**day.writer.point(day.points[0][0], day.seats[0], "5"), "value": "20"}
    received = send(day, entry)
    assert received.strays == [{"sequence": 1, "code": "assessment.entry_signature"}]
    assert (TabletEntry.objects.count(), ScoreSheet.objects.count(), day.tablet.arrived) == (0, 0, 0)
    assert '"value": "20"' in StrayEntry.objects.get().text
    send(day, entry)
    assert StrayEntry.objects.count() == 1


def test_an_entry_of_another_tablet_is_kept_aside(day):
    _other, writer = prepared(day, day.assessors[1])
    entry = writer.point(day.points[0][0], day.seats[0], "20")
    assert send(day, entry, announced=0).strays == [{"sequence": 1, "code": "assessment.entry_device"}]
    assert (TabletEntry.objects.count(), StrayEntry.objects.count()) == (0, 1)


def test_a_copied_tablet_that_writes_another_entry_with_the_same_number_is_found(day):
    copy = Writer(day.writer.device, day.writer.key)
    day.writer.point(day.points[0][0], day.seats[0], "5")
    send(day)
    copy.point(day.points[0][0], day.seats[0], "20")
    received = take_in(day.tablet, sent=copy.entries, announced=1, actor=day.assessor, now=BEGUN)
    assert received.strays == [{"sequence": 1, "code": "assessment.entry_conflict"}]
    assert ScoreSheet.objects.get().scores == {str(day.points[0][0].pk): "5.0"}
    copy.point(day.points[0][1], day.seats[0], "20")
    take_in(day.tablet, sent=copy.entries[1:], announced=2, actor=day.assessor, now=BEGUN)
    assert results()[-1] == (2, "refused", "assessment.entry_chain")


def test_unreadable_entries_are_kept_aside(day):
    received = send(day, {"sequence": 4, "kind": "x\0"}, "nonsense", announced=0)
    assert received.strays == [
        {"sequence": 4, "code": "assessment.entry_unreadable"},
        {"sequence": 0, "code": "assessment.entry_unreadable"},
    ]
    assert StrayEntry.objects.count() == 2


def test_an_entry_about_a_candidate_or_station_of_another_plan_is_refused(day):
    day.writer.write("point", station=day.stations[0].pk, seat=987654, line=day.points[0][0].pk, value="5")
    day.writer.write("point", station=987654, seat=day.seats[0].pk, line=day.points[0][0].pk, value="5")
    day.writer.write("point", station=day.stations[0].pk, seat=day.seats[0].pk, line=day.points[1][0].pk, value="5")
    send(day)
    assert [code for _n, _r, code in results()] == [
        "assessment.not_assigned",
        "assessment.not_assigned",
        "assessment.point_unknown",
    ]


def test_nobody_else_sends_for_the_assessor(day):
    day.writer.point(day.points[0][0], day.seats[0], "5")
    with pytest.raises(DomainError, match="not_your_sheet"):
        take_in(day.tablet, sent=day.writer.entries, announced=1, actor=day.assessors[1], now=BEGUN)
    assert not TabletEntry.objects.exists()


def test_i23_after_signing_nothing_is_taken_any_more(day):
    day.writer.whole_sheet(day.stations[0], day.seats[0])
    day.writer.point(day.points[0][0], day.seats[0], "20")
    send(day)
    assert results()[-1] == (4, "refused", "assessment.sheet_signed")
    assert str(ScoreSheet.objects.get().total) == "20.0"


def test_a_signature_over_something_else_than_the_server_has_is_refused(day):
    sheet = open_sheet(day.stations[0], day.seats[0], assessor=day.assessor, now=BEGUN)
    day.writer.whole_sheet(day.stations[0], day.seats[0])
    send(day, *day.writer.entries[:-1])
    score_point(sheet, point=day.points[0][0], value="3", actor=day.assessor, now=BEGUN)
    send(day, day.writer.entries[-1])
    assert results()[-1] == (3, "refused", "assessment.sheet_differs")
    assert not ScoreSheet.objects.get().is_signed


def test_a_refused_signature_can_be_given_again_after_the_sheet_was_sent_once_more(day):
    sheet = open_sheet(day.stations[0], day.seats[0], assessor=day.assessor, now=BEGUN)
    day.writer.whole_sheet(day.stations[0], day.seats[0])
    send(day, *day.writer.entries[:-1])
    score_point(sheet, point=day.points[0][0], value="3", actor=day.assessor, now=BEGUN)
    send(day)
    day.writer.whole_sheet(day.stations[0], day.seats[0])
    send(day)
    assert (ScoreSheet.objects.get().is_signed, str(ScoreSheet.objects.get().total)) == (True, "20.0")


def test_an_unfinished_sheet_is_not_signed(day):
    day.writer.point(day.points[0][0], day.seats[0], "5")
    day.writer.sign(day.stations[0], day.seats[0])
    send(day)
    assert results()[-1] == (2, "refused", "assessment.points_missing")


def test_after_closing_entries_are_refused_and_kept(day):
    day.writer.point(day.points[0][0], day.seats[0], "5")
    send(day)
    Plan.objects.filter(pk=day.plan.pk).update(status="scored")
    day.writer.point(day.points[0][1], day.seats[0], "5")
    day.writer.point(day.points[0][1], day.seats[1], "5")
    send(day)
    assert [code for _n, _r, code in results()] == ["", "assessment.not_running", "assessment.not_running"]
    assert (TabletEntry.objects.count(), ScoreSheet.objects.count()) == (3, 1)


def test_scores_of_a_candidate_recorded_as_absent_are_refused_and_can_be_sent_again(day):
    Absence.objects.create(seat=day.seats[0], part="skill", recorded_by=day.officer, recorded_at=BEGUN)
    day.writer.whole_sheet(day.stations[0], day.seats[0])
    send(day)
    assert {code for _n, _r, code in results()} == {"assessment.recorded_absent"}
    Absence.objects.all().delete()
    day.writer.whole_sheet(day.stations[0], day.seats[0])
    send(day)
    assert ScoreSheet.objects.get().is_signed


def test_while_the_room_is_not_ready_entries_wait_instead_of_being_refused(day, monkeypatch):
    def not_ready(*_args, **_facts):
        raise DomainError("assessment.room_not_ready")

    day.writer.whole_sheet(day.stations[0], day.seats[0])
    with monkeypatch.context() as patch:
        patch.setattr("certification.assessment.services.sheets.begin_if_first", not_ready)
        send(day)
    assert (EntryOutcome.objects.count(), day.tablet.arrived, day.tablet.waiting) == (0, 0, 3)
    send(day, announced=3)
    assert ScoreSheet.objects.get().is_signed


def test_a_sheet_begun_online_is_finished_on_the_tablet(day):
    sheet = open_sheet(day.stations[0], day.seats[0], assessor=day.assessor, now=BEGUN)
    score_point(sheet, point=day.points[0][0], value="10", actor=day.assessor, now=BEGUN)
    day.writer.sheet(day.stations[0].pk, day.seats[0].pk)["scores"][str(day.points[0][0].pk)] = "10"
    day.writer.point(day.points[0][1], day.seats[0], "9")
    day.writer.sign(day.stations[0], day.seats[0])
    send(day)
    assert str(ScoreSheet.objects.get(status="signed").total) == "19.0"


def test_a_sheet_signed_online_meanwhile_is_not_signed_twice(day):
    day.writer.whole_sheet(day.stations[0], day.seats[0])
    send(day, *day.writer.entries[:-1])
    sign_sheet(ScoreSheet.objects.get(), actor=day.assessor, now=BEGUN + datetime.timedelta(minutes=1))
    send(day, day.writer.entries[-1])
    assert results()[-1] == (3, "refused", "assessment.sheet_signed")
    assert LedgerEntry.objects.filter(kind="assessment.sheet_signed").count() == 1


# --- what is written stays -----------------------------------------------------------------------


@pytest.mark.parametrize("model", [TabletEntry, EntryOutcome, StrayEntry])
def test_no_row_is_changed_not_even_by_the_database(day, model):
    day.writer.point(day.points[0][0], day.seats[0], "5")
    send(day, *day.writer.entries, "nonsense")
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**{"value": "20"} if model is TabletEntry else {"code": "x"})
    with pytest.raises(TypeError):
        model.objects.get().save()


def test_the_count_of_arrived_entries_never_goes_back_and_a_tablet_never_changes_hands(day):
    day.writer.point(day.points[0][0], day.seats[0], "5")
    send(day)
    for change in ({"arrived": 0}, {"announced": 0}, {"assessor": day.assessors[1]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(day.tablet).objects.update(**change)


def test_a_chain_that_was_tampered_with_is_named(day):
    day.writer.whole_sheet(day.stations[0], day.seats[0])
    send(day)
    rows = list(TabletEntry.objects.order_by("sequence"))
    assert broken_entries(rows) == []
    rows[1].value = "20"
    assert broken_entries(rows) == [2]
    assert broken_entries([rows[0], rows[2]]) == [3]


def test_the_key_is_not_readable_in_the_database(day):
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM assessment_tablet")
        assert day.tablet.secret not in cursor.fetchone()[0]


def test_a_batch_asks_as_often_for_sixty_taps_on_a_sheet_as_for_twenty(day):
    day.writer.point(day.points[0][0], day.seats[0], "1")
    send(day)

    def asked(taps: int) -> int:
        fresh = [day.writer.point(day.points[0][number % 2], day.seats[0], str(number % 20)) for number in range(taps)]
        with CaptureQueriesContext(connection) as queries:
            send(day, *fresh)
        return len(queries)

    assert asked(20) == asked(60)
