"""The end of the day: the supervisor writes her record, then the office closes the assessment."""

import datetime

from certification.assessment.services import close_assessment
from certification.supervision.rules import Answer, Conclusion, Question
from certification.supervision.services import write_record
from lms.demo.batch.exam import Exam

FAULT = "一名考评员迟到十分钟，已当场提醒，未影响评分。"


def close(exam: Exam, *, ended: datetime.datetime) -> None:
    """Close the assessment after `ended`; every second session had a small fault."""
    answers = {question.value: Answer.YES.value for question in Question} | {Question.HELP.value: Answer.NONE.value}
    remarks, conclusion, finding = {}, Conclusion.ORDERLY, ""
    if exam.chance.randrange(2):
        answers[Question.STAFF.value], remarks = Answer.NO.value, {Question.STAFF.value: FAULT}
        conclusion, finding = Conclusion.FAULTS, FAULT
        exam.told["supervisor_faults"] += 1
    exam.plan.refresh_from_db()
    write_record(
        exam.plan,
        answers=answers,
        remarks=remarks,
        conclusion=conclusion.value,
        finding=finding,
        actor=exam.crew.supervisors[0],
        now=ended + datetime.timedelta(minutes=10),
    )
    close_assessment(exam.plan, actor=exam.crew.officer, now=ended + datetime.timedelta(minutes=30))
    exam.plan.refresh_from_db()
