"""A candidate who applies for a re-sit reads which parts she keeps, and her seat takes them along."""

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from certification.applications.models import Application
from certification.applications.resits import resit_of
from certification.applications.services import seat_candidates
from certification.plans.kept import parts_to_sit
from lms.accounts.services import record_identity
from lms.organisations.rules import Role
from tests.exam_day import exam_day  # noqa: F401
from tests.resit import ENDED, first_exam, plan_again, shared_first_exam  # noqa: F401


def case(
    day: SimpleNamespace, *, says: str = "resit", person: Any = None, status: str = "approved", **changes: Any
) -> Application:
    plan = plan_again(day, status="published", **changes)
    return Application.objects.create(
        plan=plan,
        candidate=person or day.candidates[2],
        record={"exam_type": says},
        status=status,
        started_at=ENDED,
        submitted_at=ENDED,
    )


def test_who_says_re_sit_sits_only_what_is_missing(first_exam: SimpleNamespace) -> None:
    resit = resit_of(case(first_exam))
    assert [part.part for part in resit.kept] == ["skill"]
    assert resit.to_sit == ["theory"]
    assert "80" in resit.lines[0]
    assert "2027" in resit.lines[0]
    assert resit.doubt == ""


def test_who_says_first_attempt_sits_everything_and_is_told_and_looked_at(first_exam: SimpleNamespace) -> None:
    resit = resit_of(case(first_exam, says="first"))
    assert (resit.kept, resit.to_sit) == ((), ["theory", "skill"])
    assert len(resit.lines) == 2
    assert resit.doubt


def test_who_says_re_sit_without_an_earlier_exam_is_looked_at(first_exam: SimpleNamespace, make_user) -> None:
    resit = resit_of(case(first_exam, person=make_user("新考生")))
    assert resit.to_sit == ["theory", "skill"]
    assert resit.doubt
    assert len(resit.lines) == 1


def test_a_part_that_runs_out_before_the_exam_is_sat_again_with_a_clear_sentence(first_exam: SimpleNamespace) -> None:
    """Edge case of domain.md §12.1: kept at registration, over by the day of the re-sit."""
    found = case(first_exam, on=date(2027, 9, 18))
    resit = resit_of(found)
    assert resit.to_sit == ["theory", "skill"]
    assert "2027" in resit.lines[0]
    assert resit.lines[0] != resit_of(case(first_exam, on=date(2027, 9, 11))).lines[0]


@pytest.mark.parametrize(
    ("says", "on", "sits"),
    [
        ("resit", date(2026, 10, 31), ["theory"]),
        ("resit", date(2027, 9, 18), ["theory", "skill"]),
        ("first", date(2026, 10, 31), ["theory", "skill"]),
    ],
)
def test_i26_the_seat_takes_along_what_holds_on_the_exam_day(
    first_exam: SimpleNamespace,
    says: str,
    on: date,
    sits: list[str],
) -> None:
    found = case(first_exam, says=says, on=on)
    plan = found.plan
    plan.__class__.objects.filter(pk=plan.pk).update(status="registration_closed", filing=_filing(first_exam))
    plan.refresh_from_db()
    (seat,) = seat_candidates(plan, actor=first_exam.officer, now=ENDED)
    assert parts_to_sit(seat) == sits


def _filing(day: SimpleNamespace) -> Any:
    from certification.bodies.models import Filing

    return Filing.objects.create(
        organisation=day.plan.organisation,
        type_letter="S",
        body_code="0000",
        province="31",
        sequence="000123",
        record_number="BA-000123",
        filed_name="协会",
        valid_from=date(2025, 1, 1),
        valid_until=date(2029, 1, 1),
    )


def test_the_pages_of_candidate_and_reviewer_say_it(
    first_exam: SimpleNamespace,
    client: Client,
    make_user,
    member,
    association,
    now: datetime,
) -> None:
    person = first_exam.candidates[2]
    record_identity(person, kind="resident_id", number="11010519491231002X", actor=person, now=now)
    found = case(first_exam, status="draft")
    with time_machine.travel(ENDED, tick=False):
        client.force_login(person)
        assert "80" in client.get(found.get_absolute_url()).context["resit"][0]
        page = client.get(reverse("applications:record", args=[found.pk]))
        assert len(page.context["passed"]) == 1
        assert page.context["form"]["exam_type"].value() == "resit"
        Application.objects.filter(pk=found.pk).update(status="submitted", record={"exam_type": "first"})
        client.force_login(member(make_user("何静"), association, Role.ELIGIBILITY_REVIEWER))
        review = client.get(reverse("applications:review", args=[found.pk]))
        assert review.context["resit"].doubt in review.content.decode()
