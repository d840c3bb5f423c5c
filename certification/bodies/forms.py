import math
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.bodies.models import (
    BodySettings,
    Equipment,
    Filing,
    Room,
    Site,
    StaffCard,
    StaffMember,
    StaffRecord,
    Tie,
)
from certification.bodies.rules import DEFAULT_WEIGHTS, check_term
from certification.bodies.rules.records import RecordKind
from certification.bodies.services.impartiality import LIMITS
from certification.bodies.services.sites import ROOM_FIELDS, SITE_FIELDS
from certification.standards.models import LEVEL_CHOICES, Occupation
from lms.accounts.fields import PhoneField
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.forms import offer_rows
from lms.core.messages import text_of
from lms.organisations.models import Organisation

FIRST_YEAR, LAST_YEAR = 1950, 2099


class DayInput(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class LevelsField(forms.TypedMultipleChoiceField):
    def __init__(self) -> None:
        super().__init__(label=_("Levels"), choices=LEVEL_CHOICES, coerce=int, widget=forms.CheckboxSelectMultiple)


class WithDays(forms.BaseForm):
    """Refuses years that can only be a slip of the finger."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
                self.add_error(name, _("Please check the year."))
        return cleaned


class OfMyBody(forms.Form):
    """Asks in which body's name only where there is a choice."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Assessment body"))

    def __init__(self, *args: Any, bodies: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only = bodies[0] if len(bodies) == 1 else None
        if self.only is not None:
            del self.fields["organisation"]
        else:
            offer_rows(self, "organisation", Organisation.objects.filter(pk__in=[body.pk for body in bodies]))

    @property
    def body(self) -> Organisation:
        chosen: Organisation = self.only or self.cleaned_data["organisation"]
        return chosen


class ScopeForm(forms.Form):
    occupation = forms.ModelChoiceField(Occupation.objects.all(), label=_("Occupation"), empty_label=_("Please choose"))
    work_type = forms.CharField(
        label=_("Work type"), max_length=60, required=False, help_text=_("As filed; leave empty if the occupation has none.")
    )
    levels = LevelsField()

    def scopes(self) -> Iterable[tuple[Occupation, str, int]]:
        facts = self.cleaned_data
        return [(facts["occupation"], facts["work_type"].strip(), level) for level in facts["levels"]]


class FilingForm(WithDays, OfMyBody, ScopeForm):
    """A filing as the authority wrote it, with its first occupation; more are added on its page."""

    record_number = forms.CharField(label=_("Record number"), max_length=40)
    filed_name = forms.CharField(label=_("Filed name"), max_length=120, help_text=_("Certificates print exactly this."))
    filed_name_en = forms.CharField(label=_("Filed name in English"), max_length=200, required=False)
    type_letter = forms.ChoiceField(label=_("Type"), choices=Filing._meta.get_field("type_letter").choices or ())
    body_code = forms.CharField(label=_("Body code"), max_length=4, help_text=_("Four digits; 0000 if filed with the province."))
    province = forms.CharField(label=_("Province code"), max_length=2, help_text=_("Two digits; 31 is Shanghai."))
    sequence = forms.CharField(label=_("Sequence code"), max_length=6, help_text=_("Six digits."))
    valid_from = forms.DateField(label=_("Valid from"), widget=DayInput)
    valid_until = forms.DateField(label=_("Valid until"), widget=DayInput, help_text=_("This day still counts."))
    field_order = [
        "organisation",
        "record_number",
        "filed_name",
        "filed_name_en",
        "type_letter",
        "body_code",
        "province",
        "sequence",
        "valid_from",
        "valid_until",
        "occupation",
        "work_type",
        "levels",
    ]

    def clean_record_number(self) -> str:
        number: str = self.cleaned_data["record_number"].strip()
        if Filing.objects.filter(record_number=number).exists():
            raise forms.ValidationError(_("This record number is stored already."))
        return number

    def facts(self) -> dict[str, Any]:
        left_out = {"organisation", "occupation", "work_type", "levels"}
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}


class EndFilingForm(WithDays, forms.Form):
    last_day = forms.DateField(label=_("Last day in force"), widget=DayInput)
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Name the authority's paper."))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class SiteForm(forms.ModelForm):
    class Meta:
        model = Site
        fields = SITE_FIELDS
        widgets = {"way_in": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"way_in": _("How somebody in a wheelchair gets in: lift, ramp, parking.")}


class NewSiteForm(OfMyBody, SiteForm):
    pass


class RoomForm(forms.ModelForm):
    class Meta:
        model = Room
        fields = ROOM_FIELDS

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("accessible_seats", 0) > cleaned.get("capacity", math.inf):
            self.add_error("accessible_seats", _("There cannot be more of them than seats."))
        return cleaned


class EquipmentForm(WithDays, forms.ModelForm):
    class Meta:
        model = Equipment
        fields = ("name", "quantity", "checked_on")
        widgets = {"checked_on": DayInput}


class EnterStaffForm(OfMyBody):
    """Enters somebody who has an account; the phone is how she is found without a list of everybody."""

    phone = PhoneField(label=_("Phone"), help_text=_("The number with which the person signs in."))
    employer = forms.CharField(
        label=_("Employer"),
        max_length=120,
        required=False,
        help_text=_("Where the person works now; candidates from there are assessed by others."),
    )
    field_order = ["organisation", "phone", "employer"]
    person: User

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        person = User.objects.filter(phone=phone, phone_verified=True, is_active=True).first()
        if person is None:
            raise forms.ValidationError(text_of(DomainError("bodies.person_unknown")))
        self.person = person
        return phone


class StaffForm(WithDays, forms.ModelForm):
    class Meta:
        model = StaffMember
        fields = ("employer", "left_on")
        widgets = {"left_on": DayInput}
        help_texts = {"left_on": _("Only if the person no longer acts for this body.")}


class CardForm(WithDays, forms.ModelForm):
    levels = LevelsField()

    class Meta:
        model = StaffCard
        fields = ("kind", "number", "occupation", "levels", "valid_from", "valid_until")
        widgets = {"valid_from": DayInput, "valid_until": DayInput}
        help_texts = {"valid_until": _("This day still counts.")}

    def clean(self) -> dict[str, Any]:
        """Tell a wrong term in our sentence, before the model tells it as a broken constraint."""
        cleaned = super().clean()
        if {"valid_from", "valid_until"} <= cleaned.keys():
            try:
                check_term(cleaned["valid_from"], cleaned["valid_until"])
            except DomainError as error:
                self.add_error("valid_until", text_of(error))
        return cleaned


class RecordForm(WithDays, forms.ModelForm):
    class Meta:
        model = StaffRecord
        fields = ("kind", "text", "hours", "happened_on")
        widgets = {"happened_on": DayInput}
        help_texts = {"hours": _("Only for training.")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("hours") and cleaned.get("kind") != RecordKind.TRAINING:
            self.add_error("hours", text_of(DomainError("bodies.hours_not_for_this")))
        return cleaned


class TieForm(forms.ModelForm):
    name = forms.CharField(label=_("Name of that person"), max_length=60)
    phone = PhoneField(required=False, help_text=_("With the number we find the right person among namesakes."))

    class Meta:
        model = Tie
        fields = ("kind", "name", "phone")


class SettingsForm(forms.ModelForm):
    class Meta:
        model = BodySettings
        fields = [*(kind.value for kind in DEFAULT_WEIGHTS), *LIMITS]
        help_texts = {
            "assessed_before_limit": _("0 looks for none."),
            "in_a_row_limit": _("0 allows any number."),
            "renewed_one_in": _("3 means a third, 2 a half, rounded up; 0 asks for none."),
            "declaration_months": _("0 asks for none besides the one of each exam."),
        }
