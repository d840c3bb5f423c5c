"""Published schemes are public. Drafts are for the people of the body that keeps them, and of the authority where none does."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from certification.standards.models import Scheme
from certification.standards.selectors import in_full, scheme_in_full
from lms.organisations.models import Organisation
from lms.organisations.rules import ASSESSING_KINDS, Kind, Role
from lms.organisations.selectors import organisations_where

KEEPERS = (Role.EXAM_OFFICER, Role.HEAD)
"""Who writes drafts, in an assessment body for its own norms and in the authority for those that nobody owns."""
PUBLISHERS = (Role.HEAD,)
READERS = (*KEEPERS, Role.WATCHER)
KEEPING_KINDS = [kind.value for kind in (*ASSESSING_KINDS, Kind.AUTHORITY)]


def public_scheme(pk: int) -> Scheme:
    return get_object_or_404(scheme_in_full(), pk=pk)


def bodies_kept_by(user: Any, *roles: Role) -> QuerySet[Organisation]:
    """Return the bodies whose norms this person writes; with the authority among them, those of nobody as well."""
    return organisations_where(user, *(roles or KEEPERS)).filter(kind__in=KEEPING_KINDS)


def require_reader(user: Any) -> None:
    """Raise `PermissionDenied` unless the desk's standards are for this person."""
    if not organisations_where(user, *READERS).exists():
        raise PermissionDenied


def is_kept_by(user: Any, owner: Organisation | None, *roles: Role) -> bool:
    """Tell whether the person writes norms of this owner; None stands for the standards that nobody owns."""
    mine = bodies_kept_by(user, *roles)
    return mine.filter(kind=Kind.AUTHORITY.value).exists() if owner is None else mine.filter(pk=owner.pk).exists()


def require_keeper(user: Any, owner: Organisation | None) -> None:
    if not is_kept_by(user, owner):
        raise PermissionDenied


def require_publisher(user: Any, owner: Organisation | None) -> None:
    if not is_kept_by(user, owner, *PUBLISHERS):
        raise PermissionDenied


def may_publish(user: Any, scheme: Scheme) -> bool:
    return is_kept_by(user, scheme.owner, *PUBLISHERS)


def schemes_visible_to(user: Any) -> QuerySet[Scheme]:
    """Return what the person sees at the desk: everything published, and the drafts that she keeps (I42)."""
    kept = bodies_kept_by(user)
    drafts = Q(owner__in=list(kept.values_list("pk", flat=True)))
    if kept.filter(kind=Kind.AUTHORITY.value).exists():
        drafts |= Q(owner=None)
    return Scheme.objects.filter(Q(status="published") | drafts)


def scheme_for(user: Any, pk: int, *, write: bool = False) -> Scheme:
    """Return a scheme in full: 404 for another's draft, 403 for writing what others keep."""
    require_reader(user)
    scheme: Scheme = get_object_or_404(in_full(schemes_visible_to(user)), pk=pk)
    if write:
        require_keeper(user, scheme.owner)
    return scheme
