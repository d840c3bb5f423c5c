"""Plans that somebody could apply for: near her, by the words of an address, and at her level."""

import re
from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from certification.applications.models import Application
from certification.applications.outcome import Outcome, outcome_of
from certification.plans.models import Plan
from certification.plans.selectors import open_plans

BETWEEN = re.compile(r"[\s,，、;；]+")
MOST_WORDS = 5
PAGE = 20


def plans_to_apply(
    today: date,
    *,
    words: str = "",
    level: int | None = None,
    after: tuple[date, date, int] | None = None,
    without: Iterable[int] = (),
) -> tuple[list[Plan], bool]:
    """Return a page of open plans, the first to close first, and whether more follow. One query.

    Each of the words (of a district, a street, a site, a body) has to stand in the plan's place or name. There is no map
    behind it: who asks tells nobody where she is.
    """
    plans = open_plans(today).exclude(pk__in=list(without))
    if level is not None:
        plans = plans.filter(level=level)
    for word in [word for word in BETWEEN.split(words) if word][:MOST_WORDS]:
        named = Q(address__icontains=word) | Q(site_name__icontains=word) | Q(title__icontains=word)
        plans = plans.filter(named | Q(organisation__name__icontains=word) | Q(scheme__occupation__name__icontains=word))
    if after is not None:
        closes, exam, pk = after
        later_exam = Q(exam_date__gt=exam) | Q(exam_date=exam, pk__gt=pk)
        plans = plans.filter(Q(registration_closes__gt=closes) | Q(registration_closes=closes) & later_exam)
    found = list(plans[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def level_to_try(cases: Iterable[Application]) -> int | None:
    """Return the level one above the highest that she stated or holds; None for who told of none. No query.

    `cases` come from `access.applications_of`.
    """
    held = {int(row["level"]) for case in cases for row in case.facts.get("certificates", [])}
    held |= {case.plan.level for case in cases if outcome_of(case) is Outcome.CERTIFIED}
    return max(1, min(held) - 1) if held else None
