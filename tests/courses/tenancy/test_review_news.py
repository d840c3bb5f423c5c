"""A review is told as notices, once, whatever button began it; Wagtail itself mails nobody."""

import pytest

from courses.catalogue.models import LessonPage
from courses.tenancy.services.courses import approve_course, return_course, submit_course
from lms.notices.models import Notice

from ..conftest import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_mail(author, reviewer):
    """People whom Wagtail would write to."""
    for number, person in enumerate((author, reviewer)):
        person.email = f"p{number}@demo.example"
        person.save()


def told():
    return list(Notice.objects.order_by("pk").values_list("user__name", "kind"))


def test_a_page_that_is_sent_alone_is_told_at_each_step(course, lessons, author, reviewer, with_mail, mailoutbox):
    lesson = lessons[0]
    lesson.title = "改过的课"
    lesson.save_revision(user=author)
    state = lesson.get_workflow().start(lesson, author)
    state.current_task_state.specific.reject(user=reviewer, comment="请补一张图")
    lesson.current_workflow_state.resume(user=author)
    state.refresh_from_db()
    state.current_task_state.specific.approve(user=reviewer)
    assert told() == [
        (reviewer.name, "tenancy.course_submitted"),
        (author.name, "tenancy.course_returned"),
        (reviewer.name, "tenancy.course_submitted"),
        (author.name, "tenancy.course_published"),
    ]
    assert "改过的课" in Notice.objects.first().subject
    assert Notice.objects.first().url == f"/desk/courses/{course.pk}/"
    assert "请补一张图" in Notice.objects.get(kind="tenancy.course_returned").text
    assert LessonPage.objects.get(pk=lesson.pk).title == "改过的课"
    assert mailoutbox == []  # ours follow the commit; Wagtail's would be here at once


def test_a_programme_leads_its_reviewer_to_its_editor(tree, author, reviewer):
    from courses.curricula.models import CurriculumPage

    page = publish(tree, CurriculumPage(slug="fangan", title="方案"))
    page.get_workflow().start(page, author)
    assert Notice.objects.get(user=reviewer).url == f"/cms/pages/{page.pk}/edit/"


def test_a_whole_course_is_told_once_at_each_step(course, lessons, author, reviewer, with_mail, mailoutbox, now):
    for lesson in lessons:
        lesson.save_revision(user=author)
    submit_course(course, actor=author, now=now)
    return_course(course, comment="请补一张图", on_parts={}, actor=reviewer, now=now)
    submit_course(course, actor=author, now=now)
    approve_course(course, comment="", actor=reviewer, now=now)
    assert [kind for _name, kind in told()] == [
        "tenancy.course_submitted",
        "tenancy.course_returned",
        "tenancy.course_submitted",
        "tenancy.course_published",
    ]
    assert mailoutbox == []  # ours follow the commit; Wagtail's would be here at once
