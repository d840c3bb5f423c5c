"""Forms of the application. Rows (employers, certificates …) grow and shrink by plain submits, without JavaScript."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.applications import rules
from certification.applications.models import EVIDENCE_LABELS, VERDICT_LABELS
from certification.applications.rules import EVIDENCE_KINDS, MAX_ROWS
from certification.standards.findings import DIPLOMA_LABELS, RANK_LABELS
from certification.standards.models import LEVEL_CHOICES, EligibilityCondition, Scheme
from certification.standards.rules.certificate_numbers import NumberKind, normalise_number, recognise
from lms.accounts.models import KIND_LABELS, SEX_LABELS
from lms.accounts.rules import DocumentKind
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import offer_choices, offer_rows, whole_number
from lms.core.messages import text_of

OTHER = "其他"
"""Stored for an occupation or major that is not on the standard's list; it never counts."""


class DateField(forms.DateField):
    """A date that the browser may help with; typed dates in either language are read, too."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"], **kwargs)


class PastDateField(DateField):
    """A day that has been; told at the field, by the rule under which the facts are stored."""

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None:
            try:
                rules.check_day(day, on=clock.today())
            except DomainError as error:
                raise ValidationError(text_of(error)) from None
        return day


class IdentityForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind of document"),
        choices=[(kind.value, label) for kind, label in KIND_LABELS.items()],
        initial=DocumentKind.RESIDENT_ID.value,
        widget=forms.RadioSelect,
    )
    number = forms.CharField(
        label=_("Document number"),
        max_length=24,
        help_text=_("As printed. It is stored encrypted; lists only show its ends."),
    )
    birth_date = DateField(label=_("Date of birth"), required=False, help_text=_("Only for a travel permit or a passport."))
    sex = forms.ChoiceField(
        label=_("Sex"),
        required=False,
        choices=[("", "—"), *((sex.value, label) for sex, label in SEX_LABELS.items())],
        help_text=_("Only for a travel permit or a passport."),
    )


class RowForm(forms.Form):
    """One row of the facts, which says its place to who has to find it on a long page."""

    name_pattern: str | Promise = ""
    row_number = 1

    @property
    def row_name(self) -> str:
        return str(self.name_pattern) % {"number": self.row_number}


class EmploymentForm(RowForm):
    name_pattern = _("Employer %(number)s")
    employer = forms.CharField(label=_("Employer"), max_length=120)
    occupation = forms.ChoiceField(label=_("Occupation"))
    started_on = PastDateField(label=pgettext_lazy("first day", "From"))
    ended_on = PastDateField(
        label=pgettext_lazy("end of a period", "Until"), required=False, help_text=_("Leave empty if you still work there.")
    )

    def clean(self) -> dict[str, Any]:
        try:
            rules.check_period(self.cleaned_data.get("started_on"), self.cleaned_data.get("ended_on"))
        except DomainError as error:
            self.add_error("ended_on", text_of(error))
        return self.cleaned_data


class CertificateForm(RowForm):
    name_pattern = _("Certificate %(number)s")
    occupation = forms.ChoiceField(label=_("Occupation"))
    level = forms.ChoiceField(label=_("Level"), choices=LEVEL_CHOICES)
    issued_on = PastDateField(label=_("Date of issue"))
    number = forms.CharField(label=_("Certificate number"), max_length=40, required=False)

    def clean_number(self) -> str:
        """Return a number of a known system in the register's spelling, and any other text as it was typed."""
        typed = str(self.cleaned_data["number"])
        return typed if recognise(typed) is NumberKind.UNKNOWN else normalise_number(typed)


class TitleForm(RowForm):
    name_pattern = _("Title %(number)s")
    name = forms.CharField(label=pgettext_lazy("professional", "Title"), max_length=60)
    rank = forms.ChoiceField(label=_("Rank"), choices=list(RANK_LABELS.items()))
    issued_on = PastDateField(label=_("Date of issue"))
    matched = forms.BooleanField(label=_("The title belongs to this or a related field"), required=False)


