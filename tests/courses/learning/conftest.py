import datetime

import pytest

from courses.learning.models import Enrolment
from courses.learning.services import enrol
from courses.learning.services.classes import open_class
from courses.questionbank.selectors import questions_of
from lms.accounts.models import User
from lms.organisations.rules import Role

DAY = datetime.timedelta(days=1)


@pytest.fixture
def learner(make_user):
    return make_user("王小芳")


@pytest.fixture
def classmate(make_user):
    return make_user("李明")


@pytest.fixture
def enrolment(course, learner, now):
    return enrol(course, user=learner, now=now)


@pytest.fixture
def signed_in(client):
    """Return a function that signs a person in and returns the client."""

    def sign_in(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def right_answers():
    """Return a function that gives the form data of a perfect quiz."""

    def answers(attempt):
        return {f"answer-{question.position}": question.frozen["answer"] for question in questions_of(attempt)}

    return answers


@pytest.fixture
def teacher(make_user, member, college):
    return member(make_user("陈老师"), college, Role.TEACHER)


@pytest.fixture
def stranger_teacher(make_user, member, employer):
    return member(make_user("外校老师"), employer, Role.TEACHER)


@pytest.fixture
def facts(modules, now):
    today = now.date()
    return {
        "title": "九月班",
        "starts_on": today,
        "ends_on": today + 30 * DAY,
        "capacity": None,
        "way_in": "open",
        "dues": {str(modules[0].pk): (today + 7 * DAY).isoformat(), str(modules[1].pk): (today + 20 * DAY).isoformat()},
    }


@pytest.fixture
def make_class(course, college, teacher, facts, now):
    def make(**changes):
        return open_class(course, organisation=college, facts={**facts, **changes}, actor=teacher, now=now)

    return make


@pytest.fixture
def crowd(now):
    """Return a function that fills a class with as many learners as it is told, without the way through the door."""

    def fill(run, number, sample):
        people = User.objects.bulk_create(User(name=f"学员{n}", username=f"crowd-{run.pk}-{n}") for n in range(number))
        Enrolment.objects.bulk_create(
            Enrolment(
                user=person,
                course=run.course,
                version=run.version,
                run=run,
                enrolled_at=now,
                steps_total=5,
                last_lesson=sample,
                last_at=now,
                next_due_on=now.date(),
            )
            for person in people
        )

    return fill
