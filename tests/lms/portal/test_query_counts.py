"""What the busiest pages cost: a fixed number of queries, the same for twice as many rows."""

import datetime
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.courses.conftest import publish
from tests.open_plan import EXAM_DAY, plan_facts, release, submit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def cost(client: Client, path: str) -> int:
    """Return how many queries a page takes when it is opened again; the first look warms process-wide caches."""
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def another_course(course: Any, slug: str) -> Any:
    from courses.catalogue.models import CoursePage, LessonPage, ModulePage

    twin = publish(
        course.get_parent().specific, CoursePage(slug=slug, title=f"课程{slug}", summary="摘要", hours=2, at_classes=["12"])
    )
    module = publish(twin, ModulePage(slug="m", title="模块"))
    publish(module, LessonPage(slug="l", title="课", summary="摘要", minutes=10, body=[("text", "<p>讲轮椅。</p>")]))
    return CoursePage.objects.get(pk=twin.pk)


def more_lessons(modules: list[Any]) -> None:
    from courses.catalogue.models import LessonPage, ModulePage

    for module in modules:
        for n in range(3, 6):
            parent = ModulePage.objects.get(pk=module.pk)
            publish(
                parent, LessonPage(slug=f"l{n}", title=f"课{n}", summary="摘要", minutes=10, body=[("text", "<p>轮椅。</p>")])
            )


def another_plan(scheme: Any, body: SimpleNamespace, days: int, now: datetime.datetime) -> Any:
    from certification.plans.services import create_plan

    day = EXAM_DAY + datetime.timedelta(days=days)
    moments = {
        name: datetime.datetime.combine(day, datetime.time(hour), tzinfo=now.tzinfo)
        for name, hour in (("theory_starts_at", 9), ("skill_starts_at", 13))
    }
    facts = plan_facts(scheme, body.blueprint, title=f"认定 {days}", exam_date=day, **moments)
    return release(create_plan(organisation=body.organisation, **facts, actor=body.officer, now=now), body, now=now)


def test_front_page(client: Client, course: Any, plan: Any, scheme: Any, body: SimpleNamespace, now: datetime.datetime) -> None:
    with time_machine.travel(now, tick=False):
        before = cost(client, "/")
        another_course(course, "second")
        another_plan(scheme, body, 7, now)
        assert cost(client, "/") == before <= 8


def test_catalogue(client: Client, course: Any) -> None:
    before = cost(client, "/courses/")
    another_course(course, "second")
    another_course(course, "third")
    assert cost(client, "/courses/") == before <= 14


def test_search(
    client: Client, course: Any, modules: list[Any], plan: Any, scheme: Any, body: SimpleNamespace, now: datetime.datetime
) -> None:
    from certification.plans.models import Plan

    with time_machine.travel(now, tick=False):
        Plan.objects.update(title="轮椅适配专项")
        before = cost(client, "/search/?q=轮椅")
        more_lessons(modules)
        another_plan(scheme, body, 7, now)
        Plan.objects.update(title="轮椅适配专项")
        another_course(course, "second")
        CoursePage = type(course)
        twin = CoursePage.objects.get(slug="second")
        twin.summary = "从轮椅开始。"
        twin.save_revision().publish()
        assert client.get("/search/?q=轮椅").content.decode().count("course-card__title") == 2
        assert cost(client, "/search/?q=轮椅") == before <= 9


def test_course_page_and_lesson_signed_in(
    client: Client, course: Any, lessons: list[Any], modules: list[Any], make_user: Callable, now: datetime.datetime
) -> None:
    from courses.learning.services import complete_lesson, enrol

    person = make_user("王小芳")
    enrolment = enrol(course, user=person, now=now)
    client.force_login(person)
    pages = (course.url, lessons[0].url)
    before = [cost(client, page) for page in pages]
    more_lessons(modules)
    complete_lesson(enrolment, lesson=lessons[0], now=now)
    complete_lesson(enrolment, lesson=lessons[1], now=now)
    assert [cost(client, page) for page in pages] == before
    assert max(before) <= 22


def test_my_learning(client: Client, course: Any, make_user: Callable, now: datetime.datetime) -> None:
    from courses.learning.services import enrol

    person = make_user("王小芳")
    enrol(course, user=person, now=now)
    client.force_login(person)
    before = cost(client, "/learn/")
    for slug in ("second", "third"):
        enrol(another_course(course, slug), user=person, now=now)
    assert cost(client, "/learn/") == before <= 30


def test_open_plans_and_own_cases(
    client: Client, plan: Any, candidate: Any, scheme: Any, body: SimpleNamespace, make_user: Callable, now: datetime.datetime
) -> None:
    with time_machine.travel(now, tick=False):
        before = cost(client, "/apply/")
        another_plan(scheme, body, 7, now)
        another_plan(scheme, body, 14, now)
        assert cost(client, "/apply/") == before <= 6
        submit(plan, candidate, now=now)
        client.force_login(candidate)
        assert cost(client, "/apply/") <= 14


def test_reviewers_desk(
    client: Client, plan: Any, candidate: Any, body: SimpleNamespace, make_user: Callable, now: datetime.datetime
) -> None:
    from lms.accounts.services import record_identity

    with time_machine.travel(now, tick=False):
        submit(plan, candidate, now=now)
        client.force_login(body.first)
        before = cost(client, "/desk/")
        for name, number in (("甲", "310199199003071244"), ("乙", "310199197705060022")):
            person = make_user(name)
            record_identity(person, kind="resident_id", number=number, actor=person, now=now)
            submit(plan, person, now=now)
        assert cost(client, "/desk/") == before <= 21


def test_public_answer_to_a_qr_code(client: Client, certified_day: SimpleNamespace) -> None:
    from tests.issued import AFTER, issue

    issued = issue(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    before = cost(client, issued.verify_path)
    issue(certified_day.decisions[1], actor=certified_day.head, now=AFTER)
    assert cost(client, issued.verify_path) == before <= 2
