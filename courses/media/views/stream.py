"""Recordings and what belongs to them, served by us to those who may watch, piece by piece."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from courses.media import access, storage
from courses.media.models import Recording
from courses.media.rules.byte_ranges import Span, Unsatisfiable, wanted_span
from courses.media.rules.captions import write_vtt
from courses.media.rules.playlists import FILE

PIECE = 256 * 1024
POLICY = "default-src 'none'; media-src 'self'; sandbox"
KEEP = "private, max-age=300"

View = Callable[..., HttpResponseBase]


def for_readers(view: View) -> View:
    """Lead to the sign-in page who could watch after signing in, as the lesson itself does."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except access.SignInFirst:
            return redirect_to_login(request.get_full_path())

    return answer


@for_readers
@require_safe
def file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """The recording itself, whole or the one part that is asked for; constant memory however large."""
    recording = access.recording_to_watch(request.user, pk)
    if recording.file.rpartition("/")[2] != name:
        raise Http404
    if recording.etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _with_headers(HttpResponseNotModified(), recording)
    header = request.headers.get("Range", "")
    if request.headers.get("If-Range", recording.etag) != recording.etag:
        header = ""
    try:
        span = wanted_span(header, recording.size)
    except Unsatisfiable:
        refusal = HttpResponse(status=416)
        refusal["Content-Range"] = f"bytes */{recording.size}"
        return _with_headers(refusal, recording)
    return _answer(request, recording, span)


def _answer(request: HttpRequest, recording: Recording, span: Span | None) -> HttpResponseBase:
    part = span or Span(0, recording.size - 1)
    status = 206 if span else 200
    response: HttpResponseBase
    if settings.RECORDING_ACCEL_PREFIX:
        # The web server in front sends the bytes; it reads the same Range header.
        response = HttpResponse(content_type=recording.content_type)
        response["X-Accel-Redirect"] = settings.RECORDING_ACCEL_PREFIX + recording.file
        return _with_headers(response, recording)
    if request.method == "HEAD":
        response = HttpResponse(status=status, content_type=recording.content_type)
    else:
        response = StreamingHttpResponse(_pieces(recording, part), status=status, content_type=recording.content_type)
    response["Content-Length"] = str(part.length)
    if span:
        response["Content-Range"] = f"bytes {part.first}-{part.last}/{recording.size}"
    return _with_headers(response, recording)


def _pieces(recording: Recording, part: Span) -> Iterator[bytes]:
    left = part.length
    with storage.recordings().open(recording.file) as source:
        source.seek(part.first)
        while left:
            piece = source.read(min(PIECE, left))
            if not piece:
                return
            left -= len(piece)
            yield piece


def _with_headers(response: HttpResponseBase, recording: Recording) -> HttpResponseBase:
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = recording.etag
    response["Cache-Control"] = KEEP
    # Opened on its own, whatever hides in the bytes can neither run nor load anything.
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


@for_readers
@require_safe
def poster(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The picture that stands until the video plays."""
    recording = access.recording_to_watch(request.user, pk)
    if not recording.poster or recording.poster.rpartition("/")[2] != name:
        raise Http404
    with storage.recordings().open(recording.poster) as picture:
        return _private(HttpResponse(picture.read(), content_type="image/jpeg"))


@for_readers
@require_safe
def playlist(request: HttpRequest, pk: int) -> HttpResponse:
    """The HLS playlist, with the address of the recording's file in it."""
    recording = access.recording_to_watch(request.user, pk)
    if not recording.playlist:
        raise Http404
    text = recording.playlist.replace(FILE, recording.url)
    return _private(HttpResponse(text, content_type="application/vnd.apple.mpegurl"))


@for_readers
@require_safe
def captions(request: HttpRequest, pk: int, language: str, version: int) -> HttpResponse:
    """The captions of one language as WebVTT."""
    recording = access.recording_to_watch(request.user, pk)
    track: Any = get_object_or_404(recording.captions, language=language)
    return _private(HttpResponse(write_vtt(track.lines), content_type="text/vtt; charset=utf-8"))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = KEEP
    return response
