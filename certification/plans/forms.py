from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from certification.bodies.models import Room, Site
from certification.plans.models import Plan
from certification.plans.occupancy import RoomChoice
from certification.plans.rules import MOST_SEATS
from certification.plans.services import EDITABLE, FROM_ROOMS
from certification.plans.writing import Place, Subject
from certification.standards.models import LEVEL_CHOICES, Scheme
from certification.standards.rules import Level
from courses.questionbank.models import Blueprint
from lms.core.forms import offer_choices, offer_rows
from lms.organisations.models import Organisation

FIRST_YEAR, LAST_YEAR = 2000, 2099


class DayInput(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class PlanForm(forms.ModelForm):
    """A draft. Which bodies, schemes and blueprints can be chosen depends on the officer."""

    class Meta:
        model = Plan
        fields = ["organisation", *EDITABLE]
        widgets = {
            "exam_date": DayInput,
            "registration_opens": DayInput,
            "registration_closes": DayInput,
            "theory_starts_at": MomentInput,
            "skill_starts_at": MomentInput,
        }
        help_texts = {
            "work_type": _("As filed; leave empty if the occupation has none."),
            "registration_closes": _("This day still counts."),
            "theory_minutes": _("At least as many as the scheme asks for."),
            "blueprint": _("Its points for each function must equal the weight table."),
        }

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "level", [("", _("Please choose")), *LEVEL_CHOICES])
        norms = Scheme.objects.filter(Q(owner=None) | Q(owner__in=bodies), status="published")
        offer_rows(self, "scheme", norms.select_related("occupation"))
        offer_rows(self, "blueprint", Blueprint.objects.filter(organisation__in=bodies, purpose="theory"))
        offer_rows(self, "organisation", Organisation.objects.filter(pk__in=bodies))
        if self.instance.pk:
            del self.fields["organisation"]
            if self.instance.rooms.exists():
                # Place and seats follow the rooms of the register.
                for name in FROM_ROOMS:
                    del self.fields[name]
        elif len(bodies) == 1:
            self.fields["organisation"].initial = bodies[0]

    def clean(self) -> dict[str, Any]:
        """Refuse years that can only be a slip of the finger; some of them no database can hold in another time zone."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        _check_years(self, cleaned)
        return cleaned


def _check_years(form: forms.BaseForm, cleaned: Mapping[str, Any]) -> None:
    for name, value in list(cleaned.items()):
        if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
            form.add_error(name, _("Please check the year."))


class ShortPlanForm(forms.Form):
    """What, when, how many. The place is only asked in words where the body keeps no rooms."""

    subject = forms.ChoiceField(label=_("What is examined"))
    exam_date = forms.DateField(label=_("exam date"), widget=DayInput)
    candidates = forms.IntegerField(label=_("Seats for how many candidates"), min_value=1, max_value=MOST_SEATS)
    site = forms.ModelChoiceField(
        label=_("site"), queryset=Site.objects.none(), required=False, empty_label=_("Wherever rooms are free")
    )
    site_name = forms.CharField(label=_("site"), max_length=120)
    address = forms.CharField(label=_("address"), max_length=200)
    room = forms.CharField(label=_("room"), max_length=40)

    def __init__(self, *args: Any, subjects: Sequence[Subject], ask_place: bool, bodies: Sequence[Organisation], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.subjects = {subject.key: subject for subject in subjects}
        choices = [(key, _subject_label(subject, alone=len(bodies) == 1)) for key, subject in self.subjects.items()]
        offer_choices(self, "subject", choices)
        sites = Site.objects.filter(organisation__in=bodies, in_use=True)
        offer_rows(self, "site", sites)
        if ask_place or sites.count() < 2:
            del self.fields["site"]
        if not ask_place:
            for name in ("site_name", "address", "room"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        _check_years(self, cleaned)
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """Return what `writing.propose_plan` asks for."""
        facts = self.cleaned_data
        place = Place(facts["site_name"], facts["address"], facts["room"]) if "site_name" in facts else None
        return {
            "subject": self.subjects[facts["subject"]],
            "exam_date": facts["exam_date"],
            "candidates": facts["candidates"],
            "site": facts.get("site"),
            "place": place,
        }


def _subject_label(subject: Subject, *, alone: bool) -> str:
    parts = [subject.scheme.occupation.name, subject.work_type, Level(subject.level).label, subject.scheme.title]
    if parts[3] == parts[0]:
        parts.pop()
    label = " · ".join(part for part in parts if part) + f" v{subject.scheme.version}"
    return label if alone else f"{label} · {subject.organisation.name}"


class CopyForm(forms.Form):
    exam_date = forms.DateField(label=_("exam date"), widget=DayInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        _check_years(self, cleaned)
        return cleaned


class RoomsForm(forms.Form):
    """Rooms of the register, and how many seats of each are used; empty means all of them."""

    rooms = forms.MultipleChoiceField(
        label=_("Rooms"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("Choose at least one room.")}
    )

    def __init__(self, *args: Any, sites: Sequence[tuple[Site, list[RoomChoice]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = sites
        self.offered: dict[str, Room] = {str(choice.room.pk): choice.room for _site, choices in sites for choice in choices}
        offer_choices(self, "rooms", [(key, room.name) for key, room in self.offered.items()])
        for _site, choices in sites:
            for choice in choices:
                self.fields[_seats_of(choice.room)] = forms.IntegerField(
                    label=_("Seats used"),
                    required=False,
                    min_value=1,
                    max_value=choice.room.capacity,
                    initial=choice.chosen.seats if choice.chosen else choice.room.capacity,
                )

    def wanted(self) -> dict[Room, int]:
        chosen = [self.offered[key] for key in self.cleaned_data["rooms"]]
        return {room: self.cleaned_data[_seats_of(room)] or room.capacity for room in chosen}

    def shown(self) -> list[dict[str, Any]]:
        """Return each site with its rooms: the choice, whether it is ticked, and the field of its seats."""
        ticked = set(_ticked(self, "rooms")) if self.is_bound else None
        return [
            {
                "site": site,
                "rooms": [
                    {
                        "choice": choice,
                        "ticked": str(choice.room.pk) in ticked if ticked is not None else choice.chosen is not None,
                        "seats": self[_seats_of(choice.room)],
                    }
                    for choice in choices
                ],
            }
            for site, choices in self.sites
        ]


def _ticked(form: forms.Form, name: str) -> list[str]:
    """Return the boxes of this name that were ticked, as the browser sent them."""
    return form.data.getlist(name) if isinstance(form.data, QueryDict) else []


def _seats_of(room: Room) -> str:
    return f"seats-{room.pk}"


class SessionStaffForm(forms.Form):
    """Who invigilates and who supervises, out of the body's register."""

    invigilators = forms.MultipleChoiceField(label=_("Invigilators"), widget=forms.CheckboxSelectMultiple)
    supervisors = forms.MultipleChoiceField(label=_("Quality supervisor"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, person.name) for key, person in people.items()]
        offer_choices(self, "invigilators", choices)
        offer_choices(self, "supervisors", choices)

    def sent(self, name: str) -> set[int]:
        """Return the keys that were ticked, whatever became of them."""
        return {int(key) for key in _ticked(self, name) if key.isascii() and key.isdigit()}


class ReturnForm(forms.Form):
    reasons = forms.CharField(label=_("What has to be changed"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=_("What people should know"),
        help_text=_("Everybody can read it beside the plan; whoever applied is told."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class TeamForm(forms.Form):
    """The assessors whose card covers the level on the exam day."""

    assessors = forms.MultipleChoiceField(label=_("Assessors"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "assessors", choices)


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class RulingForm(forms.Form):
    """What the head decided about one conflict that came to light after the exam."""

    assignment = forms.IntegerField(widget=forms.HiddenInput, max_value=2**53)
    kind = forms.CharField(widget=forms.HiddenInput, max_length=16)
    reason = forms.CharField(label=_("What was decided, and why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
