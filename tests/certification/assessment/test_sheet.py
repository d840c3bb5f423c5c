from datetime import timedelta
from types import SimpleNamespace

import pytest

from certification.assessment.models import ScoreSheet
from certification.assessment.services import annotate_sheet, open_sheet, score_point, sign_sheet
from certification.plans.models import StaffAssignment
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.exam_day import SKILL, lay_out


@pytest.fixture
def day(exam_day: SimpleNamespace) -> SimpleNamespace:
    exam_day.stations = lay_out(exam_day)
    return exam_day


@pytest.fixture
def sheet(day: SimpleNamespace) -> ScoreSheet:
    return open_sheet(day.stations[1], day.seats[0], assessor=day.assessors[0], now=SKILL)


def scored(sheet: ScoreSheet, *values: str) -> ScoreSheet:
    for point, value in zip(sheet.station.points.filter(fatal=False).order_by("order"), values, strict=False):
        sheet = score_point(sheet, point=point, value=value, actor=sheet.assessor, now=SKILL)
    return sheet


def test_opening_twice_is_one_sheet(day: SimpleNamespace, sheet: ScoreSheet) -> None:
    assert open_sheet(day.stations[1], day.seats[0], assessor=day.assessors[0], now=SKILL) == sheet
    assert ScoreSheet.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "code"),
    [("officer", "assessment.not_assigned"), ("head", "assessment.not_assigned"), ("candidate", "assessment.not_assigned")],
)
def test_only_an_assigned_assessor_opens_a_sheet(day: SimpleNamespace, who: str, code: str) -> None:
    actor = day.candidates[0] if who == "candidate" else getattr(day, who)
    with pytest.raises(DomainError) as refusal:
        open_sheet(day.stations[0], day.seats[0], assessor=actor, now=SKILL)
    assert (refusal.value.code, refusal.value.status) == (code, 403)


def test_an_assessor_declares_before_seeing_anything(day: SimpleNamespace) -> None:
    StaffAssignment.objects.filter(user=day.assessors[0]).update(declared_at=None)
    with pytest.raises(DomainError) as refusal:
        open_sheet(day.stations[0], day.seats[0], assessor=day.assessors[0], now=SKILL)
    assert refusal.value.code == "assessment.declaration_missing"


def test_no_sheet_before_the_skill_test_begins(day: SimpleNamespace) -> None:
    with pytest.raises(DomainError) as refusal:
        open_sheet(day.stations[0], day.seats[0], assessor=day.assessors[0], now=SKILL - timedelta(minutes=1))
    assert refusal.value.code == "assessment.skill_not_begun"


def test_points_add_up_and_may_be_cleared(sheet: ScoreSheet) -> None:
    sheet = scored(sheet, "25.5", "30")
    assert sheet.total == 55.5
    sheet = scored(sheet, "")
    assert (sheet.total, len(sheet.scores)) == (30, 1)


def test_too_many_points_change_nothing(sheet: ScoreSheet) -> None:
    sheet = scored(sheet, "10")
    with pytest.raises(DomainError):
        scored(sheet, "30.5")
    sheet.refresh_from_db()
    assert sheet.total == 10


def test_a_line_of_another_station_is_refused(day: SimpleNamespace, sheet: ScoreSheet) -> None:
    with pytest.raises(DomainError) as refusal:
        score_point(sheet, point=day.stations[0].points.first(), value="1", actor=sheet.assessor, now=SKILL)
    assert refusal.value.code == "assessment.point_unknown"


def test_a_colleague_cannot_write_on_it(day: SimpleNamespace, sheet: ScoreSheet) -> None:
    point = sheet.station.points.first()
    for act in (
        lambda: score_point(sheet, point=point, value="1", actor=day.assessors[1], now=SKILL),
        lambda: annotate_sheet(sheet, note="x", actor=day.assessors[1], now=SKILL),
        lambda: sign_sheet(sheet, actor=day.assessors[1], now=SKILL),
    ):
        with pytest.raises(DomainError) as refusal:
            act()
        assert refusal.value.status == 403


def test_signing_seals_the_sheet(sheet: ScoreSheet) -> None:
    sheet = sign_sheet(scored(sheet, "20", "0"), actor=sheet.assessor, now=SKILL)
    assert (sheet.is_signed, sheet.total, len(sheet.content_sha256)) == (True, 20, 64)
    entry = LedgerEntry.objects.get(kind="assessment.sheet_signed")
    assert entry.facts == {"content_sha256": sheet.content_sha256}


def test_a_line_without_points_cannot_be_signed(sheet: ScoreSheet) -> None:
    with pytest.raises(DomainError) as refusal:
        sign_sheet(scored(sheet, "20"), actor=sheet.assessor, now=SKILL)
    assert (refusal.value.code, refusal.value.context) == ("assessment.points_missing", {"count": 1})
    sheet.refresh_from_db()
    assert not sheet.is_signed


def test_after_signing_nothing_changes_any_more(sheet: ScoreSheet) -> None:
    stale = scored(sheet, "20", "20")
    sign_sheet(stale, actor=sheet.assessor, now=SKILL)
    for act in (
        lambda: scored(stale, "30"),
        lambda: annotate_sheet(stale, note="x", actor=sheet.assessor, now=SKILL),
        lambda: sign_sheet(stale, actor=sheet.assessor, now=SKILL),
    ):
        with pytest.raises(DomainError) as refusal:
            act()
        assert refusal.value.code == "assessment.sheet_signed"
    sheet.refresh_from_db()
    assert sheet.total == 40


def test_a_fatal_act_needs_a_note_and_gives_no_points(sheet: ScoreSheet) -> None:
    sheet = scored(sheet, "20", "20")
    fatal = sheet.station.points.get(fatal=True)
    sheet = score_point(sheet, point=fatal, value=True, actor=sheet.assessor, now=SKILL)
    assert (sheet.total, sheet.fatal) == (40, [str(fatal.pk)])
    with pytest.raises(DomainError) as refusal:
        sign_sheet(sheet, actor=sheet.assessor, now=SKILL)
    assert refusal.value.code == "assessment.fatal_needs_note"
    sheet = annotate_sheet(sheet, note="未拉手刹，轮椅后滑。", actor=sheet.assessor, now=SKILL)
    assert sign_sheet(sheet, actor=sheet.assessor, now=SKILL).is_signed


def test_a_fatal_tick_can_be_taken_back(sheet: ScoreSheet) -> None:
    fatal = sheet.station.points.get(fatal=True)
    score_point(sheet, point=fatal, value=True, actor=sheet.assessor, now=SKILL)
    assert score_point(sheet, point=fatal, value=False, actor=sheet.assessor, now=SKILL).fatal == []
