"""Score review (成绩复核): everything that a machine can check again about a part, laid out for whoever answers.

A paper is marked anew from the stored questions and answers; of a skill test the sums and the signatures are checked.
Nobody judges a performance a second time. Source: `domain.md` §5.3.
"""

from decimal import Decimal
from typing import Any

from certification.assessment.marks import skill_marks
from certification.assessment.models import Absence, ScorePoint, ScoreSheet, TheorySitting
from certification.assessment.rules import Part, SheetStatus, sheet_total
from certification.assessment.sealing import sheet_fingerprint
from certification.plans.models import Seat
from certification.results.in_force import value_in_force
from certification.results.models import PartResult
from certification.results.rules import Outcome
from courses.questionbank.rules import is_over, mark_of, score
from lms.core import ledger
from lms.core.errors import DomainError

Line = dict[str, Any]
FROM_ELSEWHERE = frozenset({"kept", "kept_from", "voiding", "exam_date"})
"""What the basis of a part names when its mark rests on no paper or sheet of this exam."""


def report(seat: Seat, part: str) -> dict[str, Any]:
    """Return `{"part", "agrees", "lines"}`; each line has `what` was checked, whether it is `ok`, and the figures."""
    result = PartResult.objects.filter(seat=seat, part=part).first()
    absent = Absence.objects.filter(seat=seat, part=part).exists()
    lines = [_line("absence", absent == (result is not None and result.outcome == Outcome.ABSENT), absent=absent)]
    if result is not None and (result.outcome == Outcome.VOID or FROM_ELSEWHERE & set(result.basis)):
        lines.append(_line("elsewhere", True))
    elif not absent and part == Part.THEORY:
        lines += _paper(seat, result)
    elif not absent and part == Part.SKILL:
        lines += _sheets(seat, result)
    lines.append(_published(seat, part))
    return {"part": part, "agrees": all(line["ok"] for line in lines), "lines": lines}


def _line(what: str, ok: bool, **facts: Any) -> Line:
    return {"what": what, "ok": bool(ok), "facts": facts}


def _paper(seat: Seat, result: PartResult | None) -> list[Line]:
    """The same answers marked again: total, zero, and whose paper it is."""
    sitting = TheorySitting.objects.filter(seat=seat).select_related("attempt__paper").first()
    if sitting is None:
        return [_line("paper", False)]
    attempt = sitting.attempt
    given = {response.paper_item_id: response for response in attempt.responses.all()}
    questions = list(attempt.paper.items.all())
    counted, earned = 0, Decimal(0)
    for question in questions:
        response = given.get(question.pk)
        if response is None or is_over(attempt.deadline_at, response.saved_at):
            continue
        counted += bool(response.answer)
        earned += score(question.frozen["kind"], question.frozen["answer"], response.answer, question.points)
    total = sum((question.points for question in questions), Decimal(0))
    anew = mark_of(earned, attempt.paper.total)
    return [
        _line("owner", attempt.user_id == seat.candidate_id),
        _line("total", total == attempt.paper.total, points=str(total), of=str(attempt.paper.total)),
        _line("answers", counted > 0 or anew == 0, answered=counted, questions=len(questions)),
        _line("late", True, count=attempt.late_answers.count()),
        _line("mark", attempt.mark == anew, stored=str(attempt.mark), anew=str(anew)),
        _recorded(result, anew),
    ]


def _sheets(seat: Seat, result: PartResult | None) -> list[Line]:
    """Sums and signatures of every sheet, and the aggregate that follows from them by rule."""
    sheets = list(ScoreSheet.objects.filter(seat=seat, status=SheetStatus.SIGNED.value).select_related("station"))
    points: dict[int, list[ScorePoint]] = {}
    for point in ScorePoint.objects.filter(station__in={sheet.station_id for sheet in sheets}).order_by("order"):
        points.setdefault(point.station_id, []).append(point)
    intact = sum(_is_intact(sheet, points.get(sheet.station_id, [])) for sheet in sheets)
    summed = sum(sheet.total == sheet_total(sheet.scores) for sheet in sheets)
    lines = [
        _line("owner", all(sheet.station.plan_id == seat.plan_id for sheet in sheets)),
        _line("signatures", bool(sheets) and intact == len(sheets), good=intact, sheets=len(sheets)),
        _line("sums", summed == len(sheets), good=summed, sheets=len(sheets)),
    ]
    try:
        # By the function that computed it in the first place: it reads signed sheets only and types nothing.
        anew = skill_marks(seat.plan, seats=[seat.pk])
    except DomainError:
        return [*lines, _line("missing", False)]
    return [*lines, _recorded(result, anew[seat.pk].value)]


def _is_intact(sheet: ScoreSheet, points: list[ScorePoint]) -> bool:
    """Tell whether the sheet still is what its assessor signed, by its own seal and by the ledger's."""
    if sheet.signed_at is None:
        return False
    # A sheet is about the items it holds points for: of optional ones only those that were drawn.
    items = {point.item_id for point in points if str(point.pk) in sheet.scores}
    lines = [point for point in points if point.item_id in items]
    if sheet.content_sha256 != sheet_fingerprint(sheet, lines, signed_at=sheet.signed_at):
        return False
    signed = ledger.entries_about(sheet).filter(kind="assessment.sheet_signed").last()
    return signed is not None and signed.facts.get("content_sha256") == sheet.content_sha256


def _recorded(result: PartResult | None, anew: Decimal | None) -> Line:
    stored = None if result is None else result.value
    return _line("recorded", stored == anew, stored=_text(stored), anew=_text(anew))


def _published(seat: Seat, part: str) -> Line:
    """Whether the list says what counts today."""
    counts = value_in_force(seat, part)
    line = getattr(seat, "publication_row", None)
    shown = next((found for found in line.parts if found.get("kind") == part), None) if line is not None else None
    same = counts is not None and shown is not None
    if same and counts is not None and shown is not None:
        same = (shown["outcome"], shown["value"]) == (counts.outcome.value, _text(counts.value) or None)
    return _line("published", same, shown=(shown or {}).get("value") or "")


def _text(value: Decimal | None) -> str:
    return "" if value is None else str(value)
