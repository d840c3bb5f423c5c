"""The staff member's own page: my cards, my declarations, my ties."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.bodies import access
from certification.bodies.conflicts import policy_of
from certification.bodies.forms import TieForm
from certification.bodies.rules import declaration_counts
from certification.bodies.selectors.register import cards_of, declared_on
from certification.bodies.services import impartiality as services
from certification.bodies.views.form_page import attempt, crumbs, form_page
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of


@login_required
@never_cache
@require_safe
def own(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What I still have to declare stands on top; then my cards, and whom I must not assess."""
    today = clock.today()
    entries = []
    for entry in access.own_entries(request.user):
        declared = declared_on(entry)
        months = policy_of(entry.organisation).declaration_months
        in_force = declaration_counts(declared and localdate(declared), today=today, months=months)
        entries.append({"entry": entry, "declared": declared, "due": bool(months) and not in_force})
    context = {
        "entries": entries,
        "cards": list(cards_of(request.user)),
        "ties": list(access.own_ties(request.user)),
        "declaration": services.DECLARATION,
        "today": today,
    }
    return render(request, "bodies/own.html", context)


@login_required
@require_POST
def declare(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    entry = access.own_entry(request.user, pk)
    try:
        services.declare_impartiality(entry, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.info(request, text_of(error))
    else:
        messages.success(request, _("Your declaration is stored."))
    return redirect("bodies:own")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_tie(request: AuthenticatedHttpRequest) -> HttpResponse:
    form = TieForm(posted(request))
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        if attempt(form, lambda: services.declare_tie(**facts, actor=request.user, now=clock.now()), field="name"):
            messages.success(request, _("Stored. You will not be asked to assess this person."))
            return redirect("bodies:own")
    way = crumbs((_("My cards and declarations"), reverse("bodies:own")), (_("Declare a tie"), ""))
    lede = _("Name a relative, student, apprentice, colleague or friend who may sit an exam. Only you can read this later.")
    return form_page(request, form, title=_("Declare a tie"), way=way, button=_("Declare"), lede=lede)


@login_required
@require_POST
def end_tie(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    services.end_tie(access.own_tie(request.user, pk), actor=request.user, now=clock.now())
    messages.success(request, _("The tie is ended and the name forgotten."))
    return redirect("bodies:own")
