"""Inviting: the list of what was sent, and the two forms."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.tenancy import access
from courses.tenancy.forms import InviteMemberForm, InviteOrganisationForm, OneOfMineForm
from courses.tenancy.models import STATUS_LABELS, Invitation
from courses.tenancy.rules import MOST_SENDINGS, Status
from courses.tenancy.selectors import invitations_page, opened_by, staffed_by
from courses.tenancy.services import invitations as services
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted, whole_number
from lms.core.messages import text_of
from lms.organisations.rules import Kind, Role

CHIPS = {Status.OPEN: "wait", Status.ACCEPTED: "good", Status.WITHDRAWN: "neutral"}


@login_required
@require_safe
def listing(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What was sent, newest first, by key; each open one can be sent again or withdrawn."""
    access.require_inviter(request.user)
    before = whole_number(request.GET.get("before", ""))
    rows, more = invitations_page(access.invitations_visible_to(request.user), before=before)
    context = {
        "rows": [_row(invitation) for invitation in rows],
        "older_url": f"?before={rows[-1].pk}" if more else "",
        "newer_url": "?" if before else "",
        "may_open": opened_by(request.user).exists(),
        "may_staff": staffed_by(request.user).exists(),
    }
    return render(request, "tenancy/invitations.html", context)


def _row(invitation: Invitation) -> dict[str, object]:
    status = Status(invitation.status)
    over = status is Status.OPEN and invitation.expires_at <= clock.now()
    return {
        "invitation": invitation,
        "chip": "warn" if over else CHIPS[status],
        "label": _("run out") if over else STATUS_LABELS[status],
        "may_send": status is Status.OPEN and invitation.sendings < MOST_SENDINGS,
        "may_withdraw": status is Status.OPEN,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite_organisation(request: AuthenticatedHttpRequest) -> HttpResponse:
    """An association invites a college, firm, base or studio."""
    mine = opened_by(request.user)
    if not mine.exists():
        raise PermissionDenied
    form = InviteOrganisationForm(posted(request), mine=mine)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        newcomer = services.Newcomer(kind=Kind(data["kind"]), name=data["name"], slug=data["slug"], name_en=data["name_en"])
        try:
            services.invite_organisation(
                newcomer, inviter=form.organisation, contact=data["contact"], actor=request.user, now=clock.now()
            )
        except DomainError as error:
            form.add_error({"tenancy.address_taken": "slug", "tenancy.name_taken": "name"}.get(error.code), text_of(error))
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("tenancy:invitations")
    return _form(request, form, _("Invite an organisation"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite_member(request: AuthenticatedHttpRequest) -> HttpResponse:
    """An administrator invites teachers, authors and other administrators into her organisation."""
    mine = staffed_by(request.user)
    if not mine.exists():
        raise PermissionDenied
    form = InviteMemberForm(posted(request), mine=mine)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.invite_member(
                form.organisation, role=Role(data["role"]), contact=data["contact"], actor=request.user, now=clock.now()
            )
        except DomainError as error:
            form.add_error("contact", text_of(error))
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("tenancy:invitations")
    return _form(request, form, _("Invite a colleague"))


def _form(request: AuthenticatedHttpRequest, form: OneOfMineForm, title: str) -> HttpResponse:
    context = {"form": form, "title": title}
    return render(request, "tenancy/invite.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def again(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    invitation = access.invitation_for(request.user, pk)
    try:
        services.send_again(invitation, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("A new link is on its way; the old one opens nothing any more."))
    return redirect("tenancy:invitations")


@login_required
@require_POST
def withdraw(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    services.withdraw_invitation(access.invitation_for(request.user, pk), actor=request.user, now=clock.now())
    messages.success(request, _("The invitation is withdrawn; its link opens nothing any more."))
    return redirect("tenancy:invitations")
