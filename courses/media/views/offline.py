"""Reading without a network: the service worker, the shelf of kept courses, and what a device brings back."""

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.learning import access as learning
from courses.learning.selectors.progress import outline_for
from courses.learning.selectors.reading import as_it_was_begun
from courses.learning.views.reading import BLOCK_ID
from courses.media.offline import owner_key, pack_of, worker_script
from courses.media.services.offline import Mark, take_over
from courses.media.services.watching import whole
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.texts import writable

MOST_BYTES = 256 * 1024
MOST_MARKS = 500


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It stands at the root, so that it may answer for every page that was kept."""
    response = HttpResponse(worker_script(), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone shows when the site is put on its home screen."""
    return JsonResponse(
        {
            "name": _("Funeng: learning"),
            "short_name": _("Funeng"),
            "lang": request.LANGUAGE_CODE,
            "id": "/",
            "start_url": reverse("learning:home"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#FBF8F2",
            "theme_color": "#0E5A4F",
            "icons": [
                {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
                _icon("icon-192", 192),
                _icon("icon-512", 512),
                _icon("icon-maskable-512", 512, purpose="maskable"),
            ],
        },
        content_type="application/manifest+json",
    )


def _icon(name: str, edge: int, *, purpose: str = "any") -> dict[str, str]:
    """Return how a manifest names a picture that `draw_icons` has drawn."""
    return {"src": static(f"img/{name}.png"), "sizes": f"{edge}x{edge}", "type": "image/png", "purpose": purpose}


@require_safe
def shelf(request: HttpRequest) -> HttpResponse:
    """The courses kept on this device. The page names nobody: what is on it, the device itself fills in."""
    return render(request, "media/offline/shelf.html")


@login_required
@require_safe
@never_cache
def pack(request: AuthenticatedHttpRequest, pk: int) -> JsonResponse:
    """What to keep of a course that the person takes, in the version that she began."""
    course = learning.course_open_to(request.user, pk)
    return JsonResponse(pack_of(learning.enrolment_for(request.user, course)))


@login_required
@require_safe
@never_cache
def lesson(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """A lesson of her version to keep: text, figures, slides; of recordings the transcript. It tells nothing of the person.

    Raises `DomainError` "learning.lesson_elsewhere" (404) for a lesson that is newer than her version.
    """
    page, enrolment = learning.lesson_for(request.user, pk)
    place = outline_for(enrolment).place(pk)
    if place is None:
        raise DomainError("learning.lesson_elsewhere", status=404)
    context = {"page": as_it_was_begun(page, enrolment), "place": place, "course": enrolment.course, "offline_pack": True}
    return render(request, "media/offline/lesson.html", context)


@require_safe
@never_cache
def state(request: HttpRequest) -> JsonResponse:
    """Who is signed in on this device, and the token with which it may send; 401 for nobody."""
    if not request.user.is_authenticated:
        return JsonResponse({"signed_in": False}, status=401)
    return JsonResponse({"owner": owner_key(request.user), "token": get_token(request)})


@login_required
@require_POST
def sync(request: AuthenticatedHttpRequest) -> JsonResponse:
    """Take over what was read without a network; raises "media.not_yours" (403) for another person's device."""
    owner, marks, sent = _read(request)
    if not constant_time_compare(owner, owner_key(request.user)):
        raise DomainError("media.not_yours", status=403)
    outcome = take_over(request.user, marks=marks, sent=sent, now=clock.now())
    return JsonResponse({"done": outcome.done, "refused": outcome.refused})


def _read(request: AuthenticatedHttpRequest) -> tuple[str, list[Mark], int]:
    try:
        data = json.loads(request.read(MOST_BYTES))
        marks = [_mark(row) for row in data["marks"][:MOST_MARKS]]
        return str(data["owner"]), marks, whole(data["sent"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DomainError("media.reports_unreadable", status=422) from None


def _mark(row: dict[str, Any]) -> Mark:
    kind = str(row["kind"])
    lesson_pk = whole(row["lesson"])
    if kind not in ("read", "place") or not 0 < lesson_pk < 2**31:
        raise ValueError("no such mark")
    return Mark(str(row["key"])[:64], kind, lesson_pk, whole(row["at"]), writable(str(row.get("block", "")))[:BLOCK_ID])
