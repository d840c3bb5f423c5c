"""The page that a tablet keeps, and what it asks of the server: JSON in, JSON out, safe to repeat."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certification.assessment import access as scoring
from certification.assessment.offline import access, services, shell
from certification.assessment.offline.description import RUNNING, absent_seats, description_of, owner_key
from certification.assessment.offline.models import Tablet, TabletRelease
from certification.assessment.offline.selectors import held, refused_since
from certification.assessment.views.body import read_json
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.clock import clock_time
from lms.core.errors import DomainError
from lms.core.messages import text_of

BODY_LIMIT = 3 * 1024 * 1024
DEVICES = re.compile(r"iPad|iPhone|Android|Windows|Macintosh|Linux")
BROWSERS = re.compile(r"MicroMessenger|HuaweiBrowser|Edg|Firefox|Chrome|Safari")

JsonView = Callable[..., JsonResponse]


def for_the_page(view: JsonView) -> JsonView:
    """Answer in JSON whatever happens: 401 when the session has ended, so that the page keeps what it holds and asks again."""

    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"code": "assessment.signed_out", "message": _("Please sign in again.")}, status=401)
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return JsonResponse({"code": error.code, "message": text_of(error)}, status=error.status)

    return answer


@require_safe
def tablet(request: HttpRequest) -> HttpResponse:
    """The page. It names nobody and holds no token: what is on it, the device itself fills in."""
    return render(request, "assessment/offline/tablet.html")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it stands beside the page and answers for nothing else."""
    response = HttpResponse(shell.worker_script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a tablet shows on its home screen."""
    return JsonResponse(shell.manifest(request.LANGUAGE_CODE), content_type="application/manifest+json")


@require_safe
@for_the_page
def state(request: AuthenticatedHttpRequest) -> JsonResponse:
    """Who is signed in here, the token with which the page may send, and the plans that she scores."""
    plans = [
        {"id": row.plan_id, "title": row.plan.title, "starts": clock_time(row.plan.skill_starts_at)}
        for row in access.plans_to_score(request.user)
    ]
    return JsonResponse(
        {"owner": owner_key(request.user), "token": get_token(request), "language": request.LANGUAGE_CODE, "plans": plans}
    )


@require_POST
@for_the_page
def register(request: AuthenticatedHttpRequest, pk: int) -> JsonResponse:
    """Make this browser a tablet of the plan; the only answer that ever holds its key."""
    plan = scoring.assignment_to_score(request.user, pk).plan
    sent = _body(request)
    try:
        number = UUID(str(sent.get("tablet")))
    except ValueError:
        raise DomainError("assessment.entries_unreadable", status=422) from None
    label = _label(request.headers.get("User-Agent", ""))
    made = services.register_tablet(plan, pk=number, assessor=request.user, label=label, now=clock.now())
    made.plan = plan
    return JsonResponse({"key": made.secret, "description": description_of(made)}, status=201)


@require_safe
@for_the_page
def description(request: AuthenticatedHttpRequest, pk: UUID) -> JsonResponse:
    """What the tablet needs to go on, as it is now."""
    return JsonResponse(description_of(access.own_tablet(request.user, pk)))


@require_POST
@for_the_page
def entries(request: AuthenticatedHttpRequest, pk: UUID) -> JsonResponse:
    """Take in what the tablet sends; an empty batch only tells how much it holds."""
    own = access.own_tablet(request.user, pk)
    sent = _body(request)
    batch, announced, since = sent.get("entries", []), sent.get("announced"), sent.get("since", 0)
    if not isinstance(batch, list) or type(announced) is not int or type(since) is not int or not 0 <= since < 2**31:
        raise DomainError("assessment.entries_unreadable", status=422)
    received = services.take_in(own, sent=batch, announced=announced, actor=request.user, now=clock.now())
    strays = [{**stray, "message": text_of(DomainError(stray["code"]))} for stray in received.strays]
    return JsonResponse({**_known(received.tablet, since=since), "strays": strays})


@require_POST
@for_the_page
def finish(request: AuthenticatedHttpRequest, pk: UUID) -> JsonResponse:
    """The page has locked itself and holds nothing more."""
    own = access.own_tablet(request.user, pk)
    announced = _body(request).get("announced")
    if type(announced) is not int or not 0 <= announced < 2**31:
        raise DomainError("assessment.entries_unreadable", status=422)
    services.finish_tablet(own, announced=announced, actor=request.user, now=clock.now())
    return JsonResponse(_known(access.own_tablet(request.user, pk), since=announced))


@require_POST
@for_the_page
def resume(request: AuthenticatedHttpRequest, pk: UUID) -> JsonResponse:
    """The page wants to write again."""
    own = access.own_tablet(request.user, pk)
    services.resume_tablet(own, actor=request.user, now=clock.now())
    own = access.own_tablet(request.user, pk)
    return JsonResponse(_known(own, since=own.arrived))


def _known(tablet: Tablet, *, since: int) -> dict[str, Any]:
    """Return what the server knows of the tablet, so that the page can show it."""
    return {
        "known": tablet.arrived,
        "head": tablet.head,
        "held": held(tablet),
        "refused": refused_since(tablet, since),
        "finished": tablet.finished_at is not None,
        "released": TabletRelease.objects.filter(tablet=tablet, confirmed_at__isnull=False).exists(),
        "open": tablet.plan.status in RUNNING,
        "absent": absent_seats(tablet),
        "saved_at": clock_time(clock.now()),
    }


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        sent = read_json(request, limit=BODY_LIMIT)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise DomainError("assessment.entries_unreadable", status=422)
    return sent


def _label(agent: str) -> str:
    """Return "Android · Chrome": enough for a person to know which of her devices it is."""
    found = [pattern.search(agent) for pattern in (DEVICES, BROWSERS)]
    return " · ".join(match[0] for match in found if match)
