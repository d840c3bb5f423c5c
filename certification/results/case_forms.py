"""Forms of reviews, appeals, their answers, and correction orders."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from certification.results.models import OUTCOME_LABELS
from certification.results.rules import Outcome
from certification.results.services.evidence import MAX_EVIDENCE
from lms.core import uploads
from lms.core.errors import DomainError
from lms.core.forms import FilesField, FilesInput, offer_choices
from lms.core.messages import text_of
from lms.core.uploads import CheckedFile

TEXT = forms.Textarea(attrs={"rows": 6})


class EvidenceField(FilesField):
    """Checked uploads, possibly none: PDF or pictures painted anew."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(
            label=_("Evidence"),
            required=required,
            widget=FilesInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
            help_text=_("PDF or photo, up to five files of 10 MB each."),
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        checked: list[CheckedFile] = []
        problems = []
        for file in super().clean(data, initial):
            try:
                found = uploads.check(file)
                uploads.check_document(found)
                checked.append(found)
            except DomainError as error:
                problems.append(ValidationError("%(name)s: %(text)s", params={"name": file.name, "text": text_of(error)}))
        if len(checked) > MAX_EVIDENCE:
            problems.append(ValidationError(text_of(DomainError("results.too_much_evidence", limit=MAX_EVIDENCE))))
        if problems:
            raise ValidationError(problems)
        return checked


class ReviewForm(forms.Form):
    """Which part is to be checked again, and why."""

    part = forms.ChoiceField(label=_("Which part?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Why do you ask?"),
        max_length=4000,
        widget=TEXT,
        help_text=_(
            "Say what you remember otherwise. Sums, zeros, absence and signatures are checked; nobody judges your work anew."
        ),
    )
    evidence = EvidenceField()

    def __init__(self, *args: Any, parts: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "part", parts)


class AppealForm(forms.Form):
    """Why the answer or the result is wrong."""

    text = forms.CharField(
        label=_("Why is it wrong?"),
        max_length=4000,
        widget=TEXT,
        help_text=_("Say which point of the answer or of the result is wrong, and how that can be checked."),
    )
    evidence = EvidenceField()


class CaseAnswerForm(forms.Form):
    """The answer to a review or an appeal with its reasons."""

    verdict = forms.ChoiceField(label=_("Your decision"), widget=forms.RadioSelect)
    answer = forms.CharField(label=_("Reasons"), max_length=4000, widget=TEXT, help_text=_("The candidate reads this."))

    def __init__(self, *args: Any, is_review: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("dismiss", _("Dismiss: the result stands")),
            ("correct", _("Uphold: the result has to be corrected")),
            ("aside", _("Uphold: the earlier answer is set aside, and the published result stands")),
        ]
        offer_choices(self, "verdict", choices[:2] if is_review else choices)

    def decision(self) -> dict[str, Any]:
        """Return what `services.decide_case` is told."""
        verdict = self.cleaned_data["verdict"]
        return {
            "upheld": verdict != "dismiss",
            "needs_correction": verdict == "correct",
            "answer": self.cleaned_data["answer"],
        }


class CorrectionForm(forms.Form):
    """Which part is wrong, what it should say, why, and what proves it."""

    part = forms.ChoiceField(label=_("Part"), widget=forms.RadioSelect)
    outcome = forms.ChoiceField(
        label=_("Right outcome"),
        choices=[(outcome.value, label) for outcome, label in OUTCOME_LABELS.items()],
        initial=Outcome.SCORED.value,
        widget=forms.RadioSelect,
    )
    value = forms.CharField(
        label=_("Right mark"),
        max_length=6,
        required=False,
        help_text=_("0 to 100, at most two decimals. Empty if absent or void."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=TEXT,
        help_text=_("What was wrong and how it was found. Kept with the result for ever."),
    )
    evidence = EvidenceField()

    def __init__(self, *args: Any, parts: Iterable[tuple[str, Any]], needs_evidence: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "part", parts)
        field = self.fields["evidence"]
        field.required = needs_evidence
        field.error_messages["required"] = text_of(DomainError("results.correction_evidence"))


class OrderRefusalForm(forms.Form):
    """Why a correction is refused or taken back."""

    answer = forms.CharField(label=_("Reasons"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
