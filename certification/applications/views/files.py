"""Files of a case, shown only through a check of access; a PDF is never opened inside the site."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certification.applications.access import evidence_visible_to, needs_file_visible_to, photo_visible_to
from certification.applications.services.accommodations import note_reading
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock, store


@login_required
@require_safe
@cache_control(private=True, no_store=True)
def evidence(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    row = evidence_visible_to(request.user, pk)
    return _file(store.read(row.sha256), content_type=row.content_type, name=row.name, attachment=not row.is_image)


@login_required
@require_safe
@cache_control(private=True, no_store=True)
def needs_file(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    row = needs_file_visible_to(request.user, pk)
    note_reading(row.request, file=row, actor=request.user, now=clock.now())
    image = row.content_type.startswith("image/")
    return _file(store.read(row.sha256), content_type=row.content_type, name=row.name, attachment=not image)


@login_required
@require_safe
@cache_control(private=True, no_store=True)
def portrait(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return _file(store.read(photo_visible_to(request.user, pk)), content_type="image/jpeg", name="photo.jpg", attachment=False)


def _file(data: bytes, *, content_type: str, name: str, attachment: bool) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(attachment, name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    return response
