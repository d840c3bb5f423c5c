"""What else a plan needs before it is published; rooms that know it register here when the site starts."""

from collections.abc import Callable
from datetime import datetime

from certification.plans.models import Plan
from certification.plans.rules import Problem

Check = Callable[[Plan, datetime], list[Problem]]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Have `check(plan, now)` asked by `publication_problems`; it returns what is missing."""
    if check not in _checks:
        _checks.append(check)


def problems_elsewhere(plan: Plan, *, now: datetime) -> list[Problem]:
    """Return what the registered rooms miss, in the order they were registered."""
    return [problem for check in _checks for problem in check(plan, now)]
