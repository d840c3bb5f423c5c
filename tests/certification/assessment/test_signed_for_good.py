"""I23 and I43: what is signed stays, whoever writes; and who gets past the guards is named."""

import json
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from certification.assessment.models import ScorePoint, ScoreSheet, SecondSignature, Station, StationItem
from certification.assessment.reconciliation import disagreements
from certification.assessment.services import answer_second_signature, name_arbitrator, open_sheet, score_point, sign_arbitration
from tests.exam_day import SKILL, lay_out
from tests.jury import LATER, differing, score, senior, values
from tests.past_guards import take_off

GUARDED = {
    "assessment_arbitration", "assessment_arbitrationsheet", "assessment_optiondraw", "assessment_scorepoint",
    "assessment_scoresheet", "assessment_secondsignature", "assessment_station", "assessment_stationitem",
}  # fmt: skip


@pytest.fixture
def day(exam_day: SimpleNamespace) -> SimpleNamespace:
    exam_day.stations = lay_out(exam_day)
    exam_day.sheet = score(exam_day.stations[1], exam_day.seats[0], exam_day.assessors[0], "20", "20")
    return exam_day


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_i23_every_table_of_what_is_signed_has_its_guard(db: None) -> None:
    """Rebuilding a table on SQLite drops its guard without a word."""
    query = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        query = "SELECT event_object_table FROM information_schema.triggers"
    with connection.cursor() as cursor:
        cursor.execute(query)
        assert GUARDED <= {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize("change", [{"total": 60}, {"scores": {}}, {"note": "x"}, {"status": "open"}, {"fatal": ["1"]}])
def test_i23_a_signed_sheet_is_not_changed_by_the_database(day: SimpleNamespace, change: dict) -> None:
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        ScoreSheet.objects.filter(pk=day.sheet.pk).update(**change)
    assert ScoreSheet.objects.get(pk=day.sheet.pk).total == 40


def test_i23_an_open_sheet_may_still_be_written(day: SimpleNamespace) -> None:
    sheet = open_sheet(day.stations[0], day.seats[0], assessor=day.assessors[0], now=SKILL)
    line = day.stations[0].points.first()
    assert score_point(sheet, point=line, value="3.5", actor=day.assessors[0], now=SKILL).total == 3.5


def test_i23_lines_items_and_stations_in_use_stay_as_they_are(day: SimpleNamespace) -> None:
    station = day.stations[1]
    line = station.points.first()
    acts = (
        lambda: ScorePoint.objects.filter(station=station).update(text="别的"),
        lambda: StationItem.objects.filter(station=station).update(name="别的"),
        lambda: Station.objects.filter(pk=station.pk).update(minutes=1),
        lambda: ScorePoint.objects.create(station=station, item=line.item, order=99, text="新", max=1),
        lambda: StationItem.objects.create(station=station, order=99, name="新"),
    )
    for act in acts:
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            act()
    assert ScorePoint.objects.filter(station=day.stations[0]).update(text="未用工位") == 2


def test_i43_the_ledger_agrees_with_sheets_that_nobody_touched(day: SimpleNamespace, capsys) -> None:
    call_command("verify_ledger", "--json")
    assert json.loads(capsys.readouterr().out)["changed_rows"] == []


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE assessment_scoresheet SET scores = REPLACE(scores, '20.0', '30.0')", "content was changed"),
        ("UPDATE assessment_scoresheet SET total = 60", "total is not the sum"),
        ("UPDATE assessment_scoresheet SET note = '改'", "content was changed"),
        ("UPDATE assessment_scoresheet SET scores = '7'", "cannot be read"),
        ("UPDATE assessment_scoresheet SET content_sha256 = 'ff'", "another fingerprint"),
        ("UPDATE assessment_scoresheet SET status = 'open', signed_at = NULL, content_sha256 = ''", "the row has none"),
    ],
)
def test_i43_a_score_changed_by_raw_sql_after_signing_is_named(day: SimpleNamespace, sql: str, reason: str) -> None:
    if connection.vendor == "postgresql":
        sql = sql.replace("REPLACE(scores, '20.0', '30.0')", "REPLACE(scores::text, '20.0', '30.0')::jsonb")
    take_off("assessment_scoresheet")
    run(sql)
    (found,) = disagreements()
    assert found.subject == f"assessment.scoresheet:{day.sheet.pk}"
    assert reason in found.reason
    with pytest.raises(CommandError, match=f"assessment.scoresheet:{day.sheet.pk}"):
        call_command("verify_ledger")


def test_i43_a_line_reworded_under_a_signature_is_named(day: SimpleNamespace) -> None:
    take_off("assessment_scorepoint")
    run("UPDATE assessment_scorepoint SET text = 'x' WHERE station_id = %s", day.stations[1].pk)
    assert [found.subject for found in disagreements()] == [f"assessment.scoresheet:{day.sheet.pk}"]


def test_i43_a_signed_sheet_that_is_gone_is_named(day: SimpleNamespace) -> None:
    if connection.vendor == "postgresql":
        take_off("assessment_scoresheet")
    run("DELETE FROM assessment_scoresheet WHERE id = %s", day.sheet.pk)
    (found,) = disagreements()
    assert (found.subject, found.reason) == (f"assessment.scoresheet:{day.sheet.pk}", "it was signed and the row is gone")


def test_i43_an_arbitrator_s_sheet_and_a_second_signature_changed_by_raw_sql_are_named(
    exam_day: SimpleNamespace, make_user
) -> None:
    case, person = differing(exam_day), senior(exam_day, make_user)
    name_arbitrator(case, user=person, actor=exam_day.head, now=LATER)
    given = values(exam_day.stations[1], "24", "25")
    sheet = sign_arbitration(case, values=given, reason="看录像", declared=True, actor=person, now=LATER)
    act = exam_day.stations[1].points.get(fatal=True)
    asked = {"asked_by": exam_day.assessors[1], "asked_at": LATER, "assessor": exam_day.assessors[0]}
    row = SecondSignature.objects.create(seat=exam_day.seats[1], point=act, **asked)
    answer_second_signature(row, seen=False, note="", actor=exam_day.assessors[0], now=LATER)
    assert list(disagreements()) == []
    take_off("assessment_arbitrationsheet")
    take_off("assessment_secondsignature")
    run("UPDATE assessment_arbitrationsheet SET reason = '改'")
    run("UPDATE assessment_secondsignature SET seen = NOT seen, note = '改'")
    assert [found.subject for found in disagreements()] == [
        f"assessment.arbitrationsheet:{sheet.pk}",
        f"assessment.secondsignature:{row.pk}",
    ]
