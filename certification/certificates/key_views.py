"""Pages of the head and the exam officers about the keys with which their body signs."""

from datetime import datetime

from allauth.account.decorators import reauthentication_required
from cryptography import x509
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from certification.certificates import key_access as access
from certification.certificates.key_forms import ProposalForm, UnsafeForm
from certification.certificates.keys.certified import fingerprint_of
from certification.certificates.models import KEY_LABELS, KeyCeremony, KeyChange, SigningKey
from certification.certificates.rules.keys import FOR_PDF, KEY_TRANSITIONS, TWO_PEOPLE, Algorithm, ChangeStatus, KeyEvent
from certification.certificates.services import keys as services
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import User
from lms.core import clock, ledger
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.models import LedgerEntry

HISTORY = {
    "certificates.key_made": gettext_lazy("made for the demonstration"),
    "certificates.key_ceremony_held": gettext_lazy("made before two people"),
    "certificates.key_recorded": gettext_lazy("certificate checked and recorded"),
    "certificates.key_change_proposed": gettext_lazy("change proposed"),
    "certificates.key_change_withdrawn": gettext_lazy("proposal withdrawn"),
    "certificates.key_activated": gettext_lazy("taken into use"),
    "certificates.key_retired": gettext_lazy("retired"),
    "certificates.key_compromised": gettext_lazy("reported as not safe"),
}
ACTIONS = {
    KeyEvent.ACTIVATE: gettext_lazy("Propose to take it into use"),
    KeyEvent.RETIRE: gettext_lazy("Propose to retire it"),
}


@login_required
@require_safe
def keys(request: AuthenticatedHttpRequest) -> HttpResponse:
    """List the keys of this person's body: in use, waiting, and those before."""
    if not access.decides_about_keys(request.user):
        raise PermissionDenied
    now = clock.now()
    rows = [{"key": key, "days_left": _days_left(key, now)} for key in access.keys_visible_to(request.user)]
    waiting = access.ceremonies_without_certificate(request.user)
    return render(request, "certificates/keys.html", {"rows": rows, "waiting": waiting})


