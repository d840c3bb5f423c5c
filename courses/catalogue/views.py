"""Drawings and photographs are served by us, not by the web server: as pictures that can do nothing. And the glossary."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.images.models import Image

from courses.catalogue import glossary as words
from courses.catalogue.models import CoursePage, Figure
from courses.catalogue.readers import is_for_everybody

HASH_DIGITS = 16
FIGURE_POLICY = "default-src 'none'; style-src 'none'; script-src 'none'; sandbox"
FOR_EVER = "max-age=31536000, immutable"
PHOTO_FILTER = "max-1200x1200|format-webp"


@require_safe
def figure(request: HttpRequest, pk: int, sha: str) -> HttpResponse:
    """The drawing itself, for those who may read a lesson with it. The address holds its hash, so it may be kept for ever."""
    drawing = Figure.objects.filter(pk=pk).first()
    # The whole of the address's hash: of a draft's figure nobody outside can guess sixteen digits, but one.
    if drawing is None or not constant_time_compare(drawing.sha256[:HASH_DIGITS], sha):
        raise Http404
    everybody = is_for_everybody(drawing)
    if not everybody and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return _picture(drawing.svg, "image/svg+xml; charset=utf-8", everybody=everybody)


@require_safe
def photo(request: HttpRequest, pk: int, sha: str) -> HttpResponse:
    """A photograph of a lesson, at most 1200 pixels wide. Only a page that shows it tells the hash in its address."""
    image = Image.objects.filter(pk=pk).exclude(file_hash="").first()
    # All sixteen digits, as of a drawing: with one digit a stranger would find any college's drafts in sixteen tries.
    if image is None or not constant_time_compare(image.file_hash[:HASH_DIGITS], sha):
        raise Http404
    everybody = is_for_everybody(image)
    if not everybody and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    rendition = image.get_rendition(PHOTO_FILTER)
    with rendition.file.open("rb") as file:
        return _picture(file.read(), "image/webp", everybody=everybody)


def _picture(data: Any, content_type: str, *, everybody: bool) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    # What is not for everybody must not lie in a cache that everybody asks.
    response["Cache-Control"] = f"{'public' if everybody else 'private'}, {FOR_EVER}"
    # Even opened on its own the file runs nothing and loads nothing.
    response["Content-Security-Policy"] = FIGURE_POLICY
    return response


@require_safe
def glossary(request: HttpRequest, pk: int) -> HttpResponse:
    """The words of a published course, A to Z; those of a course that is not open for whoever has signed in."""
    course = get_object_or_404(CoursePage.objects.live().public(), pk=pk)
    if not course.is_open and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    crumbs = [
        {"title": _("Courses"), "url": "/courses/"},
        {"title": course.title, "url": course.url},
        {"title": _("Words of this course")},
    ]
    context = {
        "course": course,
        "crumbs": crumbs,
        **words.glossary_of(course, after=request.GET.get("after", ""), word=request.GET.get("word", "")),
    }
    return render(request, "catalogue/glossary.html", context)
