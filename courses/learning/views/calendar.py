"""Due dates in the calendar of one's own phone."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.learning import access
from courses.learning.models import CalendarKey
from courses.learning.rules.calendar import calendar as calendar_file
from courses.learning.selectors.calendar import events_of
from courses.learning.services.calendar import close_calendar, renew_calendar
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.notices.services import in_language_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The dates, the secret address for a calendar program, and the buttons that make a new one or close it."""
    if request.method == "POST":
        if "close" in request.POST:
            close_calendar(request.user)
            messages.success(request, _("The calendar address is closed."))
        else:
            renew_calendar(request.user, now=clock.now())
            messages.success(request, _("Here is your new calendar address; an older one is closed."))
        return redirect("learning:calendar")
    key = CalendarKey.objects.filter(user=request.user).first()
    address = request.build_absolute_uri(reverse("learning:feed", args=[key.token])) if key else ""
    events = sorted(events_of(request.user), key=lambda event: event.day)
    context = {"key": key, "address": address, "events": events, "today": clock.today()}
    return render(request, "learning/calendar.html", context)


@never_cache
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The dates as iCalendar, for whoever has the address; it tells dates and titles and nothing else."""
    user = access.owner_of_calendar(token)
    with in_language_of(user):
        text = calendar_file(events_of(user), name=_("Funeng: my learning"), now=clock.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="funeng.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response
