"""Answers that are due: who is reminded, and who is told when they are late."""

from collections.abc import Callable
from datetime import datetime
from io import StringIO
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import call_command

from certification.results import services
from certification.results.services.reminding import remind_of_answers
from lms.notices.models import Notice
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from tests.certification.results.corrections import TUESDAY, answered, published, review
from tests.exam_day import MONDAY

DUE = datetime(2026, 9, 29, 9, 0, tzinfo=MONDAY.tzinfo)


@pytest.fixture
def day(exam_day: SimpleNamespace) -> SimpleNamespace:
    """A review was filed on Tuesday 15 September; its answer is due on the 29th."""
    published(exam_day)
    exam_day.case = review(exam_day)
    Notice.objects.all().delete()
    return exam_day


def told(kind: str) -> set[int]:
    return set(Notice.objects.filter(kind=f"results.{kind}").values_list("user_id", flat=True))


def test_long_before_nobody_is_told(day: SimpleNamespace) -> None:
    assert remind_of_answers(now=datetime(2026, 9, 22, 9, 0, tzinfo=MONDAY.tzinfo)) == 0


def test_two_working_days_before_whoever_may_answer_is_reminded_once(day: SimpleNamespace) -> None:
    assert remind_of_answers(now=DUE.replace(day=28)) == 1
    assert remind_of_answers(now=DUE.replace(day=28, hour=15)) == 0
    assert told("case_soon") == {day.supervisor.pk}
    assert remind_of_answers(now=DUE) == 0


def test_late_the_heads_are_told_as_well(day: SimpleNamespace) -> None:
    assert remind_of_answers(now=DUE.replace(day=30)) == 1
    assert told("case_late") == {day.supervisor.pk, day.head.pk}


def test_very_late_the_authority_is_told_which_body(day: SimpleNamespace, make_user: Callable, member: Callable) -> None:
    authority = Organisation.objects.create(kind="authority", name="市人社局", slug="authority")
    watcher = member(make_user("孔明华"), authority, Role.WATCHER)
    assert remind_of_answers(now=DUE.replace(month=10, day=20)) == 1
    assert told("case_very_late") == {watcher.pk}
    assert day.plan.organisation.name in Notice.objects.get(user=watcher).subject


def test_what_is_answered_is_left_alone(day: SimpleNamespace) -> None:
    answered(day.case, actor=day.supervisor, upheld=False)
    Notice.objects.all().delete()
    assert remind_of_answers(now=DUE) == 0


def test_objections_are_watched_too(day: SimpleNamespace) -> None:
    answered(day.case, actor=day.supervisor, upheld=False)
    services.file_objection(
        day.publication, ticket_number=day.seats[0].ticket_number, filer=day.candidates[2], text="未到场", now=TUESDAY
    )
    assert remind_of_answers(now=DUE) == 1
    assert told("case_soon") == {day.supervisor.pk}


def test_the_command_tells_of_how_many(day: SimpleNamespace) -> None:
    out = StringIO()
    with time_machine.travel(DUE, tick=False):
        call_command("remind_of_answers", stdout=out)
        call_command("remind_of_answers", stdout=out)
    assert out.getvalue().splitlines() == ["1 answers: told."]
