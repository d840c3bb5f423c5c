"""A venue that is open on weekdays and Saturdays."""

import datetime

import pytest

from courses.venues.models import OpeningHours, SpecialDay, VenuePage
from courses.venues.services import open_venues
from lms.organisations.rules import Role


def clock(text):
    return datetime.time.fromisoformat(text)


@pytest.fixture
def venue(association):
    """Tuesday to Saturday 10–12 and 14–16; visits of an hour for five people; closed on holidays."""
    page = VenuePage(
        slug="hall",
        title="辅具体验馆",
        summary="可以试用。",
        address="长乐路88号",
        phone="021-5550-0123",
        organisation=association,
        on_holidays="closed",
        capacity=5,
        visit_minutes=60,
        access=["step_free", "toilet"],
    )
    page.hours = [
        OpeningHours(weekday=weekday, opens=clock(opens), closes=clock(closes))
        for weekday in range(1, 6)
        for opens, closes in (("10:00", "12:00"), ("14:00", "16:00"))
    ]
    page.special_days = [SpecialDay(day=datetime.date(2026, 9, 9), reason="设备保养")]
    index = open_venues()
    index.refresh_from_db()
    index.add_child(instance=page)
    page.save_revision().publish()
    return VenuePage.objects.get(pk=page.pk)


@pytest.fixture
def keeper(make_user, member, association):
    return member(make_user("周敏"), association, Role.EXAM_OFFICER)
