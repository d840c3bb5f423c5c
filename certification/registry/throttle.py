"""How often one address may ask: nobody should be able to try out numbers or tokens (domain.md §7.2)."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse

from certification.registry.pages import open_to_all, page
from lms.accounts.http import client_address

WINDOW_SECONDS = 60


def _count(key: str) -> int:
    """Return how often this key was counted in the present window, this time included."""
    if cache.add(key, 1, timeout=2 * WINDOW_SECONDS):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:
        # The window ran out between the two calls.
        cache.set(key, 1, timeout=2 * WINDOW_SECONDS)
        return 1


@open_to_all
def _page(request: HttpRequest) -> HttpResponse:
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"status": "too_many"}, status=429)
    return page(request, "registry/too_many.html", status=429)


def limited(
    per_minute: int,
    *,
    name: str,
    methods: tuple[str, ...] = ("GET", "POST"),
    refusal: Callable[[HttpRequest], HttpResponse] = _page,
) -> Callable[..., Any]:
    """Answer 429 when one address asks more than `per_minute` times a minute: a page, or what `refusal` returns."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in methods:
                window = int(time.time()) // WINDOW_SECONDS
                key = f"registry:{name}:{client_address(request)}:{window}"
                if _count(key) > per_minute:
                    response = refusal(request)
                    response["Retry-After"] = str(WINDOW_SECONDS)
                    return response
            return view(request, *args, **kwargs)

        return checked

    return decorate
