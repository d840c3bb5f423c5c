"""Pages of a college's author: all recordings, a new one, and one with all that belongs to it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.media import access
from courses.media.forms import CaptionFileForm, NewRecordingForm, PictureForm, PlaylistForm, RecordingForm
from courses.media.models import LANGUAGES, Recording
from courses.media.rules.playlists import MAX_BYTES
from courses.media.selectors import shown
from courses.media.services import recordings as services
from courses.media.views.kept_files import keep_sent, page_of
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import uploads
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of


@login_required
@require_safe
def recordings(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The recordings of the person's colleges, newest first; a page costs the same wherever it is."""
    if not access.is_editor(request.user):
        raise PermissionDenied
    context = {
        **page_of(access.recordings_editable_by(request.user).prefetch_related("captions"), request.GET),
        "may_add": access.collections_for(request.user).exists(),
    }
    return render(request, "media/recordings.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Choose a file. With JavaScript it goes in pieces (`uploads`); without, in one."""
    if not access.collections_for(request.user).exists():
        raise PermissionDenied
    form = NewRecordingForm(posted(request), request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            recording = keep_sent(form.cleaned_data, request, kind="recording")
        except DomainError as error:
            form.add_error("file", text_of(error))
        else:
            messages.success(request, _("The recording is stored. Now add its captions."))
            return redirect(recording)
    status = 422 if form.is_bound else 200
    context = {"form": form, "max_megabytes": settings.RECORDING_MAX_BYTES // (1024 * 1024)}
    return render(request, "media/new.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recording(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One recording as learners see it, with its title, captions, picture and second version."""
    row = access.recording_to_edit(request.user, pk)
    initial = {"title": row.title, "audience": row.audience, "signed": row.signed_id}
    form = RecordingForm(posted(request), initial=initial, user=request.user, recording=row)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        services.describe(row, title=data["title"], audience=data["audience"], signed=data.get("signed"))
        messages.success(request, _("Saved."))
        return redirect(row)
    return _page(request, row, form=form, status=422 if form.is_bound else 200)


def _page(request: AuthenticatedHttpRequest, row: Recording, *, status: int = 200, **extra: Any) -> HttpResponse:
    initial = {"title": row.title, "audience": row.audience, "signed": row.signed_id}
    tracks = {track.language: track for track in row.captions.all()}
    context = {
        "recording": row,
        "shown": shown(row),
        "tracks": [{"language": key, "name": name, "track": tracks.get(key)} for key, name in LANGUAGES.items()],
        "lessons": services.lessons_with(row),
        "form": RecordingForm(initial=initial, user=request.user, recording=row),
        "caption_form": CaptionFileForm(),
        "picture_form": PictureForm(),
        "playlist_form": PlaylistForm(),
        **extra,
    }
    return render(request, "media/recording.html", context, status=status)


@login_required
@require_POST
def poster(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Take a picture for the time before the video plays; no file takes it away."""
    row = access.recording_to_edit(request.user, pk)
    try:
        if "remove" in request.POST:
            services.set_poster(row, picture=None)
        elif (sent := request.FILES.get("picture")) is not None:
            services.set_poster(row, picture=uploads.check(sent, kinds=("image",)).data)
    except DomainError as error:
        return _page(request, row, problem=text_of(error), status=error.status)
    return redirect(row)


@login_required
@require_POST
def playlist(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Take an HLS playlist of the same file; no file takes it away."""
    row = access.recording_to_edit(request.user, pk)
    try:
        sent = request.FILES.get("playlist")
        services.set_playlist(row, data=sent.read(MAX_BYTES + 1) if sent and "remove" not in request.POST else None)
    except DomainError as error:
        return _page(request, row, problem=text_of(error), status=error.status)
    return redirect(row)


@login_required
@require_POST
def delete(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Delete a recording that stands in no lesson."""
    row = access.recording_to_edit(request.user, pk)
    try:
        services.delete_recording(row)
    except DomainError as error:
        return _page(request, row, problem=text_of(error), status=error.status)
    messages.success(request, _("The recording is deleted."))
    return redirect("media:recordings")


def page_with_problem(request: AuthenticatedHttpRequest, row: Recording, **extra: Any) -> HttpResponse:
    """Show the recording's page again, with what was refused on top."""
    return _page(request, row, status=422, **extra)
