"""A course in work: its authors send it to review as one thing, its reviewers return or publish it as one thing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from courses.catalogue.models import CollegePage, CoursePage
from courses.tenancy import access
from courses.tenancy.rules import Way
from courses.tenancy.selectors import (
    CoursePart,
    co_owners_of,
    courses_in_review,
    courses_written_by,
    parts_of,
    said_about,
    ways_of,
)
from courses.tenancy.services import courses as services
from courses.tenancy.single_pages import programmes_written_by, single_pages_in_review
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.texts import writable
from lms.organisations.rules import EDITING_ROLES, Role
from lms.organisations.selectors import has_role, organisations_where

LONGEST = 2000
STATES = {
    "draft": ("neutral", pgettext_lazy("part of a course", "draft")),
    "waiting": ("wait", pgettext_lazy("part of a course", "in review")),
    "returned": ("warn", pgettext_lazy("part of a course", "returned")),
    "changed": ("neutral", pgettext_lazy("part of a course", "published, changed since")),
    "live": ("good", pgettext_lazy("part of a course", "published")),
    "out": ("neutral", pgettext_lazy("part of a course", "taken out")),
}


@login_required
@require_safe
def listing(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The courses and single pages that wait for my decision, and those that my organisations write."""
    own = list(organisations_where(request.user, *EDITING_ROLES))
    context = {
        "waiting": courses_in_review(request.user),
        "waiting_pages": single_pages_in_review(request.user),
        "written": courses_written_by(own, limit=50),
        "programmes": [(single, *STATES[single.state]) for single in programmes_written_by(own)],
        "colleges": [
            page.organisation for page in CollegePage.objects.filter(organisation__in=own).select_related("organisation")
        ],
    }
    return render(request, "tenancy/courses.html", context)


@login_required
@require_safe
def course(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One course with all its parts, where each stands, and what was said about it."""
    found = access.course_for(request.user, pk)
    parts = parts_of(found)
    states = {part.state for part in parts}
    decides = access.decides_on(request.user, found)
    # Pressing one of these buttons would lose the comments of a decision that is being written.
    ways = ways_of(parts, publishes=decides) if not (decides and "waiting" in states) else {}
    context = {
        "course": found,
        "title": services.title_of(found),
        "rows": [_row(part, ways.get(part.page.pk, set())) for part in parts],
        "said": said_about(found),
        "owners": co_owners_of(found),
        "writes": access.writes_in(request.user, found),
        "decides": decides,
        "administers": _administers(request.user, found),
        "sendable": bool(states & {"draft", "changed", "returned"}),
        "waiting": "waiting" in states,
    }
    return render(request, "tenancy/course.html", context)


def _row(part: CoursePart, ways: set[Way]) -> dict[str, Any]:
    chip, label = STATES[part.state]
    return {"part": part, "chip": chip, "label": label, "earlier": Way.EARLIER in ways, "later": Way.LATER in ways}


def _administers(user: Any, found: CoursePage) -> bool:
    home = access.home_of(found)
    return home is not None and has_role(user, home, Role.COLLEGE_ADMIN, Role.HEAD)


@login_required
@require_POST
def submit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = access.course_written_by(request.user, pk)
    send_to_review(request, found)
    return redirect("tenancy:course", pk=pk)


def send_to_review(request: AuthenticatedHttpRequest, found: CoursePage) -> None:
    """Send the course to its reviewers and say how that went."""
    try:
        count = services.submit_course(found, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        text = ngettext("%(count)s page is in review now.", "%(count)s pages are in review now.", count)
        messages.success(request, text % {"count": count})


def _said(request: AuthenticatedHttpRequest, field: str) -> str:
    return writable(request.POST.get(field, ""))[:LONGEST]


@login_required
@require_POST
def give_back(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = access.course_decided_by(request.user, pk)
    on_parts = {
        int(key.removeprefix("comment-")): _said(request, key)
        for key in request.POST
        if key.startswith("comment-") and key.removeprefix("comment-").isdecimal() and len(key) < 20
    }
    try:
        services.return_course(found, comment=_said(request, "comment"), on_parts=on_parts, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("The authors have it back with your comment."))
    return redirect("tenancy:course", pk=pk)


@login_required
@require_POST
def approve(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = access.course_decided_by(request.user, pk)
    try:
        services.approve_course(found, comment=_said(request, "comment"), actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("Published. Learners can read it now."))
    return redirect("tenancy:course", pk=pk)
