"""Home, search, the staff desk, and small pages that belong to no room."""

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certification.plans.selectors import open_plans
from courses.catalogue.selectors import published_courses, with_colleges
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.queues import desk_rows
from lms.organisations.rules import EDITING_ROLES, Role
from lms.organisations.selectors import roles_of
from lms.portal.context_processors import DESK_ROLES, THEMES
from lms.portal.search import find

YEAR = 365 * 24 * 3600
FIGURES_ROLES = frozenset({Role.EXAM_OFFICER, Role.HEAD, Role.WATCHER})
"""Who finds the figures beside her own work; they are public."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page: three doors, the ladder, what is open now."""
    return render(
        request,
        "portal/home.html",
        {"courses": with_colleges(published_courses()[:3]), "open_plans": open_plans(clock.today())[:4]},
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Courses, lessons and open plans that contain the words."""
    query, today = request.GET.get("q", "").strip()[:100], clock.today()
    found = find(query, today=today) if query else None
    return render(request, "portal/search.html", {"query": query, "found": found, "today": today})


@login_required
@require_safe
def start(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Where a person lands after signing in.

    Staff at the desk, who only watches at the figures, editors among their courses, everybody else at her learning.
    """
    roles = roles_of(request.user)
    if roles == {Role.WATCHER}:
        return redirect("insights:overview")
    if DESK_ROLES & roles:
        return redirect("portal:desk")
    return redirect("wagtailadmin_home" if EDITING_ROLES & roles else "learning:home")


@login_required
@require_safe
def desk(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What waits for this member of staff, oldest due first."""
    rows = desk_rows(request.user, clock.now())
    roles = roles_of(request.user)
    return render(
        request,
        "portal/desk.html",
        {
            "rows": rows,
            "roles": roles,
            "today": clock.today(),
            "shows_figures": bool(FIGURES_ROLES & roles),
            "only_writes_items": roles - EDITING_ROLES == {Role.ITEM_WRITER},
        },
        status=200 if DESK_ROLES & roles else 403,
    )


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remember theme and care mode in a cookie, with or without an account."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = redirect(target)
    theme, care = request.POST.get("theme"), request.POST.get("care")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    if care in ("0", "1"):
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
