"""The registration form on the candidate's page, and which sensitive columns a body asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from certification.applications.forms import PastDateField
from certification.applications.labels import CHOICE_LABELS, FIELD_LABELS
from certification.applications.rules.record import LONGEST, ORDINARY_LENGTH, SENSITIVE_FIELDS, read_record
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of

CHOSEN = ("education", "province", "source", "exam_type", "collect")
HINTS = {
    "applying_unit": _("Empty if you apply by yourself."),
    "exam_type": _("A re-sit is for who sat this level before and did not pass."),
    "major": _("Of your highest diploma."),
    "diploma_number": _("As printed on the diploma."),
    "experience": _("One line for each place of work: from month to month, employer, occupation."),
    "mail_address": _("Only if the certificate is to be sent by post."),
    "email": _("Only if you read mail there."),
}
GROUPS = (
    (_("Needed"), ("education", "province", "source")),
    (_("Work"), ("employer", "applying_unit", "work_started_on", "profession_years", "experience")),
    (_("School"), ("major", "diploma_number")),
    (_("Contact and certificate"), ("email", "address", "postcode", "exam_type", "collect", "mail_address")),
    (_("Asked for by the reporting office"), SENSITIVE_FIELDS),
)


def _choice(name: str) -> forms.ChoiceField:
    options = [("", "—"), *CHOICE_LABELS[name].items()]
    return forms.ChoiceField(label=FIELD_LABELS[name], required=False, choices=options, help_text=HINTS.get(name, ""))


def _line(name: str) -> forms.CharField:
    longest = LONGEST.get(name, ORDINARY_LENGTH)
    widget = forms.Textarea(attrs={"rows": 4}) if name == "experience" else forms.TextInput()
    return forms.CharField(
        label=FIELD_LABELS[name], required=False, max_length=longest, widget=widget, help_text=HINTS.get(name, "")
    )


class RecordForm(forms.Form):
    """All of it may be left empty and completed later; what is needed for handing in is told on the case's page."""

    def __init__(self, *args: Any, sensitive: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for _title, names in GROUPS:
            for name in names:
                if name in SENSITIVE_FIELDS and name not in sensitive:
                    continue
                self.fields[name] = _field(name)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        _plain, _private, faults = read_record(_texts(given), on=clock.today())
        for fault in faults:
            self.add_error(fault.field, text_of(DomainError(fault.code, **fault.context)))
        return given

    def groups(self) -> list[dict[str, Any]]:
        """Return title and bound fields of each group that has any."""
        found = [{"title": title, "fields": [self[name] for name in names if name in self.fields]} for title, names in GROUPS]
        return [group for group in found if group["fields"]]

    def record(self) -> dict[str, str]:
        """Return the values in the shape that `services.save_record` takes; call after `is_valid`."""
        return _texts(self.cleaned_data)


def _field(name: str) -> forms.Field:
    if name in CHOSEN:
        return _choice(name)
    if name == "work_started_on":
        return PastDateField(label=FIELD_LABELS[name], required=False)
    if name == "email":
        return forms.EmailField(label=FIELD_LABELS[name], required=False, max_length=120, help_text=HINTS["email"])
    if name == "profession_years":
        return forms.IntegerField(label=FIELD_LABELS[name], required=False, min_value=0, max_value=60)
    return _line(name)


def _texts(given: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else str(value)
        for name, value in given.items()
        if value not in (None, "")
    }


class RecordSettingsForm(forms.Form):
    """The head says which sensitive columns the upload target needs."""

    asked = forms.MultipleChoiceField(
        label=_("Ask candidates for"),
        required=False,
        choices=[(name, FIELD_LABELS[name]) for name in SENSITIVE_FIELDS],
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("What needs it"),
        required=False,
        max_length=200,
        help_text=_("Which office asks for these columns, and by which paper. Candidates read it."),
    )

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("asked") and len((self.cleaned_data.get("reason") or "").strip()) < 4:
            raise ValidationError(text_of(DomainError("applications.purpose_needed")))
        return self.cleaned_data


class TableFileForm(forms.Form):
    """A table of people, and on whose behalf."""

    organisation = forms.ChoiceField(label=_("Entered by"))
    file = forms.FileField(
        label=_("The table as a file"),
        help_text=_("XLSX or CSV with the 33 columns, at most 10,000 people."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,text/csv"}),
    )
