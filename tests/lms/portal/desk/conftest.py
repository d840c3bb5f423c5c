import datetime
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.open_plan import CLOSES


@pytest.fixture(autouse=True)
def monday(now: datetime.datetime) -> Any:
    """Pages read the clock; here it stands on the Monday morning of `now`."""
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def cases(plan: Any, now: datetime.datetime) -> Callable:
    """Return a function that hands in so many cases of one plan: `cases(3)`; rows are made directly, for speed."""
    from certification.applications.models import Application
    from lms.accounts.models import User

    def make(count: int, *, of: Any = None, status: str = "submitted", prefix: str = "候选人") -> list[Any]:
        begin = User.objects.count()
        people = User.objects.bulk_create(
            [User(name=f"{prefix}{n:05d}", phone=f"+86137{begin + n:08d}", password="!") for n in range(count)]
        )
        facts = {"plan": of or plan, "status": status, "started_at": now, "submitted_at": now}
        return Application.objects.bulk_create([Application(candidate=person, **facts) for person in people])

    return make


@pytest.fixture
def late_plan(scheme: Any, body: SimpleNamespace, now: datetime.datetime) -> Any:
    """A second plan of the body, whose reviews are overdue."""
    return second_plan(scheme, body, closes=now.date() - datetime.timedelta(days=3), now=now)


def second_plan(scheme: Any, body: SimpleNamespace, *, closes: datetime.date = CLOSES, now: datetime.datetime) -> Any:
    from certification.plans.models import Plan
    from certification.plans.services import create_plan
    from tests.open_plan import plan_facts

    made = create_plan(
        organisation=body.organisation, **plan_facts(scheme, body.blueprint, title="第二批认定"), actor=body.officer, now=now
    )
    Plan.objects.filter(pk=made.pk).update(status="published", registration_closes=closes)
    made.refresh_from_db()
    return made


@pytest.fixture
def enter() -> Callable:
    """Return a function that signs somebody in and gives her browser."""

    def sign_in(person: Any) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
