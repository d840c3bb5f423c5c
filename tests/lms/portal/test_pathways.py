"""The pathways: every step with its courses and assessments, and where I stand on it."""

from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.portal.pathways import Step, latest_schemes, pathway_of, place
from tests.courses.conftest import publish

pytestmark = pytest.mark.django_db


def ladder(*examined: str) -> list[Step]:
    keys = ("apprentice", "5", "4", "3", "2", "1", "special", "chief")
    return [Step(key, level=object() if key in examined else None) for key in keys]  # type: ignore[arg-type]


def marks(steps: list[Step]) -> tuple[list[str], list[str], list[str]]:
    return (
        [step.key for step in steps if step.is_held],
        [step.key for step in steps if step.is_here],
        [step.key for step in steps if step.is_next],
    )


@pytest.mark.parametrize(
    ("held", "examined", "expected"),
    [
        ("", ("5", "4"), ([], [], ["5"])),
        ("5", ("5", "4"), (["apprentice", "5"], ["5"], ["4"])),
        ("5", ("5", "3"), (["apprentice", "5"], ["5"], ["3"])),
        ("1", ("2", "1"), (["apprentice", "5", "4", "3", "2", "1"], ["1"], ["special"])),
    ],
)
def test_the_next_step_is_the_first_above_with_something_to_do(held: str, examined: Any, expected: Any) -> None:
    steps = ladder(*examined)
    place(steps, held=held)
    assert marks(steps) == expected


@pytest.fixture
def taught(course: Any, scheme: Any) -> Any:
    course.occupations, course.levels = [scheme.occupation.code], ["5", "4"]
    course.save_revision().publish()
    return course


def test_everybody_sees_courses_standard_and_open_plans_on_their_steps(client: Any, taught: Any, plan: Any, now: Any) -> None:
    with time_machine.travel(now, tick=False):
        page = client.get(f"/pathways/?occupation={plan.scheme.occupation.code}").content.decode()
    assert page.count(taught.url) == 2
    assert plan.get_absolute_url() in page
    assert plan.scheme.get_absolute_url() in page
    assert "is-here" not in page
    assert "is-next" not in page


def test_an_unknown_occupation_leads_to_the_first_and_no_standard_to_the_courses(client: Any, taught: Any) -> None:
    assert "pathway__step" in client.get("/pathways/?occupation=9-99-99-99").content.decode()


def test_without_a_standard_the_page_leads_to_the_courses(client: Any) -> None:
    page = client.get("/pathways/").content.decode()
    assert "pathway__step" not in page
    assert 'href="/courses/"' in page


def test_a_beginner_is_led_to_the_first_course_and_a_finished_one_is_marked(
    client: Any, taught: Any, scheme: Any, make_user: Any, now: Any
) -> None:
    from courses.learning.models import CompletionStatement
    from courses.learning.services import enrol

    person = make_user("王小芳")

    def states() -> list[str]:
        steps = pathway_of(scheme, user=person, today=now.date()).steps
        return [course.state for step in steps for course in step.courses]

    assert states() == ["", ""]
    enrolment = enrol(taught, user=person, now=now)
    assert states() == ["begun", "begun"]
    CompletionStatement.objects.create(enrolment=enrolment, number="JY2026-000001", statement={}, issued_at=now)
    assert states() == ["done", "done"]
    client.force_login(make_user("李别人"))
    assert "is-next" in client.get("/pathways/").content.decode()


def test_a_certificate_says_where_i_stand_and_a_revoked_or_foreign_one_does_not(
    client: Any, certified_day: SimpleNamespace, make_user: Any
) -> None:
    from certification.certificates.models import Certificate
    from tests.issued import AFTER, issue

    issued = issue(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    certificate = Certificate.objects.get(pk=issued.pk)
    (scheme,) = [found for found in latest_schemes() if found.occupation.code == certificate.occupation.code]

    def stands(user: Any) -> str:
        here = pathway_of(scheme, user=user, today=AFTER.date()).here
        return here.key if here else ""

    assert stands(certificate.holder) == str(certificate.level)
    assert stands(make_user("李别人")) == ""
    Certificate.objects.filter(pk=certificate.pk).update(status="revoked")
    assert stands(certificate.holder) == ""


def test_the_page_costs_the_same_for_more_courses(client: Any, taught: Any, scheme: Any, make_user: Any) -> None:
    from courses.catalogue.models import CoursePage

    client.force_login(make_user("王小芳"))

    def cost() -> int:
        client.get("/pathways/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/pathways/").status_code == 200
        return len(captured)

    before = cost()
    for number in range(3):
        page = CoursePage(
            slug=f"n{number}", title=f"课{number}", summary="摘要", hours=1, levels=["5"], occupations=[scheme.occupation.code]
        )
        publish(taught.get_parent().specific, page)
    assert cost() == before <= 14
