"""Home, search, pathways, and small pages that belong to no room."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from certification.plans.selectors import open_plans
from courses.catalogue.selectors import front_courses, with_colleges
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.display import CARE, THEMES
from lms.organisations.rules import EDITING_ROLES, Role
from lms.organisations.selectors import roles_of
from lms.portal.context_processors import DESK_ROLES
from lms.portal.pathways import latest_schemes, pathway_of
from lms.portal.search import find

YEAR = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page: three doors, the ladder, what is open now."""
    return render(
        request,
        "portal/home.html",
        {
            "courses": with_colleges(front_courses(signed_in=request.user.is_authenticated)),
            "open_plans": open_plans(clock.today())[:4],
        },
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Courses, lessons and open plans that contain the words."""
    query, today = request.GET.get("q", "").strip()[:100], clock.today()
    open_only = not request.user.is_authenticated
    found = find(query, today=today, chosen=request.GET, open_only=open_only) if query else None
    return render(request, "portal/search.html", {"query": query, "found": found, "today": today})


@require_safe
def pathways(request: HttpRequest) -> HttpResponse:
    """The ladder of one occupation, by its code; without one, that of the first."""
    schemes = latest_schemes()
    wanted = request.GET.get("occupation", "")
    scheme = next((scheme for scheme in schemes if scheme.occupation.code == wanted), schemes[0] if schemes else None)
    pathway = pathway_of(scheme, user=request.user, today=clock.today()) if scheme else None
    return render(request, "portal/pathways.html", {"pathway": pathway, "schemes": schemes})


@login_required
@require_safe
def start(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Where a person lands after signing in.

    Staff and administrators at the desk, who only watches at the figures, authors among their courses, everybody else
    at her learning.
    """
    roles = roles_of(request.user)
    if roles == {Role.WATCHER}:
        return redirect("insights:overview")
    if DESK_ROLES & roles:
        return redirect("portal:desk")
    return redirect("wagtailadmin_home" if EDITING_ROLES & roles else "learning:home")


def from_own_pages(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Take a choice of look or language without a token, so that public pages are the same for everybody.

    A browser says when another site sends it, and then nothing is changed; a token is for what does harm.
    """

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
            return HttpResponse(status=HTTPStatus.FORBIDDEN)
        return view(request)

    return checked


language = from_own_pages(set_language)


@from_own_pages
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remember theme and care mode in a cookie, with or without an account, and go back to where the button was."""
    target = request.POST.get("next") or request.META.get("HTTP_REFERER") or "/"
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    theme, care = request.POST.get("theme"), request.POST.get("care")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    if care in CARE:
        response.set_cookie("care", care, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What we do so that everybody can use this, and where to complain when it fails."""
    return render(request, "portal/accessibility.html")


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process is alive."""
    return JsonResponse({"ok": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The process can serve: database and cache answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    cache.set("readyz", "1", 5)
    ready = cache.get("readyz") == "1"
    return JsonResponse({"ok": ready}, status=200 if ready else 503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came back without its token, mostly from a page that was open too long."""
    return render(request, "errors/csrf.html", status=403)
