"""A small published course that the tests of catalogue and learning share."""

import pytest

from courses.catalogue.models import CollegePage, CoursePage, LessonPage, ModulePage
from courses.catalogue.services import open_college_tree
from courses.questionbank.services import import_items, set_blueprint
from lms.organisations.rules import Role
from tests.conftest import NOW, make_association, make_college

from .questionbank.conftest import item_rows


def publish(parent, page):
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


@pytest.fixture(scope="module")
def shared_tree(shared_rows):
    """The college's page tree, made once for a module."""
    if shared_rows:
        make_tree()


@pytest.fixture(scope="module")
def shared_course(shared_tree, shared_rows):
    """The small course, published once for a module."""
    if shared_rows:
        make_course()


def make_tree():
    college, association = make_college(), make_association()
    return CollegePage.objects.filter(organisation=college).first() or open_college_tree(college, reviewers=association)


def make_course():
    association = make_association()
    import_items(item_rows(module="m1"), organisation=association, actor=None, now=NOW)
    rows = [
        {"module": "m1", "kind": "single", "count": 4, "points": "20"},
        {"module": "m1", "kind": "true_false", "count": 2, "points": "10"},
    ]
    quiz = set_blueprint(organisation=association, name="测验一", purpose="quiz", rows=rows, actor=None, now=NOW)
    facts = {"title": "辅具服务基础", "title_en": "Basics", "summary": "从轮椅开始。", "hours": 4, "at_classes": ["12", "18"]}
    course = publish(make_tree(), CoursePage(slug="basics", **facts))
    for number, blueprint in ((1, quiz), (2, None)):
        module = publish(course, ModulePage(slug=f"m{number}", title=f"模块{number}", blueprint=blueprint))
        for lesson in (1, 2):
            body = [("text", f"<p>第{number}{lesson}课讲轮椅。</p>" if number == 1 else "<p>讲助行器。</p>")]
            publish(module, LessonPage(slug=f"l{lesson}", title=f"课{number}{lesson}", summary="摘要", minutes=10, body=body))
    return course


@pytest.fixture
def tree(shared_tree, college, association):
    return make_tree()


@pytest.fixture
def author(make_user, member, college):
    return member(make_user("李老师"), college, Role.AUTHOR)


@pytest.fixture
def reviewer(make_user, member, association):
    return member(make_user("赵审核"), association, Role.COURSE_REVIEWER)


@pytest.fixture
def course(shared_course, tree):
    """Two modules of two lessons; the first module ends with a quiz."""
    return CoursePage.objects.filter(slug="basics").first() or CoursePage.objects.get(pk=make_course().pk)


@pytest.fixture
def lessons(course):
    return list(LessonPage.objects.descendant_of(course).order_by("path"))


@pytest.fixture
def modules(course):
    return list(ModulePage.objects.child_of(course).order_by("path"))
