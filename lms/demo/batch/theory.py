"""The morning: the door, the theory exam, what the invigilators write down."""

import datetime
from decimal import Decimal

from django.db import transaction

from certification.assessment.services import start_sitting, submit_sitting
from certification.assessment.services.door import take_over_absences
from certification.examday.models import Incident
from certification.examday.services.door import sign_in
from certification.examday.services.record import countersign, record_absent, record_incident
from certification.plans.kept import parts_to_sit
from courses.questionbank.models import PaperItem
from courses.questionbank.services import save_answer
from lms.accounts.models import User
from lms.demo.batch.exam import Entrant, Exam
from lms.demo.batch.fates import Lot

STOPS = (Lot.CHEATED, Lot.STOPPED, Lot.STOP_STANDS)
WORDS = {
    Lot.CHEATED: "携带手机并查看答案，经警告后终止考试。",
    Lot.STOPPED: "与邻座交谈，经警告后终止理论考试。",
    Lot.STOP_STANDS: "误以为交卷后可以讨论，终止考试。",
}


def hold_theory(exam: Exam) -> None:
    """Sign everybody in who comes, let them sit, and take over who never came."""
    first, second = exam.crew.invigilators[:2]
    for entrant in exam.sitting:
        with transaction.atomic():
            if entrant.fate.lot is Lot.ABSENT:
                continue
            comes_late = "theory" not in parts_to_sit(entrant.seated)
            sign_in(entrant.seated, actor=first, now=exam.moment(12, 45) if comes_late else exam.moment(8, 50))
            if not comes_late:
                _sit(exam, entrant, (first, second))
    away = record_absent(exam.plan, room=exam.plan.room, actor=first, now=exam.moment(13, 35))
    for incident in away:
        countersign(incident, actor=second, now=exam.moment(13, 36))
    exam.told["absent"] += len(away)
    take_over_absences(exam.plan, actor=exam.crew.officer, now=exam.moment(13, 40))


def _sit(exam: Exam, entrant: Entrant, invigilators: tuple[User, User]) -> None:
    seat, begins = entrant.seated, exam.moment(9, 1)
    sitting = start_sitting(seat, candidate=entrant.user, now=begins)
    items = list(sitting.attempt.paper.items.order_by("position"))
    wrong = _wrong(exam, entrant, items)
    for number, item in enumerate(items, start=1):
        right = list(item.frozen["answer"])
        other = next(option["key"] for option in item.frozen["options"] if option["key"] not in right)
        moment = begins + datetime.timedelta(minutes=2 * number)
        answer = [other] if item.pk in wrong else right
        save_answer(sitting.attempt, position=item.position, answer=answer, seq=number, now=moment)
    if entrant.fate.lot in STOPS:
        _stop(exam, entrant, invigilators)
        return
    submit_sitting(sitting, actor=entrant.user, now=begins + datetime.timedelta(minutes=60))


def _wrong(exam: Exam, entrant: Entrant, items: list[PaperItem]) -> set[int]:
    """Return which questions she misses: by weight and function, not by where the draw put them."""
    ordered = sorted(items, key=lambda item: (item.points, item.item.function, item.position))
    places = list(range(len(ordered)))
    exam.chance.shuffle(places)
    left, missed = Decimal(str(round(100 * (1 - entrant.fate.theory), 1))), set()
    for place in places:
        if ordered[place].points <= left:
            left -= ordered[place].points
            missed.add(ordered[place].pk)
    return missed


def _stop(exam: Exam, entrant: Entrant, invigilators: tuple[User, User]) -> Incident:
    first, second = invigilators
    seat, words = entrant.seated, WORDS[entrant.fate.lot]
    incident = record_incident(exam.plan, kind="stopped", room=seat.room, text=words, seat=seat, actor=first, now=exam.moment(10))
    countersign(incident, actor=second, now=exam.moment(10, 1))
    exam.told["stopped"] += 1
    return incident
