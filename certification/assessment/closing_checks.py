"""What else must hold before an assessment ends; rooms that know it register here when the site starts."""

from collections.abc import Callable
from datetime import datetime

from certification.plans.models import Plan

Check = Callable[[Plan, datetime], None]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Have `check(plan, now)` asked before closing; it raises `DomainError` naming what is missing."""
    if check not in _checks:
        _checks.append(check)


def ask_all(plan: Plan, *, now: datetime) -> None:
    """Ask every registered check in the order they were registered."""
    for check in _checks:
        check(plan, now)
