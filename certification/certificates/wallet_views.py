"""The holder's wallet: her certificates, what she shows of them to others, and what she asks her issuing body for."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.certificates import access, wallet
from certification.certificates.changes import correctable_facts, follow_ups, refusal_for, renewal_of
from certification.certificates.models import Certificate, RequestEvidence, ShareLink
from certification.certificates.rules import Change, LinkState, RequestStatus, Term
from certification.certificates.services import requests as asking
from certification.certificates.services import sharing
from certification.certificates.services.handing_out import take_file
from certification.certificates.shared import newest_version
from certification.certificates.wallet_forms import RequestForm, ShareForm
from certification.certificates.wording import name_of
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted, whole_number
from lms.core.messages import text_of

LINKS_PER_PAGE = 20


@login_required
@require_safe
def own(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Show the person's own certificates, the newest version of each number."""
    before = whole_number(request.GET.get("before"))
    found = wallet.newest_versions(access.own_certificates(request.user), before=before)
    page = found[: wallet.CARDS_PER_PAGE]
    context = {
        "cards": wallet.cards_for(page, now=clock.now()),
        "first_url": reverse("certificates:own") if before else "",
        "next_url": f"?before={page[-1].pk}" if len(found) > len(page) else "",
    }
    return render(request, "certificates/own.html", context)


