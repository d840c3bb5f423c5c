"""What every step from marks to publication asks first, and how content is sealed."""

import hashlib
import json
from typing import Any

from django.core.exceptions import PermissionDenied

from certification.plans.models import Plan
from certification.plans.rules import Status as PlanStatus
from certification.results import selectors
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role


def locked(plan: Plan) -> Plan:
    return Plan.objects.select_for_update().select_related("organisation", "scheme").get(pk=plan.pk)


def require_role(person: User, plan: Plan, *roles: Role) -> None:
    """Asked before any state: who may not act is not told how far the plan is."""
    if not has_role(person, plan.organisation, *roles):
        raise PermissionDenied


def require_scored(plan: Plan) -> None:
    if PlanStatus(plan.status) is not PlanStatus.SCORED:
        raise DomainError("results.not_scored")


def require_uninvolved(person: User, plan: Plan) -> None:
    if selectors.has_examined(person, plan):
        raise DomainError("results.examined_here")


def fingerprint(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
