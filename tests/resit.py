"""A first exam whose publication has ended, and a second one for who failed: she keeps skill (80) and failed theory (50)."""

import copy
import datetime
from collections.abc import Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tests.decided import publish
from tests.exam_day import MONDAY, SHANGHAI, assess, supervise

ENDED = datetime.datetime(2026, 9, 22, 9, 0, tzinfo=SHANGHAI)
AGAIN = datetime.date(2026, 10, 31)
FACTS = (
    "organisation", "scheme", "level", "work_type", "title", "site_name", "address", "room", "capacity", "theory_minutes",
    "blueprint", "created_by", "created_at",
)  # fmt: skip


def end(day: SimpleNamespace, *, now: datetime.datetime = MONDAY, ended: datetime.datetime = ENDED) -> SimpleNamespace:
    """Publish the day's results and end the publication."""
    from certification.results.services import close_publication

    close_publication(publish(day, now=now), actor=day.officer, now=ended)
    return day


@pytest.fixture(scope="module")
def shared_first_exam(shared_exam_day: SimpleNamespace | None) -> SimpleNamespace | None:
    if not shared_exam_day:
        return None
    day = copy.deepcopy(shared_exam_day)
    assess(day, right=(8, 6, 5))
    return end(day)


@pytest.fixture
def first_exam(request: pytest.FixtureRequest, db: None, shared_first_exam: SimpleNamespace | None) -> SimpleNamespace:
    """Two passed on 2026-09-12, the third failed theory with 50 and passed the skill test with 80; the list is down."""
    if shared_first_exam:
        return copy.deepcopy(shared_first_exam)
    day = request.getfixturevalue("exam_day")
    assess(day, right=(8, 6, 5))
    return end(day)


def plan_again(day: SimpleNamespace, *, on: datetime.date = AGAIN, status: str = "arranged", **changes: Any) -> Any:
    """Return another plan of the same kind on that day, with the same team."""
    from certification.plans.models import Plan, StaffAssignment

    serial = Plan.objects.count() + 1
    facts = {name: getattr(day.plan, name) for name in FACTS}
    plan = Plan.objects.create(
        **facts
        | {
            "number": f"RD-000123-{on.year}-{serial:03d}",
            "serial": serial,
            "exam_date": on,
            "registration_opens": on - datetime.timedelta(days=60),
            "registration_closes": on - datetime.timedelta(days=20),
            "theory_starts_at": datetime.datetime.combine(on, datetime.time(9), SHANGHAI),
            "skill_starts_at": datetime.datetime.combine(on, datetime.time(13), SHANGHAI),
            "status": status,
        }
        | changes
    )
    for person in day.assessors:
        StaffAssignment.objects.create(plan=plan, user=person, role="assessor", assigned_at=MONDAY, declared_at=MONDAY)
    supervise(plan, day.supervisor, now=MONDAY)
    return plan


def seat_again(
    day: SimpleNamespace, people: Sequence[Any], *, plan: Any = None, keeping: bool = True, **changes: Any
) -> SimpleNamespace:
    """Return the day of a second exam at which these people have seats; with `keeping` they bring along what they keep."""
    from certification.plans.kept import keep_for_seats
    from certification.plans.models import Seat

    plan = plan or plan_again(day, **changes)
    seats = [
        Seat.objects.create(
            plan=plan, candidate=person, ticket_number=f"2600012399{plan.serial:02d}{n:03d}", room="一号考场", number=n
        )
        for n, person in enumerate(people, start=1)
    ]
    if keeping:
        keep_for_seats(plan, seats, actor=day.officer, now=ENDED)
    return SimpleNamespace(**vars(day) | {"plan": plan, "seats": seats, "candidates": list(people)})


def lay_out_again(day: SimpleNamespace) -> list[Any]:
    from certification.assessment.services import set_up_stations
    from tests.exam_day import STATIONS

    return set_up_stations(day.plan, STATIONS, actor=day.officer, now=ENDED)


def write_again(seat: Any, *, right: int) -> None:
    """Let her sit theory on the day of her plan, with so many of ten questions right."""
    from certification.assessment.services import start_sitting, submit_sitting
    from courses.questionbank.services import save_answer

    begins = seat.plan.theory_starts_at
    sitting = start_sitting(seat, candidate=seat.candidate, now=begins)
    for item in sitting.attempt.paper.items.order_by("position")[:right]:
        moment = begins + datetime.timedelta(minutes=5)
        save_answer(sitting.attempt, position=item.position, answer=item.frozen["answer"], seq=1, now=moment)
    submit_sitting(sitting, actor=seat.candidate, now=begins + datetime.timedelta(minutes=60))


def score_again(seat: Any, stations: list[Any], assessors: list[Any], *, share: Decimal = Decimal("0.8")) -> None:
    """Let the team score her on the day of her plan."""
    from certification.assessment.services import open_sheet, score_point, sign_sheet

    begins = seat.plan.skill_starts_at
    for assessor in assessors:
        for station in stations:
            sheet = open_sheet(station, seat, assessor=assessor, now=begins)
            for point in station.points.filter(fatal=False):
                sheet = score_point(sheet, point=point, value=str(point.max * share), actor=assessor, now=begins)
            sign_sheet(sheet, actor=assessor, now=begins + datetime.timedelta(hours=1))


def close_again(day: SimpleNamespace) -> datetime.datetime:
    """Close the assessment in the evening; return the morning of the second day after it."""
    from certification.assessment.services import close_assessment

    evening = day.plan.skill_starts_at + datetime.timedelta(hours=5)
    close_assessment(day.plan, actor=day.officer, now=evening)
    day.plan.refresh_from_db()
    return day.plan.theory_starts_at + datetime.timedelta(days=2)
