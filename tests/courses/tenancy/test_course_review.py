"""A whole course goes to review, comes back with a comment, goes again and is published; others cannot touch it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.catalogue.models import CoursePage, LessonPage, ModulePage
from courses.tenancy.selectors import courses_in_review, parts_of, waiting_tasks
from courses.tenancy.services.courses import Beginning, approve_course, begin_course, return_course, submit_course
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.notices.models import Notice

pytestmark = pytest.mark.django_db
TITLES = Beginning(title="新课程", summary="一句话。", module="第一模块", lesson="第一课")


@pytest.fixture
def begun(tree, author, now):
    lesson = begin_course(tree, TITLES, actor=author, now=now)
    return CoursePage.objects.ancestor_of(lesson).get()


def states(course):
    return [part.state for part in parts_of(course)]


def test_a_course_begins_with_four_titles_as_drafts(begun, author):
    assert [(part.title, part.depth, part.state) for part in parts_of(begun)] == [
        ("新课程", 0, "draft"),
        ("第一模块", 1, "draft"),
        ("第一课", 2, "draft"),
    ]


def test_from_draft_to_published_with_one_return(begun, author, reviewer, now):
    assert submit_course(begun, actor=author, now=now) == 3
    assert states(begun) == ["waiting"] * 3
    assert courses_in_review(reviewer) == [begun]
    assert Notice.objects.filter(user=reviewer).count() == 1
    return_course(begun, comment="请补一张图", on_parts={}, actor=reviewer, now=now)
    assert states(begun) == ["returned"] * 3
    assert "请补一张图" in Notice.objects.get(user=author).text
    assert courses_in_review(reviewer) == []
    assert submit_course(begun, actor=author, now=now) == 3
    assert approve_course(begun, comment="", actor=reviewer, now=now) == 3
    assert states(begun) == ["live"] * 3
    assert LessonPage.objects.get(title="第一课").live
    kinds = [entry.kind for entry in LedgerEntry.objects.filter(subject=f"catalogue.coursepage:{begun.pk}").order_by("sequence")]
    assert kinds == [
        "tenancy.course_begun",
        "tenancy.course_submitted",
        "tenancy.course_returned",
        "tenancy.course_submitted",
        "tenancy.course_approved",
    ]


def test_each_step_of_the_review_is_told_as_a_kind_of_its_own(begun, author, reviewer, now):
    submit_course(begun, actor=author, now=now)
    return_course(begun, comment="请补一张图", on_parts={}, actor=reviewer, now=now)
    submit_course(begun, actor=author, now=now)
    approve_course(begun, comment="", actor=reviewer, now=now)
    told = list(Notice.objects.order_by("pk").values_list("user__name", "kind"))
    assert told == [
        (reviewer.name, "tenancy.course_submitted"),
        (author.name, "tenancy.course_returned"),
        (reviewer.name, "tenancy.course_submitted"),
        (author.name, "tenancy.course_published"),
    ]
    assert all(notice.words.subject.endswith("新课程") for notice in Notice.objects.all())


def test_a_comment_on_one_part_sends_only_that_part_back(begun, author, reviewer, now):
    submit_course(begun, actor=author, now=now)
    lesson = LessonPage.objects.get(title="第一课")
    assert return_course(begun, comment="", on_parts={lesson.pk: "太短"}, actor=reviewer, now=now) == 1
    assert states(begun) == ["waiting", "waiting", "returned"]
    assert parts_of(begun)[2].comment == "太短"
    assert submit_course(begun, actor=author, now=now) == 1


def test_a_comment_on_a_part_of_another_course_sends_nothing_back(begun, author, reviewer, tree, now):
    submit_course(begun, actor=author, now=now)
    tree.refresh_from_db()
    foreign = begin_course(tree, Beginning("别的课", "。", "模块", "课"), actor=author, now=now)
    with pytest.raises(DomainError, match="not_in_review"):
        return_course(begun, comment="", on_parts={foreign.pk: "太短"}, actor=reviewer, now=now)


def test_nothing_goes_back_without_a_word(begun, author, reviewer, now):
    submit_course(begun, actor=author, now=now)
    with pytest.raises(DomainError, match="comment_missing"):
        return_course(begun, comment="  ", on_parts={}, actor=reviewer, now=now)
    assert states(begun) == ["waiting"] * 3


def test_what_waits_already_is_not_sent_twice(begun, author, now):
    submit_course(begun, actor=author, now=now)
    with pytest.raises(DomainError, match="nothing_to_review"):
        submit_course(begun, actor=author, now=now)


def test_only_what_is_new_in_a_published_course_is_sent(course, lessons, author, reviewer, now):
    with pytest.raises(DomainError, match="nothing_to_review"):
        submit_course(course, actor=author, now=now)
    lessons[0].title = "新的标题"
    lessons[0].save_revision(user=author)
    assert submit_course(course, actor=author, now=now) == 1
    assert LessonPage.objects.get(pk=lessons[0].pk).title != "新的标题"
    approve_course(course, comment="", actor=reviewer, now=now)
    assert LessonPage.objects.get(pk=lessons[0].pk).title == "新的标题"


def test_pages_answer_each_by_her_part(begun, author, reviewer, other_author, make_user, enter):
    where = f"/desk/courses/{begun.pk}/"
    assert enter(author).post(f"{where}submit/").status_code == 302
    assert enter(author).post(f"{where}approve/").status_code == 403
    assert enter(author).post(f"{where}return/", {"comment": "我自己"}).status_code == 403
    assert enter(reviewer).post(f"{where}submit/").status_code == 403
    for person in (other_author, make_user("路人")):
        client = enter(person)
        assert client.get(where).status_code == 404
        for verb in ("submit", "approve", "return"):
            assert client.post(f"{where}{verb}/", {"comment": "x"}).status_code == 404
    assert states(begun) == ["waiting"] * 3
    assert "第一课" in enter(reviewer).get(where).content.decode()
    enter(reviewer).post(f"{where}return/", {"comment": "请补一张图"})
    assert "请补一张图" in enter(author).get(where).content.decode()


def test_another_associations_reviewer_decides_nothing(begun, author, make_user, member, now, enter):
    from courses.catalogue.services import open_college_tree
    from lms.organisations.models import Organisation
    from lms.organisations.rules import Role

    rival = Organisation.objects.create(name="另一协会", slug="rival", kind="association")
    theirs = Organisation.objects.create(name="另一学院", slug="theirs", kind="college")
    open_college_tree(theirs, reviewers=rival)
    stranger = member(make_user("外审"), rival, Role.COURSE_REVIEWER)
    submit_course(begun, actor=author, now=now)
    assert courses_in_review(stranger) == []
    assert enter(stranger).post(f"/desk/courses/{begun.pk}/approve/").status_code == 404
    assert len(waiting_tasks(begun)) == 3


def test_the_button_of_the_editor_keeps_the_page_and_sends_the_course(begun, author, enter):
    lesson = LessonPage.objects.get(title="第一课")
    form = {
        "title": "第一课，改过",
        "slug": lesson.slug,
        "summary": "",
        "minutes": "20",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-send-course": "1",
    }
    answer = enter(author).post(f"/cms/pages/{lesson.pk}/edit/", form)
    assert answer.headers["Location"] == f"/desk/courses/{begun.pk}/"
    assert states(begun) == ["waiting"] * 3
    assert parts_of(begun)[2].title == "第一课，改过"


def test_the_page_of_a_course_costs_the_same_for_few_lessons_and_for_many(course, modules, author, enter):
    def queries():
        with CaptureQueriesContext(connection) as context:
            assert enter(author).get(f"/desk/courses/{course.pk}/").status_code == 200
        return len(context)

    queries()  # the first page of a process asks for what is then remembered
    few = queries()
    module = ModulePage.objects.get(pk=modules[0].pk)
    for number in range(20):
        module.add_child(instance=LessonPage(slug=f"n{number}", title=f"新课{number}", live=False))
    assert queries() == few


def test_the_first_page_of_the_admin_names_what_waits(begun, author, reviewer, now, enter):
    submit_course(begun, actor=author, now=now)
    assert f"/desk/courses/{begun.pk}/" in enter(reviewer).get("/cms/").content.decode()
    assert f"/desk/courses/{begun.pk}/" in enter(author).get("/cms/").content.decode()
    assert "新课程" in enter(author).get("/desk/courses/").content.decode()
