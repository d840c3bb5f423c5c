"""Who may see and keep a body's papers and people. Views have no other way to a row."""

from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404

from certification.bodies.models import Equipment, Filing, Room, Site, StaffCard, StaffMember, Tie
from lms.accounts.models import User
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role, organisations_where

KEEPERS = (Role.EXAM_OFFICER, Role.HEAD)
"""Who keeps the registers of a body. Only its head changes what a conflict weighs, and rules on one."""
Row = TypeVar("Row", bound=Model)


def require_keeper(actor: Any, organisation: Organisation | int) -> None:
    """Raise `PermissionDenied` unless the person is an exam officer or the head of this body."""
    if not has_role(actor, organisation, *KEEPERS):
        raise PermissionDenied


def require_head(actor: Any, organisation: Organisation | int) -> None:
    """Raise `PermissionDenied` unless the person is the head of this body."""
    if not has_role(actor, organisation, Role.HEAD):
        raise PermissionDenied


def bodies_kept_by(user: Any) -> QuerySet[Organisation]:
    """Return the organisations whose registers this person keeps (I42)."""
    return organisations_where(user, *KEEPERS).order_by("pk")


def require_bodies(user: Any) -> list[Organisation]:
    """Return them; raises `PermissionDenied` for who keeps none."""
    found = list(bodies_kept_by(user))
    if not found:
        raise PermissionDenied
    return found


def body_kept_by(user: Any, pk: int) -> Organisation:
    """Return one of them; another one is not found."""
    return _one(bodies_kept_by(user), pk)


def entries_kept_by(user: Any) -> QuerySet[StaffMember]:
    return StaffMember.objects.filter(organisation__in=bodies_kept_by(user)).select_related("user", "organisation")


def entry_kept_by(user: Any, pk: int) -> StaffMember:
    """Return an entry of the register; another body's is not found."""
    return _one(entries_kept_by(user), pk)


def card_kept_by(user: Any, pk: int) -> StaffCard:
    """Return a card that one of the person's bodies gave out."""
    return _one(StaffCard.objects.filter(organisation__in=bodies_kept_by(user)).select_related("user", "occupation"), pk)


def filings_kept_by(user: Any) -> QuerySet[Filing]:
    return Filing.objects.filter(organisation__in=bodies_kept_by(user)).select_related("organisation")


def filing_kept_by(user: Any, pk: int) -> Filing:
    return _one(filings_kept_by(user), pk)


def sites_kept_by(user: Any) -> QuerySet[Site]:
    return Site.objects.filter(organisation__in=bodies_kept_by(user)).select_related("organisation")


def site_kept_by(user: Any, pk: int) -> Site:
    return _one(sites_kept_by(user), pk)


def room_kept_by(user: Any, pk: int) -> Room:
    return _one(Room.objects.filter(site__organisation__in=bodies_kept_by(user)).select_related("site__organisation"), pk)


def equipment_kept_by(user: Any, pk: int) -> Equipment:
    rows = Equipment.objects.filter(room__site__organisation__in=bodies_kept_by(user))
    return _one(rows.select_related("room__site__organisation"), pk)


def own_entries(user: User) -> QuerySet[StaffMember]:
    """Return the person's own entries in the registers of all bodies."""
    return StaffMember.objects.filter(user=user, left_on=None).select_related("organisation").order_by("pk")


def own_entry(user: User, pk: int) -> StaffMember:
    return _one(own_entries(user), pk)


def own_ties(user: User) -> QuerySet[Tie]:
    """Return the ties the person declared and has not ended; nobody else reads them."""
    return Tie.objects.filter(user=user, ended_at=None)


def own_tie(user: User, pk: int) -> Tie:
    return _one(own_ties(user), pk)


def _one(rows: QuerySet[Row], pk: int) -> Row:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
