"""The addresses for machines. No sign-in, no session, no cookie; any web page may read them (CORS)."""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from certification.certificates.credential.addresses import Purpose
from certification.certificates.credential.canonical import json_bytes
from certification.registry.machine import access, documents, status_lists
from certification.registry.throttle import Limit, limited
from lms.core import store
from lms.core.clock import now
from lms.core.errors import DomainError

PER_MINUTE = 120
CREDENTIAL_TYPES = ["application/vc", "application/vc+ld+json", "application/ld+json", "application/json"]


@limited(Limit("issuer", PER_MINUTE))
@require_safe
def did_document(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the resolver of `did:web`."""
    issuer = access.issuer_by_slug(slug)
    if issuer is None:
        return _unknown()
    return _published(request, documents.did_document(issuer, access.addresses()), kind="application/did+ld+json")


@limited(Limit("issuer", PER_MINUTE))
@require_safe
def jwks(request: HttpRequest, slug: str) -> HttpResponse:
    issuer = access.issuer_by_slug(slug)
    if issuer is None:
        return _unknown()
    return _published(request, documents.jwks(issuer), kind="application/jwk-set+json")


@limited(Limit("issuer", PER_MINUTE))
@require_safe
def key_history(request: HttpRequest, slug: str) -> HttpResponse:
    issuer = access.issuer_by_slug(slug)
    if issuer is None:
        return _unknown()
    return _published(request, documents.key_history(issuer, access.addresses()), kind="application/json")


@limited(Limit("issuer", PER_MINUTE))
@require_safe
def every_key(request: HttpRequest) -> HttpResponse:
    """Give the key histories of all issuers in one file: with it a QR code can be checked where there is no network."""
    histories = [documents.key_history(issuer, access.addresses()) for issuer in access.issuers()]
    return _published(request, {"issuers": histories}, kind="application/json")


@limited(Limit("credential", PER_MINUTE))
@require_safe
def credential(request: HttpRequest, token: str) -> HttpResponse:
    """Give the credential exactly as it was signed; a person is sent to the page that explains it."""
    kind = request.get_preferred_type(["text/html", *CREDENTIAL_TYPES])
    # A machine that takes anything wants the credential; a browser names HTML.
    if kind == "text/html" and "text/html" in request.headers.get("Accept", ""):
        response: HttpResponse = redirect("registry:certificate", token=token)
    else:
        sha256 = access.credential_of(token)
        if sha256 is None:
            return _unknown()
        asked = kind if kind in CREDENTIAL_TYPES else CREDENTIAL_TYPES[0]
        response = _answer(request, store.read(sha256), kind=asked, tag=sha256, cache="private, max-age=300")
    response["Vary"] = "Accept"
    response["X-Robots-Tag"] = "noindex"
    return response


@limited(Limit("status", PER_MINUTE))
@require_safe
def status_list(request: HttpRequest, slug: str, purpose: str, number: int) -> HttpResponse:
    """Give the signed status list as the register stands now."""
    issuer = access.issuer_by_slug(slug)
    if issuer is None or purpose not in list(Purpose) or not status_lists.list_exists(issuer, number):
        return _unknown()
    try:
        signed = status_lists.signed_list(issuer, Purpose(purpose), number, addresses=access.addresses(), now=now())
    except DomainError:
        # An unsigned list would be worth nothing, and an old one would call a revoked certificate valid.
        return _plain({"status": "unavailable"}, status=503)
    # Kept copies are asked about each time, so a revocation counts at once.
    return _answer(request, signed.data, kind="application/vc", tag=signed.fingerprint, cache="no-cache")


def _published(request: HttpRequest, document: dict[str, object], *, kind: str) -> HttpResponse:
    data = json_bytes(document)
    return _answer(request, data, kind=kind, tag=hashlib.sha256(data).hexdigest(), cache="public, max-age=300")


def _answer(request: HttpRequest, data: bytes, *, kind: str, tag: str, cache: str) -> HttpResponse:
    etag = f'W/"{tag}"'
    known = request.headers.get("If-None-Match", "")
    response: HttpResponse = HttpResponseNotModified() if etag in known else HttpResponse(data, content_type=kind)
    response["ETag"] = etag
    response["Cache-Control"] = cache
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _unknown() -> HttpResponse:
    return _plain({"status": "not_found"}, status=404)


def _plain(facts: dict[str, str], *, status: int) -> HttpResponse:
    return JsonResponse(facts, status=status, headers={"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"})
