"""The calendar of the plans: the month on a page, and all of it for one's own calendar program."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.learning.access import owner_of_calendar
from courses.learning.models import CalendarKey
from courses.learning.rules.calendar import calendar as calendar_file
from courses.learning.services.calendar import close_calendar, renew_calendar
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.forms import whole_number
from lms.notices.services import in_language_of
from lms.portal.access import for_staff
from lms.portal.desk.calendar import entries_between, events_of, last_month, month_named, month_of, next_month


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: AuthenticatedHttpRequest) -> HttpResponse:
    """One month of the plans, and the secret address for a calendar program with its two buttons."""
    if request.method == "POST":
        if "close" in request.POST:
            close_calendar(request.user)
            messages.success(request, _("The calendar address is closed."))
        else:
            renew_calendar(request.user, now=clock.now())
            messages.success(request, _("Here is your new calendar address; an older one is closed."))
        return redirect("portal:calendar")
    today = clock.today()
    first = month_named(request.GET.get("month", ""), today)
    following = next_month(first)
    entries = entries_between(request.user, first, following - timedelta(days=1), today=today)
    plans = sorted({entry.plan_key: entry.plan for entry in entries}.items(), key=lambda pair: pair[1])
    wanted = whole_number(request.GET.get("plan"))
    shown = [entry for entry in entries if wanted in (0, entry.plan_key)]
    key = CalendarKey.objects.filter(user=request.user).first()
    context = {
        "first": first,
        "weeks": month_of(first, shown, today=today),
        "entries": shown,
        "plans": plans,
        "wanted": wanted,
        "today": today,
        "before": f"{last_month(first):%Y-%m}",
        "following": f"{following:%Y-%m}",
        "month": f"{first:%Y-%m}",
        "key": key,
        "address": request.build_absolute_uri(reverse("portal:calendar_feed", args=[key.token])) if key else "",
    }
    return render(request, "portal/desk_calendar.html", context)


@never_cache
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The steps of the plans as iCalendar, for whoever has the address: days, titles and places, no candidate."""
    user = owner_of_calendar(token)
    with in_language_of(user):
        text = calendar_file(events_of(user, today=clock.today()), name=_("Funeng: assessment plans"), now=clock.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="funeng-plans.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response
