"""Rows put aside for oneself, and rows taken by one of several."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from lms.core.errors import DomainError
from lms.core.models import Aside, Claim
from lms.core.queues import QueueRow, queue_key
from lms.core.queues.keeping import asides_of, claim, latest_return, put_aside, release, take_back

pytestmark = pytest.mark.django_db
MONDAY = datetime.date(2026, 9, 7)
LATER = datetime.timedelta(minutes=1)


def day(offset: int) -> datetime.date:
    return MONDAY + datetime.timedelta(days=offset)


def row(due: datetime.date | None = None, **facts: Any) -> QueueRow:
    return QueueRow(queue="Things", title="一件事", detail="", url="/desk/things/1/", due=due, **facts)


@pytest.fixture
def person(make_user: Callable) -> Any:
    return make_user("周敏")


@pytest.fixture
def colleague(make_user: Callable) -> Any:
    return make_user("沈国强")


@pytest.mark.parametrize(
    ("due", "last"), [(day(10), day(10)), (day(1), day(1)), (MONDAY, day(1)), (day(-3), day(1)), (None, day(30))]
)
def test_a_row_comes_back_by_its_due_day_and_late_work_on_the_next_working_day(
    due: datetime.date | None, last: datetime.date
) -> None:
    assert latest_return(due, MONDAY) == last


def test_late_work_put_aside_on_a_friday_comes_back_on_monday() -> None:
    friday = day(4)
    assert latest_return(day(-3), friday) == day(7)


def test_a_row_put_aside_is_gone_until_its_day(person: Any, now: datetime.datetime) -> None:
    put_aside(row(day(5)), until=day(3), actor=person, now=now)
    assert set(asides_of(person, now)["things"]) == {"/desk/things/1/"}
    assert asides_of(person, now + datetime.timedelta(days=3)) == {}


def test_nobody_puts_it_aside_for_somebody_else(person: Any, colleague: Any, now: datetime.datetime) -> None:
    put_aside(row(day(5)), until=day(3), actor=person, now=now)
    assert asides_of(colleague, now) == {}


@pytest.mark.parametrize(
    ("until", "code"), [(0, "queues.day_not_in_future"), (-1, "queues.day_not_in_future"), (6, "queues.too_long")]
)
def test_a_day_that_has_come_or_lies_behind_the_due_day_is_refused(
    person: Any, now: datetime.datetime, until: int, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        put_aside(row(day(5)), until=day(until), actor=person, now=now)
    assert refused.value.code == code
    assert not Aside.objects.exists()


def test_only_what_tells_something_can_be_marked_as_done(person: Any, now: datetime.datetime) -> None:
    put_aside(row(seen_as="3"), until=None, actor=person, now=now)
    assert asides_of(person, now)["things"]["/desk/things/1/"].seen_as == "3"
    with pytest.raises(DomainError, match="not_a_notice"):
        put_aside(row(), until=None, actor=person, now=now)


def test_taking_back_is_refused_when_it_was_put_aside_anew(person: Any, now: datetime.datetime) -> None:
    first = put_aside(row(day(5)), until=day(3), actor=person, now=now)
    put_aside(row(day(5)), until=day(4), actor=person, now=now + LATER)
    with pytest.raises(DomainError, match="changed_since"):
        take_back("things", first.row, at=now.isoformat(), actor=person, now=now + LATER)
    take_back("things", first.row, at=(now + LATER).isoformat(), actor=person, now=now + LATER)
    assert not Aside.objects.exists()


def test_a_claim_can_be_undone_until_it_changes_hands(person: Any, colleague: Any, now: datetime.datetime) -> None:
    mine = claim("things", 1, stage="new", holder=person, actor=person, now=now)
    release(mine, actor=person, now=now)
    assert not Claim.objects.exists()
    mine = claim("things", 1, stage="new", holder=person, actor=person, now=now)
    claim("things", 1, stage="new", holder=colleague, actor=colleague, now=now + LATER)
    with pytest.raises(DomainError, match="changed_since"):
        release(mine, actor=person, now=now + LATER)
    assert Claim.objects.get().holder == colleague


def test_undoing_a_handover_gives_the_row_back_to_who_had_it(person: Any, colleague: Any, now: datetime.datetime) -> None:
    claim("things", 1, stage="new", holder=colleague, actor=colleague, now=now)
    taken = claim("things", 1, stage="new", holder=person, actor=person, now=now + LATER)
    release(taken, actor=person, now=now + LATER)
    assert Claim.objects.get().holder == colleague


def test_giving_back_can_be_undone_and_nothing_is_given_back_twice(person: Any, now: datetime.datetime) -> None:
    claim("things", 1, stage="new", holder=person, actor=person, now=now)
    given = claim("things", 1, stage="new", holder=None, actor=person, now=now)
    assert not Claim.objects.exists()
    with pytest.raises(DomainError, match="held_by_nobody"):
        claim("things", 1, stage="new", holder=None, actor=person, now=now)
    release(given, actor=person, now=now)
    assert Claim.objects.get().holder == person


def test_who_has_it_already_does_not_take_it_again_unless_the_row_went_on(person: Any, now: datetime.datetime) -> None:
    claim("things", 1, stage="new", holder=person, actor=person, now=now)
    with pytest.raises(DomainError, match="held_already"):
        claim("things", 1, stage="new", holder=person, actor=person, now=now)
    assert claim("things", 1, stage="checked", holder=person, actor=person, now=now)["before"] is None


def test_a_queue_has_one_key_in_every_language() -> None:
    from django.utils import translation
    from django.utils.translation import gettext_lazy

    label = gettext_lazy("Eligibility review")
    keys = set()
    for language in ("zh-hans", "en"):
        with translation.override(language):
            keys.add(queue_key(label))
    assert keys == {"eligibility-review"}
