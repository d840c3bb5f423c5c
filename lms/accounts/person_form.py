"""What sign-up asks besides phone and e-mail. allauth builds its own form on top of this one, so it stands alone."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import User
from lms.accounts.rules import normalise_name
from lms.core.errors import DomainError
from lms.core.messages import text_of


class NameAndReachForm(forms.Form):
    """What allauth's sign-up form asks besides phone and e-mail."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("As it stands in your identity document; certificates carry this name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "phone", "email"]

    def clean_name(self) -> str:
        try:
            return normalise_name(self.cleaned_data["name"])
        except DomainError as error:
            raise forms.ValidationError(text_of(error)) from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        untouched = not self.errors.keys() & {"phone", "email"}
        if untouched and not data.get("phone") and not data.get("email"):
            raise forms.ValidationError(text_of(DomainError("accounts.phone_or_email")))
        return data

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth wants this; the name is already on the account that `SignUpForm` began."""
