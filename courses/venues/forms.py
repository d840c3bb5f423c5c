"""The forms of a booking and of a new venue, and the editors' form of a venue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from courses.venues.rules import LARGEST_PARTY, Access
from lms.accounts.fields import PhoneField
from lms.core.forms import offer_choices


class VenuePageForm(WagtailAdminPageForm):
    access = forms.MultipleChoiceField(label=_("Accessibility"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from courses.venues.models import ACCESS_LABELS  # the model names this form

        super().__init__(*args, **kwargs)
        offer_choices(self, "access", [(fact.value, ACCESS_LABELS[fact]) for fact in Access])


class OpenVenueForm(forms.Form):
    """What a venue cannot be without; its editors complete the rest."""

    title = forms.CharField(label=_("Name of the venue"), max_length=100)
    address = forms.CharField(label=_("Address"), max_length=200)
    summary = forms.CharField(
        label=_("What is there to see and to try?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences."),
    )


class BookingForm(forms.Form):
    """Who comes; no name and no account is needed."""

    phone = PhoneField(help_text=_("We send the confirmation and a link to cancel to this number."))
    size = forms.TypedChoiceField(
        label=_("How many people come"), coerce=int, choices=[(number, number) for number in range(1, LARGEST_PARTY + 1)]
    )
    needs = forms.CharField(
        label=_("What you need"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: two wheelchairs, sign language, more time. We prepare it."),
    )
