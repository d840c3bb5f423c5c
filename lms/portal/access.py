"""What a person kept of her desk is hers alone."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import User
from lms.organisations.selectors import roles_of
from lms.portal.context_processors import DESK_ROLES
from lms.portal.models import BulkAct, SavedView


def views_of(user: User) -> QuerySet[SavedView]:
    """Return the person's own saved views, by name."""
    return SavedView.objects.filter(user=user).order_by("name")


def view_for(user: User, pk: int) -> SavedView:
    """Return one of the person's own saved views, or 404."""
    return get_object_or_404(views_of(user), pk=pk)


def act_for(user: User, token: UUID) -> BulkAct:
    """Return what the person did herself with many rows, or 404."""
    return get_object_or_404(BulkAct.objects.filter(actor=user), token=token)


def for_staff(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in who has a desk: others are sent to sign in, or refused."""

    @wraps(view)
    def checked(request: AuthenticatedHttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not DESK_ROLES & roles_of(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(checked)
