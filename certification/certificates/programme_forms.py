from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from certification.certificates.models import KIND_LABELS, Programme
from certification.certificates.models.programmes import PROGRAMME_KINDS
from certification.certificates.programme_access import courses_for, templates_for
from certification.certificates.rules import Kind
from certification.certificates.services.programmes import NEEDED
from lms.core.errors import DomainError
from lms.core.forms import offer_rows
from lms.core.messages import text_of
from lms.core.tables import MAX_BYTES
from lms.organisations.models import Organisation

KIND_WORDS = {
    Kind.COMPLETION: gettext_lazy("For people who completed a course. Ochre, with the steps of the course."),
    Kind.HOURS: gettext_lazy("States class hours. Slate, like a page of a ledger."),
    Kind.CREDITS: gettext_lazy("States credits and their scheme. Bronze, with a medallion."),
    Kind.ACHIEVEMENT: gettext_lazy("For people whom the body names itself. Indigo and gold; may end and be renewed."),
}
SHOWN = {
    Kind.COMPLETION: ("title", "title_en", "course", "hours", "valid_months", "template"),
    Kind.HOURS: ("title", "title_en", "course", "hours", "valid_months", "template"),
    Kind.CREDITS: ("title", "title_en", "course", "hours", "credits", "credit_scheme", "valid_months", "template"),
    Kind.ACHIEVEMENT: ("title", "title_en", "hours", "valid_months", "renewal_credits", "template"),
}
"""What the form of each kind asks for."""


class KindForm(forms.Form):
    """Which body gives what kind of certificate: the first of two steps."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What is certified"),
        choices=[(kind.value, KIND_LABELS[kind]) for kind in PROGRAMME_KINDS],
        widget=forms.RadioSelect,
    )


class ProgrammeForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the certificates of one programme will say."""

    class Meta:
        model = Programme
        fields = (
            "title",
            "title_en",
            "course",
            "hours",
            "credits",
            "credit_scheme",
            "valid_months",
            "renewal_credits",
            "template",
        )
        labels = {
            "title": pgettext_lazy("certificate", "Title"),
            "title_en": gettext_lazy("Title in English"),
            "template": gettext_lazy("Design"),
        }
        help_texts = {
            "title": gettext_lazy("As it stands on the certificate, for example 轮椅适配师."),
            "title_en": gettext_lazy("Without it the certificate says the title in Chinese only."),
            "course": gettext_lazy("Whoever completed it is due a certificate."),
            "credit_scheme": gettext_lazy("Which scheme and which kind of credits, for example 市级继续教育Ⅱ类学分."),
            "valid_months": gettext_lazy("Empty: for ever."),
            "renewal_credits": gettext_lazy("Credits a holder must have earned since the last issue. Empty: not renewable."),
            "template": gettext_lazy("Empty: the newest template of the organisation, or the house's own."),
        }

    def __init__(self, *args: Any, organisation: Organisation, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name in list(self.fields):
            if name not in SHOWN[kind]:
                del self.fields[name]
        if "course" in self.fields:
            offer_rows(self, "course", courses_for(organisation))
        offer_rows(self, "template", templates_for(organisation, kind))
        self.fields["template"].empty_label = _("the newest one")  # type: ignore[attr-defined]
        for name in NEEDED[kind]:
            self.fields[name].required = True
        for name in ("hours", "credits", "renewal_credits"):
            if name in self.fields:
                self.fields[name].min_value = 0.5  # type: ignore[attr-defined]
                self.fields[name].widget.attrs |= {"min": "0.5", "step": "0.5", "inputmode": "decimal"}
        self.fields["valid_months"].widget.attrs |= {"min": "1", "max": "600", "inputmode": "numeric"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("hours", "credits", "renewal_credits"):
            if cleaned.get(name) is not None and cleaned[name] <= 0:
                self.add_error(name, _("More than nothing, please."))
        months = cleaned.get("valid_months")
        if months is not None and not 1 <= months <= 600:
            self.add_error("valid_months", _("Between 1 and 600 months."))
        return cleaned

    def _post_clean(self) -> None:
        """The service writes the row and checks it; a bound form changes nothing."""

    def facts(self) -> dict[str, Any]:
        """Return what the service is to write."""
        return {name: self.cleaned_data[name] for name in self.fields}


class PeopleForm(forms.Form):
    """Who is to have a certificate: a file, or lines."""

    text = forms.CharField(
        label=gettext_lazy("One person a line: phone or e-mail, then the name"),
        help_text=gettext_lazy("For example: 13900000031 林晓梅. Both must belong to the same account."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=100_000,
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy("XLSX or CSV with the same two columns, at most 2,000 lines."),
    )

    def clean(self) -> dict[str, Any]:
        file = self.cleaned_data.get("file")
        if file is not None and (file.size or 0) > MAX_BYTES:
            self.add_error("file", text_of(DomainError("tables.too_large", megabytes=MAX_BYTES // 1024**2)))
        elif file is None and not self.cleaned_data.get("text", "").strip() and not self.errors:
            self.add_error("text", _("Please write down at least one person."))
        return self.cleaned_data

    def content(self) -> bytes:
        """Return the bytes to read."""
        file = self.cleaned_data.get("file")
        return bytes(file.read(MAX_BYTES + 1)) if file is not None else self.cleaned_data["text"].encode()