@login_required
@require_safe
def download(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Send the file as it was signed, checked against its fingerprint; with `?open` for the browser to show and print.

    That the body takes it is written down.
    """
    certificate = access.certificate_to_download(request.user, pk)
    return HttpResponse(
        take_file(certificate, actor=request.user, now=clock.now()),
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header("open" not in request.GET, certificate.file_name) or "",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Make a link that shows some of a certificate, and list the links there are."""
    certificate = access.own_certificate(request.user, pk)
    now, status = clock.now(), 200
    form = ShareForm(posted(request), certificate=certificate)
    if form.is_bound and form.is_valid():
        try:
            link = sharing.share_certificate(
                certificate,
                claims=form.chosen(),
                term=Term(form.cleaned_data["term"]),
                note=form.cleaned_data["note"],
                actor=request.user,
                now=now,
            )
        except DomainError as error:
            form.add_error(None, text_of(error))
            status = error.status
        else:
            return redirect(f"{reverse('certificates:share', args=[pk])}?made={link.pk}#link-{link.pk}")
    elif form.is_bound:
        status = 422
    before = whole_number(request.GET.get("before"))
    links = access.own_links(request.user, certificate)
    found = list((links.filter(pk__lt=before) if before else links)[: LINKS_PER_PAGE + 1])
    page = found[:LINKS_PER_PAGE]
    context = {
        "certificate": certificate,
        "name": name_of(certificate),
        "form": form,
        "links": [(link, link.state_at(now)) for link in page],
        "live": LinkState.LIVE,
        "made": whole_number(request.GET.get("made")),
        "first_url": reverse("certificates:share", args=[pk]) if before else "",
        "next_url": f"?before={page[-1].pk}" if len(found) > len(page) else "",
        "crumbs": _crumbs(_("Share")),
    }
    return render(request, "certificates/wallet_share.html", context, status=status)


@login_required
@require_POST
def withdraw_share(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """End a link."""
    link: ShareLink = access.own_link(request.user, pk)
    sharing.withdraw_share(link, actor=request.user, now=clock.now())
    messages.success(request, _("The link no longer works."))
    return redirect("certificates:share", pk=newest_version(link).pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: AuthenticatedHttpRequest, pk: int, change: str) -> HttpResponse:
    """Ask the issuing body for a correction, a new copy or a further term."""
    return ask_page(request, access.own_certificate(request.user, pk), change)


def ask_page(request: AuthenticatedHttpRequest, certificate: Certificate, change: str) -> HttpResponse:
    """Show and take the form of a request, for the holder or for an officer at the counter."""
    if change not in set(Change):
        raise Http404
    wanted, now = Change(change), clock.now()
    on_behalf = certificate.holder_id != request.user.pk
    renewal = renewal_of(certificate) if wanted is Change.RENEWAL else None
    refusal = refusal_for(certificate, wanted, now=now, renewal=renewal)
    if request.method != "POST" and certificate.change_requests.filter(status=RequestStatus.FILED.value).exists():
        # Whoever sends the form all the same is told by the service, and keeps what she wrote.
        refusal = DomainError("certificates.request_open")
    context = {
        "certificate": certificate,
        "name": name_of(certificate),
        "change": wanted.value,
        "on_behalf": on_behalf,
        "renewal": renewal,
        "refusal": text_of(refusal) if refusal else "",
        "correctable": correctable_facts(certificate),
        "crumbs": _desk_crumbs(certificate) if on_behalf else _crumbs(_("Ask for a change")),
    }
    if refusal is not None:
        return render(request, "certificates/request_form.html", context, status=409 if request.method == "POST" else 200)
    form = RequestForm(
        posted(request), request.FILES if request.method == "POST" else None,
        certificate=certificate, change=wanted, user=request.user,
    )  # fmt: skip
    status = 200
    if form.is_bound:
        complete = form.is_valid()
        form.keep_files()
        status = 422
        if complete:
            try:
                filed = asking.file_request(
                    certificate,
                    change=wanted,
                    reason=form.cleaned_data["reason"],
                    cause=form.chosen_cause(),
                    corrections=form.corrections(),
                    evidence=form.kept,
                    actor=request.user,
                    now=now,
                )
            except DomainError as error:
                form.add_error(None, text_of(error))
                status = error.status
            else:
                messages.success(request, _("The request is filed. The issuing body answers it."))
                return redirect("certificates:request" if on_behalf else "certificates:own_request", pk=filed.pk)
    return render(request, "certificates/request_form.html", {**context, "form": form}, status=status)


@login_required
@require_safe
def own_request(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show what the holder asked and what was answered."""
    found = access.own_request(request.user, pk)
    context = {
        "asked": found,
        "certificate": found.certificate,
        "name": name_of(found.certificate),
        "evidence": list(found.evidence.all()),
        "follow_ups": follow_ups(found) if found.result_id else [],
        "crumbs": _crumbs(_("My request")),
    }
    return render(request, "certificates/request_own.html", context)


@login_required
@require_POST
def withdraw_request(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Take a request back."""
    found = access.request_to_read(request.user, pk)
    try:
        asking.withdraw_request(found, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("The request is withdrawn."))
    return redirect(
        "certificates:own_request" if found.certificate.holder_id == request.user.pk else "certificates:request", pk=pk
    )


@login_required
@require_safe
def evidence(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Send a file of a request; the body's reading it is written down."""
    row: RequestEvidence = access.evidence_to_read(request.user, pk)
    data = asking.read_evidence(row, actor=request.user, now=clock.now())
    return _private(data, row.media_type, row.file_name)


@login_required
@require_safe
def photo(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Send the photo that is asked to be printed instead."""
    found = access.request_to_read(request.user, pk)
    if not found.new_photo_sha256:
        raise Http404
    return _private(asking.read_photo(found, actor=request.user, now=clock.now()), "image/jpeg", "photo.jpg")


def _private(data: bytes, media_type: str, name: str) -> HttpResponse:
    """Return a file that nobody on the way keeps; a PDF is never opened inside the site."""
    return HttpResponse(
        data,
        content_type=media_type,
        headers={
            "Content-Disposition": content_disposition_header(not media_type.startswith("image/"), name) or "",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _crumbs(title: str) -> list[dict[str, str]]:
    return [{"title": _("My certificates"), "url": reverse("certificates:own")}, {"title": title}]


def _desk_crumbs(certificate: Certificate) -> list[dict[str, str]]:
    return [
        {"title": _("Certificates"), "url": reverse("certificates:plans")},
        {"title": certificate.number, "url": reverse("certificates:certificate", args=[certificate.pk])},
        {"title": _("Request for the holder")},
    ]
