"""Authors order what learners do not see yet, reviewers the rest; what is published is taken out by a reviewer alone."""

import pytest

from courses.catalogue.models import LessonPage, ModulePage
from courses.catalogue.versions import keep_version, latest_version
from courses.tenancy.models import TakeOutWish
from courses.tenancy.rules import Standing, Way, may_trade_places
from courses.tenancy.selectors import courses_in_review, parts_of
from courses.tenancy.services.courses import Beginning, begin_course, submit_course
from courses.tenancy.services.parts import ask_to_take_out, bring_back, leave_in, order_part, take_out
from lms.core.errors import DomainError
from lms.notices.models import Notice

LIVE, DRAFT, WAITING = Standing(True, False), Standing(False, False), Standing(False, True)


@pytest.mark.parametrize(
    ("one", "other", "publishes", "may"),
    [
        (DRAFT, DRAFT, False, True),
        (DRAFT, LIVE, False, True),
        (LIVE, LIVE, False, False),
        (LIVE, LIVE, True, True),
        (WAITING, DRAFT, False, False),
        (DRAFT, WAITING, False, False),
        (WAITING, LIVE, True, True),
    ],
)
def test_an_author_orders_what_nobody_sees_and_nobody_reads(one, other, publishes, may):
    assert may_trade_places(one, other, publishes=publishes) is may


def titles(course):
    return [part.title for part in parts_of(course)][1:]


@pytest.fixture
def new_lesson(course, modules, author):
    module = ModulePage.objects.get(pk=modules[0].pk)
    lesson = module.add_child(instance=LessonPage(slug="new", title="新课", live=False, owner=author))
    lesson.save_revision(user=author)
    return lesson


@pytest.mark.django_db
def test_a_draft_passes_published_lessons_and_makes_no_version(course, new_lesson, author, now):
    before = latest_version(course)
    for _step in range(2):
        order_part(course, new_lesson, Way.EARLIER, actor=author, now=now)
    assert titles(course) == ["模块1", "新课", "课11", "课12", "模块2", "课21", "课22"]
    assert latest_version(course) == before
    with pytest.raises(DomainError, match="at_the_end"):
        order_part(course, new_lesson, Way.EARLIER, actor=author, now=now)


@pytest.mark.django_db
def test_the_order_of_what_is_published_changes_by_a_reviewer_and_makes_a_version(course, modules, author, reviewer, now):
    first = keep_version(latest_version(course))
    with pytest.raises(DomainError, match="order_is_published"):
        order_part(course, modules[1], Way.EARLIER, actor=author, now=now)
    order_part(course, modules[1], Way.EARLIER, actor=reviewer, now=now)
    assert titles(course) == ["模块2", "课21", "课22", "模块1", "课11", "课12"]
    second = latest_version(course)
    assert (second.number, second.published_by) == (first.number + 1, reviewer)
    assert [row["title"] for row in first.outline["modules"]] == ["模块1", "模块2"]


@pytest.mark.django_db
def test_what_a_reviewer_reads_stays_where_it_is(course, new_lesson, author, now):
    submit_course(course, actor=author, now=now)
    with pytest.raises(DomainError, match="order_is_published"):
        order_part(course, new_lesson, Way.EARLIER, actor=author, now=now)


@pytest.mark.django_db
def test_an_author_asks_a_reviewer_takes_out_and_who_has_begun_keeps_it(course, lessons, author, reviewer, now):
    begun = keep_version(latest_version(course))
    ask_to_take_out(course, lessons[0], reason="已过时", actor=author, now=now)
    assert "已过时" in Notice.objects.get(user=reviewer).text
    assert courses_in_review(reviewer) == [course]
    with pytest.raises(DomainError, match="asked_already"):
        ask_to_take_out(course, lessons[0], reason="已过时", actor=author, now=now)
    assert take_out(course, lessons[0], comment="", actor=reviewer, now=now) == 1
    assert Notice.objects.get(user=author).kind == "tenancy.taken_out"
    assert courses_in_review(reviewer) == []
    assert parts_of(course)[2].state == "out"
    assert latest_version(course).number == begun.number + 1
    assert begun.lessons.filter(lesson=lessons[0]).exists()


@pytest.mark.django_db
def test_what_was_taken_out_is_not_sent_again_until_it_is_brought_back(course, modules, author, reviewer, now):
    assert take_out(course, modules[1], comment="", actor=reviewer, now=now) == 3
    with pytest.raises(DomainError, match="nothing_to_review"):
        submit_course(course, actor=author, now=now)
    modules[1].refresh_from_db()
    assert bring_back(course, modules[1], actor=author, now=now) == 3
    assert submit_course(course, actor=author, now=now) == 3


@pytest.mark.django_db
def test_the_last_lessons_of_a_course_stay(course, modules, reviewer, now):
    take_out(course, modules[0], comment="", actor=reviewer, now=now)
    with pytest.raises(DomainError, match="last_lesson"):
        take_out(course, modules[1], comment="", actor=reviewer, now=now)
    assert ModulePage.objects.get(pk=modules[1].pk).live


@pytest.mark.django_db
def test_a_reviewer_leaves_it_in_and_says_why(course, lessons, author, reviewer, now):
    ask_to_take_out(course, lessons[0], reason="已过时", actor=author, now=now)
    with pytest.raises(DomainError, match="comment_missing"):
        leave_in(course, lessons[0], comment=" ", actor=reviewer, now=now)
    leave_in(course, lessons[0], comment="仍然适用", actor=reviewer, now=now)
    assert "仍然适用" in Notice.objects.get(user=author).text
    assert LessonPage.objects.get(pk=lessons[0].pk).live
    assert not TakeOutWish.objects.exists()


@pytest.mark.django_db
def test_pages_answer_each_by_her_part(course, lessons, modules, new_lesson, author, reviewer, other_author, enter):
    def where(part, what):
        return f"/desk/courses/{course.pk}/parts/{part.pk}/{what}/"

    for what in ("order", "out", "stay", "back"):
        assert enter(other_author).post(where(lessons[0], what), {"words": "x", "way": "later"}).status_code == 404
    assert enter(reviewer).post(where(lessons[0], "back")).status_code == 403
    answer = enter(author).post(where(new_lesson, "order"), {"way": "earlier"})
    assert answer.headers["Location"] == f"/desk/courses/{course.pk}/#part-{new_lesson.pk}"
    assert titles(course)[1:4] == ["课11", "新课", "课12"]
    assert enter(author).post(where(lessons[0], "out")).status_code == 422
    enter(author).post(where(lessons[0], "out"), {"words": "已过时"})
    assert LessonPage.objects.get(pk=lessons[0].pk).live
    assert "已过时" in enter(reviewer).get(f"/desk/courses/{course.pk}/").content.decode()
    assert enter(reviewer).post(where(lessons[0], "out")).status_code == 302
    assert not LessonPage.objects.get(pk=lessons[0].pk).live
    assert enter(author).post(where(lessons[0], "back")).status_code == 302
    assert parts_of(course)[2].state == "draft"


@pytest.mark.django_db
def test_a_part_of_another_course_is_not_reached_through_this_one(course, tree, author, enter, now):
    tree.refresh_from_db()
    foreign = begin_course(tree, Beginning("别的课", "。", "模块", "课"), actor=author, now=now)
    assert enter(author).get(f"/desk/courses/{course.pk}/parts/{foreign.pk}/out/").status_code == 404
    own = foreign.get_parent().get_parent()
    assert enter(author).get(f"/desk/courses/{own.pk}/parts/{foreign.pk}/out/").status_code == 200
