"""Published versions, the one that a learner began, and the way to a newer one."""

import pytest
from django.db.models import ProtectedError
from django.urls import reverse

from courses.catalogue.models import CourseVersion, LessonPage
from courses.catalogue.pinned import pinned_outline
from courses.catalogue.versions import keep_version, latest_version, record_version
from courses.learning.models import LessonCompletion
from courses.learning.selectors import progress_of
from courses.learning.selectors.comparing import compare_with, newest_for, shown_changes
from courses.learning.services import complete_lesson, enrol, issue_statement, move_to_version
from courses.learning.services.notes import write_note
from lms.core.errors import DomainError

from ..conftest import publish
from .test_course import finish, lesson_url

pytestmark = pytest.mark.django_db


def rewrite(lesson, text):
    lesson = LessonPage.objects.get(pk=lesson.pk)
    lesson.body = [("text", f"<p>{text}</p>")]
    lesson.save_revision().publish()


def new_version(course, now):
    return record_version(course, actor=None, now=now)


def test_publishing_the_first_time_makes_version_one_however_many_pages(course):
    assert [version.number for version in course.versions.all()] == [1]


def test_a_version_holds_what_was_published_in_its_order(course, lessons, modules):
    outline = pinned_outline(latest_version(course))
    assert [lesson.pk for lesson in outline.lessons] == [lesson.pk for lesson in lessons]
    assert [lesson.revision for lesson in outline.lessons] == [lesson.live_revision_id for lesson in lessons]
    assert [part.module.blueprint.item_count if part.module.blueprint else None for part in outline.parts] == [6, None]


def test_a_change_before_anybody_begins_keeps_the_number(course, lessons):
    before = latest_version(course).content_hash
    rewrite(lessons[0], "改了。")
    assert [version.number for version in course.versions.all()] == [1]
    assert latest_version(course).content_hash != before


def test_a_change_after_somebody_has_begun_makes_the_next_version(course, lessons, enrolment):
    rewrite(lessons[0], "改了。")
    assert [version.number for version in course.versions.order_by("number")] == [1, 2]
    enrolment.refresh_from_db()
    assert enrolment.version.number == 1


def test_publishing_the_same_words_again_makes_no_version(course, lessons, enrolment):
    LessonPage.objects.get(pk=lessons[0].pk).save_revision().publish()
    assert CourseVersion.objects.filter(course=course).count() == 1


def test_a_new_order_of_lessons_is_a_change(course, lessons, enrolment, now):
    lessons[1].move(lessons[0], pos="left")
    outline = pinned_outline(new_version(course, now))
    assert [lesson.pk for lesson in outline.lessons][:2] == [lessons[1].pk, lessons[0].pk]
    assert latest_version(course).number == 2


def test_a_learner_reads_her_version_and_everybody_else_the_new_one(signed_in, learner, classmate, enrolment, lessons):
    rewrite(lessons[0], "新版讲助行器。")
    own = signed_in(learner).get(lesson_url(lessons[0])).content.decode()
    assert "第11课讲轮椅" in own
    assert "新版讲助行器" not in own
    assert "第11课讲轮椅" in signed_in(learner).get(lessons[0].url).content.decode()
    assert "新版讲助行器" in signed_in(classmate).get(lessons[0].url).content.decode()


def test_a_lesson_taken_down_is_still_read_by_those_who_began_with_it_and_by_nobody_else(
    signed_in, learner, classmate, enrolment, lessons
):
    lessons[0].unpublish()
    assert "第11课讲轮椅" in signed_in(learner).get(lesson_url(lessons[0])).content.decode()
    assert signed_in(classmate).get(lesson_url(lessons[0])).status_code == 404


def test_a_course_taken_down_is_finished_by_those_who_began(signed_in, learner, enrolment, course, lessons):
    course.unpublish(set_expired=False)
    client = signed_in(learner)
    assert client.get(lesson_url(lessons[0])).status_code == 200
    assert client.get(reverse("learning:course", args=[course.pk])).status_code == 200


def test_the_statement_speaks_of_the_version_that_was_completed(enrolment, lessons, modules, course, now):
    course.title = "新名字"
    course.save_revision().publish()
    publish(modules[1], LessonPage(slug="l3", title="课23", body=[("text", "<p>新。</p>")]))
    finish(enrolment, lessons, modules, now)
    words = issue_statement(enrolment, now=now).statement
    assert words["course"] == "辅具服务基础"
    assert words["modules"][1]["lessons"] == 2


@pytest.fixture
def changed(course, lessons, modules, enrolment, now):
    """Lessons 1 and 2 are read; then 1 is rewritten, 4 taken down, and one added."""
    for lesson in lessons[:2]:
        complete_lesson(enrolment, lesson=lesson, now=now)
    rewrite(lessons[0], "第11课讲助行器。")
    lessons[3].unpublish()
    publish(modules[1], LessonPage(slug="l3", title="课23", body=[("text", "<p>新。</p>")]))
    enrolment.refresh_from_db()
    return newest_for(enrolment)


