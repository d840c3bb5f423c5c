"""What stands between the server and every view: pages are compressed, null bytes stay out, a `DomainError` gets its sentence."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.urls import is_valid_path

from lms.core.errors import DomainError
from lms.core.messages import text_of

COMPRESSED_KINDS = frozenset({"text/html", "image/svg+xml", "application/json"})
logger = logging.getLogger(__name__)


class CompressedTextMiddleware(GZipMiddleware):
    """Pages go compressed, with Django's own padding against guessing secrets by length; everything else as it is.

    Files keep their length: a film is asked for in ranges of its own bytes.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.get("Content-Type", "").partition(";")[0]
        if response.streaming or response.status_code == HTTPStatus.PARTIAL_CONTENT or kind not in COMPRESSED_KINDS:
            return response
        return super().process_response(request, response)


class NullByteMiddleware:
    """A null byte in the address or a cookie is an attack: PostgreSQL takes no such text, so nothing can match it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            "\0" in request.path
            or "%00" in request.META.get("QUERY_STRING", "")
            or any("\0" in value for value in request.COOKIES.values())
        ):
            raise SuspiciousOperation("null byte")
        return self.get_response(request)


def _not_a_page(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """Return a page for an address that only takes what a button sends, with the way to the page that has the button.

    People come here by going back, by reloading, or by changing the language on a page that answered a button.
    """
    above = request.path.rstrip("/").rpartition("/")[0] + "/"
    context = {"above": above if is_valid_path(above) else "/"}
    answer = render(request, "errors/not_a_page.html", context, status=HTTPStatus.METHOD_NOT_ALLOWED)
    answer["Allow"] = refused["Allow"]
    return answer


class DomainErrorMiddleware:
    """Answers HTML, or JSON where the client asked for JSON; and gives the editors' admin its own policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content and request.accepts("text/html"):
            response = _not_a_page(request, response)
        if request.path.startswith(settings.CSP_ADMIN_PREFIXES):
            # django-csp reads this attribute of the response; it has no typed way to set it.
            response._csp_replace = settings.CSP_ADMIN_OVERRIDES  # type: ignore[attr-defined]
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        if exception.status >= 500:
            logger.error("%s", exception)
        message = text_of(exception)
        if request.accepts("text/html"):
            return render(request, "errors/domain.html", {"message": message, "error": exception}, status=exception.status)
        return JsonResponse({"code": exception.code, "message": message}, status=exception.status)
