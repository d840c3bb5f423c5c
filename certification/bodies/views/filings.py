"""The officer's pages of filings."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from certification.bodies import access, forms, services
from certification.bodies.selectors.register import page_of, with_scopes
from certification.bodies.views.form_page import attempt, crumbs, form_page
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.forms import posted, whole_number


@login_required
@require_safe
def filings(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The filings of my bodies, the latest entered first."""
    bodies = access.require_bodies(request.user)
    before = whole_number(request.GET.get("before"))
    rows, more = page_of(with_scopes(access.filings_kept_by(request.user)), before=before)
    context = {
        "rows": rows,
        "bodies": bodies,
        "today": clock.today(),
        "older_url": f"?before={rows[-1].pk}" if more else "",
        "newer_url": "?" if before else "",
    }
    return render(request, "bodies/filings.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_filing(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = forms.FilingForm(posted(request), bodies=access.require_bodies(request.user))
    if request.method == "POST" and form.is_valid():
        scopes, facts = form.scopes(), form.facts()
        stored = attempt(
            form,
            lambda: services.record_filing(organisation=form.body, scopes=scopes, **facts, actor=request.user, now=clock.now()),
        )
        if stored:
            messages.success(request, _("The filing is stored."))
            return redirect("bodies:filings")
    way = crumbs((_("Filings"), reverse("bodies:filings")), (_("New filing"), ""))
    lede = _("Copy it from the authority's paper: certificates print these codes and this name.")
    return form_page(request, form, title=_("New filing"), way=way, button=_("Store the filing"), lede=lede)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One filing with what it covers; POST adds an occupation or levels."""
    found = access.filing_kept_by(request.user, pk)
    form = forms.ScopeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        new = services.add_scopes(found, scopes=form.scopes(), actor=request.user, now=clock.now())
        messages.success(request, _("Added: %(count)s.") % {"count": new} if new else _("All of this was there already."))
        return redirect("bodies:filing", pk=pk)
    context = {
        "filing": found,
        "scopes": list(found.scopes.select_related("occupation").order_by("occupation__code", "work_type", "-level")),
        "form": form,
        "today": clock.today(),
        "crumbs": crumbs((_("Filings"), reverse("bodies:filings")), (found.record_number, "")),
    }
    return render(request, "bodies/filing.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_filing(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    found = access.filing_kept_by(request.user, pk)
    form = forms.EndFilingForm(posted(request))
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        if attempt(form, lambda: services.end_filing(found, **facts, actor=request.user, now=clock.now()), field="last_day"):
            messages.success(request, _("The filing ends earlier."))
            return redirect("bodies:filing", pk=pk)
    way = crumbs(
        (_("Filings"), reverse("bodies:filings")), (found.record_number, found.get_desk_url()), (_("End the filing early"), "")
    )
    lede = _("Exams after that day cannot start. The printed last day stays in the ledger.")
    return form_page(request, form, title=_("End the filing early"), way=way, button=_("End it on this day"), lede=lede)