class DiplomaForm(RowForm):
    name_pattern = _("School %(number)s")
    school = forms.CharField(label=_("School"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind of school"), choices=list(DIPLOMA_LABELS.items()))
    major = forms.ChoiceField(label=_("Major"))
    graduated_on = PastDateField(
        label=_("Graduated on"), required=False, help_text=_("Leave empty if you are in the final year.")
    )
    evaluated = forms.BooleanField(label=_("The programme was evaluated against the standard"), required=False)


class ApprenticeshipForm(forms.Form):
    apprenticeship_ended_on = PastDateField(label=_("Apprenticeship finished on"), required=False)


class RowFormSet(forms.BaseFormSet):
    """Rows of which an emptied one simply disappears.

    A submit is read without initial values: a row then counts as changed exactly when something
    stands in it, so what was stored before and comes back as it was is kept.
    """

    choices: Mapping[str, Sequence[str]] = {}

    def initial_form_count(self) -> int:
        return 0 if self.is_bound else super().initial_form_count()

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if isinstance(form, RowForm) and index is not None:
            form.row_number = index + 1
        for name, values in self.choices.items():
            if name in form.fields:
                options = [(value, value) for value in values] + [(OTHER, _("another one"))]
                offer_choices(form, name, [("", _("Please choose")), *options])

    def rows(self) -> list[dict[str, Any]]:
        return [_iso(form.cleaned_data) for form in self.forms if form.has_changed()]


class FactsForms:
    """All that a candidate can say on one page, with `add` and `remove` buttons for its rows."""

    row_forms = {
        "employments": EmploymentForm,
        "certificates": CertificateForm,
        "titles": TitleForm,
        "diplomas": DiplomaForm,
    }

    def __init__(self, scheme: Scheme, *, facts: Mapping[str, Any], data: QueryDict | None = None) -> None:
        choices = {"occupation": scheme.related_occupations, "major": scheme.majors}
        self.refusal = ""
        self.changes_rows = data is not None and bool({"add", "remove"} & set(data))
        shown = self._with_rows(data) if data is not None and self.changes_rows else data
        self.formsets = {
            name: self._formset(form, choices)(
                data=shown, initial=(facts.get(name) or None) if shown is None else None, prefix=name
            )
            for name, form in self.row_forms.items()
        }
        first = {"apprenticeship_ended_on": facts.get("apprenticeship_ended_on")}
        self.apprenticeship = ApprenticeshipForm(data=shown, initial=first)
        if shown is None and not facts.get("employments"):
            self.formsets["employments"].extra = 1

    @staticmethod
    def _formset(form: type[forms.Form], choices: Mapping[str, Sequence[str]]) -> type[RowFormSet]:
        chosen = type("ChosenRows", (RowFormSet,), {"choices": choices})
        return cast(
            type[RowFormSet], forms.formset_factory(form, formset=chosen, extra=0, max_num=MAX_ROWS, absolute_max=MAX_ROWS)
        )

    def _with_rows(self, data: QueryDict) -> QueryDict:
        """Return the data with one row more or less, as the pressed button asks."""
        changed = data.copy()
        if (name := data.get("add", "")) in self.row_forms:
            changed[f"{name}-TOTAL_FORMS"] = str(min(_total(data, name) + 1, MAX_ROWS))
        name, _dash, index = data.get("remove", "").rpartition("-")
        if name in self.row_forms and index == str(whole_number(index)) and int(index) < _total(data, name):
            total = _total(data, name)
            fields = self.row_forms[name].base_fields
            for row in range(int(index), total):
                for field in fields:
                    following = data.getlist(f"{name}-{row + 1}-{field}")
                    changed.setlist(f"{name}-{row}-{field}", following)
            changed[f"{name}-TOTAL_FORMS"] = str(total - 1)
        return changed

    def __getitem__(self, name: str) -> RowFormSet:
        return self.formsets[name]

    def __iter__(self) -> Iterator[tuple[str, RowFormSet]]:
        return iter(self.formsets.items())

    def is_valid(self) -> bool:
        # Every set is asked, so that all errors show at once.
        return all([*(formset.is_valid() for formset in self.formsets.values()), self.apprenticeship.is_valid()])

    def refuse(self, message: str) -> None:
        """Say on top what the rules found that belongs to no field."""
        self.refusal = message

    @property
    def errors(self) -> bool:
        return bool(self.problems or self.non_field_errors)

    @property
    def non_field_errors(self) -> list[str]:
        if self.changes_rows or not self.apprenticeship.is_bound:
            return []
        rows = [str(message) for formset in self.formsets.values() for message in formset.non_form_errors()]
        return [*rows, *([self.refusal] if self.refusal else [])]

    @property
    def problems(self) -> list[dict[str, str]]:
        """What is wrong in which field of which row, for the summary on top."""
        if self.changes_rows or not self.apprenticeship.is_bound:
            return []
        every = [form for formset in self.formsets.values() for form in formset.forms]
        return [
            {"target": bound.id_for_label, "label": _place_of(bound), "message": str(message)}
            for form in [*every, self.apprenticeship]
            for bound in form.visible_fields()
            for message in bound.errors
        ]

    def facts(self) -> dict[str, Any]:
        """Return the facts in the shape that `services.save_facts` takes; call after `is_valid`."""
        rows = {name: formset.rows() for name, formset in self.formsets.items()}
        return rows | _iso(self.apprenticeship.cleaned_data)


class PlanSearchForm(forms.Form):
    """Which open plans somebody wants to see; an address with nonsense in it shows all."""

    place = forms.CharField(
        label=_("Where"),
        required=False,
        max_length=60,
        help_text=_("District, street, site or body; several words narrow it down."),
    )
    level = forms.ChoiceField(label=_("Level"), required=False, choices=[("", _("All levels")), *LEVEL_CHOICES])

    def asked(self) -> tuple[str, int | None]:
        """Return the words and the level."""
        self.is_valid()
        given = self.cleaned_data
        return str(given.get("place") or ""), int(given["level"]) if given.get("level") else None


class ConditionForm(forms.Form):
    condition: "forms.ModelChoiceField[EligibilityCondition]" = forms.ModelChoiceField(
        label=_("Condition"), queryset=EligibilityCondition.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, conditions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "condition", conditions)


class EvidenceForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it proves"), choices=[(kind, EVIDENCE_LABELS[kind]) for kind in EVIDENCE_KINDS])
    file = forms.FileField(label=_("File"), help_text=_("PDF or picture, up to 10 MB."))


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=_("Photo"),
        help_text=_("Your face from the front on a white ground, not older than six months; JPG or PNG, up to 5 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
    )


class UndertakingForm(forms.Form):
    agreed = forms.BooleanField(label=_("I have read this and I vouch for it."))


class ReviewForm(forms.Form):
    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=[(verdict.value, label) for verdict, label in VERDICT_LABELS.items()],
        widget=forms.RadioSelect,
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The candidate reads them. Needed for a return or a rejection: say what to do."),
    )


def _place_of(bound: forms.BoundField) -> str:
    """Return "Employer 2 · Until": the row and the field in it."""
    row = bound.form
    return f"{row.row_name} · {bound.label}" if isinstance(row, RowForm) else str(bound.label)


def _total(data: QueryDict, name: str) -> int:
    return min(whole_number(data.get(f"{name}-TOTAL_FORMS")), MAX_ROWS)


def _iso(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in cleaned.items()}
