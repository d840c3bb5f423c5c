"""The front of the catalogue: a page that somebody without an account was given is given again while nothing changed.

Courses are read by everybody who was sent a link, and by every search engine. Such a page depends on the address, the
language and the look alone, so it is kept whole, with its headers, under the mark of what is shown (`freshness`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.timezone import localdate

from courses.catalogue import reading
from lms.core import clock, freshness
from lms.core.display import care_of, theme_of

BEGIN = "/courses/"
KEPT_SECONDS = 60
"""What no mark tells (places that were taken in a class) is at most this old."""
PERSONAL_COOKIES = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages")
"""Who carries one of these may be somebody, or have been told something."""


@dataclass(frozen=True)
class Kept:
    """A page as it left the site."""

    content: bytes
    headers: tuple[tuple[str, str], ...]


class RememberedPages:
    """Middleware: keeps the catalogue's pages for those who are nobody, and gives them again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_for_everybody(request) or not (mark := freshness.mark()):
            return self.get_response(request)
        pages, name = caches["pages"], _name(request, mark)
        kept = pages.get(name)
        if kept is not None:
            return _again(kept)
        response = self.get_response(request)
        if _may_be_kept(response):
            pages.set(name, Kept(response.content, tuple(response.items())), timeout=KEPT_SECONDS)
        return response


def _is_for_everybody(request: HttpRequest) -> bool:
    # No query: an address that anybody can make up must not fill the memory.
    return (
        request.method == "GET"
        and request.path_info.startswith(BEGIN)
        and not request.META.get("QUERY_STRING")
        and _is_own_host(request.get_host())
        and not any(name in request.COOKIES for name in PERSONAL_COOKIES)
    )


def _is_own_host(host: str) -> bool:
    # Which names are ours say the settings; a port behind one of them anybody can make up.
    return ":" not in host or host == urlsplit(settings.PUBLIC_URL).netloc


def _may_be_kept(response: HttpResponse) -> bool:
    return response.status_code == 200 and not response.streaming and not response.cookies


def _name(request: HttpRequest, mark: str) -> str:
    remembered = request.COOKIES.get(reading.COOKIE, "")
    parts = (
        mark,
        localdate(clock.now()).isoformat(),
        request.get_host(),
        translation.get_language_from_request(request),
        theme_of(request),
        care_of(request),
        remembered if remembered in set(reading.Reading) else "",
        request.path_info,
    )
    return ":".join(parts)


def _again(kept: Kept) -> HttpResponse:
    response = HttpResponse(kept.content)
    for name, value in kept.headers:
        response[name] = value
    return response
