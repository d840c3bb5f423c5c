"""Forms of the upload's pages."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from certification.bodies.models import Filing
from certification.plans.models import Plan
from certification.registry.upload.models import OPERATION_LABELS
from certification.registry.upload.rules import Operation
from certification.registry.upload.selectors import Selection
from lms.core.errors import DomainError
from lms.core.forms import offer_rows
from lms.core.messages import text_of
from lms.core.tables import MAX_BYTES

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SelectionForm(forms.Form):
    """What to report. Of a plan or a period, or simply everything that is due."""

    filing = forms.ModelChoiceField(label=_("Filing"), queryset=Filing.objects.none(), empty_label=None)
    operation = forms.ChoiceField(
        label=_("Kind of data"), choices=[(value.value, label) for value, label in OPERATION_LABELS.items()]
    )
    plan = forms.ModelChoiceField(label=_("Plan"), queryset=Plan.objects.none(), required=False, empty_label=_("all plans"))
    since = forms.DateField(label=_("Issued from"), required=False, widget=DAY)
    until = forms.DateField(label=_("Issued until"), required=False, widget=DAY)

    def __init__(self, *args: Any, filings: QuerySet[Filing], plans: QuerySet[Plan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "filing", filings)
        offer_rows(self, "plan", plans)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _t("The last day lies before the first."))
        plan, filing = given.get("plan"), given.get("filing")
        if plan is not None and filing is not None and plan.filing_id != filing.pk:
            self.add_error("plan", _t("This plan was held under another filing."))
        return given

    def selection(self) -> Selection:
        """Return what the valid form asks for."""
        given = self.cleaned_data
        return Selection(
            filing=given["filing"],
            operation=Operation(given["operation"]),
            plan=given["plan"],
            since=given["since"],
            until=given["until"],
        )


class ReceiptForm(forms.Form):
    """The authority's answer."""

    number = forms.CharField(label=_("Number of the receipt"), max_length=60)
    dated_on = forms.DateField(label=_("Date of the receipt"), widget=DAY)
    file = forms.FileField(
        label=_("The receipt as a table"), help_text=_("XLSX or CSV with one line for each certificate that was sent.")
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(text_of(DomainError("tables.too_large", megabytes=MAX_BYTES // 1024**2)))
        return file
