from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.certificates.models import PUBLIC_REASON_LABELS
from certification.certificates.rules import PUBLIC_REASONS, TRANSITIONS, Event, PublicReason, Status

EVENT_LABELS = {
    Event.SUSPEND: _("Suspend while it is looked into"),
    Event.REINSTATE: _("Make it valid again"),
    Event.REVOKE: _("Revoke for good"),
}


class StatusForm(forms.Form):
    """What the head does with an issued certificate, and why."""

    event = forms.ChoiceField(label=_("What should happen"), widget=forms.RadioSelect)
    public_reason = forms.ChoiceField(
        label=_("Reason told to the public"),
        help_text=_("Whoever verifies the certificate sees this. It names nobody."),
        required=False,
    )
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
        told = self.fields["public_reason"]
        if isinstance(told, forms.ChoiceField):
            possible = dict.fromkeys(
                reason for event, reasons in PUBLIC_REASONS.items() if (state, event) in TRANSITIONS for reason in reasons
            )
            told.choices = [("", _("None is told")), *((reason.value, PUBLIC_REASON_LABELS[reason]) for reason in possible)]

    @property
    def decision(self) -> dict[str, Any]:
        """Return what the service of the chosen event is told: `reason`, and `public_reason` where one was chosen."""
        told = self.cleaned_data["public_reason"]
        return {"reason": self.cleaned_data["reason"]} | ({"public_reason": PublicReason(told)} if told else {})

    def clean(self) -> dict[str, Any]:
        """Refuse a public reason that does not go with the event."""
        data = super().clean() or {}
        event, told = data.get("event"), data.get("public_reason")
        if event and told and told not in PUBLIC_REASONS.get(Event(event), ()):
            self.add_error("public_reason", _("This reason does not go with what should happen."))
        return data
