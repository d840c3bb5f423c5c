"""Opening a venue, booking a visit, cancelling it, calling it off, and reminding who comes."""

import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page, Site

from courses.catalogue.services import authors_group_name
from courses.venues import notice_kinds
from courses.venues.access import require_keeper
from courses.venues.models import Booking, VenueIndexPage, VenuePage, Visit
from courses.venues.rules import (
    KEPT_FOR,
    OPEN_BOOKINGS_PER_PHONE,
    REMIND_BEFORE,
    BookingStatus,
    check_bookable,
    check_party,
)
from courses.venues.selectors import LIVE, Slot, slot_at
from lms.accounts.models import User
from lms.core import ledger
from lms.core.clock import clock_time
from lms.core.errors import DomainError
from lms.notices.kinds import Kind
from lms.notices.services import news, tell_guest, tell_many
from lms.organisations.models import Organisation

EDITING = ("change_page", "publish_page")


@transaction.atomic
def open_venues() -> VenueIndexPage:
    """Return the list of venues below the site's root, made when it is missing."""
    present: VenueIndexPage | None = VenueIndexPage.objects.first()
    if present is not None:
        return present
    site = Site.objects.filter(is_default_site=True).first()
    root = site.root_page if site else Page.get_first_root_node()
    index = VenueIndexPage(title="展示馆与体验馆", slug="venues", show_in_menus=True)
    root.add_child(instance=index)
    index.save_revision().publish()
    return index


@transaction.atomic
def open_venue(
    organisation: Organisation, *, title: str, summary: str, address: str, actor: User | None, now: datetime.datetime
) -> VenuePage:
    """Return a new venue of the organisation, unpublished, which its authors complete and publish.

    Raises `DomainError` `venues.here_already` (409) for a second one of this name.
    """
    if VenuePage.objects.filter(organisation=organisation, title=title).exists():
        raise DomainError("venues.here_already", title=title)
    venue = VenuePage(organisation=organisation, title=title, summary=summary, address=address, live=False, owner=actor)
    index = open_venues()
    index.refresh_from_db()
    index.add_child(instance=venue)
    venue.save_revision(user=actor, log_action=True)
    let_authors_edit(venue)
    ledger.append("venues.opened", subject=venue, actor=actor, now=now, organisation=organisation.slug)
    return venue


@transaction.atomic
def let_authors_edit(venue: VenuePage) -> None:
    """Let the authors of the venue's organisation edit and publish its page, where it has authors; safe to repeat."""
    group = Group.objects.filter(name=authors_group_name(venue.organisation)).first()
    if group is not None:
        for permission in Permission.objects.filter(codename__in=EDITING, content_type__app_label="wagtailcore"):
            GroupPagePermission.objects.get_or_create(group=group, page=venue.page_ptr, permission=permission)


@transaction.atomic
def book(
    venue: VenuePage, *, at: str, phone: str, size: int, needs: str, language: str, user: User | None, now: datetime.datetime
) -> Booking:
    """Book a visit for `size` people and tell them; `at` names it as `Slot.key` does, `phone` is E.164.

    Raises `DomainError` `venues.party_size` (422), `venues.no_such_visit` (404), `venues.full` with how many places
    are left, `venues.too_many` for a phone that has three visits to come.
    """
    check_party(size)
    slot = slot_at(venue, at, now=now)
    if slot is None:
        raise DomainError("venues.no_such_visit", status=404)
    check_bookable(slot.starts_at, now=now, days_ahead=venue.days_ahead)
    visit = _visit(venue, slot)
    # The WHERE clause is the lock: of two who want the last place one changes the row.
    fits = Visit.objects.filter(pk=visit.pk, closed_at=None, taken__lte=F("capacity") - size)
    if not fits.update(taken=F("taken") + size):
        visit.refresh_from_db()
        raise DomainError("venues.full", left=visit.free)
    if Booking.objects.filter(phone=phone, status=LIVE, visit__starts_at__gt=now).count() >= OPEN_BOOKINGS_PER_PHONE:
        raise DomainError("venues.too_many", most=OPEN_BOOKINGS_PER_PHONE)
    booking = Booking.objects.create(
        visit=visit, user=user, phone=phone, size=size, needs=needs.strip(), language=language, booked_at=now
    )
    _tell(booking, notice_kinds.BOOKED, now=now)
    return booking


