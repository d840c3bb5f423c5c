from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.examday.models import INCIDENT_LABELS
from certification.examday.rules.incidents import IncidentKind
from certification.plans.models import STAFF_ROLE_LABELS
from lms.core.forms import offer_choices

WRITTEN = (IncidentKind.WARNED, IncidentKind.STOPPED, IncidentKind.OTHER)
"""What an invigilator writes; lateness and absence follow from the sign-in."""


class ProposalForm(forms.Form):
    columns = forms.IntegerField(
        label=_("Seats side by side"),
        min_value=1,
        max_value=40,
        required=False,
        help_text=_("Seats are counted row by row from the front left. Neighbours are left, right, before and behind."),
    )


class MoveForm(forms.Form):
    """One candidate to another room and seat."""

    candidate = forms.ChoiceField(label=_("Candidate"))
    room = forms.ChoiceField(label=_("Room"))
    number = forms.IntegerField(
        label=pgettext_lazy("chair", "Seat"),
        min_value=1,
        max_value=999,
        help_text=_("If somebody sits there, the two change places."),
    )

    def __init__(self, *args: Any, candidates: list[tuple[str, str]], rooms: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "candidate", candidates)
        offer_choices(self, "room", rooms)


class DrawForm(forms.Form):
    role = forms.ChoiceField(
        label=_("For which duty"), choices=[(role.value, label) for role, label in STAFF_ROLE_LABELS.items()]
    )
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=200)
    reason = forms.CharField(
        label=_("Why drawn again"), max_length=300, required=False, help_text=_("Only needed when people were drawn before.")
    )


class TicketNumberForm(forms.Form):
    ticket = forms.CharField(
        label=_("Ticket number"),
        max_length=300,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-ticket": ""}),
        help_text=_("14 digits; the last 3 are enough."),
    )


class IncidentForm(forms.Form):
    """A line of the room's record."""

    kind = forms.ChoiceField(label=_("What happened"), choices=[(kind.value, INCIDENT_LABELS[kind]) for kind in WRITTEN])
    seat = forms.ChoiceField(label=_("Candidate"), required=False)
    text = forms.CharField(
        label=_("What was seen, and what was done"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )

    def __init__(self, *args: Any, seats: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "seat", [("", _("Nobody in particular")), *seats])


class HandOverForm(forms.Form):
    bag = forms.CharField(label=_("Bag"), max_length=40)
    seal = forms.CharField(label=_("Number of the seal"), max_length=40)
    papers = forms.IntegerField(label=_("Papers in it"), min_value=0, max_value=9999)
    receiver = forms.ChoiceField(label=_("Handed to"))
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "receiver", people)


class ReceiptForm(forms.Form):
    seal = forms.ChoiceField(
        label=_("The seal"), choices=[("whole", _("The seal is whole")), ("broken", _("The seal is broken or wrong"))]
    )
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)
