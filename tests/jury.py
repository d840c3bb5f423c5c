"""A day on which the assessors differ: what the tests of second signatures and arbitration begin with."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from lms.organisations.rules import Role
from tests.conftest import join
from tests.exam_day import SKILL, lay_out

LATER = SKILL + datetime.timedelta(hours=2)


def score(station: Any, seat: Any, assessor: Any, *points: str, fatal: str = "", note: str = "", now: Any = SKILL) -> Any:
    """Let an assessor give these points line by line, tick every fatal act when there is a `note`, and sign."""
    from certification.assessment.selectors import points_of
    from certification.assessment.services import annotate_sheet, open_sheet, score_point, sign_sheet

    sheet = open_sheet(station, seat, assessor=assessor, now=now)
    lines = list(points_of(sheet))
    for line, value in zip([line for line in lines if not line.fatal], points, strict=True):
        sheet = score_point(sheet, point=line, value=value, actor=assessor, now=now)
    if note:
        for line in lines:
            if line.fatal and fatal in line.text:
                sheet = score_point(sheet, point=line, value=True, actor=assessor, now=now)
        sheet = annotate_sheet(sheet, note=note, actor=assessor, now=now)
    return sign_sheet(sheet, actor=assessor, now=now)


def agreeing(day: SimpleNamespace, *, but: Sequence[tuple[Any, Any]] = ()) -> None:
    """All theory papers and all sheets, all of them alike, but for these pairs of seat and station."""
    from tests.exam_day import sign_all, write_theory

    for seat in day.seats:
        write_theory(seat, right=8)
        for station in day.stations:
            if (seat, station) not in but:
                sign_all(seat, [station], day.assessors, share=Decimal("0.8"))


def differing(day: SimpleNamespace) -> Any:
    """Lay out, let all agree but at the second station of the first candidate (20, 50 and 54 of 60), return the case."""
    from certification.assessment.models import Arbitration

    day.stations = lay_out(day)
    place = (day.seats[0], day.stations[1])
    agreeing(day, but=[place])
    for assessor, points in zip(day.assessors, (("10", "10"), ("25", "25"), ("27", "27")), strict=True):
        score(place[1], place[0], assessor, *points)
    day.plan.refresh_from_db()
    return Arbitration.objects.get()


def senior(day: SimpleNamespace, make_user: Any, name: str = "高级考评员甲") -> Any:
    """A senior assessor of the body, with a card for the day, who is not of the team."""
    from certification.bodies.models import StaffCard

    person = join(make_user(name), day.plan.organisation, Role.ASSESSOR)
    StaffCard.objects.create(
        user=person,
        organisation=day.plan.organisation,
        kind="senior_assessor",
        occupation=day.scheme.occupation,
        levels=[5, 4, 3, 2, 1],
        number=f"GK-{person.pk}",
        valid_from=datetime.date(2026, 1, 1),
        valid_until=datetime.date(2028, 12, 31),
    )
    return person


def values(station: Any, *points: str) -> dict[str, Any]:
    """What an arbitrator gives, line by line."""
    lines = station.points.filter(fatal=False).order_by("order")
    return {str(line.pk): value for line, value in zip(lines, points, strict=True)}
