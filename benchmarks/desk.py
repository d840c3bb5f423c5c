"""What the reviewers' desk costs with few and with many waiting cases: the first page, the last, a filter, a search.

    .venv/bin/python benchmarks/desk.py [--sizes 100 10000] [--requests 60] [--postgres URL]

Everything goes through the product's own middleware in this process; no sockets. In every round the works take turns
with a bare view. The cases lie in ten plans of one body; a third of them has its first verdict, a tenth is taken by a
colleague. `growth` is the p95 at the last size over that at the first, paced by the bare view; at most 1.3.
"""

import argparse
import datetime
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import crowd
from benchmarks.measuring import machine

GROWTH_LIMIT = 1.3
PLANS = 10
OURS = ("first", "last", "late", "words")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 10_000])
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--postgres", default="")
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        crowd.house(Path(folder), postgres=chosen.postgres, settings="benchmarks.barepage.settings"),
    ):
        result = measured(chosen.sizes, requests=chosen.requests)
    database = "postgresql" if chosen.postgres else "sqlite"
    print(json.dumps({"benchmark": "desk", "database": database, **result, "machine": machine()}))
    return 0 if result["ok"] else 1


def measured(sizes: list[int], *, requests: int) -> dict[str, Any]:
    office = Office()
    figures: dict[int, dict[str, float]] = {}
    queries: dict[int, int] = {}
    for size in sizes:
        office.grow_to(size)
        figures[size] = ninety_fifths(office.works(), requests)
        queries[size] = office.questions()
    first, last = figures[sizes[0]], figures[sizes[-1]]
    growth = {name: round(last[name] / first[name] / (last["bare"] / first["bare"]), 3) for name in OURS}
    return {
        "sizes": sizes,
        "p95_milliseconds": {str(size): figure for size, figure in figures.items()},
        "queries": {str(size): count for size, count in queries.items()},
        "growth": growth,
        "ok": max(growth.values()) <= GROWTH_LIMIT and len(set(queries.values())) == 1,
    }


def ninety_fifths(works: dict[str, Callable[[], Any]], requests: int) -> dict[str, float]:
    """Return the 95th percentile of each work in milliseconds, taken in turns."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for n in range(-5, requests):
        for name, work in works.items():
            begin = time.perf_counter()
            answer = work()
            seconds = time.perf_counter() - begin
            assert answer.status_code == 200, (name, answer.status_code)
            if n >= 0:
                taken[name].append(seconds)
    return {name: round(statistics.quantiles(times, n=20)[-1] * 1000, 3) for name, times in taken.items()}


class Office:
    """A body with ten plans, a reviewer who looks and a colleague who takes."""

    def __init__(self) -> None:
        from django.test import Client

        from lms.core import clock
        from lms.demo import story
        from lms.demo.world import FIRST_COURSE, load_world

        _mount_bare_view()
        self.now = clock.now()
        world = load_world(now=self.now - datetime.timedelta(days=90), courses=FIRST_COURSE)
        self.reviewer, self.colleague = world.people["lu"], world.people["gu"]
        exam = (self.now + datetime.timedelta(days=25)).date()
        plan = story.write_plan(world.cast, exam_date=exam, title="第0批", room="301", now=self.now)
        self.plans = [plan, *(self._another(plan, number) for number in range(1, PLANS))]
        self.signed_in, self.anonymous = Client(), Client()
        self.signed_in.force_login(self.reviewer, backend="django.contrib.auth.backends.ModelBackend")
        self.cases = 0

    def _another(self, plan: Any, number: int) -> Any:
        """Return a copy of the plan that closes some days earlier or later."""
        from certification.plans.models import Plan

        copy = Plan.objects.get(pk=plan.pk)
        copy.pk, copy.title, copy.number, copy.serial = None, f"第{number}批", f"{plan.number}-{number}", plan.serial + number
        copy.registration_closes = (self.now + datetime.timedelta(days=number * 3 - 9)).date()
        copy.save()
        return copy

    def grow_to(self, size: int) -> None:
        from certification.applications.models import Application
        from lms.accounts.models import User
        from lms.core.models import Claim

        numbers = range(self.cases, size)
        people = [User(name=crowd.name_of(n), phone=f"+86138{n:08d}") for n in numbers]
        User.objects.bulk_create(people, batch_size=2000)
        cases = [
            Application(
                plan=self.plans[n % PLANS],
                candidate=person,
                status="first_ok" if n % 3 == 0 else "submitted",
                started_at=self.now,
                submitted_at=self.now,
            )
            for n, person in zip(numbers, people, strict=True)
        ]
        Application.objects.bulk_create(cases, batch_size=2000)
        taken = [case for n, case in zip(numbers, cases, strict=True) if n % 10 == 0]
        facts = {"queue": "eligibility-review", "holder": self.colleague, "at": self.now}
        Claim.objects.bulk_create([Claim(row=case.pk, stage=case.status, **facts) for case in taken])
        self.cases = size

    def works(self) -> dict[str, Callable[[], Any]]:
        last = self._last_page()
        return {
            "bare": lambda: self.anonymous.get("/bare/"),
            "first": lambda: self.signed_in.get("/desk/"),
            "last": lambda: self.signed_in.get(last),
            "late": lambda: self.signed_in.get("/desk/?when=late"),
            "words": lambda: self.signed_in.get("/desk/?q=王"),
        }

    def _last_page(self) -> str:
        """Return the address of a page near the end."""
        from certification.applications.models import Application

        plan = max(self.plans, key=lambda plan: plan.registration_closes)
        keys = list(Application.objects.filter(plan=plan).order_by("-pk").values_list("pk", flat=True)[:8])
        day = plan.registration_closes.isoformat()
        return f"/desk/?after={day}~eligibility-review~{day}|{keys[-1]}"

    def questions(self) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            self.signed_in.get("/desk/")
        return len(asked)


def _mount_bare_view() -> None:
    from django.http import HttpResponse
    from django.urls import path

    import lms.urls

    lms.urls.urlpatterns.insert(0, path("bare/", lambda request: HttpResponse("x" * 2000)))


if __name__ == "__main__":
    raise SystemExit(main())
