"""Candidates as the arrangement has to know them: what they need, and for whom they work."""

from collections.abc import Collection

from certification.applications import employers, needs
from certification.applications.needs import Needs
from certification.bodies.rules import employer_key
from certification.examday.rules.places import Candidate
from certification.plans.models import Plan

NO_EMPLOYER = frozenset({"", "无", "其他", "待业", "自由职业"})
"""What people write who have no employer; two of them have nothing in common."""


def candidates_of(plan: Plan, people: Collection[int]) -> list[Candidate]:
    """Return these people for `rules.arranging`. Two queries however many.

    The body that holds the exam does not count as a common employer: employers assess their own staff.
    """
    granted = needs.needs_of(people, on=plan.exam_date)
    named = employers.present_employers(people)
    left_out = {employer_key(name) for name in (*NO_EMPLOYER, plan.organisation.name)}
    return [
        _candidate(key, granted.get(key, Needs()), frozenset(employer_key(name) for name in named.get(key, ())) - left_out)
        for key in people
    ]


def _candidate(key: int, granted: Needs, employers: frozenset[str]) -> Candidate:
    return Candidate(
        key=key,
        employers=employers,
        wheelchair=granted.wheelchair_seat,
        own_room=granted.own_room,
        sign_interpreter=granted.sign_interpreter,
        extra_time=granted.extra_time_percent,
    )
