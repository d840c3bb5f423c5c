"""Where she left off, her notes, her questions to the teacher, her dates, and the terms of a course."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from courses.catalogue.models import CoursePage, LessonPage, ModulePage
from courses.learning import films
from courses.learning.models import CalendarKey, CourseTerms, Enrolment, Note, Question
from courses.learning.rules import Film
from courses.learning.selectors import progress_of
from courses.learning.services import complete_lesson, enrol, issue_statement
from courses.learning.services.calendar import renew_calendar
from courses.learning.services.classes import join_class
from courses.learning.services.notes import write_note
from courses.learning.services.questions import answer_question, ask
from courses.learning.services.terms import set_terms
from lms.core.errors import DomainError
from lms.notices.models import Notice

from ..conftest import publish
from .test_course import finish, lesson_url, pass_quiz

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


# Where she left off


def test_the_place_is_kept_and_offered_on_every_device(signed_in, learner, enrolment, course, lessons):
    block = lessons[1].body[0].id
    client = signed_in(learner)
    assert client.post(reverse("learning:place", args=[lessons[1].pk]), {"block": block}).json() == {"kept": True}
    enrolment.refresh_from_db()
    progress = progress_of(enrolment)
    assert progress.continue_url == f"{lesson_url(lessons[1])}#b-{block}"
    for url in (reverse("learning:home"), reverse("learning:course", args=[course.pk]), course.url):
        assert f"#b-{block}" in client.get(url).content.decode()


def test_a_lesson_that_is_read_is_not_gone_back_to(enrolment, lessons, now):
    enrolment = complete_lesson(enrolment, lesson=lessons[0], now=now)
    assert progress_of(enrolment).continue_url == lesson_url(lessons[1])


def test_a_save_that_comes_late_does_not_undo_a_later_one(signed_in, learner, enrolment, lessons, now):
    client = signed_in(learner)
    for lesson, moment in ((lessons[1], now + MINUTE), (lessons[0], now)):
        with time_machine.travel(moment, tick=False):
            client.post(reverse("learning:place", args=[lesson.pk]), {"block": "x"})
    enrolment.refresh_from_db()
    assert enrolment.last_lesson_id == lessons[1].pk


def test_nobody_keeps_a_place_in_a_course_she_does_not_take(signed_in, classmate, enrolment, lessons):
    assert signed_in(classmate).post(reverse("learning:place", args=[lessons[0].pk]), {"block": "x"}).status_code == 404
    enrolment.refresh_from_db()
    assert enrolment.last_lesson_id is None


# Notes


def test_a_highlight_with_a_note_stands_in_the_lesson(signed_in, learner, enrolment, lessons):
    client = signed_in(learner)
    block = lessons[0].body[0].id
    sent = {"text": "先量人", "quote": "讲轮椅", "block": block}
    response = client.post(reverse("learning:write_note", args=[lessons[0].pk]), sent)
    assert response.url.endswith(f"#b-{block}")
    page = client.get(lesson_url(lessons[0])).content.decode()
    assert 'data-quote="讲轮椅"' in page
    assert "先量人" in page
    assert "先量人" in client.get(reverse("learning:notes", args=[enrolment.course_id])).content.decode()


def test_an_empty_note_is_not_kept(enrolment, lessons, now):
    with pytest.raises(DomainError, match="note_empty"):
        write_note(enrolment, lesson=lessons[0].pk, text="  ", now=now)
    assert not Note.objects.exists()


def test_a_note_is_changed_and_deleted_by_its_writer_alone(signed_in, learner, classmate, enrolment, lessons, teacher, now):
    note = write_note(enrolment, lesson=lessons[0].pk, text="旧", now=now)
    url = reverse("learning:note", args=[note.pk])
    for other in (classmate, teacher):
        assert signed_in(other).post(url, {"delete": "1"}).status_code == 404
        assert signed_in(other).get(url).status_code == 404
    client = signed_in(learner)
    assert client.get(url).status_code == 200
    client.post(url, {"text": "新"})
    assert Note.objects.get().text == "新"
    assert client.post(url, {"text": ""}).status_code == 422
    client.post(url, {"delete": "1"})
    assert not Note.objects.exists()


# Questions


@pytest.fixture
def in_class(make_class, learner, classmate, now):
    """Two learners of one class."""
    run = make_class()
    return [join_class(run, user=person, now=now) for person in (learner, classmate)]


def test_a_question_is_answered_and_its_asker_told(signed_in, in_class, learner, teacher, lessons):
    url = reverse("learning:questions", args=[lessons[0].pk])
    assert signed_in(learner).post(url, {"text": "座宽怎么量？"}).status_code == 302
    question = Question.objects.get()
    answer = reverse("learning:answer", args=[question.pk])
    assert "座宽怎么量？" in signed_in(teacher).get(reverse("learning:asked")).content.decode()
    assert signed_in(teacher).get(answer).status_code == 200
    assert signed_in(teacher).post(answer, {"answer": ""}).status_code == 422
    signed_in(teacher).post(answer, {"answer": "量臀宽再加两厘米。"})
    assert "量臀宽再加两厘米" in signed_in(learner).get(url).content.decode()
    assert Notice.objects.filter(user=learner, url=url).exists()
    assert "座宽怎么量？" in signed_in(teacher).get(reverse("learning:asked") + "?show=answered").content.decode()


@pytest.mark.parametrize("shared", [True, False])
def test_the_class_reads_an_answer_only_when_it_is_shared_and_never_who_asked(
    signed_in, in_class, classmate, teacher, lessons, now, shared
):
    question = ask(in_class[0], lesson=lessons[0], text="座宽怎么量？", now=now)
    answer_question(question, text="加两厘米", shared=shared, actor=teacher, now=now)
    page = signed_in(classmate).get(reverse("learning:questions", args=[lessons[0].pk])).content.decode()
    assert ("加两厘米" in page) is shared
    assert "王小芳" not in page


def test_a_shared_answer_stays_in_its_class(signed_in, in_class, course, make_user, teacher, lessons, now):
    question = ask(in_class[0], lesson=lessons[0], text="座宽怎么量？", now=now)
    answer_question(question, text="加两厘米", shared=True, actor=teacher, now=now)
    alone = make_user("自学者")
    enrol(course, user=alone, now=now)
    assert "加两厘米" not in signed_in(alone).get(reverse("learning:questions", args=[lessons[0].pk])).content.decode()


def test_a_question_is_taken_back_by_its_asker_until_it_is_answered(
    signed_in, in_class, learner, classmate, teacher, lessons, now
):
    first, second = (ask(in_class[0], lesson=lessons[0], text=text, now=now) for text in ("一", "二"))
    url = reverse("learning:withdraw_question", args=[first.pk])
    assert signed_in(classmate).post(url).status_code == 404
    answer_question(second, text="答", shared=False, actor=teacher, now=now)
    for question in (first, second):
        signed_in(learner).post(reverse("learning:withdraw_question", args=[question.pk]))
    assert list(Question.objects.all()) == [second]


def test_a_teacher_of_another_college_reads_and_answers_no_question_of_ours(
    signed_in, in_class, stranger_teacher, learner, lessons, now
):
    question = ask(in_class[0], lesson=lessons[0], text="座宽怎么量？", now=now)
    url = reverse("learning:answer", args=[question.pk])
    assert signed_in(stranger_teacher).post(url, {"answer": "假"}).status_code == 404
    assert "座宽" not in signed_in(stranger_teacher).get(reverse("learning:asked")).content.decode()
    assert signed_in(learner).get(reverse("learning:asked")).status_code == 403
    question.refresh_from_db()
    assert question.answer == ""


# Dates


def test_the_feed_tells_what_is_due_and_leaves_out_what_is_done(client, in_class, learner, lessons, now):
    key = renew_calendar(learner, now=now)
    url = reverse("learning:feed", args=[key.token])
    text = client.get(url).content.decode()
    assert "DTSTART;VALUE=DATE:20260914" in text
    assert "DTSTART;VALUE=DATE:20260927" in text
    for lesson in lessons[2:]:
        complete_lesson(in_class[0], lesson=lesson, now=now)
    text = client.get(url).content.decode()
    assert "DTSTART;VALUE=DATE:20260914" in text
    assert "DTSTART;VALUE=DATE:20260927" not in text


def test_a_renewed_or_closed_address_opens_nothing(client, signed_in, learner, now):
    old = renew_calendar(learner, now=now).token
    own = signed_in(learner)
    own.post(reverse("learning:calendar"))
    fresh = CalendarKey.objects.get().token
    assert client.get(reverse("learning:feed", args=[old])).status_code == 404
    assert fresh in own.get(reverse("learning:calendar")).content.decode()
    own.post(reverse("learning:calendar"), {"close": "1"})
    assert client.get(reverse("learning:feed", args=[fresh])).status_code == 404


# Terms


@pytest.fixture
def advanced(tree):
    """A second course of one lesson."""
    course = publish(tree, CoursePage(slug="advanced", title="进阶", summary="摘要", hours=1))
    module = publish(course, ModulePage(slug="m", title="模块"))
    publish(module, LessonPage(slug="l", title="进阶课", body=[("text", "<p>进阶。</p>")]))
    return CoursePage.objects.get(pk=course.pk)


@pytest.fixture
def terms(teacher, now):
    def put(course, **changes):
        values = {"prerequisites": [], "by_class_only": False, "quizzes_needed": True, "watch_percent": 0}
        return set_terms(course, **{**values, **changes}, actor=teacher, now=now)

    return put


def test_a_course_waits_for_the_statement_of_the_one_before(
    signed_in, terms, course, advanced, enrolment, learner, lessons, modules, now
):
    terms(advanced, prerequisites=[course])
    with pytest.raises(DomainError, match="prerequisites_missing"):
        enrol(advanced, user=learner, now=now)
    assert not Enrolment.objects.filter(course=advanced).exists()
    page = signed_in(learner).get(advanced.url).content.decode()
    assert reverse("learning:enrol", args=[advanced.pk]) not in page
    finish(enrolment, lessons, modules, now)
    issue_statement(enrolment, now=now)
    assert enrol(advanced, user=learner, now=now).course == advanced


def test_courses_do_not_wait_for_each_other(terms, course, advanced):
    terms(advanced, prerequisites=[course])
    with pytest.raises(DomainError, match="prerequisite_circle"):
        terms(course, prerequisites=[advanced])
    assert not CourseTerms.objects.filter(course=course).exists()


def test_a_course_only_in_a_class_is_not_taken_alone(terms, make_class, course, learner, now):
    terms(course, by_class_only=True)
    with pytest.raises(DomainError, match="class_only"):
        enrol(course, user=learner, now=now)
    assert join_class(make_class(), user=learner, now=now).course == course


def test_quizzes_that_are_practice_are_no_step(terms, course, learner, lessons, now):
    terms(course, quizzes_needed=False)
    enrolment = enrol(course, user=learner, now=now)
    for lesson in lessons:
        enrolment = complete_lesson(enrolment, lesson=lesson, now=now)
    assert (enrolment.steps_done, enrolment.steps_total) == (4, 4)
    assert issue_statement(enrolment, now=now).number == "JY2026-000001"


def test_terms_of_the_first_day_hold(terms, course, enrolment, lessons, modules, now):
    terms(course, watch_percent=100)
    finish(enrolment, lessons, modules, now)
    assert issue_statement(enrolment, now=now).number == "JY2026-000001"


def test_a_film_has_to_be_watched_as_far_as_the_terms_say(terms, course, learner, lessons, modules, now, monkeypatch):
    monkeypatch.setattr(films, "_SOURCES", [])
    watched = {"percent": 79}
    films.register_films(lambda user, pks: [Film("量座宽", watched["percent"])])
    terms(course, watch_percent=80)
    enrolment = enrol(course, user=learner, now=now)
    finish(enrolment, lessons, modules, now)
    with pytest.raises(DomainError, match="films_missing"):
        issue_statement(enrolment, now=now)
    watched["percent"] = 80
    assert issue_statement(enrolment, now=now).number == "JY2026-000001"


def test_a_teacher_sets_terms_of_her_college_alone(signed_in, course, advanced, teacher, stranger_teacher):
    url = reverse("learning:terms", args=[advanced.pk])
    sent = {"prerequisites": [course.pk], "watch_percent": "50", "by_class_only": "on"}
    assert signed_in(stranger_teacher).post(url, sent).status_code == 404
    assert not CourseTerms.objects.exists()
    assert signed_in(teacher).get(url).status_code == 200
    assert signed_in(teacher).post(url, sent).status_code == 302
    terms = CourseTerms.objects.get()
    assert (terms.by_class_only, terms.quizzes_needed, terms.watch_percent) == (True, False, 50)
    assert list(terms.prerequisites.all()) == [course]


def test_what_the_enrolment_remembers_is_what_was_done(enrolment, lessons, modules, now):
    enrolment = complete_lesson(enrolment, lesson=lessons[0], now=now)
    pass_quiz(enrolment, modules[0], now)
    enrolment.refresh_from_db()
    progress = progress_of(enrolment)
    assert set(enrolment.standing["read"]) == progress.done_lessons
    assert set(enrolment.standing["passed"]) == progress.passed_quizzes == {modules[0].pk}
    assert (enrolment.steps_done, enrolment.steps_total) == (progress.done, progress.total)
