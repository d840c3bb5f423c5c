"""Forms of a draft. Each gives back the whole content with its part changed, so that one service writes all of it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.standards.exchange.sheets import parameter_of
from certification.standards.exchange.workbook import parameter_text
from certification.standards.findings import DIPLOMA_LABELS, RANK_LABELS
from certification.standards.labels import (
    CHOICE_LABELS,
    EVIDENCE_LABELS,
    FACT_LABELS,
    LINE_LABELS,
    PARAMETER_LABELS,
    PART_LABELS,
    SINCE_LABELS,
)
from certification.standards.models import LEVEL_CHOICES
from certification.standards.rules import DEFAULT_PARAMETERS, required_parts
from certification.standards.rules.requirements import alternatives
from certification.standards.rules.weights import BASIC_REQUIREMENTS
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.tables import MAX_BYTES

SPARE_FUNCTIONS, SPARE_LINES, SPARE_EVIDENCE = 3, 2, 1
BLANK = [("", "—")]


class FactsForm(forms.Form):
    """What stands on the cover of a scheme."""

    title = forms.CharField(label=FACT_LABELS["title"], max_length=120)
    document_number = forms.CharField(label=FACT_LABELS["document_number"], max_length=60, required=False)
    edition_year = forms.IntegerField(label=FACT_LABELS["edition_year"], min_value=1950, max_value=2100)
    effective_from = forms.DateField(
        label=FACT_LABELS["effective_from"], required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source = forms.CharField(
        label=FACT_LABELS["source"],
        max_length=300,
        required=False,
        help_text=gettext_lazy("Where the text was taken from: a document, a page, a print."),
    )
    is_sample = forms.BooleanField(label=FACT_LABELS["is_sample"], required=False)
    sample_note = forms.CharField(
        label=FACT_LABELS["sample_note"], max_length=200, required=False, help_text=gettext_lazy("For example 示例，非国家标准.")
    )
    note = forms.CharField(label=FACT_LABELS["note"], max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def content(self, before: Mapping[str, Any]) -> dict[str, Any]:
        return {**before, **self.cleaned_data}


class LevelForm(forms.Form):
    """Functions, weights and parts of one level; a row without a name goes."""

    def __init__(self, *args: Any, level: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level = level
        names = list(dict.fromkeys([*level["theory"], *level["functions"], *level["skill"]]))
        self.rows_count = len(names) + SPARE_FUNCTIONS
        for number in range(self.rows_count):
            name = names[number] if number < len(names) else ""
            self._row(number, name)
        parts = {part["kind"]: part for part in level["parts"]}
        for kind in required_parts(level["level"]):
            part = parts.get(kind, {})
            label = PART_LABELS[kind]
            self.fields[f"mark_{kind}"] = forms.DecimalField(
                label=_("%(part)s: pass mark") % {"part": label},
                max_digits=5,
                decimal_places=2,
                initial=part.get("pass_mark", 60),
            )
            self.fields[f"minutes_{kind}"] = forms.IntegerField(
                label=_("%(part)s: minutes") % {"part": label}, min_value=1, max_value=1440, initial=part.get("minutes")
            )

    def _row(self, number: int, name: str) -> None:
        what = {"row": number + 1}
        self.fields[f"function_{number}"] = forms.CharField(
            label=_("Function in row %(row)s") % what, max_length=60, required=False, initial=name
        )
        for table, label in (("theory", _("Theory weight in row %(row)s")), ("skill", _("Skill weight in row %(row)s"))):
            self.fields[f"{table}_{number}"] = forms.CharField(
                label=label % what, max_length=10, required=False, initial=self.level[table].get(name, "")
            )
            self.fields[f"{table}_{number}"].widget.attrs |= {"inputmode": "decimal"}
        for field in ("function", "theory", "skill"):
            shown = self.fields[f"{field}_{number}"]
            shown.widget.attrs |= {"class": "input", "aria-label": str(shown.label)}

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [(self[f"function_{n}"], self[f"theory_{n}"], self[f"skill_{n}"]) for n in range(self.rows_count)]

    @property
    def part_fields(self) -> list[Any]:
        kinds = required_parts(self.level["level"])
        return [self[f"{name}_{kind}"] for kind in kinds for name in ("mark", "minutes")]

    def clean(self) -> dict[str, Any]:
        seen: set[str] = set()
        for number in range(self.rows_count):
            name = self.cleaned_data.get(f"function_{number}", "")
            if name and name in seen:
                self.add_error(f"function_{number}", _("This function stands in an earlier row."))
            if not name and any(self.cleaned_data.get(f"{table}_{number}") for table in ("theory", "skill")):
                self.add_error(f"function_{number}", _("This row has a weight but no name."))
            seen.add(name)
        return self.cleaned_data

    def content(self, before: Mapping[str, Any]) -> dict[str, Any]:
        found = self.cleaned_data
        numbers = [number for number in range(self.rows_count) if found[f"function_{number}"]]
        level = {
            "functions": [name for number in numbers if (name := found[f"function_{number}"]) not in BASIC_REQUIREMENTS],
            "parts": [
                {"kind": kind, "pass_mark": str(found[f"mark_{kind}"]), "minutes": found[f"minutes_{kind}"]}
                for kind in required_parts(self.level["level"])
            ],
        } | {
            table: {found[f"function_{number}"]: weight for number in numbers if (weight := found[f"{table}_{number}"])}
            for table in ("theory", "skill")
        }
        return with_level(before, {**self.level, **level})


class LineForm(forms.Form):
    """One requirement of a condition. Which fields count depends on the kind; the others stay empty."""

    kind = forms.ChoiceField(label=gettext_lazy("What is asked"), choices=[*BLANK, *LINE_LABELS.items()], required=False)
    years = forms.IntegerField(label=gettext_lazy("Years"), min_value=0, max_value=99, required=False)
    since = forms.ChoiceField(label=gettext_lazy("Counted"), choices=[*BLANK, *SINCE_LABELS.items()], required=False)
    level = forms.TypedChoiceField(
        label=gettext_lazy("Certificate of level"), choices=[*BLANK, *LEVEL_CHOICES], coerce=int, empty_value=None, required=False
    )
    rank = forms.ChoiceField(label=gettext_lazy("Title"), choices=[*BLANK, *RANK_LABELS.items()], required=False)
    min_years = forms.IntegerField(label=gettext_lazy("Certificate held for years"), min_value=0, max_value=99, required=False)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Diploma of"),
        choices=list(DIPLOMA_LABELS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    final_year_ok = forms.BooleanField(label=gettext_lazy("Students in their final year as well"), required=False)
    evaluated = forms.BooleanField(label=gettext_lazy("Only of an evaluated programme"), required=False)
    any_major = forms.BooleanField(label=gettext_lazy("In any major"), required=False)

    def line(self) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        if found["kind"] != "work_years":
            del found["since"]
        return found


class ConditionForm(forms.Form):
    """One condition: its words, what is asked, and what proves it."""

    code = forms.CharField(label=gettext_lazy("Number, for example 4-1"), max_length=8)
    text = forms.CharField(label=gettext_lazy("Condition"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    text_en = forms.CharField(
        label=gettext_lazy("Condition in English"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, *, level: Mapping[str, Any], place: int | None) -> None:
        known = level["conditions"][place] if place is not None else {}
        super().__init__(data, initial={name: known.get(name, "") for name in ("code", "text", "text_en")})
        self.level, self.place = level, place
        requirement, evidence = known.get("requirement", []), known.get("evidence", [])
        self.lines = [
            LineForm(data, prefix=f"line-{number}", initial=requirement[number] if number < len(requirement) else {})
            for number in range(len(requirement) + SPARE_LINES)
        ]
        for number in range(len(evidence) + SPARE_EVIDENCE):
            self.fields[f"evidence_{number}"] = forms.MultipleChoiceField(
                label=_("Evidence %(number)s: one of these is enough") % {"number": number + 1},
                choices=list(EVIDENCE_LABELS.items()),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=alternatives(evidence[number]) if number < len(evidence) else (),
            )

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(line.is_valid() for line in self.lines)])

    @property
    def evidence_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("evidence_")]

    def content(self, before: Mapping[str, Any]) -> dict[str, Any]:
        condition = {name: self.cleaned_data[name] for name in ("code", "text", "text_en")} | {
            "requirement": [line.line() for line in self.lines if line.cleaned_data["kind"]],
            "evidence": [self.cleaned_data[field.name] for field in self.evidence_fields],
        }
        conditions = list(self.level["conditions"])
        if self.place is None:
            conditions.append(condition)
        else:
            conditions[self.place] = condition
        return with_level(before, {**self.level, "conditions": conditions})


class ParametersForm(forms.Form):
    """Every parameter, in the type of its default."""

    def __init__(self, *args: Any, parameters: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, default in DEFAULT_PARAMETERS.items():
            self.fields[name] = _parameter_field(name, default, parameters.get(name, default))

    def content(self, before: Mapping[str, Any]) -> dict[str, Any]:
        found = {
            name: parameter_of(name, value) if isinstance(DEFAULT_PARAMETERS[name], list) else value
            for name, value in self.cleaned_data.items()
        }
        return {**before, "parameters": found}


def _parameter_field(name: str, default: Any, value: Any) -> forms.Field:
    label = PARAMETER_LABELS[name]
    if isinstance(default, bool):
        return forms.BooleanField(label=label, required=False, initial=value)
    if isinstance(default, int):
        return forms.IntegerField(label=label, min_value=0, max_value=9999, initial=value)
    if isinstance(default, list):
        help_text = gettext_lazy("Separate them by 、 or a comma.")
        return forms.CharField(
            label=label,
            required=False,
            initial=parameter_text(value),
            help_text=help_text,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
    return forms.ChoiceField(label=label, choices=list(CHOICE_LABELS[name].items()), initial=value)


class SchemeFileForm(forms.Form):
    """A scheme as a file."""

    file = forms.FileField(
        label=gettext_lazy("The scheme as a file"),
        help_text=gettext_lazy("XLSX or YAML, in the form that a download has; at most 8 MB."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(text_of(DomainError("tables.too_large", megabytes=MAX_BYTES // 1024**2)))
        return file


def with_level(content: Mapping[str, Any], level: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content with this level in the place of the one of its number."""
    levels = [level if each["level"] == level["level"] else each for each in content["levels"]]
    return {**content, "levels": levels}
