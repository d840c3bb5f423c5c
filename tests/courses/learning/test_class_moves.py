"""A class goes on by a newer version as a whole: everybody in it, with nothing lost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.catalogue.models import LessonPage
from courses.catalogue.versions import keep_version, latest_version
from courses.learning.models import LessonCompletion
from courses.learning.selectors import progress_of
from courses.learning.selectors.comparing import movers_of
from courses.learning.services import complete_lesson, enrol, issue_statement, move_class, move_to_version
from courses.learning.services.classes import join_class
from courses.learning.services.notes import write_note
from lms.core import ledger
from lms.core.errors import DomainError
from lms.notices.models import Notice

from ..conftest import publish
from .test_course import finish, pass_quiz
from .test_versions import rewrite

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(make_class, learner, classmate, now):
    run = make_class()
    for person in (learner, classmate):
        join_class(run, user=person, now=now)
    return run


def own(run, person):
    return run.enrolments.get(user=person)


@pytest.fixture
def newer(run, course, lessons, modules, learner, now):
    """The learner has read lessons 1 and 2 and passed the quiz; then 1 is rewritten, 4 taken down, and one added."""
    for lesson in lessons[:2]:
        complete_lesson(own(run, learner), lesson=lesson, now=now)
    pass_quiz(own(run, learner), modules[0], now)
    write_note(own(run, learner), lesson=lessons[3].pk, text="记住这一点", now=now)
    rewrite(lessons[0], "第11课讲助行器。")
    lessons[3].unpublish()
    publish(modules[1], LessonPage(slug="l3", title="课23", body=[("text", "<p>新。</p>")]))
    return latest_version(course)


def test_everybody_moves_and_nothing_is_lost(run, newer, learner, classmate, lessons, modules, teacher, now):
    assert move_class(run, version=newer, actor=teacher, now=now) == 2
    for person in (learner, classmate):
        assert own(run, person).version == newer
    moved = own(run, learner)
    progress = progress_of(moved)
    assert progress.done_lessons == {lessons[1].pk}
    assert progress.passed_quizzes == {modules[0].pk}
    assert LessonCompletion.objects.filter(enrolment=moved).count() == 2
    assert moved.notes.get().text == "记住这一点"
    assert (moved.steps_done, moved.steps_total) == (progress.done, progress.total) == (2, 5)


def test_a_class_counts_as_the_move_of_one_does(
    run, newer, learner, classmate, teacher, course, make_user, lessons, modules, now
):
    alone = enrol(course, user=make_user("独学"), version=run.version, now=now)
    for lesson in lessons[:2]:
        complete_lesson(alone, lesson=lesson, now=now)
    pass_quiz(alone, modules[0], now)
    alone = move_to_version(alone, version=newer, now=now)
    move_class(run, version=newer, actor=teacher, now=now)
    moved = own(run, learner)
    assert (moved.standing, moved.steps_done, moved.steps_total) == (alone.standing, alone.steps_done, alone.steps_total)


def test_the_dates_stay_with_their_modules(run, newer, classmate, teacher, now):
    before = own(run, classmate).next_due_on
    move_class(run, version=newer, actor=teacher, now=now)
    run.refresh_from_db()
    assert own(run, classmate).next_due_on == before is not None


def test_who_comes_later_joins_by_the_new_version(run, newer, teacher, make_user, now):
    move_class(run, version=newer, actor=teacher, now=now)
    run.refresh_from_db()
    assert join_class(run, user=make_user("新来的"), now=now).version == newer


def test_who_has_finished_stays_with_or_without_the_statement(run, course, lessons, modules, learner, classmate, teacher, now):
    for person in (learner, classmate):
        finish(own(run, person), lessons, modules, now)
    statement = issue_statement(own(run, learner), now=now)
    rewrite(lessons[0], "第11课讲助行器。")
    assert move_class(run, version=latest_version(course), actor=teacher, now=now) == 0
    assert {enrolment.version.number for enrolment in run.enrolments.all()} == {1}
    assert statement.statement["number"] == statement.number
    assert issue_statement(own(run, classmate), now=now).number


def test_who_has_moved_by_herself_is_not_moved_again(run, newer, learner, classmate, teacher, now):
    move_to_version(own(run, learner), version=newer, now=now)
    assert [enrolment.user for enrolment in movers_of(run, newer)] == [classmate]
    assert move_class(run, version=newer, actor=teacher, now=now) == 1
    assert not Notice.objects.filter(user=learner, kind="learning.class_moved").exists()


def test_each_mover_is_told_in_her_language_and_the_ledger_knows(run, newer, learner, classmate, teacher, now):
    classmate.language = "en"
    classmate.save()
    move_class(run, version=newer, actor=teacher, now=now)
    told = {notice.user: notice for notice in Notice.objects.filter(kind="learning.class_moved")}
    assert set(told) == {learner, classmate}
    assert told[classmate].text.startswith(f"“{run.title}” goes on with version 2")
    assert told[learner].url == f"/learn/courses/{run.course_id}/"
    entry = ledger.entries_about(run).last()
    assert (entry.kind, entry.facts["older"], entry.facts["newer"], entry.facts["learners"]) == ("learning.class_moved", 1, 2, 2)
    assert ledger.entries_about(own(run, learner)).last().facts == {"older": 1, "newer": 2}


def test_a_class_never_goes_back_nor_to_another_course(run, newer, teacher, tree, now):
    from courses.catalogue.models import CoursePage

    first = run.version
    move_class(run, version=newer, actor=teacher, now=now)
    for version in (first, newer):
        with pytest.raises(DomainError, match="version_not_newer"):
            move_class(run, version=version, actor=teacher, now=now)
    other = publish(tree, CoursePage(slug="other", title="另一门课", summary="摘要", hours=1))
    with pytest.raises(DomainError, match="version_elsewhere"):
        move_class(run, version=latest_version(other), actor=teacher, now=now)


def test_the_teacher_sees_the_difference_and_only_the_button_moves(run, newer, signed_in, teacher, learner):
    client = signed_in(teacher)
    url = reverse("learning:class_version", args=[run.pk])
    assert url in client.get(run.get_absolute_url()).content.decode()
    page = client.get(url)
    assert "第11课讲助行器" in page.content.decode()
    assert (page.context["moving"], page.context["staying"]) == (2, 0)
    assert own(run, learner).version.number == 1
    assert client.post(url, {"seen": newer.fingerprint}).url == run.get_absolute_url()
    assert own(run, learner).version == newer
    assert url not in client.get(run.get_absolute_url()).content.decode()
    assert client.get(url).url == run.get_absolute_url()


def test_what_changed_again_meanwhile_is_shown_before_anybody_moves(run, newer, signed_in, teacher, learner, lessons):
    seen = newer.fingerprint
    rewrite(lessons[1], "又改了。")
    client = signed_in(teacher)
    answer = client.post(reverse("learning:class_version", args=[run.pk]), {"seen": seen})
    assert answer.status_code == 409
    assert "又改了" in answer.content.decode()
    assert own(run, learner).version.number == 1


def test_nobody_moves_a_class_that_she_does_not_lead(run, newer, signed_in, stranger_teacher, learner):
    url = reverse("learning:class_version", args=[run.pk])
    for person in (stranger_teacher, learner):
        client = signed_in(person)
        assert client.get(url).status_code == client.post(url, {"seen": newer.fingerprint}).status_code == 404
    assert own(run, learner).version.number == 1


def test_moving_asks_the_same_for_more_learners(make_class, course, teacher, lessons, crowd, now):
    few, many = make_class(), make_class(title="大班")
    crowd(few, 2, lessons[0])
    crowd(many, 150, lessons[0])
    rewrite(lessons[0], "第11课讲助行器。")
    keep_version(latest_version(course))
    found = []
    for run in (few, many):
        with CaptureQueriesContext(connection) as captured:
            move_class(run, version=latest_version(course), actor=teacher, now=now)
        # Rows are written in batches, as many as a database takes at once.
        found.append(len([query for query in captured.captured_queries if query["sql"].startswith("SELECT")]))
    assert found[0] == found[1] <= 12


def test_a_class_does_not_move_to_what_nobody_has_looked_at(run, newer, lessons, teacher, now):
    rewrite(lessons[1], "老师看的时候又改了。")
    with pytest.raises(DomainError, match="version_changed"):
        move_class(run, version=newer, actor=teacher, now=now)
    run.refresh_from_db()
    assert run.version_id != newer.pk