def test_the_difference_names_what_came_went_and_changed_with_its_words(changed, enrolment, lessons):
    comparison = compare_with(enrolment, changed, read={lessons[0].pk, lessons[1].pk})
    assert [(change.kind, change.title) for change in comparison.changes] == [
        ("changed", "课11"),
        ("added", "课23"),
        ("removed", "课22"),
    ]
    assert (comparison.kept, comparison.unchanged) == (1, 2)
    lines = shown_changes(enrolment, changed, comparison)[0].lines
    assert [(line.sign, line.text) for line in lines if line.sign in "+-"] == [
        ("-", "第11课讲轮椅。"),
        ("+", "第11课讲助行器。"),
    ]


def test_moving_keeps_what_did_not_change_and_loses_nothing(changed, enrolment, lessons, now):
    write_note(enrolment, lesson=lessons[3].pk, text="记住这一点", now=now)
    moved = move_to_version(enrolment, version=changed, now=now)
    progress = progress_of(moved)
    assert progress.done_lessons == {lessons[1].pk}
    assert LessonCompletion.objects.count() == 2
    assert moved.notes.get().text == "记住这一点"
    assert (moved.steps_done, moved.steps_total) == (progress.done, progress.total) == (1, 5)


def test_a_changed_lesson_is_read_once_more_and_both_moments_stay(changed, enrolment, lessons, now):
    moved = move_to_version(enrolment, version=changed, now=now)
    complete_lesson(moved, lesson=lessons[0], now=now)
    assert LessonCompletion.objects.filter(lesson=lessons[0]).count() == 2
    assert lessons[0].pk in progress_of(moved).done_lessons


def test_nobody_moves_to_the_version_of_another_course_or_after_the_statement(changed, enrolment, lessons, modules, tree, now):
    from courses.catalogue.models import CoursePage

    other = publish(tree, CoursePage(slug="other", title="另一门课", summary="摘要", hours=1))
    with pytest.raises(DomainError, match="version_elsewhere"):
        move_to_version(enrolment, version=latest_version(other), now=now)
    finish(enrolment, lessons[2:], modules, now)
    issue_statement(enrolment, now=now)
    with pytest.raises(DomainError, match="already_complete"):
        move_to_version(enrolment, version=changed, now=now)


def test_the_page_of_the_difference_moves_only_whoever_presses_the_button(signed_in, learner, changed, enrolment, course):
    client = signed_in(learner)
    url = reverse("learning:version", args=[course.pk])
    page = client.get(url).content.decode()
    assert "第11课讲助行器" in page
    assert "课22" in page
    enrolment.refresh_from_db()
    assert enrolment.version.number == 1
    assert client.post(url).url == reverse("learning:course", args=[course.pk])
    enrolment.refresh_from_db()
    assert enrolment.version_id == changed.pk


def test_nobody_sees_the_difference_of_a_course_she_does_not_take(signed_in, classmate, changed, course):
    assert signed_in(classmate).get(reverse("learning:version", args=[course.pk])).status_code == 404


def test_what_was_begun_cannot_be_deleted_and_what_nobody_began_can(course, lessons, learner, now):
    lessons[3].delete()
    enrol(course, user=learner, now=now)
    with pytest.raises(ProtectedError):
        LessonPage.objects.get(pk=lessons[0].pk).delete()


def test_an_editor_who_would_delete_it_is_told_why_not(client, reviewer, enrolment, lessons):
    reviewer.is_superuser = True
    reviewer.save()
    client.force_login(reviewer, backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(reverse("wagtailadmin_pages:delete", args=[lessons[0].pk]), follow=True)
    assert LessonPage.objects.filter(pk=lessons[0].pk).exists()
    assert response.status_code == 200


def test_an_enrolment_older_than_versions_is_pinned_when_it_goes_on(enrolment, lessons, now):
    type(enrolment).objects.update(version=None)
    enrolment.refresh_from_db()
    LessonCompletion.objects.create(enrolment=enrolment, lesson=lessons[0], completed_at=now)
    assert progress_of(enrolment).done == 1
    went_on = complete_lesson(enrolment, lesson=lessons[1], now=now)
    assert went_on.version.number == 1
    assert progress_of(went_on).done == 2


def test_a_stale_tab_cannot_write_over_the_text_that_learners_read(course, lessons, enrolment, author):
    """Wagtail's editor saves over its own last revision; once it is published somebody may have begun it."""
    lesson = LessonPage.objects.get(pk=lessons[0].pk)
    lesson.body = [("text", "<p>审过的。</p>")]
    reviewed = lesson.save_revision(user=author)
    reviewed.publish()
    lesson = LessonPage.objects.get(pk=lessons[0].pk)
    lesson.body = [("text", "<p>没有审过的。</p>")]
    saved = lesson.save_revision(user=author, overwrite_revision=reviewed)
    assert saved.pk != reviewed.pk
    reviewed.refresh_from_db()
    assert "没有审过的" not in str(reviewed.content)


def test_a_draft_that_nobody_reads_is_saved_over(course, lessons, author):
    lesson = LessonPage.objects.get(pk=lessons[0].pk)
    draft = lesson.save_revision(user=author)
    lesson.body = [("text", "<p>又改了。</p>")]
    assert lesson.save_revision(user=author, overwrite_revision=draft).pk == draft.pk


def test_who_begins_a_version_holds_it_as_it_is_in_that_moment(course, lessons):
    shown = latest_version(course)
    rewrite(lessons[0], "在她看的时候改了。")
    kept = keep_version(shown)
    assert kept.is_kept
    assert kept.fingerprint == latest_version(course).fingerprint != shown.fingerprint
