"""A course with 300 lessons and 5,000 learners: pages stay short, and nothing costs a query more."""

import re
from functools import partial
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.catalogue.models import CoursePage, LessonPage, ModulePage
from courses.catalogue.services import open_college_tree
from courses.catalogue.versions import record_version
from courses.learning.models import LessonCompletion
from courses.learning.selectors.contents import LESSONS_A_PAGE, MODULES_A_PAGE, contents_of
from courses.learning.selectors.progress import outline_for, progress_of
from courses.learning.services import complete_lesson, enrol
from courses.learning.services.classes import join_class, open_class
from courses.learning.services.standing import refresh
from lms.core import clock
from lms.organisations.models import Organisation
from tests.conftest import plant_the_trees

from .test_query_counts import cost

pytestmark = pytest.mark.django_db
LARGEST_PAGE = 150_000
"""Bytes of HTML, as for a lesson."""


@pytest.fixture(scope="module")
def college_with_courses(django_db_setup, django_db_blocker):
    """A college, its tree and two courses, made once: each test takes back only what it does itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        plant_the_trees()
        college = Organisation.objects.create(name="浦江康养职业学院", slug="pujiang-college", kind="college")
        reviewers = Organisation.objects.create(name="评审课程的协会", slug="reviewers", kind="association")
        tree = open_college_tree(college, reviewers=reviewers)
        courses = {"long": make(tree, "long", [280, *[1] * 20]), "short": make(tree, "short", [1, 1, 1])}
        yield SimpleNamespace(college=college, tree=tree, **courses)
        transaction.set_rollback(True)


def make(tree, slug, sizes):
    """Publish a course: `[150, 150]` are two modules of 150 lessons."""
    tree.refresh_from_db()
    course = tree.add_child(instance=CoursePage(slug=slug, title=f"课程{slug}", summary="摘要", hours=4))
    for number, size in enumerate(sizes, start=1):
        module = course.add_child(instance=ModulePage(slug=f"m{number}", title=f"模块{number}"))
        for place in range(1, size + 1):
            module.add_child(instance=LessonPage(slug=f"l{place}", title=f"课{number}-{place}", summary="讲什么", minutes=20))
    record_version(course, actor=None, now=clock.now())
    return CoursePage.objects.get(pk=course.pk)


@pytest.fixture
def college(college_with_courses, db):
    return Organisation.objects.get(pk=college_with_courses.college.pk)


@pytest.fixture
def make_course(college_with_courses, db):
    return partial(make, college_with_courses.tree)


@pytest.fixture
def long_course(college_with_courses, db):
    return CoursePage.objects.get(pk=college_with_courses.long.pk)


@pytest.fixture
def short_course(college_with_courses, db):
    return CoursePage.objects.get(pk=college_with_courses.short.pk)


def begin(course, person, now, *, read=0):
    enrolment = enrol(course, user=person, now=now)
    lessons = outline_for(enrolment).lessons[:read]
    LessonCompletion.objects.bulk_create(
        LessonCompletion(enrolment=enrolment, lesson_id=lesson.pk, content=lesson.content, completed_at=now) for lesson in lessons
    )
    refresh(enrolment)
    return enrolment


def costs_of(client, pages):
    """Return what each page costs; none of them is long."""
    assert max(len(client.get(page).content) for page in pages) < LARGEST_PAGE
    return [cost(lambda page=page: client.get(page)) for page in pages]


def lessons_in(page):
    return re.findall(r'class="row__title" lang="zh-Hans" href="[^"]+">(课[^<]+)<', page)


def test_pages_of_a_learner_cost_the_same_and_stay_short(signed_in, make_user, short_course, long_course, now):
    found = []
    for course in (short_course, long_course):
        person = make_user(course.title)
        begin(course, person, now, read=1)
        client = signed_in(person)
        pages = [reverse("learning:home"), reverse("learning:course", args=[course.pk]), course.url]
        found.append(costs_of(client, pages))
    assert found[0] == found[1]
    assert max(found[1]) <= 26


def test_pages_of_a_visitor_cost_the_same_and_stay_short(client, short_course, long_course):
    found = []
    for course in (short_course, long_course):
        module = ModulePage.objects.child_of(course).order_by("path").first()
        pages = [course.url, module.url]
        found.append(costs_of(client, pages))
    assert found[0] == found[1]
    assert max(found[1]) <= 14


def test_the_call_that_completes_costs_the_same(
    signed_in, make_user, short_course, long_course, now, django_assert_max_num_queries
):
    found = []
    # The first statement of a year opens its counter as well.
    for course, name in ((short_course, "先"), (short_course, "短"), (long_course, "长")):
        person = make_user(name)
        begin(course, person, now, read=300)
        client = signed_in(person)
        client.get(reverse("learning:home"))
        with CaptureQueriesContext(connection) as captured:
            assert client.post(reverse("learning:issue_statement", args=[course.pk])).url.startswith("/learn/statements/")
        found.append(len(captured))
    assert found[1] == found[2] <= 24


def test_who_asks_too_early_is_told_of_a_few_lessons_and_not_of_three_hundred(signed_in, make_user, long_course, now):
    person = make_user("急")
    begin(long_course, person, now)
    answer = signed_in(person).post(reverse("learning:issue_statement", args=[long_course.pk]), follow=True)
    page = answer.content.decode()
    assert "课1-20、…" in page
    assert "课1-21" not in page
    assert len(page) < LARGEST_PAGE


def test_every_lesson_is_found_page_by_page(client, long_course):
    seen, url = [], long_course.url
    while url:
        page = client.get(url).content.decode()
        seen += lessons_in(page)
        later = re.search(r'rel="next" href="([^"]+)"', page)
        url = long_course.url + later[1].replace("&amp;", "&").partition("#")[0] if later else ""
    assert len(seen) == len(set(seen)) == 280
    for link in re.findall(r'<a href="(\?module=m\d+)#', page):
        seen += [title for title in lessons_in(client.get(long_course.url + link).content.decode()) if title not in seen]
    assert len(seen) == 300


def test_a_learner_lands_where_she_goes_on(signed_in, make_user, long_course, now):
    person = make_user("中途")
    begin(long_course, person, now, read=100)
    page = signed_in(person).get(reverse("learning:course", args=[long_course.pk])).content.decode()
    assert "课1-101" in lessons_in(page)
    assert "课1-1" not in lessons_in(page)
    begin(make_second(long_course), person, now, read=281)
    progress = progress_of(person.enrolments.latest("pk"))
    opened = [shown for shown in contents_of(progress.outline, progress, {}).parts if shown.is_open]
    assert [shown.part.module.slug for shown in opened] == ["m3"]


def make_second(course):
    """The same course: a person takes it once, so begin anew."""
    course.enrolments.all().delete()
    return course


def test_many_modules_come_in_pages_too(make_course):
    course = make_course("broad", [1] * (MODULES_A_PAGE + 5))
    outline = outline_of_version(course)
    first = contents_of(outline, None, {})
    assert (len(first.parts), first.previous) == (MODULES_A_PAGE, "")
    slug = re.search(r"module=([^#]+)#", first.next)[1]
    second = contents_of(outline, None, {"module": slug})
    assert (len(second.parts), second.next) == (5, "")
    assert second.previous.startswith("?module=m1#")


def outline_of_version(course):
    from courses.catalogue.pinned import pinned_outline
    from courses.catalogue.versions import latest_version

    return pinned_outline(latest_version(course))


def test_a_short_course_is_shown_whole(client, short_course):
    page = client.get(short_course.url).content.decode()
    assert lessons_in(page) == ["课1-1", "课2-1", "课3-1"]
    assert 'rel="next"' not in page


@pytest.mark.parametrize("query", ["?module=nothing", "?lessons=0", "?lessons=9999", "?lessons=-1", "?module=&lessons=x"])
def test_a_nonsense_place_shows_a_page(client, long_course, query):
    page = client.get(long_course.url + query)
    assert page.status_code == 200
    assert 0 < len(lessons_in(page.content.decode())) <= LESSONS_A_PAGE


def test_the_dashboard_shows_a_page_of_courses(signed_in, make_user, make_course, now):
    person = make_user("勤")
    for number in range(10):
        begin(make_course(f"c{number}", [1]), person, now)
    client = signed_in(person)
    seen = [re.findall(r'card__title"><a href="/learn/courses/(\d+)/', client.get(f"/learn/{query}").content.decode())
            for query in ("", "?page=2")]  # fmt: skip
    assert [len(page) for page in seen] == [8, 2]
    assert len({*seen[0], *seen[1]}) == 10


def test_a_teachers_pages_cost_the_same_for_five_thousand_learners_and_three_hundred_lessons(
    signed_in, short_course, long_course, college, teacher, facts, crowd, make_user, now
):
    found = []
    for course, number in ((short_course, 5), (long_course, 5000)):
        run = open_class(course, organisation=college, facts={**facts, "dues": {}}, actor=teacher, now=now)
        crowd(run, number, LessonPage.objects.descendant_of(course).first())
        person = make_user(f"学员{number}")
        enrolment = join_class(run, user=person, now=now)
        complete_lesson(enrolment, lesson=outline_for(enrolment).lessons[0].pk, now=now)
        with time_machine.travel(now, tick=False):
            page = reverse("learning:class", args=[run.pk])
            pages = [page, f"{page}?show=behind", f"{page}?q=学员", reverse("learning:announce", args=[run.pk])]
            costs = costs_of(signed_in(teacher), pages)
            costs += costs_of(signed_in(person), ["/learn/", reverse("learning:course", args=[course.pk])])
        found.append(costs)
    assert found[0] == found[1]
    assert max(found[1]) <= 26
