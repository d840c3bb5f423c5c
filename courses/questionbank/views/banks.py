"""In which bank something new is written: the one that the address names, or the person's first."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from courses.questionbank import access
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core.forms import whole_number
from lms.organisations.models import Organisation


def bank_of(request: AuthenticatedHttpRequest) -> tuple[Organisation, list[Organisation]]:
    """Return the chosen bank and all of the person's banks; 403 for who has none, 404 for another's. One query."""
    banks = list(access.banks_of(request.user))
    if not banks:
        raise PermissionDenied
    chosen = request.GET.get("bank", "")
    bank = next((bank for bank in banks if bank.pk == whole_number(chosen)), None) if chosen else banks[0]
    if bank is None:
        raise Http404
    return bank, banks


def context_of(bank: Organisation, banks: list[Organisation]) -> dict[str, Any]:
    """Return what the switch between banks shows; nothing to switch where there is only one."""
    return {"bank": bank, "banks": banks if len(banks) > 1 else []}
