"""What people say against results: objections, a score review, an appeal; what is upheld leads to a correction order."""

import datetime
from decimal import Decimal
from typing import Any

from certification.results import services as results
from certification.results.models import Case, Objection, Publication, PublicationRow, Republication
from lms.core.uploads import CheckedFile
from lms.core.workdays import add_workdays
from lms.demo.batch.exam import Entrant, Exam
from lms.demo.batch.fates import Lot
from lms.demo.story import at

FOUND = CheckedFile(
    data=b"%PDF-1.7\nrecounted sheet\n%%EOF", content_type="application/pdf", extension="pdf", name="复核记录.pdf"
)


def dispute(exam: Exam, publication: Publication, *, appeal: bool) -> list[Republication]:
    """Let people object while the list hangs, and have all of it answered; return the results that hang out again.

    With `appeal` one who failed by a single part asks for a score review, is refused, appeals, and is right.
    """
    day = add_workdays(publication.opens_on, 1)
    rows = {row.seat_id: row for row in PublicationRow.objects.filter(publication=publication)}
    clean = [entrant for entrant in exam.sitting if rows[entrant.seated.pk].passed and entrant.fate.lot is Lot.NONE]
    hung_out = []
    if len(clean) > 1:
        _dismissed(exam, publication, about=clean[0], filer=clean[1], day=day)
        hung_out.append(_corrected(exam, publication, rows, about=clean[1], filer=clean[0], day=day))
    failed = next((entrant for entrant in exam.sitting if appeal and _by_one_part(rows[entrant.seated.pk])), None)
    if failed is not None:
        hung_out.append(_appealed(exam, rows, failed, day=day))
    return hung_out


def _by_one_part(row: PublicationRow) -> bool:
    unmet = [part for part in row.parts if not part["met"]]
    return len(unmet) == 1 and unmet[0]["outcome"] == "scored"


def _object(publication: Publication, about: Entrant, filer: Entrant, text: str, now: datetime.datetime) -> Objection:
    ticket = about.seated.ticket_number
    return results.file_objection(publication, ticket_number=ticket, filer=filer.user, text=text, now=now)


def _dismissed(exam: Exam, publication: Publication, *, about: Entrant, filer: Entrant, day: datetime.date) -> None:
    objection = _object(publication, about, filer, "我认为他的工作年限不够。", at(day, 10))
    answerer = exam.crew.supervisors[1]
    results.accept_objection(objection, actor=answerer, now=at(day, 14))
    answer = "经核对社保记录，年限符合条件。"
    results.decide_objection(objection, upheld=False, answer=answer, actor=answerer, now=at(add_workdays(day, 1), 10))
    exam.told["objections"] += 1


def _corrected(
    exam: Exam, publication: Publication, rows: dict[int, PublicationRow], *, about: Entrant, filer: Entrant, day: datetime.date
) -> Republication:
    """An objection is upheld: one point was not counted; she had passed and passes still."""
    objection = _object(publication, about, filer, "他的理论卷有一题答案应判对。", at(day, 11))
    answered = at(add_workdays(day, 1), 11)
    answerer = exam.crew.supervisors[1]
    results.decide_objection(objection, upheld=True, answer="该题有两个正确选项，应加一分。", actor=answerer, now=answered)
    objection.refresh_from_db()
    exam.told["objections"] += 1
    part = rows[about.seated.pk].parts[0]
    higher = min(Decimal(100), Decimal(part["value"]) + 1)
    if higher == Decimal(part["value"]):
        higher -= 1
    return _order(exam, about, part["kind"], higher, "该题有两个正确选项。", source=objection, now=answered)


def _appealed(exam: Exam, rows: dict[int, PublicationRow], entrant: Entrant, *, day: datetime.date) -> Republication:
    part = next(part for part in rows[entrant.seated.pk].parts if not part["met"])
    crew = exam.crew
    review = results.file_review(entrant.seated, part=part["kind"], text="请复核我的合分。", actor=entrant.user, now=at(day, 15))
    results.accept_case(review, actor=crew.supervisors[1], now=at(day, 16))
    answered = add_workdays(day, 1)
    review = results.decide_case(review, upheld=False, answer="合分无误。", actor=crew.supervisors[1], now=at(answered, 9))
    exam.told["reviews"] += 1
    appeal = results.file_appeal(
        entrant.seated, against=review, text="一项操作没有评分，有录像为证。", actor=entrant.user, now=at(answered, 15)
    )
    # Neither who decided nor who answered before: the other head.
    results.accept_case(appeal, actor=crew.heads[1], now=at(answered, 16))
    decided = at(add_workdays(answered, 1), 9)
    appeal = results.decide_case(
        appeal, upheld=True, needs_correction=True, answer="录像显示操作完成，应补计分。", actor=crew.heads[1], now=decided
    )
    exam.told["appeals_upheld"] += 1
    return _order(exam, entrant, part["kind"], Decimal(part["pass_mark"]) + 2, "补计漏评的一项。", source=appeal, now=decided)


def find_fault(exam: Exam, *, now: datetime.datetime) -> Republication | None:
    """The office itself finds that a mark was too high: who held a certificate does not pass any more, and it is revoked."""
    for entrant in exam.sitting:
        row = PublicationRow.objects.get(seat=entrant.seated)
        holds = hasattr(entrant.seated.decision, "certificate")
        if not (row.passed and holds and entrant.fate.lot is Lot.NONE) or row.seat.correction_orders.exists():
            continue
        exam.told["revocations"] += 1
        return _order(exam, entrant, "skill", Decimal(55), "抽查发现一张评分表登记错误。", evidence=(FOUND,), now=now)
    return None


def _order(
    exam: Exam,
    entrant: Entrant,
    part: str,
    value: Decimal,
    reason: str,
    *,
    source: Objection | Case | None = None,
    evidence: tuple[CheckedFile, ...] = (),
    now: datetime.datetime,
) -> Republication:
    """One person asks for the correction, the head agrees and puts it into force."""
    crew = exam.crew
    facts: dict[str, Any] = {"part": part, "outcome": "scored", "value": value, "reason": reason}
    order = results.request_correction(
        entrant.seated, **facts, source=source, evidence=evidence, actor=crew.officer, now=now + datetime.timedelta(hours=1)
    )
    results.approve_correction(order, actor=crew.head, now=now + datetime.timedelta(hours=2))
    exam.told["corrections"] += 1
    return results.apply_correction(order, actor=crew.head, now=now + datetime.timedelta(hours=3))
