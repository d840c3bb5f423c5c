"""A table of items: looked at line by line first, taken in as a whole when its writer says so."""

import io
from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.questionbank import access
from courses.questionbank.forms import TableForm
from courses.questionbank.rules import LONGEST
from courses.questionbank.rules.tables import items_of_table
from courses.questionbank.services.importing import Outcome, import_items, look_at_items
from courses.questionbank.template_table import CONTENT_TYPE, template_table
from courses.questionbank.views.banks import bank_of, context_of
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of
from lms.core.tables import MAX_BYTES, read_table

CHECKED_FOR = 3600
"""Seconds within which a table that was looked at can be taken in."""
SALT = "questionbank.table"
LONGEST_TICKET = 2_000_000
"""Characters. A longer form would not come back; 500 ordinary questions are a tenth of it."""


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Choose a table; POST shows what each of its lines would do, and writes nothing."""
    bank, banks = bank_of(request)
    form = TableForm(posted(request), request.FILES or None)
    findings, ticket, status = [], "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                lines = read_table(form.cleaned_data["file"].read(MAX_BYTES + 1), longest=max(LONGEST.values()) + 1)
                rows = list(items_of_table((line.number, line.cells) for line in lines))
                findings = look_at_items(rows, organisation=bank, pools=access.pools_for(request.user, bank))
                if findings and all(finding.outcome is not Outcome.WRONG for finding in findings):
                    ticket, status = _ticket(request, bank.pk, [row for _line, row in rows]), 200
                elif not findings:
                    form.add_error("file", text_of(DomainError("tables.empty")))
            except DomainError as error:
                form.add_error("file", text_of(error))
    counts = Counter(finding.outcome.value for finding in findings)
    context = context_of(bank, banks) | {
        "form": form,
        "findings": findings,
        "ticket": ticket,
        "counts": counts,
        "fresh": counts["new"] + counts["changed"] + counts["restored"],
    }
    return render(request, "questionbank/import.html", context, status=status)


def _ticket(request: AuthenticatedHttpRequest, bank: int, rows: list[dict[str, Any]]) -> str:
    """Return what lets this person take in exactly these rows. Nothing is kept here: questions of examinations leave no copy."""
    ticket = signing.dumps({"bank": bank, "user": request.user.pk, "rows": rows}, salt=SALT, compress=True)
    if len(ticket) > LONGEST_TICKET:
        raise DomainError("questionbank.table_too_long", status=422)
    return ticket


@login_required
@require_POST
def take(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Take in a table that was looked at on the page before, by the same person, within the hour."""
    bank, _banks = bank_of(request)
    try:
        looked_at = signing.loads(request.POST.get("ticket", ""), salt=SALT, max_age=CHECKED_FOR)
        if (looked_at["bank"], looked_at["user"]) != (bank.pk, request.user.pk):
            raise signing.BadSignature
        number = import_items(
            looked_at["rows"],
            organisation=bank,
            actor=request.user,
            now=clock.now(),
            pools=access.pools_for(request.user, bank),
        )
    except signing.BadSignature:
        messages.error(request, text_of(DomainError("questionbank.table_expired")))
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        sentence = ngettext("%(number)s question is new or changed.", "%(number)s questions are new or changed.", number) % {
            "number": number
        }
        messages.success(request, sentence if number else _("All questions of the table stood in the bank already."))
        return redirect("questionbank:items")
    return redirect(f"{reverse('questionbank:import')}?bank={bank.pk}")


@login_required
@require_safe
def table(request: AuthenticatedHttpRequest) -> HttpResponse:
    """An empty table with the right headings, words to choose from and an example."""
    access.require_writer(request.user)
    out = io.BytesIO()
    template_table().save(out)
    return HttpResponse(
        out.getvalue(),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": 'attachment; filename="questions.xlsx"'},
    )
