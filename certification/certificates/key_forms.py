from django import forms
from django.utils.translation import gettext_lazy as _

REASON = _("Kept with the key and in the ledger.")


class ProposalForm(forms.Form):
    """Why a key is to be taken into use, or out of it."""

    reason = forms.CharField(label=_("Reason"), help_text=REASON, widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)


class UnsafeForm(forms.Form):
    """Since when somebody else may have had the key, and what happened."""

    since = forms.DateTimeField(
        label=_("Not safe since"),
        help_text=_("The earliest moment at which somebody else may have had it, for example 2026-09-21 08:00."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    reason = forms.CharField(
        label=_("What happened"), help_text=REASON, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
