"""What the lesson page asks while a package is played. The package itself never speaks to these addresses."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from courses.packages import access, tickets
from courses.packages.models import Package, Practice
from courses.packages.rules.report import MOST_BYTES
from courses.packages.services.practising import begin_practice, mark_done, save_report
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError

LARGEST = 2**31 - 1
ROOM = 4096
"""Bytes of a message besides the report itself."""


@require_POST
@never_cache
def begin(request: HttpRequest, pk: int) -> JsonResponse:
    """Open the package: its address with a ticket, and what it kept for this person. A stranger's is kept nowhere."""
    package = access.package_to_play(request.user, pk)
    now = clock.now()
    practice = begin_practice(package, user=request.user, now=now) if request.user.is_authenticated else None
    ticket = tickets.issue(package.pk, now=now)
    root = reverse("packages:file", args=[ticket, "-"])[:-1]
    return JsonResponse(
        {
            "url": root + package.launch,
            "report": reverse("packages:report", args=[package.pk]) if practice else "",
            "sitting": practice.sitting if practice else 0,
            "given": _given(package, practice),
            **_state(practice),
        }
    )


def _given(package: Package, practice: Practice | None) -> dict[str, Any]:
    """Return what the package learns of the person: what it kept itself, and no name."""
    return {
        "kind": package.kind,
        "data": practice.data if practice else {},
        "launchData": package.launch_data,
        "passing": package.passing,
        "learner": str(_("Learner")),
    }


def _state(practice: Practice | None) -> dict[str, Any]:
    if practice is None:
        return {"done": False, "score": None, "standing": ""}
    return {"done": practice.is_done, "score": practice.score, "standing": str(practice.get_standing_display())}


@login_required
@require_POST
def report(request: AuthenticatedHttpRequest, pk: int) -> JsonResponse:
    """Keep what the package reports: {sitting, seq, data}. Twice, or too late, it changes nothing."""
    practice = access.practice_for(request.user, pk)
    sitting, seq, data = _read(request)
    saved = save_report(practice, sitting=sitting, seq=seq, data=data, now=clock.now())
    return JsonResponse({"seq": saved.seq, **_state(saved)})


def _read(request: AuthenticatedHttpRequest) -> tuple[int, int, object]:
    body = request.read(MOST_BYTES + ROOM + 1)
    if len(body) > MOST_BYTES + ROOM:
        raise DomainError("packages.report_too_large", status=422, kilobytes=MOST_BYTES // 1024)
    try:
        message = json.loads(body)
        sitting, seq, data = message["sitting"], message["seq"], message["data"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DomainError("packages.report_unreadable", status=422) from None
    if any(type(number) is not int or not 0 < number <= LARGEST for number in (sitting, seq)):
        raise DomainError("packages.report_unreadable", status=422)
    return sitting, seq, data


@login_required
@require_POST
def done(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Take the person's word that she has worked through it, and lead her back to the lesson."""
    package = access.package_to_play(request.user, pk)
    practice = mark_done(package, user=request.user, now=clock.now())
    if not request.accepts("text/html"):
        return JsonResponse(_state(practice))
    messages.success(request, _("“%(title)s” is marked as worked through.") % {"title": package.title})
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back) if safe else redirect("learning:home")
