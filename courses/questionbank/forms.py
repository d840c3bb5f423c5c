"""Forms of the pages on which a bank and its quizzes are written."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.questionbank.models import DIFFICULTY_LABELS, KIND_LABELS, POOL_LABELS, Blueprint, Item
from courses.questionbank.rules import LETTERS, LONGEST, TRUE_FALSE_OPTIONS, CheckedItem, Kind, Pool, Stock, check_item
from courses.questionbank.wording import stock_words
from lms.core.errors import DomainError
from lms.core.forms import offer_choices
from lms.core.messages import text_of
from lms.core.tables import MAX_BYTES

KINDS = [(kind.value, label) for kind, label in KIND_LABELS.items()]
MOST_ROWS = 40
PROBLEMS: dict[str, tuple[str, str | Promise]] = {
    "questionbank.item_options": ("option_A", _("Please write three to eight options, none of them empty.")),
    "questionbank.item_options_repeat": ("option_A", _("Two options have the same text.")),
    "questionbank.item_answer_outside": ("option_A", _("Please mark the right option. An option without text cannot be right.")),
    "questionbank.item_answer_count": (
        "option_A",
        _("Mark exactly one right option for a single choice; for a multiple choice at least two, and leave one wrong."),
    ),
    "questionbank.item_true_false_answer": ("truth", _("Please say whether the sentence is right or wrong.")),
    "questionbank.key_taken": ("key", _("Another question of this bank has this key. Choose another, or leave it empty.")),
    "questionbank.item_was_practice": (
        "pool",
        _("This question has been shown with its answer. Write a new one for examinations."),
    ),
    "questionbank.pool_not_yours": ("pool", _("You write no examination questions for this organisation.")),
}
"""Where a form says what the rules refuse, without the key, which the page names already."""


class ItemForm(forms.Form):
    """One item. Options are rows of a text and a tick; an emptied row is left out and the others move up."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("of a question", "Kind"), choices=KINDS, widget=forms.RadioSelect, initial=Kind.SINGLE.value
    )
    stem = forms.CharField(
        label=_("Question"),
        max_length=LONGEST["stem"],
        widget=forms.Textarea(attrs={"rows": 3, "lang": "zh-Hans"}),
        help_text=_("One clear sentence. For true or false: a statement."),
    )
    truth = forms.ChoiceField(
        label=_("Is the sentence right?"),
        choices=[(option["key"], option["text"]) for option in TRUE_FALSE_OPTIONS],
        widget=forms.RadioSelect,
        required=False,
    )
    explanation = forms.CharField(
        label=_("Explanation"),
        max_length=LONGEST["explanation"],
        widget=forms.Textarea(attrs={"rows": 3, "lang": "zh-Hans"}),
        required=False,
        help_text=_("Why this is right. Learners read it after they have handed in; name no letters, for they are shuffled."),
    )
    function = forms.ChoiceField(label=_("Occupational function"))
    module = forms.CharField(
        label=_("Course module"),
        max_length=LONGEST["module"],
        required=False,
        widget=forms.TextInput(attrs={"list": "modules", "autocomplete": "off"}),
        help_text=_("A short name, such as m2, by which a quiz finds its questions."),
    )
    difficulty = forms.TypedChoiceField(
        label=_("Difficulty"), choices=list(DIFFICULTY_LABELS.items()), coerce=int, initial=2, widget=forms.RadioSelect
    )
    pool = forms.ChoiceField(
        label=_("What it is for"),
        widget=forms.RadioSelect,
        help_text=_(
            "Practice is shown with its answer in quizzes and lessons. What was shown never becomes an examination question."
        ),
    )
    key = forms.CharField(
        label=_("Key"),
        max_length=LONGEST["key"],
        required=False,
        help_text=_("By which an imported table finds this question again. Leave it empty and it gets the next number."),
    )

    def __init__(
        self, *args: Any, functions: Iterable[str], pools: Collection[Pool], item: Item | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        self.checked: CheckedItem | None = None
        for letter in LETTERS:
            self.fields[f"option_{letter}"] = forms.CharField(
                label=_("Option %(letter)s") % {"letter": letter}, max_length=LONGEST["option"], required=False
            )
            self.fields[f"right_{letter}"] = forms.BooleanField(
                label=_("Option %(letter)s is right") % {"letter": letter}, required=False
            )
        names = dict.fromkeys([*functions, *([item.function] if item else [])])
        offer_choices(self, "function", [("", _("Please choose")), *((name, name) for name in names)])
        offer_choices(self, "pool", [(pool.value, POOL_LABELS[pool]) for pool in Pool if pool in pools])
        if item is not None:
            del self.fields["key"]
        if len(pools) == 1:
            # Nothing to choose: who writes practice questions only is not asked what for.
            self.fields["pool"].required = False
            self.fields["pool"].widget = forms.HiddenInput()
            self.fields["pool"].initial = next(iter(pools)).value

    @property
    def option_rows(self) -> list[dict[str, Any]]:
        return [{"letter": letter, "text": self[f"option_{letter}"], "right": self[f"right_{letter}"]} for letter in LETTERS]

    @property
    def has_many_options(self) -> bool:
        return any(row["text"].value() for row in self.option_rows[4:])

    def row(self) -> dict[str, Any]:
        """Return the form's item as `write_item` takes it."""
        data = self.cleaned_data
        row = {name: data.get(name) for name in ("kind", "stem", "explanation", "function", "module", "difficulty", "key")}
        row["pool"] = data.get("pool") or self.fields["pool"].initial
        if data.get("kind") == Kind.TRUE_FALSE.value:
            return row | {"options": [], "answer": [data["truth"]] if data.get("truth") else []}
        kept = [letter for letter in LETTERS if data.get(f"option_{letter}") or data.get(f"right_{letter}")]
        answer = [
            # A tick at an empty row is no answer; "?" is no letter, so the rules name the fault.
            LETTERS[place] if data.get(f"option_{letter}") else "?"
            for place, letter in enumerate(kept)
            if data.get(f"right_{letter}")
        ]
        texts = [data[f"option_{letter}"] for letter in kept if data.get(f"option_{letter}")]
        return row | {"options": texts, "answer": answer}

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            key = self.item.key if self.item else self.cleaned_data.get("key") or "?"
            try:
                self.checked = check_item(self.row() | {"key": key})
            except DomainError as error:
                self.refuse(error)
        return self.cleaned_data

    def refuse(self, error: DomainError) -> None:
        """Say at its field what the rules or the service refused."""
        name, sentence = PROBLEMS.get(error.code, ("", text_of(error)))
        self.add_error(name if name in self.fields else None, str(sentence))


def item_initial(item: Item) -> dict[str, Any]:
    """Return what the form shows of this item."""
    values = {name: getattr(item, name) for name in ("kind", "stem", "explanation", "function", "module", "difficulty", "pool")}
    if item.kind == Kind.TRUE_FALSE.value:
        return values | {"truth": item.answer[0]}
    texts = {f"option_{letter}": text for letter, text in zip(LETTERS, item.options, strict=False)}
    return values | texts | {f"right_{letter}": True for letter in item.answer}


class TableForm(forms.Form):
    file = forms.FileField(
        label=_("The table as a file"),
        help_text=_("XLSX or CSV, at most 500 questions."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,text/csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(text_of(DomainError("tables.too_large", megabytes=MAX_BYTES // 1024**2)))
        return file


class QuizForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("of a quiz", "Name"),
        max_length=120,
        help_text=_("Course and module, as you look for it in the course editor."),
    )
    pass_mark = forms.DecimalField(
        label=_("Points needed to pass"), min_value=0, max_value=100, max_digits=5, decimal_places=2, initial=Decimal(60)
    )
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=1, max_value=600, required=False, help_text=_("Leave it empty for a quiz without a clock.")
    )


class RowForm(forms.Form):
    """So many questions of one function or module. A row without a source is left out."""

    source = forms.ChoiceField(label=_("From"), required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("of a question", "Kind"), choices=KINDS, initial=Kind.SINGLE.value)
    count = forms.IntegerField(label=_("Number"), min_value=1, max_value=200, required=False)
    points = forms.DecimalField(
        label=_("Points each"), min_value=Decimal("0.01"), max_value=100, max_digits=5, decimal_places=2, required=False
    )

    def __init__(self, *args: Any, sources: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "source", sources)

    def clean(self) -> dict[str, Any]:
        for name in ("count", "points"):
            if self.cleaned_data.get("source") and not self.errors.get(name) and not self.cleaned_data.get(name):
                self.add_error(name, _("Please fill this in, or choose no source for the row."))
        return self.cleaned_data


RowFormSet = forms.formset_factory(RowForm, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True)


def row_sources(stock: Stock, rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, Any]]:
    """Return what a row may draw from: each function and module of the bank with its numbers, and what stands in the rows."""
    sources: dict[str, dict[Kind, int]] = {}
    for by, place in (("function", 0), ("module", 1)):
        for cell, number in stock.items():
            if cell[place]:
                counts = sources.setdefault(f"{by}:{cell[place]}", {})
                counts[cell[2]] = counts.get(cell[2], 0) + number
    for row in rows:
        sources.setdefault(source_of(row), {})
    return [("", _("No row")), *((source, stock_words(source, counts)) for source, counts in sources.items())]


def source_of(row: Mapping[str, Any]) -> str:
    return f"function:{row['function']}" if row.get("function") else f"module:{row.get('module', '')}"


def quiz_initial(quiz: Blueprint) -> dict[str, Any]:
    return {"name": quiz.name, "pass_mark": _plain(quiz.pass_mark), "minutes": quiz.minutes}


def rows_initial(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"source": source_of(row), "kind": row["kind"], "count": row["count"], "points": row["points"]} for row in rows]


def rows_of(formset: Any) -> list[dict[str, Any]]:
    """Return the rows of a valid set as a blueprint keeps them."""
    rows = []
    for data in formset.cleaned_data:
        if data.get("source"):
            by, _colon, value = data["source"].partition(":")
            rows.append({by: value, "kind": data["kind"], "count": data["count"], "points": _plain(data["points"])})
    return rows


def _plain(points: Decimal) -> str:
    """Return 8.00 as 8 and 2.50 as 2.5, so that the same rows are the same text."""
    text = f"{points:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
