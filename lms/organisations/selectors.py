"""Who does what where."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import QuerySet

from lms.accounts.models import User
from lms.organisations.models import Membership, Organisation
from lms.organisations.rules import Role

_read: ContextVar[tuple[int, list[tuple[int, str]]] | None] = ContextVar("posts", default=None)


@contextmanager
def posts_read_once(user: Any) -> Iterator[set[str]]:
    """Read the person's posts once and yield her roles; within the block `organisations_where` answers from what was read.

    For a page that asks many apps what waits for her: what she has no post for then costs no query at all. Nothing in
    the block may change who has a post.
    """
    known = user.is_authenticated and user.is_active
    posts = list(Membership.objects.filter(user_id=user.pk).values_list("organisation_id", "role")) if known else []
    token = _read.set((user.pk, posts))
    try:
        yield {role for _organisation, role in posts}
    finally:
        _read.reset(token)


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
    values = {role.value for role in roles}
    if (read := _read.get()) is not None and read[0] == user.pk:
        # An empty list makes an empty condition, which Django answers without asking the database.
        return Organisation.objects.filter(pk__in=sorted({key for key, role in read[1] if role in values}))
    return Organisation.objects.filter(memberships__user_id=user.pk, memberships__role__in=sorted(values)).distinct()


def roles_of(user: Any) -> set[str]:
    """Return all role values of the person over all organisations. One query."""
    if not getattr(user, "is_authenticated", False):
        return set()
    return set(Membership.objects.filter(user_id=user.pk).values_list("role", flat=True))


def people_with(organisation: Organisation | int, *roles: Role) -> QuerySet[User]:
    """Return the people who have one of these roles in the organisation, each once, by name."""
    values = [role.value for role in roles]
    return User.objects.filter(memberships__organisation=organisation, memberships__role__in=values).distinct().order_by("name")
