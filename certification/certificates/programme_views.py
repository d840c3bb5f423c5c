"""Pages of what a body gives certificates for besides skill levels, and of who is due one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.certificates import programme_access as access
from certification.certificates import selectors
from certification.certificates.dossiers import dossiers_for_programme
from certification.certificates.models import KIND_LABELS, Certificate, Programme
from certification.certificates.people_lists import PeopleReport, read_people
from certification.certificates.programme_forms import KIND_WORDS, KindForm, PeopleForm, ProgrammeForm
from certification.certificates.rules import Kind, own_series
from certification.certificates.services import programmes as services
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import User
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import offer_rows, posted, whole_number
from lms.core.messages import text_of

ROWS = 100
CHECKED_FOR = 3600
"""Seconds within which a checked list can be prepared."""
SALT = "certificates.people-list"


@login_required
@require_safe
def programmes(request: AuthenticatedHttpRequest) -> HttpResponse:
    """List what this person's bodies give certificates for."""
    if not access.organisations_kept_by(request.user).exists():
        raise PermissionDenied
    return render(request, "certificates/programmes.html", {"rows": access.programmes_kept_by(request.user)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_programme(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Ask which body and which kind; then what the certificates will say."""
    organisations = access.organisations_kept_by(request.user)
    if not organisations.exists():
        raise PermissionDenied
    chosen = KindForm(
        request.POST if request.method == "POST" else request.GET or None, initial={"organisation": organisations.first()}
    )
    offer_rows(chosen, "organisation", organisations)
    if not chosen.is_bound or not chosen.is_valid():
        words = [{"value": kind.value, "label": KIND_LABELS[kind], "text": KIND_WORDS[kind]} for kind in KIND_WORDS]
        context = {"form": chosen, "kinds": words, "crumbs": _crumbs(_("New programme"))}
        return render(request, "certificates/programme_new.html", context, status=422 if chosen.is_bound else 200)
    organisation, kind = chosen.cleaned_data["organisation"], Kind(chosen.cleaned_data["kind"])
    form = ProgrammeForm(posted(request), organisation=organisation, kind=kind)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                programme = services.create_programme(
                    organisation, kind=kind, facts=form.facts(), actor=request.user, now=clock.now()
                )
            except DomainError as error:
                form.add_error(None, text_of(error))
                status = error.status
            else:
                messages.success(request, _("“%(title)s” is written down.") % {"title": programme.title})
                return redirect("certificates:programme", pk=programme.pk)
    return _edit_page(request, form, organisation=organisation, kind=kind, programme=None, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_programme(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Change what the programme's certificates will say from now on."""
    programme = access.programme_for(request.user, pk)
    kind = Kind(programme.kind)
    form = ProgrammeForm(posted(request), instance=programme, organisation=programme.organisation, kind=kind)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.change_programme(programme, facts=form.facts(), actor=request.user, now=clock.now())
            except DomainError as error:
                form.add_error(None, text_of(error))
                status = error.status
            else:
                messages.success(request, _("Saved. Certificates that are out keep what they say."))
                return redirect("certificates:programme", pk=pk)
    return _edit_page(request, form, organisation=programme.organisation, kind=kind, programme=programme, status=status)


def _edit_page(
    request: AuthenticatedHttpRequest,
    form: ProgrammeForm,
    *,
    organisation: Any,
    kind: Kind,
    programme: Programme | None,
    status: int,
) -> HttpResponse:
    context = {
        "form": form,
        "organisation": organisation,
        "kind": kind.value,
        "kind_label": KIND_LABELS[kind],
        "programme": programme,
        "crumbs": _crumbs(_("Change") if programme else _("New programme"), programme=programme),
    }
    return render(request, "certificates/programme_edit.html", context, status=status)


@login_required
@require_safe
def programme(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show what the certificates say, who is due one, and those that are out."""
    return _page(request, access.programme_for(request.user, pk))


@login_required
@require_POST
def check_people(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Read a list of people line by line; a sound one can be prepared on the page that follows."""
    programme = access.programme_for(request.user, pk)
    form = PeopleForm(request.POST, request.FILES)
    if programme.course_id is not None or not form.is_valid():
        return _page(request, programme, form=form, status=422)
    try:
        report = read_people(form.content(), programme=programme)
    except DomainError as error:
        form.add_error("text" if form.cleaned_data["file"] is None else "file", text_of(error))
        return _page(request, programme, form=form, status=error.status)
    if not report.lines:
        form.add_error(None, text_of(DomainError("tables.empty")))
    sound = report.is_sound
    return _page(request, programme, form=form, report=report, status=200 if sound else 422)


@login_required
@require_POST
def prepare_programme(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Put who is due, or who stands on the checked list, on a list for the head's approval."""
    programme = access.programme_for(request.user, pk)
    left_out = {key: request.POST.get(f"reason-{key}", "") for key in map(whole_number, request.POST.getlist("exclude")) if key}
    try:
        people = _people_of_ticket(request, programme) if programme.course_id is None else []
        batch = services.prepare_programme(programme, people=people, exclusions=left_out, actor=request.user, now=clock.now())
    except signing.BadSignature:
        messages.error(request, text_of(DomainError("certificates.list_expired")))
    except DomainError as error:
        messages.error(request, text_of(error))
        if left_out:
            # What was ticked and typed stays.
            return _page(request, programme, left_out=left_out, status=error.status)
    else:
        return redirect("certificates:batch", pk=batch.pk)
    return redirect("certificates:programme", pk=pk)


@login_required
@require_POST
def close_programme(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Close an open programme, or open a closed one."""
    programme = access.programme_for(request.user, pk)
    programme = services.set_programme_open(programme, is_open=not programme.active, actor=request.user, now=clock.now())
    messages.success(request, _("The programme is open.") if programme.active else _("The programme is closed."))
    return redirect("certificates:programme", pk=pk)


def _people_of_ticket(request: AuthenticatedHttpRequest, programme: Programme) -> list[User]:
    """Return whom a checked list named, for the same person and programme, within the hour."""
    checked = signing.loads(request.POST.get("ticket", ""), salt=SALT, max_age=CHECKED_FOR)
    if (checked["programme"], checked["user"]) != (programme.pk, request.user.pk):
        raise signing.BadSignature
    by_key = User.objects.in_bulk(checked["people"])
    return [by_key[key] for key in checked["people"] if key in by_key]


def _page(
    request: AuthenticatedHttpRequest,
    programme: Programme,
    *,
    form: PeopleForm | None = None,
    report: PeopleReport | None = None,
    left_out: dict[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    named = programme.course_id is None
    due = [] if named else selectors.people_due(programme)
    batch = selectors.last_batch_of(programme)
    ticket = ""
    if report is not None and report.is_sound:
        people = [person.pk for person in report.people]
        ticket = signing.dumps({"programme": programme.pk, "user": request.user.pk, "people": people}, salt=SALT, compress=True)
    issued = Certificate.objects.public().filter(programme=programme).select_related("holder").order_by("-issued_at", "-pk")
    kind = Kind(programme.kind)
    context = {
        "programme": programme,
        "kind_label": KIND_LABELS[kind],
        "series": own_series(kind, issuer=programme.organisation_id, year=clock.today().year),
        "template": selectors.template_for(kind, organisation=programme.organisation, chosen=programme.template),
        "named": named,
        "due": len(due),
        "dossiers": dossiers_for_programme(programme, due[:ROWS]),
        "left_out": left_out,
        "more_due": max(0, len(due) - ROWS),
        "form": form or PeopleForm(),
        "report": report,
        "ticket": ticket,
        "batch": batch,
        "batch_is_open": batch is not None and batch.status in selectors.OPEN_BATCH,
        "progress": selectors.progress_of(batch) if batch else None,
        "issued": Paginator(issued, ROWS).get_page(request.GET.get("page")),
        "crumbs": _crumbs(programme.title),
    }
    return render(request, "certificates/programme.html", context, status=status)


def _crumbs(last: str, *, programme: Programme | None = None) -> list[dict[str, str]]:
    middle = [{"title": programme.title, "url": f"/desk/programmes/{programme.pk}/"}] if programme else []
    return [{"title": _("Certificate programmes"), "url": "/desk/programmes/"}, *middle, {"title": last}]
