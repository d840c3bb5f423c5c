"""The learner's pages, and what others get of them."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from courses.learning.models import CompletionStatement, Enrolment, LessonCompletion
from courses.learning.rules import FORBIDDEN_WORDS
from courses.learning.services import complete_lesson, issue_statement, start_quiz
from courses.questionbank.models import Attempt

from .test_course import finish, lesson_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def statement(enrolment, lessons, modules, now):
    finish(enrolment, lessons, modules, now)
    return issue_statement(enrolment, now=now)


def test_a_learner_walks_from_enrolling_to_the_statement(signed_in, learner, course, lessons, modules, right_answers):
    client = signed_in(learner)
    response = client.post(reverse("learning:enrol", args=[course.pk]))
    assert response.url == lesson_url(lessons[0])
    assert client.post(reverse("learning:complete_lesson", args=[lessons[0].pk])).url == lesson_url(lessons[1])
    quiz = reverse("learning:quiz", args=[modules[0].pk])
    assert client.post(reverse("learning:complete_lesson", args=[lessons[1].pk])).url == quiz
    assert client.get(quiz).status_code == 200
    page = client.post(quiz).url
    attempt = Attempt.objects.get()
    assert client.get(page).status_code == 200
    result = client.post(page, right_answers(attempt))
    assert result.url == reverse("learning:result", args=[attempt.pk])
    assert "100" in client.get(result.url).content.decode()
    for lesson in lessons[2:]:
        client.post(reverse("learning:complete_lesson", args=[lesson.pk]))
    issued = client.post(reverse("learning:issue_statement", args=[course.pk]))
    assert issued.url == CompletionStatement.objects.get().get_absolute_url()
    assert "JY20" in client.get(issued.url).content.decode()
    assert client.get(reverse("learning:home")).status_code == 200


def test_gaps_are_named_and_saved_and_may_be_handed_in(signed_in, learner, enrolment, modules, now):
    client = signed_in(learner)
    attempt = start_quiz(enrolment, module=modules[0], now=now)
    url = reverse("learning:attempt", args=[attempt.pk])
    response = client.post(url, {"answer-1": "A"})
    assert response.status_code == 422
    assert 'href="#question-2-stem"' in response.content.decode()
    assert attempt.responses.get().answer == ["A"]
    assert client.post(url, {"answer-1": "A", "anyway": "1"}).status_code == 302
    attempt.refresh_from_db()
    assert attempt.status == "submitted"


def test_a_made_up_answer_is_refused_and_nothing_is_saved(signed_in, learner, enrolment, modules, now):
    attempt = start_quiz(enrolment, module=modules[0], now=now)
    response = signed_in(learner).post(reverse("learning:attempt", args=[attempt.pk]), {"answer-1": "A", "answer-2": "Z"})
    assert response.status_code == 422
    assert not attempt.responses.exists()


def test_the_right_answers_stay_hidden_until_handing_in(signed_in, learner, enrolment, modules, now):
    attempt = start_quiz(enrolment, module=modules[0], now=now)
    page = signed_in(learner).get(reverse("learning:attempt", args=[attempt.pk])).content.decode()
    assert "option--right" not in page
    assert "理由" not in page
    assert signed_in(learner).get(reverse("learning:result", args=[attempt.pk])).status_code == 302


@pytest.mark.parametrize("name", ["attempt", "result"])
def test_nobody_else_sees_my_quiz(signed_in, classmate, enrolment, modules, now, name):
    attempt = start_quiz(enrolment, module=modules[0], now=now)
    assert signed_in(classmate).get(reverse(f"learning:{name}", args=[attempt.pk])).status_code == 404


def test_nobody_else_sees_my_statement(signed_in, learner, classmate, statement):
    assert signed_in(learner).get(statement.get_absolute_url()).status_code == 200
    assert signed_in(classmate).get(statement.get_absolute_url()).status_code == 404


def test_whoever_is_not_enrolled_cannot_mark_or_be_tested(signed_in, classmate, lessons, modules):
    client = signed_in(classmate)
    assert client.post(reverse("learning:complete_lesson", args=[lessons[0].pk])).status_code == 403
    assert client.post(reverse("learning:quiz", args=[modules[0].pk])).status_code == 403
    assert not LessonCompletion.objects.exists()
    assert not Attempt.objects.exists()


def test_without_signing_in_every_learning_page_leads_to_the_sign_in(client, course, lessons, modules):
    for name, pk in (
        ("enrol", course.pk),
        ("complete_lesson", lessons[0].pk),
        ("quiz", modules[0].pk),
        ("issue_statement", course.pk),
    ):
        response = client.post(reverse(f"learning:{name}", args=[pk]))
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))
    assert client.get(reverse("learning:home")).status_code == 302
    assert not Enrolment.objects.exists()


def test_an_unfinished_course_says_what_is_missing(signed_in, learner, enrolment, course, lessons):
    response = signed_in(learner).post(reverse("learning:issue_statement", args=[course.pk]), follow=True)
    assert lessons[3].title in response.content.decode()
    assert not CompletionStatement.objects.exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_statement_never_speaks_of_a_skill_level_certificate(signed_in, learner, statement, language):
    with override(language):
        page = signed_in(learner).get(statement.get_absolute_url(), headers={"accept-language": language}).content.decode()
    main = page.split("<article", 1)[1].split("</article>", 1)[0]
    assert not any(word in main for word in FORBIDDEN_WORDS)


def test_the_lesson_page_shows_an_enrolled_person_where_she_is(signed_in, learner, enrolment, lessons, now):
    complete_lesson(enrolment, lesson=lessons[0], now=now)
    page = signed_in(learner).get(lessons[1].url).content.decode()
    assert "1/5" in page
    assert reverse("learning:complete_lesson", args=[lessons[1].pk]) in page


def test_pages_cost_a_fixed_number_of_queries(signed_in, learner, enrolment, course, lessons, django_assert_max_num_queries):
    client = signed_in(learner)
    # Wagtail itself needs about ten to walk down five levels of the address.
    for url, most in ((reverse("learning:home"), 30), (course.url, 26), (lessons[0].url, 26), (lesson_url(lessons[0]), 8)):
        client.get(url)
        with django_assert_max_num_queries(most):
            client.get(url)


def test_a_null_byte_falls_out_of_what_a_learner_writes(signed_in, learner, enrolment, lessons):
    client, lesson = signed_in(learner), lessons[0].pk
    client.post(reverse("learning:write_note", args=[lesson]), {"text": "先量\0座宽", "quote": "座\0宽", "block": "b\0"})
    client.post(reverse("learning:questions", args=[lesson]), {"text": "量\0几次？"})
    note, question = enrolment.notes.get(), enrolment.questions.get()
    assert (note.text, note.quote, note.block, question.text) == ("先量座宽", "座宽", "b", "量几次？")
    assert client.post(reverse("learning:questions", args=[lesson]), {"text": "\0"}).status_code == 422
    assert client.post(reverse("learning:place", args=[lesson]), {"block": "c\0"}).json() == {"kept": True}
    enrolment.refresh_from_db()
    assert enrolment.last_block == "c"
