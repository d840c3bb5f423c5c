"""From a closed assessment to a public list, as two people do it: the officer computes, decides and prepares, the head does the rest."""

import datetime
from types import SimpleNamespace
from typing import Any

from tests.exam_day import MONDAY


def check(day: SimpleNamespace, *, now: datetime.datetime = MONDAY) -> None:
    """Compute the marks and have them checked."""
    from certification.results.services import check_part_results, record_part_results

    record_part_results(day.plan, actor=day.officer, now=now)
    check_part_results(day.plan, actor=day.head, now=now)


def decide(day: SimpleNamespace, *, now: datetime.datetime = MONDAY) -> dict[str, bool]:
    """Decide on checked marks; return passed or not by ticket."""
    from certification.results.services import decide_plan

    check(day, now=now)
    return {row.seat.ticket_number: row.passed for row in decide_plan(day.plan, actor=day.officer, now=now)}


def confirm(day: SimpleNamespace, *, now: datetime.datetime = MONDAY) -> None:
    """Decide and have it confirmed."""
    from certification.results.services import confirm_decisions

    decide(day, now=now)
    confirm_decisions(day.plan, actor=day.head, now=now)


def hang_out(day: SimpleNamespace, *, now: datetime.datetime = MONDAY) -> Any:
    """Prepare the list of confirmed decisions and publish it."""
    from certification.results.services import prepare_list, publish_results

    prepare_list(day.plan, actor=day.officer, now=now)
    return publish_results(day.plan, actor=day.head, now=now)


def publish(day: SimpleNamespace, *, now: datetime.datetime = MONDAY) -> Any:
    """Do everything from the marks to the public list."""
    confirm(day, now=now)
    return hang_out(day, now=now)
