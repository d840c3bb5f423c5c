"""The ways in which a lesson can be followed, and how the chosen one is remembered."""

from enum import StrEnum

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

PARAMETER = "reading"
COOKIE = "reading"
YEAR = 365 * 24 * 60 * 60


class Reading(StrEnum):
    FULL = "full"
    EASY = "easy"
    SIGN = "sign"


LABELS: dict[Reading, Promise] = {
    Reading.FULL: pgettext_lazy("way of reading a lesson", "Full text"),
    Reading.EASY: pgettext_lazy("way of reading a lesson", "Easy to read"),
    Reading.SIGN: pgettext_lazy("way of reading a lesson", "Sign language"),
}


def offered(*, has_easy_read: bool, has_sign_film: bool) -> list[Reading]:
    """Return what a lesson offers, the full text first."""
    ways = [Reading.FULL]
    if has_easy_read:
        ways.append(Reading.EASY)
    if has_sign_film:
        ways.append(Reading.SIGN)
    return ways


def _asked(request: HttpRequest) -> Reading | None:
    value = request.GET.get(PARAMETER, "")
    return Reading(value) if value in set(Reading) else None


def chosen(request: HttpRequest, offers: list[Reading]) -> Reading:
    """Return the way that the address asks for, or the one remembered, if this lesson offers it."""
    wanted = _asked(request) or request.COOKIES.get(COOKIE, "")
    return Reading(wanted) if wanted in offers else Reading.FULL


def remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep the way that the address asks for in a cookie, so that the next lesson opens in it; return the response."""
    if (asked := _asked(request)) is not None:
        response.set_cookie(COOKIE, asked.value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response
