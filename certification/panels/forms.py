"""What the officer, the chair and the candidate fill in."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext_lazy as _

from certification.panels.models import KIND_LABELS, REASON_LABELS, ReviewSetup
from certification.panels.rules import DEFAULT_ASKED, DEFAULT_CRITERIA, DEFAULT_THRESHOLD, LEAST_MINUTES
from lms.core.forms import offer_choices

LINE = re.compile(r"^(?P<text>.+?)\s*[|｜]\s*(?P<max>\d+(?:\.5|\.0)?)$")
KINDS = [(kind.value, label) for kind, label in KIND_LABELS.items()]


class SetupForm(forms.Form):
    """What a review asks for and scores by."""

    dossier_closes = forms.DateField(
        label=_("Last day for the dossier"),
        help_text=_("Candidates hand in until the end of this day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    must = forms.MultipleChoiceField(label=_("The dossier must hold"), choices=KINDS, widget=forms.CheckboxSelectMultiple)
    may = forms.MultipleChoiceField(
        label=_("It may also hold"), choices=KINDS, required=False, widget=forms.CheckboxSelectMultiple
    )
    minutes = forms.IntegerField(label=_("Minutes for each candidate"), min_value=LEAST_MINUTES, max_value=240)
    criteria = forms.CharField(
        label=_("Criteria"),
        help_text=_("One line each: what is scored | points. They give 100 points together."),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    threshold = forms.DecimalField(
        label=_("Points of difference that ask for a joint look"),
        help_text=_("Between the highest and the lowest sheet of one candidate."),
        min_value=0,
        max_value=100,
        max_digits=4,
        decimal_places=1,
    )

    def clean_criteria(self) -> list[dict[str, str]]:
        """Return the lines as plain data."""
        rows = []
        for number, line in enumerate(self.cleaned_data["criteria"].splitlines(), start=1):
            if not line.strip():
                continue
            found = LINE.match(line.strip())
            if found is None:
                raise forms.ValidationError(_("Line %(number)s has no points. Write: text | 10"), params={"number": number})
            rows.append({"text": found["text"], "max": found["max"]})
        return rows

    def facts(self) -> dict[str, Any]:
        """Return what `set_up_review` takes."""
        data = dict(self.cleaned_data)
        asked = dict.fromkeys(data.pop("may"), False) | dict.fromkeys(data.pop("must"), True)
        return {**data, "asked": asked}


def setup_initial(setup: ReviewSetup | None, *, minutes: int, closes: Any) -> dict[str, Any]:
    """Return what the form shows first: the stored set-up, or the house's proposal."""
    criteria: Sequence[Mapping[str, str]] = setup.criteria if setup else DEFAULT_CRITERIA
    asked: Mapping[str, bool] = setup.asked if setup else DEFAULT_ASKED
    return {
        "dossier_closes": setup.dossier_closes if setup else closes,
        "must": [kind for kind, required in asked.items() if required],
        "may": [kind for kind, required in asked.items() if not required],
        "minutes": setup.minutes if setup else minutes,
        "criteria": "\n".join(f"{row['text']} | {row['max']}" for row in criteria),
        "threshold": setup.threshold if setup else DEFAULT_THRESHOLD,
    }


class MembersForm(forms.Form):
    """The members of a panel and who chairs."""

    members = forms.MultipleChoiceField(label=_("Members"), required=False, widget=forms.CheckboxSelectMultiple)
    chair = forms.ChoiceField(label=_("Chair"), required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "members", people)
        offer_choices(self, "chair", [("", "—"), *people])


class PanelForm(MembersForm):
    """A new panel: where, when, and named or drawn by lot."""

    place = forms.CharField(label=_("Where the panel sits"), max_length=80)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    hour = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    count = forms.IntegerField(label=_("How many are drawn"), required=False, min_value=1, max_value=15)

    field_order = ["place", "day", "hour", "count", "members", "chair"]

    @property
    def starts_at(self) -> datetime:
        moment = datetime.combine(self.cleaned_data["day"], self.cleaned_data["hour"])
        return localtime(moment.replace(tzinfo=get_current_timezone()))


class FileForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it is"))
    file = forms.FileField(label=_("File"), help_text=_("PDF or picture, up to 20 MB, without your name and your employer's."))

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "kind", kinds)


class HandInForm(forms.Form):
    anonymous = forms.BooleanField(
        label=_("Neither my name nor my employer's stands in these files, and the work is my own."), required=False
    )


class CoverForm(forms.Form):
    file = forms.FileField(label=_("Copy with the names covered"), help_text=_("PDF or picture; the original is kept."))


class ReturnForm(forms.Form):
    reasons = forms.CharField(label=_("What has to be changed"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = forms.DateField(label=_("By when"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class QuestionForm(forms.Form):
    text = forms.CharField(label=_("Question that was asked"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class EndForm(forms.Form):
    short_reason = forms.CharField(
        label=_("If it ended earlier: why"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class AbsenceForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=[(reason.value, label) for reason, label in REASON_LABELS.items()])


class LookForm(forms.Form):
    reasons = forms.CharField(
        label=_("What the panel found when it looked together"),
        help_text=_("Why the sheets lie apart and stand all the same. No mark is changed."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ExtraForm(forms.Form):
    person = forms.ChoiceField(label=_("Additional member"))

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "person", people)
