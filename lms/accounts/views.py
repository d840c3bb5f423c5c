"""My account: one page from which everything about it is reached."""

from typing import Any

from allauth.account.views import EmailView
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.models import IdentityDocument


@login_required
@require_safe
def home(request: AuthenticatedHttpRequest) -> HttpResponse:
    """How the person signs in, and which identity document she is known by."""
    document = IdentityDocument.objects.filter(user=request.user).first()
    return render(request, "accounts/home.html", {"document": document, "two_steps": is_mfa_enabled(request.user)})


class EmailPage(EmailView):
    """allauth's page of e-mail addresses, but the main one is always a proved one: notices go there."""

    def _action_primary(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        address = self._get_email_address(request)
        if address is not None and not address.verified:
            messages.error(request, _("Please confirm this address first: open the link in the mail that we sent you."))
            return None
        response: HttpResponse | None = super()._action_primary(request, *args, **kwargs)
        return response
