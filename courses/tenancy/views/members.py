"""Who has which role in my organisation, and ending one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.tenancy import access
from courses.tenancy.duties import duty_of
from courses.tenancy.rules import INVITED_ROLES
from courses.tenancy.selectors import members_page, staffed_by
from courses.tenancy.services.members import end_role
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import whole_number
from lms.core.messages import text_of


@login_required
@require_safe
def listing(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The roles of the people of my organisations, by key; those that the organisation gave out can be ended."""
    access.require_staffing(request.user)
    before = whole_number(request.GET.get("before", ""))
    found, more = members_page(access.members_visible_to(request.user), before=before)
    context = {
        "rows": [{"member": row, "duty": duty_of(row.role), "may_end": row.role in INVITED_ROLES} for row in found],
        "older_url": f"?before={found[-1].pk}" if more else "",
        "newer_url": "?" if before else "",
    }
    return render(request, "tenancy/members.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Say what ending this role takes away, and end it."""
    member = access.role_for(request.user, pk)
    problem = ""
    if request.method == "POST":
        try:
            end_role(member, actor=request.user, now=clock.now())
        except DomainError as error:
            problem = text_of(error)
        else:
            text = _("%(person)s is no longer %(role)s.")
            messages.success(request, text % {"person": member.user.name, "role": member.get_role_display()})
            return redirect("tenancy:members" if staffed_by(request.user).exists() else "portal:start")
    context = {"member": member, "duty": duty_of(member.role), "own": member.user == request.user, "problem": problem}
    return render(request, "tenancy/end_role.html", context, status=409 if problem else 200)
