"""Telling the head, the officers and the candidates what happened to a plan."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from certification.plans.cases import applicants_of
from certification.plans.models import Plan
from lms.accounts.models import User
from lms.notices.kinds import Kind
from lms.notices.services import news, tell_many
from lms.organisations.rules import Role
from lms.organisations.selectors import people_with


def heads_of(plan: Plan) -> list[User]:
    return list(people_with(plan.organisation_id, Role.HEAD).filter(is_active=True))


def tell_staff(
    kind: Kind, plan: Plan, people: Iterable[User], *, now: datetime, once: str = "", url: str = "", **facts: Any
) -> None:
    """Tell people of the office; the link opens the plan on the desk. What has a name (`once`) is told once."""
    told = {"plan": plan.title, **facts}
    tell_many(
        [
            news(kind, person, facts=told, url=url or plan.get_desk_url(), organisation=plan.organisation_id, once=once, now=now)
            for person in people
        ]
    )


def tell_applicants(kind: Kind, plan: Plan, *, now: datetime, facts: Mapping[str, Any], once: str) -> int:
    """Tell everybody who applied or began to, and return how many; the link opens her applications."""
    notices = [
        news(kind, person, facts=facts, url="/apply/", organisation=plan.organisation_id, once=once, now=now)
        for person in applicants_of(plan)
    ]
    return len(tell_many(notices)) if notices else 0
