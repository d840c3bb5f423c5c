from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.supervision.labels import ANSWER_LABELS, CONCLUSION_LABELS, QUESTION_LABELS
from certification.supervision.rules import LONGEST, Answer
from lms.core.forms import offer_choices

ANSWERS = [(answer.value, label) for answer, label in ANSWER_LABELS.items()]


class RecordForm(forms.Form):
    """Eight questions, a remark for each, and the conclusion."""

    conclusion = forms.ChoiceField(
        label=_("Conclusion"),
        choices=[(item.value, label) for item, label in CONCLUSION_LABELS.items()],
        widget=forms.RadioSelect,
    )
    finding = forms.CharField(
        label=_("What was found, and what has to be done"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST,
        required=False,
        help_text=_("Needed unless all was in order."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        end = {name: self.fields.pop(name) for name in list(self.fields)}
        for question, label in QUESTION_LABELS.items():
            self.fields[question.value] = forms.ChoiceField(label=label, choices=ANSWERS, widget=forms.RadioSelect)
            self.fields[f"{question.value}_remark"] = forms.CharField(
                label=_("Remark"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )
        self.fields.update(end)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for question in QUESTION_LABELS:
            if cleaned.get(question.value) == Answer.NO and not str(cleaned.get(f"{question.value}_remark", "")).strip():
                self.add_error(f"{question.value}_remark", _("Say what was not as it should be."))
        return cleaned

    @property
    def questions(self) -> list[dict[str, Any]]:
        """Return each question's two fields, for the page."""
        return [{"answer": self[question.value], "remark": self[f"{question.value}_remark"]} for question in QUESTION_LABELS]

    def facts(self) -> dict[str, Any]:
        """Return what `services.write_record` takes."""
        data = self.cleaned_data
        return {
            "answers": {question.value: data[question.value] for question in QUESTION_LABELS},
            "remarks": {question.value: data[f"{question.value}_remark"] for question in QUESTION_LABELS},
            "conclusion": data["conclusion"],
            "finding": data["finding"],
        }


class AdditionForm(forms.Form):
    text = forms.CharField(label=_("What is added"), widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST)


class LateSupervisorForm(forms.Form):
    user = forms.ChoiceField(label=_("Who supervised"))
    reason = forms.CharField(label=_("Why nobody was named before"), widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "user", people)


class SamplingForm(forms.Form):
    since = forms.DateField(label=_("Exam days from"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Exam days until"), widget=forms.DateInput(attrs={"type": "date"}))
    wanted = forms.IntegerField(label=_("How many sessions"), min_value=1, max_value=200)


class SpanForm(forms.Form):
    since = forms.DateField(label=_("Exam days from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Exam days until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
