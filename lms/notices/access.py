"""The only way a view reaches a notice: one's own; and the failed messages of one's own organisation."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.notices.models import Delivery, Notice
from lms.notices.rules import DeliveryStatus
from lms.notices.wording import read_stop_token
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

OFFICE_ROLES = (Role.HEAD, Role.EXAM_OFFICER, Role.COLLEGE_ADMIN)
"""Who of an organisation hears that somebody could not be reached."""


def own_notices(user: User) -> QuerySet[Notice]:
    """Return the person's notices, newest first."""
    return Notice.objects.filter(user=user)


def notice_for(user: User, pk: int) -> Notice:
    """Return one of the person's own notices, or 404."""
    return get_object_or_404(own_notices(user), pk=pk)


def told_by_offices(user: Any) -> Q:
    """Return the condition of messages that the person's organisations told."""
    told_by = organisations_where(user, *OFFICE_ROLES)
    return Q(notice__organisation__in=told_by) | Q(told_by__in=told_by)


def sees_failures(user: Any) -> bool:
    """Tell whether the person sees failed messages at all."""
    return bool(user.is_superuser) or organisations_where(user, *OFFICE_ROLES).exists()


def failures_visible_to(user: User) -> QuerySet[Delivery]:
    """Return the messages that were given up: those her organisation told; the operator sees all.

    Raises `PermissionDenied` for who has no office.
    """
    failed = Delivery.objects.filter(status=DeliveryStatus.FAILED.value).select_related("user", "notice__organisation")
    if user.is_superuser:
        return failed
    if not sees_failures(user):
        raise PermissionDenied
    return failed.filter(told_by_offices(user))


def failure_for(user: User, pk: int) -> Delivery:
    """Return one of them, or 404."""
    return get_object_or_404(failures_visible_to(user), pk=pk)


def person_of_link(token: str) -> tuple[User, str]:
    """Return who got the mail with this link, and the kind it ends. Raises `DomainError` `notices.bad_link` (404)."""
    read = read_stop_token(token)
    user = User.objects.filter(pk=read[0]).first() if read else None
    if read is None or user is None:
        raise DomainError("notices.bad_link", status=404)
    return user, read[1]
