"""What is due is said three days before and once when it is over, to whoever has not finished it, in the day time."""

import datetime
import io

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.learning import notice_kinds as kinds
from courses.learning.models import DueTelling
from courses.learning.rules.dues import Stage, is_hour_to_remind, stage_of
from courses.learning.services import complete_lesson
from courses.learning.services.classes import change_class, join_class, take_out
from courses.learning.services.reminding import remind_of_dues
from lms.notices.models import Delivery, Notice
from lms.notices.rules import Channel, Digest
from lms.notices.services import save_choices, save_settings

DAY = datetime.timedelta(days=1)
MONDAY = datetime.date(2026, 9, 7)


@pytest.mark.parametrize(
    ("days", "stage"), [(4, None), (3, Stage.SOON), (0, Stage.SOON), (-1, Stage.OVERDUE), (-7, Stage.OVERDUE), (-8, None)]
)
def test_a_due_day_is_spoken_of_from_three_days_before_until_a_week_after(days, stage):
    assert stage_of(MONDAY + days * DAY, today=MONDAY) is stage


@pytest.mark.parametrize(("hour", "may"), [((8, 59), False), ((9, 0), True), ((19, 59), True), ((20, 0), False), ((0, 1), False)])
def test_nobody_is_reminded_early_or_late_in_the_day(hour, may):
    assert is_hour_to_remind(datetime.time(*hour)) is may


@pytest.fixture
def run(make_class, learner, now):
    """Its first module is due on the eighth day, the second, of two lessons without a quiz, on the twenty-first."""
    run = make_class()
    join_class(run, user=learner, now=now)
    return run


def told(person):
    return list(Notice.objects.filter(user=person).order_by("pk").values_list("kind", flat=True))


def finish(enrolment, lessons, now):
    for lesson in lessons:
        complete_lesson(enrolment, lesson=lesson, now=now)


@pytest.mark.django_db
def test_a_module_is_reminded_of_once_before_its_day_and_once_after_it(run, learner, modules, now):
    learner.language = "en"
    learner.save()
    assert remind_of_dues(now=now + 3 * DAY) == 0
    for day in range(4, 30):
        remind_of_dues(now=now + day * DAY)
        remind_of_dues(now=now + day * DAY)
    first, second, *_rest = Notice.objects.filter(user=learner).order_by("pk")
    assert told(learner) == [kinds.DUE_SOON.key, kinds.OVERDUE.key] * 2
    assert first.created_at == now + 4 * DAY
    assert modules[0].title in first.subject
    assert run.title in first.text
    assert first.url == f"/learn/courses/{run.course_id}/"
    assert second.created_at == now + 8 * DAY
    assert second.subject == f"Not finished yet: {modules[0].title}"


@pytest.mark.django_db
def test_who_is_behind_with_the_first_module_hears_of_the_second_all_the_same(run, learner, modules, now):
    remind_of_dues(now=now + 17 * DAY)
    assert modules[1].title in Notice.objects.get(user=learner, kind=kinds.DUE_SOON.key).subject


@pytest.mark.django_db
def test_who_has_finished_is_left_in_peace(run, learner, classmate, lessons, now):
    finish(run.enrolments.get(), lessons[2:], now)
    join_class(run, user=classmate, now=now)
    assert remind_of_dues(now=now + 17 * DAY) == 1
    assert told(learner) == []
    assert told(classmate) == [kinds.DUE_SOON.key]


@pytest.mark.django_db
def test_who_left_the_class_or_closed_her_account_is_told_nothing(run, learner, classmate, teacher, now):
    join_class(run, user=classmate, now=now)
    classmate.is_active = False
    classmate.save()
    take_out(run.enrolments.get(user=learner), actor=teacher, now=now)
    assert remind_of_dues(now=now + 4 * DAY) == 0


@pytest.mark.django_db
def test_nothing_is_told_at_night_and_all_of_it_in_the_morning(run, learner, now):
    night = (now + 4 * DAY).replace(hour=0, minute=5)
    assert remind_of_dues(now=night) == 0
    assert remind_of_dues(now=night.replace(hour=9)) == 1


@pytest.mark.django_db
def test_the_quiet_hours_of_her_own_hold_the_message_back(run, learner, now):
    quiet = {"quiet_from": datetime.time(20), "quiet_until": datetime.time(11)}
    save_settings(learner, language="zh-hans", digest=Digest.AT_ONCE, now=now, **quiet)
    remind_of_dues(now=now + 4 * DAY)
    assert Delivery.objects.get(user=learner).due_at == (now + 4 * DAY).replace(hour=11)


@pytest.mark.django_db
def test_who_wants_no_reminders_finds_them_among_her_notices_only(run, learner, now):
    save_choices(learner, choices=[(kinds.DUE_SOON, Channel.SMS, False)], now=now)
    remind_of_dues(now=now + 4 * DAY)
    assert told(learner) == [kinds.DUE_SOON.key]
    assert not Delivery.objects.filter(user=learner).exists()


@pytest.mark.django_db
def test_a_day_that_is_moved_is_told_anew(run, facts, modules, learner, teacher, now):
    remind_of_dues(now=now + 4 * DAY)
    later = {str(modules[0].pk): (now.date() + 12 * DAY).isoformat()}
    change_class(run, facts={**facts, "dues": later}, actor=teacher, now=now)
    assert remind_of_dues(now=now + 8 * DAY) == 0
    assert remind_of_dues(now=now + 9 * DAY) == 1


@pytest.mark.django_db
def test_the_clock_of_the_house_reminds_and_says_how_many(run, learner, now):
    with time_machine.travel(now + 4 * DAY, tick=False):
        out = io.StringIO()
        call_command("remind_learners", stdout=out)
        call_command("remind_learners", stdout=out)
    assert out.getvalue() == "1 learners reminded.\n"
    assert DueTelling.objects.get().told == 1


@pytest.mark.django_db
def test_reminding_costs_the_same_for_three_learners_and_for_sixty(make_class, crowd, lessons, now):
    def cost(number):
        crowd(make_class(title=f"{number}人班"), number, lessons[0])
        with CaptureQueriesContext(connection) as context:
            assert remind_of_dues(now=now + 4 * DAY) == number
        return len(context)

    cost(2)  # what the version says is read once
    few = cost(3)
    assert cost(60) == few


@pytest.mark.django_db
def test_a_minute_in_which_nothing_is_due_asks_two_questions(run, django_assert_num_queries, now):
    remind_of_dues(now=now + 4 * DAY)
    with django_assert_num_queries(2):
        remind_of_dues(now=now + 4 * DAY)
