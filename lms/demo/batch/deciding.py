"""From closed sheets to the public list: what is void, what was recorded, checked, decided, confirmed and hung out."""

import datetime

from certification.examday.models import Incident
from certification.results import services as results
from certification.results.models import Publication
from lms.core.workdays import add_workdays
from lms.demo.batch.exam import Exam
from lms.demo.batch.fates import Lot
from lms.demo.story import at


def decide(exam: Exam) -> Publication:
    """Return the list that hangs out, two working days after the exam."""
    crew, plan = exam.crew, exam.plan
    now = at(add_workdays(plan.exam_date, 2), 9)
    _void(exam, now=now)
    later = now + datetime.timedelta(hours=1)
    results.record_part_results(plan, actor=crew.officer, now=later)
    results.check_part_results(plan, actor=crew.head, now=later)
    results.decide_plan(plan, actor=crew.officer, now=later)
    results.confirm_decisions(plan, actor=crew.head, now=later)
    plan.refresh_from_db()
    results.prepare_list(plan, actor=crew.officer, now=later)
    publication = results.publish_results(plan, actor=crew.head, now=later)
    plan.refresh_from_db()
    return publication


def _void(exam: Exam, *, now: datetime.datetime) -> None:
    crew = exam.crew
    for entrant in exam.with_lot(Lot.CHEATED, Lot.STOPPED, Lot.STOP_STANDS):
        incident = Incident.objects.filter(seat=entrant.seated, kind="stopped").select_related("plan", "seat").first()
        if incident is None:
            continue
        if entrant.fate.lot is Lot.STOP_STANDS:
            results.let_stop_stand(incident, reason="已经答完全部题目，作答未受影响。", actor=crew.head, now=now)
            exam.told["stops_that_stand"] += 1
            continue
        cheating = entrant.fate.lot is Lot.CHEATED
        results.void_parts(
            entrant.seated,
            parts=() if cheating else ("theory",),
            cheating=cheating,
            reason=incident.text,
            incident=incident,
            actor=crew.officer,
            now=now,
        )
        exam.told["voided"] += 1
    for entrant in exam.with_lot(Lot.VOIDED):
        reason = "录像显示他人代为操作。"
        voiding = results.void_parts(entrant.seated, parts=("skill",), reason=reason, actor=crew.officer, now=now)
        results.agree_to_voiding(voiding, agreed=True, actor=crew.head, now=now)
        exam.told["voided"] += 1
