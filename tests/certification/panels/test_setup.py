from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from certification.panels.models import ReviewSetup
from certification.panels.publication import setup_problems
from certification.panels.rules import DEFAULT_ASKED, DEFAULT_CRITERIA
from certification.panels.services import set_up_review
from certification.plans.publication_checks import problems_elsewhere
from lms.core.errors import DomainError
from tests.conftest import NOW
from tests.exam_day import rewritten
from tests.review_day import CLOSES, heard


def set_up(day: SimpleNamespace, **changes: Any) -> ReviewSetup:
    facts: dict[str, Any] = {
        "criteria": DEFAULT_CRITERIA,
        "asked": DEFAULT_ASKED,
        "dossier_closes": CLOSES,
        "minutes": 20,
        "threshold": Decimal(15),
        "actor": day.officer,
        "now": NOW,
    }
    return set_up_review(day.plan, **(facts | changes))


def drafted(day: SimpleNamespace) -> None:
    type(day.plan).objects.filter(pk=day.plan.pk).update(status="draft")
    day.plan.refresh_from_db()


def test_in_a_draft_the_set_up_may_be_written_anew(day: SimpleNamespace) -> None:
    drafted(day)
    assert set_up(day, minutes=30).minutes == 30
    assert ReviewSetup.objects.count() == 1


def test_once_people_rely_on_it_it_stays(day: SimpleNamespace) -> None:
    with pytest.raises(DomainError) as refusal:
        set_up(day, minutes=30)
    assert refusal.value.code == "panels.setup_fixed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"minutes": 14}, "panels.too_few_minutes"),
        ({"threshold": Decimal(0)}, "panels.threshold"),
        ({"dossier_closes": date(2026, 9, 12)}, "panels.dossier_day"),
        ({"dossier_closes": date(2026, 8, 2)}, "panels.dossier_day"),
        ({"criteria": [{"text": "答辩", "max": "90"}]}, "panels.criteria_total"),
        ({"asked": {"summary": False}}, "panels.asked_nothing"),
    ],
)
def test_a_set_up_that_cannot_work_is_refused(day: SimpleNamespace, changes: dict[str, Any], code: str) -> None:
    drafted(day)
    with pytest.raises(DomainError) as refusal:
        set_up(day, **changes)
    assert refusal.value.code == code


def test_the_head_does_not_set_up(day: SimpleNamespace) -> None:
    drafted(day)
    with pytest.raises(PermissionDenied):
        set_up(day, actor=day.head)


def test_a_level_without_review_has_none(exam_day: SimpleNamespace) -> None:
    type(exam_day.plan).objects.filter(pk=exam_day.plan.pk).update(status="draft")
    with pytest.raises(DomainError) as refusal:
        set_up(exam_day)
    assert refusal.value.code == "panels.no_review"


def test_publication_asks_a_plan_of_level_2_for_its_set_up(day: SimpleNamespace) -> None:
    assert problems_elsewhere(day.plan, now=NOW) == []
    ReviewSetup.objects.all().delete()
    assert [problem.code for problem in problems_elsewhere(day.plan, now=NOW)] == ["panels.setup_missing"]


def test_publication_asks_nothing_of_level_4(exam_day: SimpleNamespace) -> None:
    assert setup_problems(exam_day.plan, NOW) == []


def test_a_draft_whose_exam_was_moved_forward_needs_another_last_day(day: SimpleNamespace) -> None:
    rewritten(day.plan, exam_date=CLOSES)
    assert [problem.code for problem in setup_problems(day.plan, NOW)] == ["panels.dossier_day"]


def test_the_database_keeps_the_criteria_once_somebody_was_heard(hour: SimpleNamespace) -> None:
    heard(hour)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewSetup.objects.filter(plan=hour.plan).update(minutes=15)
