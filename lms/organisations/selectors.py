"""Who does what where."""

from typing import Any

from django.db.models import QuerySet

from lms.accounts.models import User
from lms.organisations.models import Membership, Organisation
from lms.organisations.rules import Role


def has_role(user: Any, organisation: Organisation | int, *roles: Role) -> bool:
    """Tell whether the person has one of the roles in that organisation; nobody signed in has none."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    key = organisation if isinstance(organisation, int) else organisation.pk
    return Membership.objects.filter(user_id=user.pk, organisation_id=key, role__in=[role.value for role in roles]).exists()


def organisations_where(user: Any, *roles: Role) -> QuerySet[Organisation]:
    """Return the organisations in which the person has one of the roles."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Organisation.objects.none()
    return Organisation.objects.filter(
        memberships__user_id=user.pk, memberships__role__in=[role.value for role in roles]
    ).distinct()


def roles_of(user: Any) -> set[str]:
    """Return all role values of the person over all organisations. One query."""
    if not getattr(user, "is_authenticated", False):
        return set()
    return set(Membership.objects.filter(user_id=user.pk).values_list("role", flat=True))


def people_with(organisation: Organisation | int, *roles: Role) -> QuerySet[User]:
    """Return the people who have one of these roles in the organisation, each once, by name."""
    values = [role.value for role in roles]
    return User.objects.filter(memberships__organisation=organisation, memberships__role__in=values).distinct().order_by("name")
