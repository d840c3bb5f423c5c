"""The body's side: one issued certificate with its versions, and what holders ask for."""

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.certificates import access, services
from certification.certificates.changes import follow_ups, refusal_for
from certification.certificates.forms import StatusForm
from certification.certificates.history import changed_facts, history_of, versions_of
from certification.certificates.models import STATUS_LABELS, Certificate, ChangeRequest
from certification.certificates.rules import Change, Event, RequestStatus
from certification.certificates.services import requests as asking
from certification.certificates.wallet_forms import RefusalForm
from certification.certificates.wallet_views import ask_page
from certification.certificates.wording import measure_of, name_of, subject_of
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted, whole_number
from lms.core.messages import text_of

REQUESTS_PER_PAGE = 50
CHANGES: dict[Event, Callable[..., Certificate]] = {
    Event.REVOKE: services.revoke_certificate,
    Event.SUSPEND: services.suspend_certificate,
    Event.REINSTATE: services.reinstate_certificate,
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show one issued certificate with its versions; POST suspends, reinstates or revokes it, with a reason."""
    certificate = access.certificate_for(request.user, pk)
    form = StatusForm(request.POST or None, state=certificate.state)
    status = 200
    if request.method == "POST" and form.is_valid():
        change = CHANGES[Event(form.cleaned_data["event"])]
        try:
            change(certificate, **form.decision, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(None, text_of(error))
            status = error.status
        else:
            messages.success(request, _("The register says “%(status)s” now.") % {"status": STATUS_LABELS[certificate.state]})
            return redirect("certificates:certificate", pk=pk)
    elif request.method == "POST":
        status = 422
    plan = certificate.decision.seat.plan if certificate.decision else None
    versions = versions_of(certificate)
    context = {
        "certificate": certificate,
        "claims": certificate.claims,
        "subject": subject_of(certificate.claims),
        "measure": measure_of(certificate.claims),
        "versions": [(version, changed_facts(version)) for version in versions],
        "newest": versions[0],
        "history": history_of(versions),
        "requests": list(
            access.requests_visible_to(request.user).filter(certificate__number=certificate.number).order_by("-filed_at", "-pk")
        ),
        "form": form if form.choices and access.may_decide(request.user, certificate) else None,
        "crumbs": [
            {"title": _("Certificates"), "url": "/desk/certificates/"},
            *([{"title": plan.title, "url": f"/desk/certificates/{plan.pk}/"}] if plan else []),
            {"title": certificate.number},
        ],
    }
    return render(request, "certificates/certificate.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_holder(request: AuthenticatedHttpRequest, pk: int, change: str) -> HttpResponse:
    """File a request for a holder who came to the counter; another person then answers it."""
    return ask_page(request, access.certificate_for(request.user, pk), change)


@login_required
@require_safe
def change_requests(request: AuthenticatedHttpRequest) -> HttpResponse:
    """List what holders ask for: what waits, oldest first, or what is answered, newest first."""
    everything = access.requests_visible_to(request.user)
    answered = request.GET.get("show") == "answered"
    after = whole_number(request.GET.get("after"))
    if answered:
        rows = everything.exclude(status=RequestStatus.FILED.value).order_by("-pk")
        rows = rows.filter(pk__lt=after) if after else rows
    else:
        rows = everything.filter(status=RequestStatus.FILED.value).order_by("pk")
        rows = rows.filter(pk__gt=after) if after else rows
    found = list(rows[: REQUESTS_PER_PAGE + 1])
    page = found[:REQUESTS_PER_PAGE]
    show = "show=answered&" if answered else ""
    context = {
        "rows": [(row, subject_of(row.certificate.claims)) for row in page],
        "answered": answered,
        "waiting": everything.filter(status=RequestStatus.FILED.value).count(),
        "first_url": f"{reverse('certificates:requests')}?{show}" if after else "",
        "next_url": f"?{show}after={page[-1].pk}" if len(found) > len(page) else "",
        "crumbs": [{"title": _("Certificates"), "url": reverse("certificates:plans")}, {"title": _("Requests of holders")}],
    }
    return render(request, "certificates/request_list.html", context)


@login_required
@require_safe
def change_request(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show what is asked, what proves it and, to the head, the two answers."""
    return _request_page(request, access.request_for(request.user, pk), RefusalForm())


@login_required
@require_POST
def reveal(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show the two ID numbers in full once; who read them is written down."""
    found = access.request_for(request.user, pk)
    numbers = asking.reveal_numbers(found, actor=request.user, now=clock.now()) if found.new_id_number else ("", "")
    return _request_page(request, found, RefusalForm(), numbers=numbers)


@login_required
def grant(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Make the version that was asked for. Who grants proves once more who she is."""
    found = access.request_for(request.user, pk)
    # First whether it is hers to grant: nobody else is asked for a password in vain.
    if not access.may_change(request.user, found.certificate):
        raise PermissionDenied
    answer: HttpResponse = _grant(request, found)
    return answer


@reauthentication_required
def _grant(request: AuthenticatedHttpRequest, found: ChangeRequest) -> HttpResponse:
    if request.method != "POST":
        # The person comes back here from proving who she is; the decision is still to be made.
        return redirect("certificates:request", pk=found.pk)
    try:
        asking.grant_request(found, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("The new version is signed and in the register."))
    return redirect("certificates:request", pk=found.pk)


@login_required
@require_POST
def refuse(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Say no, with a reason."""
    found = access.request_for(request.user, pk)
    if not access.may_change(request.user, found.certificate):
        raise PermissionDenied
    form = RefusalForm(posted(request))
    if not form.is_valid():
        return _request_page(request, found, form, status=422)
    try:
        asking.refuse_request(found, answer=form.cleaned_data["answer"], actor=request.user, now=clock.now())
    except DomainError as error:
        form.add_error(None, text_of(error))
        return _request_page(request, access.request_for(request.user, pk), form, status=error.status)
    messages.success(request, _("The request is refused, and the holder is told why."))
    return redirect("certificates:request", pk=pk)


def _request_page(
    request: AuthenticatedHttpRequest,
    found: ChangeRequest,
    form: RefusalForm,
    *,
    numbers: tuple[str, str] = ("", ""),
    status: int = 200,
) -> HttpResponse:
    certificate = found.certificate
    refusal = refusal_for(certificate, Change(found.change), now=clock.now()) if found.is_open else None
    context = {
        "asked": found,
        "certificate": certificate,
        "name": name_of(certificate),
        "holder": certificate.claims["holder"],
        "evidence": list(found.evidence.all()),
        "numbers": numbers,
        "refusal": text_of(refusal) if refusal else "",
        "may_answer": found.is_open and access.may_answer(request.user, found),
        "is_filer": found.filed_by_id == request.user.pk,
        "follow_ups": follow_ups(found) if found.result_id or found.is_open else [],
        "form": form,
        "crumbs": [
            {"title": _("Certificates"), "url": reverse("certificates:plans")},
            {"title": _("Requests of holders"), "url": reverse("certificates:requests")},
            {"title": certificate.number},
        ],
    }
    response = render(request, "certificates/request.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
