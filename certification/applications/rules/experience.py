"""The short curriculum 简要经历: periods of work that stand in one cell of a table."""

import calendar
import re
from datetime import date
from typing import Any

from certification.applications.rules.record import FIRST_YEAR

PART = re.compile(r"[;；\n]+")
PERIOD = re.compile(
    r"(?P<from>\d{4}[-./年]\d{1,2})月?\s*(?:至|到|—+|–|-|~|～)\s*(?P<until>\d{4}[-./年]\d{1,2}月?|至?今|现在)"
    r"[\s,，:：]+(?P<employer>\S+)[\s,，]+(?P<occupation>\S+)"
)
MOST = 20


def read_experience(text: str, *, on: date) -> tuple[list[dict[str, Any]], int]:
    """Return the periods as employments of the facts, and how many parts could not be read as one.

    A part is `2015-07 至 2020-08 静安康复中心 养老护理员`, parts are divided by semicolons or lines; `至今` while it goes
    on. From the first day of the first month to the last of the last. What cannot be read stays text: the candidate
    enters it herself.
    """
    found: list[dict[str, Any]] = []
    unread = 0
    for part in PART.split(text):
        if not part.strip():
            continue
        row = _period(part.strip(), on)
        if row is None or len(found) == MOST:
            unread += 1
        else:
            found.append(row)
    return found, unread


def _period(text: str, on: date) -> dict[str, Any] | None:
    match = PERIOD.fullmatch(text)
    if match is None:
        return None
    started = _month(match["from"], last=False)
    goes_on = not match["until"][0].isdigit()
    ended = None if goes_on else _month(match["until"], last=True)
    if started is None or started > on or (not goes_on and (ended is None or ended < started)):
        return None
    if ended is not None and ended > on:
        # The month that runs now is not over; "until this month" means that she works there.
        ended = None
    return {
        "employer": match["employer"][:120],
        "occupation": match["occupation"][:120],
        "started_on": started.isoformat(),
        "ended_on": ended.isoformat() if ended else None,
    }


def _month(text: str, *, last: bool) -> date | None:
    year, month = (int(part) for part in re.findall(r"\d+", text)[:2])
    if not (1 <= month <= 12 and year >= FIRST_YEAR):
        return None
    return date(year, month, calendar.monthrange(year, month)[1] if last else 1)
