"""Pages of the register: no session, no cookie, the same for everybody who speaks the same language.

So they carry no form that needs a CSRF token and no name of a visitor, and language is chosen by a link.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers

LANGUAGES = dict(settings.LANGUAGES)
# What base.html would ask the session for.
NOBODY: Mapping[str, Any] = {"messages": (), "user": None, "nav_has_desk": False, "nav_has_cms": False}
FRAGMENT = "X-Fragment"


def open_to_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Speak the language that `?lang=` asks for, and keep the answer out of caches and search engines."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.GET.get("lang", "")
        if wanted in LANGUAGES:
            translation.activate(wanted)
            request.LANGUAGE_CODE = wanted
        response = view(request, *args, **kwargs)
        # A status may change at any moment, and a copy in between must not say the old one.
        response.setdefault("Cache-Control", "no-store")
        response["X-Robots-Tag"] = "noindex"
        patch_vary_headers(response, ("Accept", "Accept-Language", "Cookie", FRAGMENT))
        return response

    return answered


def wants_fragment(request: HttpRequest) -> bool:
    """Tell whether a script asks for the answer alone, to put it into the page that is open."""
    return FRAGMENT in request.headers


def text_of_page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> str:
    """Return the page, or its part `_…` when a script asks."""
    chosen = request.GET.get("lang", "")
    lang_query = f"?lang={chosen}" if chosen in LANGUAGES else ""
    folder, _slash, name = template.rpartition("/")
    # A page without a part of its own is given whole.
    used = [f"{folder}/_{name}", template] if wants_fragment(request) else [template]
    # A part goes below the heading of the page that is open.
    added = {"lang_query": lang_query, "heading": "h2" if wants_fragment(request) else "h1"}
    return render_to_string(used, {**context, **NOBODY, **added}, request)


def page(request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    return HttpResponse(text_of_page(request, template, context or {}), status=status)
