from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.plans.models import Plan
from certification.plans.services import EDITABLE
from certification.standards.models import LEVEL_CHOICES, Scheme
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
        offer_rows(self, "scheme", Scheme.objects.filter(status="published").select_related("occupation"))
        offer_rows(self, "blueprint", Blueprint.objects.filter(organisation__in=bodies, purpose="theory"))
        offer_rows(self, "organisation", Organisation.objects.filter(pk__in=bodies))
        if self.instance.pk:
            del self.fields["organisation"]
        elif len(bodies) == 1:
            self.fields["organisation"].initial = bodies[0]

    def clean(self) -> dict[str, Any]:
        """Refuse years that can only be a slip of the finger; some of them no database can hold in another time zone."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
                self.add_error(name, _("Please check the year."))
        return cleaned


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
