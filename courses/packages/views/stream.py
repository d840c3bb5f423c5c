"""The files of a package, each to whoever holds a ticket. Whatever they do, they do it in a place of their own.

The pages run in an opaque origin (`sandbox` without `allow-same-origin`, in the frame and once more in the header), so
no cookie of ours comes with their requests or lies open to them; the ticket in the address says who may read. In such an
origin 'self' is nobody, so the policy names the address of this one package, and lets in nothing from anywhere else.
To a page of ours, however, these addresses are 'self': so a browser that tells who asks is answered only inside the frame.
"""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from courses.media.rules.byte_ranges import Span, Unsatisfiable, wanted_span
from courses.packages import storage, tickets
from courses.packages.models import Package
from courses.packages.rules.archive import Member
from courses.packages.rules.kinds import Kind
from courses.packages.rules.pages import charset_of, with_scripts
from courses.packages.rules.types import HTML, content_type_of, ending_of
from lms.core import clock

SANDBOX = "allow-scripts allow-forms"
RUN_TIMES = {Kind.SCORM12: ["scorm-again/scorm12.min.js"], Kind.SCORM2004: ["scorm-again/scorm2004.min.js"], Kind.WEB: []}
OURS = "js/packages/frame.js"
SOUGHT = 16 * 1024 * 1024
"""Bytes of a packed file that are unpacked in vain to reach a part of it; Safari plays no film without parts."""
ASKED_BY = ("Sec-Fetch-Dest", "Sec-Fetch-Site")


# A frame inside the package has ancestors in an opaque origin, which "same origin" would refuse.
@xframe_options_exempt
@require_safe
def file(request: HttpRequest, ticket: str, name: str) -> HttpResponseBase:
    """One file of the package; a page of it with our scripts put before its own."""
    if not _is_framed(request):
        raise PermissionDenied
    package = get_object_or_404(Package, pk=tickets.read(ticket, now=clock.now()))
    scripts = [static(path) for path in (*RUN_TIMES[Kind(package.kind)], OURS)]
    member = storage.table(package.file).get(name)
    if member is None:
        raise Http404
    if ending_of(name) in HTML:
        page = b"".join(storage.read(package.file, member))
        body = with_scripts(page, scripts=scripts, kind=Kind(package.kind))
        response: HttpResponseBase = HttpResponse(body, content_type=f"text/html; charset={charset_of(page)}")
        # Our scripts change, the page does not; and a page that was left is asked for anew.
        response["Cache-Control"] = "private, no-store"
    else:
        response = _part(request, package, member, name)
    return _sealed(request, response, ticket, scripts)


def _is_framed(request: HttpRequest) -> bool:
    """Tell whether the frame or what runs in it may be asking; a browser that does not say so is believed.

    Opened on its own a package is a page of this site to whoever sees its address; and what our own pages ask for, other
    than the frame, is a script of ours to our policy. Inside the sandbox every request is "cross-site".
    """
    wanted, site = (request.headers.get(name, "") for name in ASKED_BY)
    return wanted != "document" and (site != "same-origin" or wanted == "iframe")


def _part(request: HttpRequest, package: Package, member: Member, name: str) -> HttpResponseBase:
    etag = f'"{package.etag}-{member.crc:08x}-{member.size}"'
    try:
        span = wanted_span(request.headers.get("Range", ""), member.size)
    except Unsatisfiable:
        response: HttpResponseBase = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{member.size}"
        return response
    if span and not member.is_stored and span.first > SOUGHT:
        span = None
    part = span or Span(0, member.size - 1)
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    elif request.method == "HEAD":
        response = HttpResponse(status=206 if span else 200)
    else:
        response = StreamingHttpResponse(_pieces(package.file, member, part), status=206 if span else 200)
    if not isinstance(response, HttpResponseNotModified):
        response["Content-Type"] = _content_type(name)
        response["Content-Length"] = str(part.length)
    if span:
        response["Content-Range"] = f"bytes {part.first}-{part.last}/{member.size}"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={int(tickets.LIFE.total_seconds())}"
    return response


def _content_type(name: str) -> str:
    kind = content_type_of(name)
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind in ("application/json", "image/svg+xml") else kind


def _pieces(file: str, member: Member, part: Span) -> Iterator[bytes]:
    left = part.length
    for piece in storage.read(file, member, first=part.first):
        yield piece[:left]
        left -= len(piece[:left])
        if not left:
            return


def policy(root: str, scripts: list[str]) -> str:
    """Return the policy of a package that lies below `root`; `scripts` are the addresses of ours that run in it."""
    ours = " ".join(scripts)
    rules = [
        "default-src 'none'",
        # A package is written by tools that know no policy: inside its own walls it may do as it likes.
        f"script-src 'unsafe-inline' 'unsafe-eval' blob: {root} {ours}",
        f"style-src 'unsafe-inline' {root}",
        f"img-src data: blob: {root}",
        f"media-src data: blob: {root}",
        f"font-src data: {root}",
        f"connect-src data: blob: {root}",
        f"frame-src {root}",
        f"worker-src blob: {root}",
        f"form-action {root}",
        f"base-uri {root}",
        "object-src 'none'",
        f"sandbox {SANDBOX}",
    ]
    return "; ".join(rules)


def _sealed(request: HttpRequest, response: HttpResponseBase, ticket: str, scripts: list[str]) -> HttpResponseBase:
    root = request.build_absolute_uri(reverse("packages:file", args=[ticket, "-"])[:-1])
    addresses = [request.build_absolute_uri(address) for address in scripts]
    response["Content-Security-Policy"] = policy(root, addresses)
    # Fonts, modules and `fetch` of an opaque origin ask across origins. No cookie counts here, so everyone may be told.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    # The address holds the ticket.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Content-Type-Options"] = "nosniff"
    patch_vary_headers(response, ASKED_BY)
    return response
