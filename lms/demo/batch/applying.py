"""Applications: handed in, looked at by two reviewers; some are withdrawn, some rejected."""

import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from certification.applications import reviewing
from certification.applications import services as applications
from certification.applications.models import Application
from certification.standards.models import EligibilityCondition
from lms.core.workdays import add_workdays
from lms.demo.batch.exam import Entrant, Exam
from lms.demo.batch.fates import Lot
from lms.demo.story import at, picture

EMPLOYERS = ("江湾养老服务集团", "静安康复中心", "浦江护理院", "滨海社区服务中心")
PROOF = b"%PDF-1.7\nsimulated proof\n%%EOF"


def apply_all(exam: Exam) -> None:
    """Let everybody apply and have each application reviewed twice."""
    handed_in = at(add_workdays(exam.plan.exam_date, -12), 10)
    condition = exam.level.conditions.get(code=exam.session.condition)
    for entrant in exam.entrants:
        with transaction.atomic():
            entrant.case = _apply(exam, entrant, condition, now=handed_in)
            _review(exam, entrant.case, entrant.fate.lot, now=handed_in + datetime.timedelta(days=1))


def _apply(exam: Exam, entrant: Entrant, condition: EligibilityCondition, *, now: datetime.datetime) -> Application:
    person = entrant.user
    case = applications.start_application(exam.plan, candidate=person, now=now)
    applications.save_facts(case, facts=_facts(exam, entrant), condition=condition, actor=person, now=now)
    for wanted in condition.evidence:
        kind = wanted if isinstance(wanted, str) else wanted[0]
        proof = SimpleUploadedFile(f"{kind}.pdf", PROOF, content_type="application/pdf")
        applications.attach_evidence(case, kind=kind, upload=proof, actor=person, now=now)
    portrait = SimpleUploadedFile("photo.jpg", picture(), content_type="image/jpeg")
    applications.attach_photo(case, upload=portrait, actor=person, now=now)
    record = {"education": "high_school", "province": "31", "source": "employee", "employer": _employer(entrant)}
    if exam.session.resit:
        record["exam_type"] = "resit"
    applications.save_record(case, record=record, actor=person, now=now)
    applications.give_undertaking(case, actor=person, now=now)
    return applications.submit_application(case, actor=person, now=now)


def _facts(exam: Exam, entrant: Entrant) -> dict[str, Any]:
    occupation = exam.plan.scheme.occupation.name
    work = {"employer": _employer(entrant), "occupation": occupation, "started_on": "2004-03-01", "ended_on": None}
    held = [
        {
            "occupation": occupation,
            "level": level,
            "issued_on": f"{2018 - 3 * level}-06-30",
            "number": f"OLD{entrant.number:05d}{level}",
        }
        for level in range(exam.session.level + 1, 6)
    ]
    return {"employments": [work], "certificates": held}


def _employer(entrant: Entrant) -> str:
    return EMPLOYERS[entrant.number % len(EMPLOYERS)]


def _review(exam: Exam, case: Application, lot: Lot, *, now: datetime.datetime) -> None:
    first, second = exam.crew.reviewers
    if lot is Lot.WITHDRAWN:
        applications.withdraw_application(case, actor=case.candidate, now=now)
        exam.told["withdrawn"] += 1
        return
    reviewing.review_application(case, verdict="approve", actor=first, now=now)
    later = now + datetime.timedelta(hours=2)
    if lot is Lot.REJECTED:
        reasons = "证明材料与申报的工作年限不符。"
        reviewing.review_application(case, verdict="reject", reasons=reasons, actor=second, now=later)
        exam.told["rejected"] += 1
        return
    reviewing.review_application(case, verdict="approve", actor=second, now=later)
