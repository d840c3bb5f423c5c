from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.results.rules import Anomaly
from certification.standards.labels import PART_LABELS

CHEATING = "cheating"
ANOMALY_LABELS = {
    Anomaly.ABSENT: _("Absent"),
    Anomaly.VOID: _("Void"),
    Anomaly.KEPT: _("Kept from an earlier exam"),
    Anomaly.ZERO: _("Zero points"),
    Anomaly.NEAR_MISS: _("Less than one point under the pass mark"),
    Anomaly.ROUNDED: _("Passed by rounding"),
    Anomaly.FATAL: _("Fatal act"),
    Anomaly.FATAL_ONCE: _("Fatal act signed by one only"),
    Anomaly.ARBITRATED: _("Scored anew by an arbiter"),
    Anomaly.DIVERGENT: _("Assessors far apart"),
}


class SendBackForm(forms.Form):
    """Why the second person does not agree."""

    reason = forms.CharField(
        label=_("What is wrong"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The marks, and decisions that nobody has confirmed, are thrown away and made anew."),
    )


class VoidForm(forms.Form):
    """Which part is to be void, and why; without a line of the room's record also whose."""

    ticket_number = forms.CharField(label=_("Ticket number"), max_length=32)
    scope = forms.ChoiceField(label=_("What is void"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reasons"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The candidate reads this: what was seen, when, and which rule was broken."),
    )

    def __init__(self, *args: Any, kinds: Sequence[str], ticket: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        only = [(kind, _("Only this part: %(part)s") % {"part": PART_LABELS.get(kind, kind)}) for kind in kinds]
        scope = self.fields["scope"]
        assert isinstance(scope, forms.ChoiceField)
        scope.choices = [(CHEATING, _("Cheating: all parts of this exam, kept ones among them")), *only]
        if not ticket:
            del self.fields["ticket_number"]

    def facts(self) -> dict[str, Any]:
        """Return what `services.void_parts` takes; call after `is_valid`."""
        scope = self.cleaned_data["scope"]
        cheating = scope == CHEATING
        return {"cheating": cheating, "parts": () if cheating else (scope,), "reason": self.cleaned_data["reason"]}


class VoidVerdictForm(forms.Form):
    """The second person's word."""

    verdict = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("agree", _("Agree: the parts are void")), ("refuse", _("Refuse: the parts count"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Reasons"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed for a refusal."),
    )


class StopStandsForm(forms.Form):
    """Why a stopped exam counts all the same."""

    reason = forms.CharField(label=_("Reasons"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