def _visit(venue: VenuePage, slot: Slot) -> Visit:
    visit, _created = Visit.objects.get_or_create(
        venue=venue, starts_at=slot.starts_at, defaults={"ends_at": slot.ends_at, "capacity": venue.capacity}
    )
    return visit


@transaction.atomic
def cancel_booking(booking: Booking, *, now: datetime.datetime) -> None:
    """Give the places back. Raises `DomainError` `venues.not_booked`, or `venues.too_late` once the visit has begun."""
    if booking.visit.starts_at <= now:
        raise DomainError("venues.too_late")
    if not _end([booking], BookingStatus.CANCELLED, now):
        raise DomainError("venues.not_booked")


@transaction.atomic
def call_off(venue: VenuePage, *, at: str, actor: User, now: datetime.datetime) -> int:
    """Close a visit, and tell who had booked it; return how many bookings that ends.

    Raises `PermissionDenied`, and `DomainError` `venues.no_such_visit` (404).
    """
    require_keeper(actor, venue)
    visit = _visit_named(venue, at, now)
    Visit.objects.filter(pk=visit.pk, closed_at=None).update(closed_at=now)
    booked = list(visit.bookings.filter(status=LIVE).select_related("visit__venue", "user"))
    ended = _end(booked, BookingStatus.CALLED_OFF, now)
    for booking in ended:
        _tell(booking, notice_kinds.CALLED_OFF, now=now)
    return len(ended)


def _visit_named(venue: VenuePage, at: str, now: datetime.datetime) -> Visit:
    slot = slot_at(venue, at, now=now)
    if slot is not None:
        return _visit(venue, slot)
    # Booked under hours that have changed since.
    begin = _moment(at)
    visit: Visit | None = venue.visits.filter(starts_at=begin, starts_at__gt=now).first() if begin else None
    if visit is None:
        raise DomainError("venues.no_such_visit", status=404)
    return visit


def _moment(at: str) -> datetime.datetime | None:
    try:
        return timezone.make_aware(datetime.datetime.strptime(at, "%Y-%m-%dT%H:%M"))
    except ValueError:
        return None


def _end(bookings: list[Booking], status: BookingStatus, now: datetime.datetime) -> list[Booking]:
    """Move those that still stand to `status`, give their places back, each once, and return them."""
    ended = []
    for booking in bookings:
        if Booking.objects.filter(pk=booking.pk, status=LIVE).update(status=status.value, ended_at=now):
            Visit.objects.filter(pk=booking.visit_id).update(taken=F("taken") - booking.size)
            booking.status = status.value
            ended.append(booking)
    return ended


@transaction.atomic
def forget(*, now: datetime.datetime) -> int:
    """Remove who came from bookings whose visit is 30 days over; how many came stays. Return how many bookings."""
    past = Booking.objects.filter(visit__ends_at__lte=now - KEPT_FOR).exclude(phone="")
    return past.update(phone="", needs="", user=None)


@transaction.atomic
def remind(*, now: datetime.datetime, limit: int = 200) -> int:
    """Remind who comes within a day and booked before that; return how many. Each is reminded once."""
    due = Booking.objects.filter(
        status=LIVE, reminded_at=None, visit__starts_at__gt=now, visit__starts_at__lte=now + REMIND_BEFORE
    )
    told = 0
    for booking in due.select_related("visit__venue", "user").order_by("pk")[:limit]:
        if not Booking.objects.filter(pk=booking.pk, status=LIVE, reminded_at=None).update(reminded_at=now):
            continue
        if booking.booked_at < booking.visit.starts_at - REMIND_BEFORE:
            _tell(booking, notice_kinds.REMINDER, now=now)
            told += 1
    return told


def _tell(booking: Booking, kind: Kind, *, now: datetime.datetime) -> None:
    visit = booking.visit
    facts: dict[str, Any] = {
        "venue": visit.venue.title,
        "address": visit.venue.address,
        "day": timezone.localdate(visit.starts_at),
        "time": clock_time(visit.starts_at),
        "size": booking.size,
        "phone": visit.venue.phone,
    }
    told_by, url, once = visit.venue.organisation_id, booking.get_absolute_url(), f"{kind.key}:{booking.pk}"
    if booking.user is not None:
        tell_many([news(kind, booking.user, facts=facts, url=url, organisation=told_by, once=once, now=now)])
    else:
        language = booking.language or settings.LANGUAGE_CODE
        tell_guest(kind, booking.phone, facts=facts, url=url, language=language, organisation=told_by, once=once, now=now)
