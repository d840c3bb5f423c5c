"""Drawings are served by us, not by the web server: as pictures that can do nothing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from courses.catalogue.models import Figure

FIGURE_POLICY = "default-src 'none'; style-src 'none'; script-src 'none'; sandbox"


@require_safe
def figure(request: HttpRequest, pk: int, sha: str) -> HttpResponse:
    """The drawing itself. The address holds its hash, so it may be kept for ever."""
    drawing = Figure.objects.filter(pk=pk, sha256__startswith=sha).first()
    if drawing is None:
        raise Http404
    response = HttpResponse(drawing.svg, content_type="image/svg+xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    # Even opened on its own the file runs nothing and loads nothing.
    response["Content-Security-Policy"] = FIGURE_POLICY
    return response
