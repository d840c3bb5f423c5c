from django import forms
from django.utils.translation import gettext_lazy as _

from certification.certificates.rules import normalise_number, parse_number
from certification.certificates.rules.kinds import OWN_NUMBER
from lms.core.errors import DomainError
from lms.core.messages import text_of


class KeysForm(forms.Form):
    """The three things that somebody who holds the paper can read from it."""

    number = forms.CharField(
        label=_("Certificate number"),
        help_text=_("As printed, for example S000031000123264000001 or JY000012026000001"),
        max_length=40,
        strip=True,
    )
    name = forms.CharField(label=_("Name of the holder"), max_length=80, strip=True)
    last_four = forms.RegexField(
        label=_("Last four characters of the ID number"),
        regex=r"^\s*[0-9A-Za-z]{4}\s*$",
        max_length=6,
        error_messages={"invalid": _("Write the last four characters, for example 123X.")},
    )

    def clean_number(self) -> str:
        """Refuse what is no number at all: "no such certificate" would sound like a forgery."""
        number = normalise_number(self.cleaned_data["number"])
        if OWN_NUMBER.fullmatch(number):
            return number
        try:
            parse_number(number)
        except DomainError as error:
            raise forms.ValidationError(text_of(error)) from None
        return number


class FileForm(forms.Form):
    """A certificate file somebody was given."""

    file = forms.FileField(
        label=_("PDF file"),
        help_text=_("At most 5 MB. The file is checked and not kept."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )
