import pytest

from courses.learning.services import enrol
from courses.questionbank.selectors import questions_of


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
