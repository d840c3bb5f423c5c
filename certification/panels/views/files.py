"""Files of a dossier, each shown only to whom it is for; a PDF is never opened inside the site."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certification.panels import access
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import store


@login_required
@require_safe
@cache_control(private=True, no_store=True)
def own(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The candidate's own file, as she uploaded it."""
    row = access.own_file(request.user, pk)
    return _file(row.sha256, row.content_type, row.name)


@login_required
@require_safe
@cache_control(private=True, no_store=True)
def officer(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """A file of a dossier that was handed in: the original, or with ?shown=1 what the panel sees."""
    row = access.file_for_officer(request.user, pk)
    if request.GET.get("shown"):
        return _file(row.shown_sha256, row.shown_content_type, row.shown_name)
    return _file(row.sha256, row.content_type, row.name)


@login_required
@require_safe
@cache_control(private=True, no_store=True)
def panel(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """A file as the panel sees it: names covered, under a name that tells nothing."""
    row = access.file_for_member(request.user, pk)
    return _file(row.shown_sha256, row.shown_content_type, row.shown_name)


def _file(sha256: str, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(store.read(sha256), content_type=content_type)
    attachment = not content_type.startswith("image/")
    response["Content-Disposition"] = content_disposition_header(attachment, name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    return response
