from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.certificates.rules import TRANSITIONS, Event, Status

EVENT_LABELS = {
    Event.SUSPEND: _("Suspend while it is looked into"),
    Event.REINSTATE: _("Make it valid again"),
    Event.REVOKE: _("Revoke for good"),
}


class StatusForm(forms.Form):
    """What the head does with an issued certificate, and why."""

    event = forms.ChoiceField(label=_("What should happen"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept with the certificate; the public does not see it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )

    def __init__(self, *args: Any, state: Status, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = [(event.value, label) for event, label in EVENT_LABELS.items() if (state, event) in TRANSITIONS]
        event = self.fields["event"]
        if isinstance(event, forms.ChoiceField):
            event.choices = self.choices
