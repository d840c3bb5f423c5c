"""The officer's list of declarations, and what the body set."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from certification.bodies import access
from certification.bodies.forms import SettingsForm
from certification.bodies.models import BodySettings
from certification.bodies.selectors.register import declarations_of, page_of
from certification.bodies.services.impartiality import change_settings
from certification.bodies.views.form_page import attempt, crumbs, form_page
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.forms import posted, whole_number
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role


@login_required
@require_safe
def declarations(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Who declared impartiality to my bodies, the latest first."""
    bodies = access.require_bodies(request.user)
    before = whole_number(request.GET.get("before"))
    rows, more = page_of(declarations_of(access.entries_kept_by(request.user)), before=before)
    context = {
        "rows": rows,
        "bodies": bodies,
        "older_url": f"?before={rows[-1].pk}" if more else "",
        "newer_url": "?" if before else "",
    }
    return render(request, "bodies/declarations.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What a conflict weighs here; the officer reads it, the head changes it."""
    body = access.body_kept_by(request.user, pk)
    row = BodySettings.objects.filter(organisation=body).first() or BodySettings(organisation=body)
    form = SettingsForm(posted(request), instance=row)
    may_change = has_role(request.user, body, Role.HEAD)
    if request.method == "POST":
        access.require_head(request.user, body)
        if form.is_valid() and attempt(
            form, lambda: change_settings(body, changes=form.cleaned_data, actor=request.user, now=clock.now())
        ):
            messages.success(request, _("The settings are stored. They count from the next look at a team."))
            return redirect("bodies:settings", pk=pk)
    if not may_change:
        for field in form.fields.values():
            field.disabled = True
    way = crumbs((_("Staff register"), reverse("bodies:register")), (_("Conflicts of interest"), ""))
    lede = _(
        "Who sits an exam or writes its items never acts in it. For the rest, %(body)s decides here what blocks and what warns."
    )
    lede %= {"body": body.name}
    return form_page(
        request,
        form,
        title=_("Conflicts of interest"),
        way=way,
        button=_("Store the settings") if may_change else "",
        lede=lede,
    )
