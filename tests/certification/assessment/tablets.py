"""An exam day on which the first assessor has a tablet."""

import datetime
import uuid
from types import SimpleNamespace
from typing import Any

import pytest

from certification.assessment.offline.models import Tablet
from certification.assessment.offline.services import Received, register_tablet, take_in
from tests.exam_day import SKILL, lay_out
from tests.tablet import Writer

BEGUN = SKILL + datetime.timedelta(minutes=10)


def prepared(day: SimpleNamespace, assessor: Any) -> tuple[Tablet, Writer]:
    """A tablet of this assessor that has reported once."""
    tablet = register_tablet(day.plan, pk=uuid.uuid4(), assessor=assessor, label="Android · Chrome", now=BEGUN)
    take_in(tablet, sent=[], announced=0, actor=assessor, now=BEGUN)
    tablet.refresh_from_db()
    return tablet, Writer(str(tablet.pk), tablet.key)


@pytest.fixture
def day(exam_day: SimpleNamespace) -> SimpleNamespace:
    exam_day.stations = lay_out(exam_day)
    exam_day.points = [list(station.points.filter(fatal=False).order_by("order")) for station in exam_day.stations]
    exam_day.fatal = exam_day.stations[1].points.get(fatal=True)
    exam_day.assessor = exam_day.assessors[0]
    exam_day.tablet, exam_day.writer = prepared(exam_day, exam_day.assessor)
    return exam_day


def send(day: SimpleNamespace, *entries: Any, announced: int | None = None, minutes: int = 0) -> Received:
    """Bring these entries (all that were written, when none are named), from the first assessor's tablet."""
    told = day.writer.announced if announced is None else announced
    batch = list(entries) if entries else list(day.writer.entries)
    when = BEGUN + datetime.timedelta(minutes=minutes)
    received = take_in(day.tablet, sent=batch, announced=told, actor=day.assessor, now=when)
    day.tablet = received.tablet
    return received
