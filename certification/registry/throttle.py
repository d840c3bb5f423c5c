"""How often one address may ask: nobody should be able to try out numbers or tokens (domain.md §7.2)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse

from certification.registry.pages import open_to_all, page
from lms.accounts.http import client_address

WINDOW_SECONDS = 60


@dataclass(frozen=True)
class Limit:
    """How many questions of one kind an address may ask in a minute."""

    name: str
    per_minute: int


TOKEN_LIMIT = Limit("token", 60)


def within(limit: Limit, request: HttpRequest) -> bool:
    """Count this question, and tell whether its address may ask it."""
    window = int(time.time()) // WINDOW_SECONDS
    return _count(f"registry:{limit.name}:{client_address(request)}:{window}") <= limit.per_minute


def _count(key: str) -> int:
    """Return how often this key was counted in the present window, this time included."""
    try:
        return int(cache.incr(key))
    except ValueError:
        # The first question of the window; of two at once, one comes here after the other.
        return 1 if cache.add(key, 1, timeout=2 * WINDOW_SECONDS) else int(cache.incr(key))


@open_to_all
def _page(request: HttpRequest) -> HttpResponse:
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"status": "too_many"}, status=429)
    return page(request, "registry/too_many.html", status=429)


def limited(
    limit: Limit,
    *,
    methods: tuple[str, ...] = ("GET", "HEAD", "POST"),
    refusal: Callable[[HttpRequest], HttpResponse] = _page,
) -> Callable[..., Any]:
    """Answer 429 when one address asks more often than `limit` allows: a page, or what `refusal` returns."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in methods and not within(limit, request):
                response = refusal(request)
                response["Retry-After"] = str(WINDOW_SECONDS)
                return response
            return view(request, *args, **kwargs)

        return checked

    return decorate
