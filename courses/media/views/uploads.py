"""The upload in pieces, after the pattern of tus.io: ask how much is there, append from that byte on."""

import json

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.models import Collection

from courses.media import access
from courses.media.models import Upload
from courses.media.services import uploads
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import whole_number
from lms.core.texts import writable

PIECE_BYTES = 8 * 1024 * 1024
"""How much a browser sends in one request; small enough for a weak line to finish it."""
MOST_BYTES = 4096


@login_required
@require_POST
def begin(request: AuthenticatedHttpRequest) -> JsonResponse:
    """Open an upload of a recording: {title, size, collection} → {url, piece}."""
    return open_upload(request, access.collections_for(request.user), kind="recording")


def open_upload(request: AuthenticatedHttpRequest, collections: QuerySet[Collection], *, kind: str) -> JsonResponse:
    """Open an upload into one of these collections; 403 for a person who may put files into none."""
    if not collections.exists():
        raise PermissionDenied
    try:
        data = json.loads(request.read(MOST_BYTES))
        title, size, collection = writable(str(data["title"])), data["size"], whole_number(str(data["collection"]))
        if isinstance(size, bool) or not isinstance(size, int):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DomainError("media.empty", status=422) from None
    upload = uploads.begin_upload(
        title=title,
        size=size,
        collection=get_object_or_404(collections, pk=collection),
        actor=request.user,
        now=clock.now(),
        kind=kind,
    )
    return JsonResponse({"url": reverse("media:upload", args=[upload.key]), "piece": PIECE_BYTES}, status=201)


@login_required
@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
def upload(request: AuthenticatedHttpRequest, key: str) -> HttpResponse:
    """Tell how much is there (GET, HEAD), append a piece (PATCH with Upload-Offset), or give up (DELETE)."""
    growing = access.upload_of(request.user, key)
    if request.method == "DELETE":
        uploads.drop_upload(growing)
        return HttpResponse(status=204)
    if request.method != "PATCH":
        return _there(growing, uploads.offset_of(growing))
    sent = request.headers.get("Upload-Offset", "")
    try:
        offset = uploads.take_piece(growing, request, offset=whole_number(sent) if sent.isdigit() else -1)
    except DomainError as error:
        if error.code == "media.wrong_offset":
            # Not a mistake of a person: the sender goes on from where the file ends.
            return _there(growing, error.context["offset"], status=409)
        raise
    if offset < growing.size:
        return _there(growing, offset)
    kept = uploads.finish_upload(growing, now=clock.now())
    return JsonResponse({growing.kind: kept.get_absolute_url()}, status=201)


def _there(growing: Upload, offset: int, *, status: int = 200) -> HttpResponse:
    response = JsonResponse({"offset": offset, "size": growing.size}, status=status)
    response["Upload-Offset"], response["Upload-Length"] = str(offset), str(growing.size)
    patch_cache_control(response, no_store=True)
    return response
