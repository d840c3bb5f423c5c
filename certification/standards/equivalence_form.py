from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.standards.models import Scheme


class EquivalentForm(forms.Form):
    """Which earlier version counts as this one, and why."""

    earlier = forms.TypedChoiceField(label=_("Earlier version"), coerce=int)
    reason = forms.CharField(
        label=_("Why they are equivalent"),
        max_length=300,
        help_text=_("What is examined in each part is the same. Candidates rely on it: a declaration is never taken back."),
    )

    def __init__(self, *args: Any, declarable: Sequence[Scheme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["earlier"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(scheme.pk, str(scheme)) for scheme in declarable]
