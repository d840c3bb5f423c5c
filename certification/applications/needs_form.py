"""Asking for accommodations, and deciding on it."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.applications.needs import NEED_LABELS
from certification.applications.rules.accommodations import EXTRA_TIME, KINDS, Needs
from lms.core.forms import offer_choices

EXTRA_TIME_CHOICES = [
    ("0", pgettext_lazy("extra time", "No extra time")),
    *((str(share), format_lazy(_("{share}% longer"), share=share)) for share in EXTRA_TIME[1:]),
]


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once; cleaned to a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, list | tuple) else [data]
        if not files:
            return super().clean(None, initial)
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class NeedsForm(forms.Form):
    """What she asks for, why, and what shows it."""

    extra_time_percent = forms.ChoiceField(
        label=NEED_LABELS["extra_time_percent"], choices=EXTRA_TIME_CHOICES, initial="0", widget=forms.RadioSelect
    )
    kinds = forms.MultipleChoiceField(
        label=_("What else helps you"),
        required=False,
        choices=[(kind, NEED_LABELS[kind]) for kind in KINDS],
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("Why you need it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A sentence is enough. Only the reviewers of the assessment body read it."),
    )
    proofs = ManyFilesField(
        label=_("What shows it"),
        help_text=_("For example your disability certificate or a doctor's note: PDF or pictures, up to 10 MB each."),
    )
    consent = forms.BooleanField(
        label=_("I agree that the assessment body uses these details about my health for deciding on this, and for nothing else.")
    )

    def needs(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"extra_time_percent": given["extra_time_percent"], **{kind: True for kind in given["kinds"]}}


class NeedsDecisionForm(forms.Form):
    """What a reviewer grants of it."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("grant", pgettext_lazy("accommodation", "Grant")), ("refuse", pgettext_lazy("accommodation", "Refuse"))],
        widget=forms.RadioSelect,
    )
    extra_time_percent = forms.ChoiceField(label=NEED_LABELS["extra_time_percent"], choices=EXTRA_TIME_CHOICES, required=False)
    kinds = forms.MultipleChoiceField(label=_("Also granted"), required=False, choices=[], widget=forms.CheckboxSelectMultiple)
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty for a lasting need. A broken arm heals."),
    )
    answer = forms.CharField(
        label=_("Answer"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("She reads it. Needed when you refuse, or grant less than she asked for."),
    )

    def __init__(self, *args: Any, asked: Needs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [kind for kind in KINDS if getattr(asked, kind)]
        shares = [choice for choice in EXTRA_TIME_CHOICES if int(choice[0]) <= asked.extra_time_percent]
        offer_choices(self, "extra_time_percent", shares)
        offer_choices(self, "kinds", [(kind, NEED_LABELS[kind]) for kind in offered])
        self.initial = {**self.initial, "extra_time_percent": str(asked.extra_time_percent), "kinds": offered}

    def granted(self) -> dict[str, Any] | None:
        """Return what is granted, or None for a refusal."""
        given = self.cleaned_data
        if given["decision"] == "refuse":
            return None
        return {"extra_time_percent": given["extra_time_percent"] or "0", **{kind: True for kind in given["kinds"]}}