@login_required
@require_safe
def key(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show one key: its certificate, what it signed, what happened to it, and what can be decided about it."""
    return _page(request, access.key_for(request.user, pk))


def _page(
    request: AuthenticatedHttpRequest,
    key: SigningKey,
    *,
    refused: tuple[KeyEvent, ProposalForm] | None = None,
    unsafe: UnsafeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    forms = dict([refused]) if refused else {}
    certificate = x509.load_pem_x509_certificate(key.certificate_pem.encode())
    ceremony = KeyCeremony.objects.filter(signing_key=key).select_related("first_officer", "second_officer").first()
    possible = {event for event in KeyEvent if (key.state, event) in KEY_TRANSITIONS}
    signs_pdf = Algorithm(key.algorithm) in FOR_PDF
    offered = [event for event in ACTIONS if event in possible and (event is not KeyEvent.ACTIVATE or signs_pdf)]
    change = key.changes.filter(status=ChangeStatus.OPEN.value).select_related("proposed_by").first()
    signed = services.signed_with(key, since=key.unsafe_since) if key.unsafe_since else None
    context = {
        "key": key,
        "fingerprint": fingerprint_of(certificate),
        "issuer": certificate.issuer.rfc4514_string(),
        "serial": f"{certificate.serial_number:x}",
        "days_left": _days_left(key, now),
        "signs_pdf": signs_pdf,
        "ceremony": ceremony,
        "change": change,
        "may_confirm": change is not None and change.proposed_by_id != request.user.pk,
        "actions": [
            {"event": event.value, "label": ACTIONS[event], "form": forms.get(event) or _proposal_form(event)}
            for event in offered
            if change is None
        ],
        "unsafe": (unsafe or UnsafeForm(auto_id="id_unsafe_%s")) if KeyEvent.COMPROMISE in possible else None,
        "unsafe_open": unsafe is not None,
        "signed": Paginator(signed, 100).get_page(request.GET.get("page")) if signed is not None else None,
        "history": _history(key, ceremony),
        "crumbs": [{"title": _("Signing keys"), "url": "/desk/keys/"}, {"title": key.name}],
    }
    return render(request, "certificates/key.html", context, status=status)


def _proposal_form(event: KeyEvent, data: QueryDict | None = None) -> ProposalForm:
    # Two of them stand on one page, and each field needs an id of its own.
    return ProposalForm(data, auto_id=f"id_{event.value}_%s")


def _history(key: SigningKey, ceremony: KeyCeremony | None) -> list[dict[str, object]]:
    subjects = [ledger.subject_of(key), *([ledger.subject_of(ceremony)] if ceremony else [])]
    entries = list(LedgerEntry.objects.filter(subject__in=subjects).order_by("sequence"))
    people = User.objects.in_bulk({entry.actor_id for entry in entries if entry.actor_id})
    return [
        {"entry": entry, "words": HISTORY.get(entry.kind, entry.kind), "who": people.get(entry.actor_id or 0)}
        for entry in entries
    ]


def _days_left(key: SigningKey, now: datetime) -> int:
    return (timezone.localdate(key.not_after) - timezone.localdate(now)).days


@login_required
def propose(request: AuthenticatedHttpRequest, pk: int, event: str) -> HttpResponse:
    """Propose to take the key into or out of use. Who proposes proves once more who he is."""
    key = access.key_for(request.user, pk)
    if event not in TWO_PEOPLE:
        raise Http404
    page: HttpResponse = _propose(request, key, KeyEvent(event))
    return page


@reauthentication_required
def _propose(request: AuthenticatedHttpRequest, key: SigningKey, event: KeyEvent) -> HttpResponse:
    if request.method != "POST":
        # The person comes back here from proving who she is; what she wanted is still to be said.
        return redirect("certificates:key", pk=key.pk)
    form = _proposal_form(event, request.POST)
    if not form.is_valid():
        return _page(request, key, refused=(event, form), status=422)
    try:
        services.propose_change(key, event, reason=form.cleaned_data["reason"], actor=request.user, now=clock.now())
    except DomainError as error:
        form.add_error(None, text_of(error))
        return _page(request, key, refused=(event, form), status=error.status)
    messages.success(request, _("Proposed. Another head or exam officer of the body has to confirm it."))
    return redirect("certificates:key", pk=key.pk)


@login_required
def confirm(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Confirm what another person proposed. Who confirms proves once more who he is."""
    page: HttpResponse = _confirm(request, access.change_for(request.user, pk))
    return page


@reauthentication_required
def _confirm(request: AuthenticatedHttpRequest, change: KeyChange) -> HttpResponse:
    if request.method == "POST":
        try:
            key = services.confirm_change(change, actor=request.user, now=clock.now())
        except DomainError as error:
            messages.error(request, text_of(error))
        else:
            messages.success(request, _("The key “%(name)s”: %(status)s.") % {"name": key.name, "status": KEY_LABELS[key.state]})
    return redirect("certificates:key", pk=change.signing_key_id)


@login_required
@require_POST
def withdraw(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Take a proposal back, or refuse it."""
    change = access.change_for(request.user, pk)
    try:
        services.withdraw_change(change, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    return redirect("certificates:key", pk=change.signing_key_id)


@login_required
def unsafe(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Stop a key at once. One person is enough; he proves once more who he is."""
    page: HttpResponse = _unsafe(request, access.key_for(request.user, pk))
    return page


@reauthentication_required
def _unsafe(request: AuthenticatedHttpRequest, key: SigningKey) -> HttpResponse:
    if request.method != "POST":
        return redirect("certificates:key", pk=key.pk)
    form = UnsafeForm(request.POST, auto_id="id_unsafe_%s")
    if not form.is_valid():
        return _page(request, key, unsafe=form, status=422)
    try:
        signed = services.report_unsafe(key, actor=request.user, now=clock.now(), **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, text_of(error))
        return _page(request, key, unsafe=form, status=error.status)
    count = signed.count()
    told = ngettext(
        "The key is stopped. %(count)s certificate was signed since then; it is listed below.",
        "The key is stopped. %(count)s certificates were signed since then; they are listed below.",
        count,
    )
    messages.success(request, told % {"count": count})
    return redirect("certificates:key", pk=key.pk)
