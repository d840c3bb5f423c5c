"""The pages behind a holder's shared links. No sign-in, no session, nothing kept but a count."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certification.certificates.models import ShareLink
from certification.certificates.rules import Claim, Status
from certification.certificates.services.sharing import count_opening
from certification.certificates.shared import link_by_token, newest_version, view_of, works
from certification.registry.throttle import Limit, limited
from certification.registry.views import STATUS_WORDS, VERDICT_CLASSES
from lms.core import clock, store


@limited(Limit("shared", 60))
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the holder chose to show, or, when the link works no more, a page that tells nothing of anybody."""
    now = clock.now()
    link = link_by_token(token)
    if link is None or not works(link, now=now):
        return _over(request)
    if request.method == "GET":
        count_opening(link)
    view = view_of(link, now=now)
    word, text = STATUS_WORDS[view.state]
    context = {
        "view": view,
        "word": word,
        "text": text,
        "verdict": VERDICT_CLASSES[view.state],
        "is_valid": view.state is Status.VALID,
    }
    return _unkept(render(request, "certificates/shared.html", context))


@limited(Limit("shared", 60))
@require_safe
def shared_photo(request: HttpRequest, token: str) -> HttpResponse:
    """Send the photo, if the link shows it."""
    link = link_by_token(token)
    if link is None or not works(link, now=clock.now()):
        return _over(request)
    return _unkept(HttpResponse(_photo(link), content_type="image/jpeg"))


@limited(Limit("shared", 60))
@require_safe
def shared_file(request: HttpRequest, token: str) -> HttpResponse:
    """Send the certificate itself, if the link shows it."""
    link = link_by_token(token)
    if link is None or not works(link, now=clock.now()):
        return _over(request)
    if not link.shows(Claim.FILE):
        raise Http404
    certificate = newest_version(link)
    response = HttpResponse(store.read(certificate.pdf_sha256), content_type="application/pdf")
    # Named by nothing that the holder may have left out.
    response["Content-Disposition"] = 'attachment; filename="certificate.pdf"'
    return _unkept(response)


def _photo(link: ShareLink) -> bytes:
    certificate = newest_version(link)
    if not link.shows(Claim.PHOTO) or not certificate.photo_sha256:
        raise Http404
    return store.read(certificate.photo_sha256)


def _over(request: HttpRequest) -> HttpResponse:
    """Answer for a link that is over, withdrawn or was never one: all the same page."""
    return _unkept(render(request, "certificates/shared_over.html", status=HTTPStatus.GONE))


def _unkept(response: HttpResponse) -> HttpResponse:
    """Keep the answer out of caches and search engines, and its address out of what other sites are told."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Content-Type-Options"] = "nosniff"
    return response
