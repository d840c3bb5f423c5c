"""Who may see and move a plan. Views have no other way to a row."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from certification.plans.models import Plan, StaffAssignment
from lms.accounts.models import User
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role, organisations_where

OFFICE_ROLES = (Role.EXAM_OFFICER, Role.HEAD)
"""Who sees a body's plans on the desk; only the exam officer moves them."""


def require_officer(actor: Any, organisation: Organisation) -> None:
    """Raise `PermissionDenied` unless the actor is an exam officer of this body."""
    if not has_role(actor, organisation, Role.EXAM_OFFICER):
        raise PermissionDenied


def is_officer(user: Any, plan: Plan) -> bool:
    return has_role(user, plan.organisation, Role.EXAM_OFFICER)


def plans_visible_to(user: Any) -> QuerySet[Plan]:
    """Return the plans of the bodies in which the person is exam officer or head."""
    return Plan.objects.filter(organisation__in=organisations_where(user, *OFFICE_ROLES)).with_names()


def plan_for(user: Any, pk: int, *, write: bool = False) -> Plan:
    """Return a plan of the person's own body; 404 for others', 403 for writing without the office."""
    plan = get_object_or_404(plans_visible_to(user), pk=pk)
    if write:
        require_officer(user, plan.organisation)
    return plan


def bodies_planned_by(user: Any) -> QuerySet[Organisation]:
    """Return the bodies for which the person may make plans."""
    return organisations_where(user, Role.EXAM_OFFICER)


def public_plan(pk: int) -> Plan:
    """Return a plan that anyone may read about; drafts and cancelled ones are 404."""
    return get_object_or_404(Plan.objects.public().with_names(), pk=pk)


def own_assignment(user: User, pk: int) -> StaffAssignment:
    """Return an assignment of the person herself."""
    return get_object_or_404(
        StaffAssignment.objects.select_related("plan__organisation", "plan__scheme__occupation"), pk=pk, user=user
    )


def plans_open_to_staff(user: User, today: date) -> QuerySet[StaffAssignment]:
    """Return assignments of coming exam days, own ones only."""
    return StaffAssignment.objects.filter(Q(plan__exam_date__gte=today), user=user).select_related(
        "plan__organisation", "plan__scheme__occupation"
    )
