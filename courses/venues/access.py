"""Who may see bookings: who holds the address her own, and the office of the venue's organisation all of it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from courses.venues.models import Booking, VenuePage
from courses.venues.selectors import published_venues
from lms.accounts.models import User
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role, organisations_where

KEEPER_ROLES = (Role.HEAD, Role.EXAM_OFFICER, Role.COLLEGE_ADMIN)
"""Who keeps the list of visitors."""
OPENING_ROLES = (Role.HEAD, Role.COLLEGE_ADMIN)
"""Who may open a venue."""


def venue_open_to_all(pk: int) -> VenuePage:
    """Return a published venue, or 404."""
    venue: VenuePage = get_object_or_404(published_venues(), pk=pk)
    return venue


def booking_of_link(token: str) -> Booking:
    """Return the booking with this address, or 404."""
    return get_object_or_404(Booking.objects.select_related("visit__venue"), token=token)


def opener_for(user: Any, slug: str) -> Organisation:
    """Return an organisation with authors of its own that the person administers, or 404."""
    own = organisations_where(user, *OPENING_ROLES).filter(college_page__isnull=False)
    return get_object_or_404(own, slug=slug)


def venues_kept_by(user: User) -> QuerySet[VenuePage]:
    """Return the venues of the organisations in which the person has an office."""
    venues: QuerySet[VenuePage] = VenuePage.objects.filter(organisation__in=organisations_where(user, *KEEPER_ROLES))
    return venues.order_by("title", "pk")


def venue_kept_by(user: User, pk: int) -> VenuePage:
    """Return one of them, or 404."""
    venue: VenuePage = get_object_or_404(venues_kept_by(user), pk=pk)
    return venue


def is_keeper(user: Any, venue: VenuePage) -> bool:
    return has_role(user, venue.organisation_id, *KEEPER_ROLES)


def require_keeper(actor: Any, venue: VenuePage) -> None:
    """Raise `PermissionDenied` for who keeps no list here."""
    if not is_keeper(actor, venue):
        raise PermissionDenied
