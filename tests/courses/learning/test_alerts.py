"""Who leads a class hears that somebody waits for her, and is not rung at for each of thirty."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.learning import notice_kinds as kinds
from courses.learning.services import enrol
from courses.learning.services.classes import decide_requests, join_class
from courses.learning.services.questions import answer_question, ask
from lms.notices.models import Notice
from lms.organisations.rules import Role

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def in_class(make_class, learner, now):
    return join_class(make_class(), user=learner, now=now)


@pytest.fixture
def administrator(make_user, member, college):
    return member(make_user("秦院长"), college, Role.COLLEGE_ADMIN)


def asks(enrolment, lesson, now):
    return ask(enrolment, lesson=lesson, text="坐垫多厚？", now=now)


def told(kind=kinds.ASKED):
    return sorted(Notice.objects.filter(kind=kind.key).values_list("user__name", flat=True))


def test_a_question_in_a_class_reaches_those_who_lead_it_and_nobody_else(
    in_class, lessons, teacher, administrator, author, stranger_teacher, now
):
    question = asks(in_class, lessons[0], now)
    assert told() == ["秦院长", "陈老师"]
    notice = Notice.objects.get(user=teacher)
    assert notice.url == f"/teach/questions/{question.pk}/"
    assert in_class.run.title in notice.text
    assert question.text not in notice.text


def test_the_notice_opens_the_question_for_the_teacher_alone(signed_in, in_class, lessons, teacher, learner, now):
    asks(in_class, lessons[0], now)
    url = Notice.objects.get(user=teacher).url
    assert signed_in(teacher).get(url).status_code == 200
    assert signed_in(learner).get(url).status_code == 404


def test_a_question_without_a_class_reaches_the_college_of_the_course(enrolment, lessons, administrator, stranger_teacher, now):
    asks(enrolment, lessons[0], now)
    assert told() == ["秦院长"]
    assert enrolment.course.title in Notice.objects.get().text


def test_a_closed_account_is_told_nothing(in_class, lessons, teacher, now):
    teacher.is_active = False
    teacher.save()
    asks(in_class, lessons[0], now)
    assert told() == []


def test_thirty_questions_of_one_day_ring_once(in_class, lessons, teacher, now):
    for _number in range(30):
        asks(in_class, lessons[0], now)
    assert told() == ["陈老师"]


def test_what_still_waits_the_next_day_is_told_again_with_the_next_question(in_class, lessons, teacher, now):
    asks(in_class, lessons[0], now)
    asks(in_class, lessons[1], now + DAY)
    assert told() == ["陈老师"] * 2


def test_after_all_is_answered_the_next_question_is_told_at_once(in_class, lessons, teacher, now):
    answer_question(asks(in_class, lessons[0], now), text="五厘米。", shared=False, actor=teacher, now=now)
    asks(in_class, lessons[1], now)
    assert told() == ["陈老师"] * 2


def test_a_question_of_another_class_is_told_of_its_own(in_class, make_class, classmate, lessons, teacher, now):
    other = join_class(make_class(title="夜班"), user=classmate, now=now)
    asks(in_class, lessons[0], now)
    asks(other, lessons[0], now)
    assert told() == ["陈老师"] * 2


def test_who_teaches_and_learns_is_not_told_of_her_own_question(course, lessons, teacher, administrator, now):
    asks(enrol(course, user=teacher, now=now), lessons[0], now)
    assert told() == ["秦院长"]


def test_whoever_asks_to_join_is_told_to_those_who_lead_the_class(make_class, learner, classmate, teacher, stranger_teacher, now):
    run = make_class(way_in="approval")
    first = join_class(run, user=learner, now=now)
    join_class(run, user=learner, now=now)
    join_class(run, user=classmate, now=now)
    assert told(kinds.ASKS_TO_JOIN) == ["陈老师"]
    assert Notice.objects.get(user=teacher).url == f"/teach/classes/{run.pk}/"
    decide_requests(run, requests=[first.pk], admit=True, actor=teacher, now=now)
    assert told(kinds.ASKS_TO_JOIN) == ["陈老师"]


def test_who_walks_into_an_open_class_rings_at_nobody(make_class, learner, teacher, now):
    join_class(make_class(), user=learner, now=now)
    assert told(kinds.ASKS_TO_JOIN) == []


def test_a_question_costs_the_same_for_one_teacher_and_for_twenty(in_class, lessons, teacher, make_user, member, college, now):
    def cost(moment):
        with CaptureQueriesContext(connection) as context:
            asks(in_class, lessons[0], moment)
        return len(context)

    asks(in_class, lessons[0], now - DAY)  # what her enrolment remembers is read once
    one = cost(now)
    for number in range(20):
        member(make_user(f"老师{number}"), college, Role.TEACHER)
    assert cost(now + DAY) == one
    assert len(told()) == 2 + 21
