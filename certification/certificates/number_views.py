"""Pages of the numbers that a body gives out: its stock, and the lists that the province handed out."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.bodies.models import Filing
from certification.certificates import number_access, number_stock
from certification.certificates.models import NumberImport
from certification.certificates.number_lists import ListReport, read_number_list
from certification.certificates.selectors import open_lists_of
from certification.certificates.services.importing import check_filing_imports, import_numbers
from certification.certificates.services.number_ways import change_number_way
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock, store
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of
from lms.core.tables import MAX_BYTES

SHOWN = 200
"""How many wrong lines one page shows; the rest is counted."""
CHECKED_FOR = 3600
"""Seconds within which a checked list can be stored."""
SALT = "certificates.number-list"


class NumberListForm(forms.Form):
    """A file, or what was copied out of one."""

    file = forms.FileField(
        label=gettext_lazy("The list as a file"),
        required=False,
        help_text=gettext_lazy("XLSX or CSV, at most 8 MB and 100,000 lines."),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste the numbers, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=200_000,
    )

    def clean(self) -> dict[str, Any]:
        file = self.cleaned_data.get("file")
        if file is not None and (file.size or 0) > MAX_BYTES:
            self.add_error("file", text_of(DomainError("tables.too_large", megabytes=MAX_BYTES // 1024**2)))
        elif file is None and not self.cleaned_data.get("text", "").strip() and not self.errors:
            self.add_error("file", _("Please choose a file or paste the numbers."))
        return self.cleaned_data

    def content(self) -> tuple[bytes, str]:
        """Return the bytes to read and the name that the history shows."""
        file = self.cleaned_data.get("file")
        if file is None:
            return self.cleaned_data["text"].encode(), str(_("pasted text"))
        return file.read(MAX_BYTES + 1), str(file.name)[:200]


@login_required
@require_safe
def numbers(request: AuthenticatedHttpRequest) -> HttpResponse:
    """List the filings of this person's bodies and what is left of the numbers that were handed out."""
    filings = list(number_access.filings_kept_by(request.user))
    stocks = number_stock.imported_stock([filing for filing in filings if filing.numbers == "import"])
    rows = [
        {
            "filing": filing,
            "low": any(stock.is_low for stock in stocks.get(filing.code, [])),
            "stock": stocks.get(filing.code, []),
        }
        for filing in filings
    ]
    return render(request, "certificates/numbers.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def filing_numbers(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show one filing's stock and its imports; POST checks a list and shows what would be stored."""
    filing = number_access.filing_kept_by(request.user, pk)
    form = NumberListForm(posted(request), request.FILES or None)
    report, ticket, status = None, "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data, name = form.content()
            try:
                check_filing_imports(filing)
                report = read_number_list(data, filing=filing, today=clock.today())
            except DomainError as error:
                form.add_error("text" if form.cleaned_data["file"] is None else "file", text_of(error))
                status = error.status
            else:
                if report.is_sound:
                    ticket, status = _ticket(request, filing, data, name), 200
    return _page(request, filing, form, report=report, ticket=ticket, status=status)


@login_required
@require_POST
def import_list(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Store a list that was checked on the page before, by the same person, within the hour."""
    filing = number_access.filing_kept_by(request.user, pk)
    try:
        checked = signing.loads(request.POST.get("ticket", ""), salt=SALT, max_age=CHECKED_FOR)
        if (checked["filing"], checked["user"]) != (filing.pk, request.user.pk):
            raise signing.BadSignature
        data = store.read(checked["sha256"])
        source = import_numbers(filing, data=data, file_name=checked["name"], actor=request.user, now=clock.now())
    except signing.BadSignature:
        messages.error(request, text_of(DomainError("certificates.list_expired")))
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("%(count)s numbers are stored.") % {"count": source.count})
    return redirect("certificates:filing_numbers", pk=pk)


@login_required
@require_POST
def change_way(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Let the filing's numbers come the other way from now on."""
    filing = number_access.filing_kept_by(request.user, pk)
    way = request.POST.get("way", "")
    try:
        changed = change_number_way(filing, way=way, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        sentence = _("The numbers of this filing are counted here from now on.")
        if changed.numbers == "import":
            sentence = _("The province hands out the numbers of this filing from now on.")
        messages.success(request, sentence)
    return redirect("certificates:filing_numbers", pk=pk)


def _ticket(request: AuthenticatedHttpRequest, filing: Filing, data: bytes, name: str) -> str:
    """Keep the checked bytes and return what lets this person store exactly them."""
    checked = {"sha256": store.put(data), "name": name, "filing": filing.pk, "user": request.user.pk}
    return signing.dumps(checked, salt=SALT)


def _page(
    request: AuthenticatedHttpRequest,
    filing: Filing,
    form: NumberListForm,
    *,
    report: ListReport | None,
    ticket: str,
    status: int,
) -> HttpResponse:
    context = {
        "filing": filing,
        "form": form if filing.numbers == "import" else None,
        "report": report,
        "findings": report.findings[:SHOWN] if report else [],
        "more": max(0, len(report.findings) - SHOWN) if report else 0,
        "ticket": ticket,
        "stock": number_stock.stock_of(filing),
        "low_stock": number_stock.LOW_STOCK,
        "may_change_way": number_access.may_change_way(request.user, filing),
        "open_lists": open_lists_of(filing)[:SHOWN],
        "imports": NumberImport.objects.filter(filing=filing).select_related("imported_by")[:50],
        "crumbs": [
            {"title": _("Certificates"), "url": "/desk/certificates/"},
            {"title": _("Certificate numbers"), "url": "/desk/certificates/numbers/"},
            {"title": filing.filed_name},
        ],
    }
    return render(request, "certificates/numbers_filing.html", context, status=status)
