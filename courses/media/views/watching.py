"""Where players report what was played. JSON in and out; nothing here believes a player more than the rules do."""

import json

from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from courses.media import access
from courses.media.models import Release, Viewing
from courses.media.rules.watched import resume_at
from courses.media.services.watching import Sending, Subject, begin_viewing, read_reports, save_viewing, whole
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError

MOST_BYTES = 64 * 1024
MOST_REPORTS = 200


@login_required
@require_POST
def begin_recording(request: AuthenticatedHttpRequest, pk: int) -> JsonResponse:
    """Start counting for this person and recording; tells where she stopped, on whatever device."""
    recording = access.recording_to_watch(request.user, pk)
    subject = Subject(recording.duration_ms, recording=recording)
    return _state(begin_viewing(subject, user=request.user, now=clock.now()))


@login_required
@require_POST
def begin_slides(request: AuthenticatedHttpRequest, pk: int, block: str) -> JsonResponse:
    """The same for a sequence of slides, whose length is the time it takes to read."""
    lesson = access.lesson_to_read(request.user, pk)
    slides = get_object_or_404(Release, lesson=lesson, recording=None, block=str(block))
    subject = Subject(slides.duration_ms, lesson=lesson, block=slides.block)
    return _state(begin_viewing(subject, user=request.user, now=clock.now()))


@login_required
@require_POST
def save(request: AuthenticatedHttpRequest, pk: int) -> JsonResponse:
    """Credit what was played since the last message. A message that comes twice changes nothing."""
    try:
        sending = _read(request)
    except DomainError:
        # Whose it is comes before what is wrong with it.
        get_object_or_404(Viewing, user=request.user, pk=pk)
        raise
    viewing = save_viewing(request.user, pk=pk, sending=sending, now=clock.now())
    if viewing is None:
        raise Http404
    return _state(viewing)


def _read(request: AuthenticatedHttpRequest) -> Sending:
    try:
        data = json.loads(request.read(MOST_BYTES + 1)[:MOST_BYTES])
        reports = read_reports(data["reports"][:MOST_REPORTS])
        return Sending(reports, whole(data["position"]), whole(data["happened"]), whole(data["sent"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DomainError("media.reports_unreadable", status=422) from None


def _state(viewing: Viewing) -> JsonResponse:
    watched = viewing.watched
    return JsonResponse(
        {
            "id": viewing.pk,
            "resume": resume_at(viewing.position_ms, viewing.duration_ms),
            "ranges": viewing.ranges,
            "share": round(watched.share, 4),
            "done": watched.is_done,
        }
    )
