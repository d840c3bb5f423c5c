"""The afternoon: every assessor scores every candidate at every station alone; fatal acts and differences are seen to."""

import datetime

from django.db import transaction

from certification.assessment.jury import eligible_arbitrators
from certification.assessment.models import Arbitration, ScorePoint, Station
from certification.assessment.services import (
    annotate_sheet,
    answer_second_signature,
    ask_second_signatures,
    name_arbitrator,
    open_sheet,
    record_absence,
    score_point,
    sign_arbitration,
    sign_sheet,
)
from certification.plans.kept import parts_to_sit
from lms.accounts.models import User
from lms.demo.batch.exam import Entrant, Exam
from lms.demo.batch.fates import Lot

AWAY = (Lot.CHEATED, Lot.ABSENT_FROM_SKILL)
"""Who was sent home in the morning or does not come in the afternoon."""
FATAL = {Lot.FATAL_ONCE: 1, Lot.FATAL_TWICE: 2, Lot.FATAL_ASKED: 1}
"""How many assessors tick the fatal act on their own sheets."""
SAW = "操作前没有固定轮椅刹车，当场制止。"

Laid = list[tuple[Station, list[ScorePoint]]]


def hold_skill(exam: Exam) -> None:
    """Score everybody who is there, and settle what has to be settled before the assessment ends."""
    stations = [
        (station, list(station.points.order_by("order")))
        for station in Station.objects.filter(plan=exam.plan).select_related("plan__scheme").order_by("order")
    ]
    for number, entrant in enumerate(exam.sitting):
        if entrant.fate.lot is Lot.ABSENT or "skill" not in parts_to_sit(entrant.seated):
            continue
        with transaction.atomic():
            if entrant.fate.lot in AWAY:
                record_absence(entrant.seated, part="skill", actor=exam.crew.officer, now=exam.moment(17))
                exam.told["absent_from_skill"] += 1
                continue
            _score(exam, entrant, stations, now=exam.moment(13, 5) + datetime.timedelta(seconds=20 * number))
            if entrant.fate.lot is Lot.FATAL_ASKED:
                _ask(exam, entrant, stations[0][1][-1])
    for arbitration in Arbitration.objects.filter(station__plan=exam.plan, status="open").order_by(
        "seat__candidate__phone", "pk"
    ):
        _arbitrate(exam, arbitration)


def _score(exam: Exam, entrant: Entrant, stations: Laid, *, now: datetime.datetime) -> None:
    for place, assessor in enumerate(exam.team):
        for order, (station, points) in enumerate(stations):
            sheet = open_sheet(station, entrant.seated, assessor=assessor, now=now)
            acts = 0
            for point in points:
                if point.fatal:
                    if order == 0 and place < FATAL.get(entrant.fate.lot, 0):
                        sheet = score_point(sheet, point=point, value=True, actor=assessor, now=now)
                        acts += 1
                    continue
                value = _points(exam, entrant, point, harsh=entrant.fate.lot is Lot.DIVERGENT and (place, order) == (0, 0))
                sheet = score_point(sheet, point=point, value=value, actor=assessor, now=now)
            if acts:
                sheet = annotate_sheet(sheet, note=SAW, actor=assessor, now=now)
                exam.told["fatal_ticked"] += 1
            sign_sheet(sheet, actor=assessor, now=now)


def _points(exam: Exam, entrant: Entrant, point: ScorePoint, *, harsh: bool) -> str:
    """Return points in halves, as people give them; a harsh assessor takes away half."""
    most = float(point.max)
    given = round(most * entrant.fate.skill * 2) / 2 + exam.chance.choice((-0.5, 0.0, 0.0, 0.5))
    if harsh:
        given = round(given) / 2
    return f"{min(most, max(0.0, given)):.1f}"


def _ask(exam: Exam, entrant: Entrant, act: ScorePoint) -> None:
    """The leader asks the others; one of them saw it as well."""
    leader, now = exam.team[0], exam.moment(16, 30)
    for answered, row in enumerate(ask_second_signatures(entrant.seated, point=act, actor=leader, now=now)):
        answer_second_signature(row, seen=answered == 0, note=SAW if answered == 0 else "", actor=row.assessor, now=now)
    exam.told["second_signatures"] += 1


@transaction.atomic
def _arbitrate(exam: Exam, arbitration: Arbitration) -> None:
    now = exam.moment(17, 10)
    fit = {person.pk for person in eligible_arbitrators(arbitration)}
    arbitrator: User = exam.chance.choice([person for person in exam.bench.seniors if person.pk in fit])
    name_arbitrator(arbitration, user=arbitrator, actor=exam.crew.head, now=now)
    entrant = next(entrant for entrant in exam.sitting if entrant.seated.pk == arbitration.seat_id)
    values: dict[str, object] = {}
    for point in arbitration.station.points.order_by("order"):
        values[str(point.pk)] = False if point.fatal else _points(exam, entrant, point, harsh=False)
    arbitration.refresh_from_db()
    reason = "逐项复核录像与记录后独立评分。"
    sign_arbitration(arbitration, values=values, reason=reason, declared=True, actor=arbitrator, now=now)
    exam.told["arbitrated"] += 1
