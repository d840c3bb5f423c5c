"""A phone field that takes a number the way people write it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.accounts.rules import normalise_phone
from lms.core.errors import DomainError
from lms.core.messages import text_of


class PhoneField(forms.CharField):
    """Accepts `138 0000 0000`, returns `+8613800000000`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Phone"))
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return normalise_phone(text)
        except DomainError as error:
            raise forms.ValidationError(text_of(error)) from None
