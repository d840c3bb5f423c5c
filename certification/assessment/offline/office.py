"""The officer's acts with tablets; what she sees of them stands on the page of the assessment."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from certification.assessment.offline import access, services
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role


@login_required
@require_POST
def release(request: AuthenticatedHttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a lost or broken tablet to be given up."""
    tablet = access.led_tablet(request.user, pk)
    if not has_role(request.user, tablet.plan.organisation, Role.EXAM_OFFICER):
        raise PermissionDenied
    try:
        services.ask_release(tablet, reason=request.POST.get("reason", ""), actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("Asked for. A second person of the body confirms it here."))
    return _back(tablet.plan_id)


@login_required
@require_POST
def confirm(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Give the tablet up as the second person."""
    asked = access.led_release(request.user, pk)
    try:
        services.confirm_release(asked, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("The tablet is given up. The paper record counts."))
    return _back(asked.tablet.plan_id)


def _back(plan: int) -> HttpResponse:
    return redirect(f"{reverse('assessment:progress', args=[plan])}#tablets")
