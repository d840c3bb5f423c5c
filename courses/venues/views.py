"""Opening a venue, booking a visit, the booking's own page, and the list of visitors."""

import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.venues import access, services
from courses.venues.forms import BookingForm, OpenVenueForm
from courses.venues.models import VenueIndexPage, VenuePage
from courses.venues.rules import BookingStatus
from courses.venues.selectors import days_to_come, slot_at, visits_of_day
from lms.accounts.http import AuthenticatedHttpRequest, client_address
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of

BOOKINGS_PER_HOUR = 10
MOST_SHOWN = 50


@require_safe
def venues(request: HttpRequest) -> HttpResponse:
    """All venues. The footer leads here also on a site whose editors have not made the list yet."""
    page = VenueIndexPage.objects.live().first()
    return render(request, "venues/venue_index_page.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book one visit (`?at=2026-09-08T10:00`), with or without an account."""
    venue, now = access.venue_open_to_all(pk), clock.now()
    at = (request.POST if request.method == "POST" else request.GET).get("at", "")
    slot = slot_at(venue, at, now=now)
    if slot is None:
        messages.error(request, text_of(DomainError("venues.no_such_visit")))
        return redirect(venue.url)
    user = request.user if request.user.is_authenticated else None
    form = BookingForm(posted(request), initial={"phone": user.phone if user else ""})
    if request.method == "POST" and form.is_valid():
        try:
            _slow_down(request)
            language = get_language() or ""
            booking = services.book(venue, at=at, **form.cleaned_data, language=language, user=user, now=now)
        except DomainError as error:
            form.add_error("size" if error.code == "venues.full" else None, text_of(error))
        else:
            return redirect(booking)
    context = {"venue": venue, "slot": slot, "form": form}
    return render(request, "venues/book.html", context, status=422 if form.errors else 200)


def _slow_down(request: HttpRequest) -> None:
    """Let one connection book ten visits an hour: each sends an SMS to a number that nobody has proved."""
    key = f"venues:bookings:{client_address(request)}"
    cache.add(key, 0, timeout=3600)
    if cache.incr(key) > BOOKINGS_PER_HOUR:
        raise DomainError("venues.too_fast", status=429)


@never_cache
@require_safe
def booking(request: HttpRequest, token: str) -> HttpResponse:
    """What is booked, and the button that cancels it. Who has the address may; no other site is told it (same-origin)."""
    found = access.booking_of_link(token)
    context = {
        "booking": found,
        "venue": found.visit.venue,
        "stands": found.status == BookingStatus.BOOKED,
        "over": found.visit.starts_at <= clock.now(),
    }
    return render(request, "venues/booking.html", context)


@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Cancel the booking; a second press changes nothing."""
    found = access.booking_of_link(token)
    if found.status == BookingStatus.BOOKED:
        services.cancel_booking(found, now=clock.now())
        messages.success(request, _("Your visit is cancelled. Thank you for telling us: somebody else can come."))
    return redirect(found)


@login_required
@require_safe
def day(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Who comes on a day, to look at and to print."""
    venue = access.venue_kept_by(request.user, pk)
    shown = _day_of(request)
    visits = visits_of_day(venue, shown)
    known = {visit.key for visit in visits}
    coming = [slot for one in days_to_come(venue, now=clock.now()) if one.day.date == shown for slot in one.slots]
    context = {
        "empty_slots": [slot for slot in coming if slot.key not in known],
        "venue": venue,
        "day": shown,
        "visits": visits,
        "people": sum(visit.taken for visit in visits),
        "now": clock.now(),
        "before": shown - datetime.timedelta(days=1),
        "after": shown + datetime.timedelta(days=1),
    }
    return render(request, "venues/day.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Close one visit (`?at=`), after a page that says whom that concerns."""
    venue = access.venue_kept_by(request.user, pk)
    at = (request.POST if request.method == "POST" else request.GET).get("at", "")
    if request.method == "POST":
        count = services.call_off(venue, at=at, actor=request.user, now=clock.now())
        told = ngettext("Closed. %(count)s booking was ended and told.", "Closed. %(count)s bookings were ended and told.", count)
        messages.success(request, told % {"count": count})
        return redirect(_day_address(venue, at[:10]))
    visit = next((visit for visit in visits_of_day(venue, _parsed(at[:10])) if visit.key == at), None)
    shown = visit or slot_at(venue, at, now=clock.now())
    if shown is None:
        raise DomainError("venues.no_such_visit", status=404)
    context = {"venue": venue, "at": at, "shown": shown, "visit": visit, "back": _day_address(venue, at[:10])}
    return render(request, "venues/call_off.html", context)


def _day_address(venue: VenuePage, day: str) -> str:
    return f"{reverse('venues:day', args=[venue.pk])}?day={_parsed(day).isoformat()}"


def _day_of(request: HttpRequest) -> datetime.date:
    return _parsed(request.GET.get("day", ""))


def _parsed(text: str) -> datetime.date:
    """Read "2026-09-08"; anything else, and what has no day before or after it, means today."""
    try:
        found = datetime.date.fromisoformat(text)
    except ValueError:
        return clock.today()
    return found if 2000 <= found.year <= 2200 else clock.today()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_venue(request: AuthenticatedHttpRequest, slug: str) -> HttpResponse:
    """An administrator opens a venue of her organisation; hours, access and visits follow in its editor."""
    organisation = access.opener_for(request.user, slug)
    form = OpenVenueForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            venue = services.open_venue(organisation, **form.cleaned_data, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("title", text_of(error))
        else:
            text = _("“%(title)s” is opened. The public sees it once its hours are written and it is published.")
            messages.success(request, text % {"title": venue.title})
            if venue.permissions_for_user(request.user).can_edit():
                return redirect("wagtailadmin_pages:edit", venue.pk)
            return redirect("venues:open", slug=slug)
    own = list(VenuePage.objects.filter(organisation=organisation).order_by("title", "pk")[:MOST_SHOWN])
    may_edit = bool(own) and own[0].permissions_for_user(request.user).can_edit()
    context = {"organisation": organisation, "form": form, "venues": own, "may_edit": may_edit}
    return render(request, "venues/open.html", context, status=422 if form.errors else 200)
