"""How the officer describes stations: plain lines, one for each item, score point, deduction and fatal act."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.assessment.models import ScorePoint, Station
from certification.assessment.rules import FatalScope, plain
from lms.core.forms import offer_choices

NUMBER = r"\d+(?:\.\d)?"
LINE = re.compile(rf"^(?P<text>.+?)\s*[|｜]\s*(?P<max>{NUMBER})\s*(?:[/／]\s*(?P<step>{NUMBER}))?$")
FATAL = re.compile(r"^(?P<marks>[!！]{1,2})\s*(?P<text>.+)$")
ITEM = re.compile(r"^(?:【(?P<kind>必考|选考)】|(?P<mark>#\??)\s)\s*(?P<name>.+)$")
DEDUCTION = re.compile(rf"^[-－–]\s*(?P<text>.+?)\s*[|｜]\s*(?P<points>{NUMBER})\s*(?:[x×*]\s*(?P<most>\d{{1,2}}))?$")
REQUIRED, OPTIONAL = "【必考】", "【选考】"


class StationForm(forms.Form):
    """One station; a form left wholly empty does not count."""

    name = forms.CharField(label=_("Station"), max_length=120)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=480)
    functions = forms.MultipleChoiceField(label=_("Functions examined"), widget=forms.CheckboxSelectMultiple)
    points = forms.CharField(
        label=_("Items and score points"),
        help_text=_("One line each, as the examples beside the form show. Without headings the station is one item."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    choose = forms.IntegerField(
        label=_("Optional items that each candidate does"),
        help_text=_("Which of them is drawn for each candidate before the session. Leave it empty where there are none."),
        min_value=0,
        max_value=20,
        required=False,
    )

    def __init__(self, *args: Any, functions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "functions", [(name, name) for name in functions])

    def clean_points(self) -> list[dict[str, Any]]:
        """Return the lines as plain data: a list of items, the first without a name where lines stand before any heading."""
        items: list[dict[str, Any]] = []
        for number, line in enumerate(self.cleaned_data["points"].splitlines(), start=1):
            if line := line.strip():
                self._read(line, number, items)
        return items

    def _read(self, line: str, number: int, items: list[dict[str, Any]]) -> None:
        if heading := ITEM.match(line):
            optional = heading["kind"] == "选考" or heading["mark"] == "#?"
            items.append({"name": heading["name"].strip(), "required": not optional, "points": []})
            return
        if not items:
            items.append({"name": "", "required": True, "points": []})
        points = items[-1]["points"]
        if deduction := DEDUCTION.match(line):
            if not points or points[-1].get("fatal"):
                raise forms.ValidationError(
                    _("Line %(number)s is a deduction without a line of points before it."), params={"number": number}
                )
            row = {"text": deduction["text"], "points": deduction["points"], "most": int(deduction["most"] or 1)}
            points[-1].setdefault("deductions", []).append(row)
        elif fatal := FATAL.match(line):
            scope = FatalScope.PART if len(fatal["marks"]) > 1 else FatalScope.ITEM
            points.append({"text": fatal["text"], "fatal": True, "scope": scope.value})
        elif scored := LINE.match(line):
            points.append({"text": scored["text"], "max": scored["max"], **({"step": scored["step"]} if scored["step"] else {})})
        else:
            raise forms.ValidationError(_("Line %(number)s has no points. Write: text | 10"), params={"number": number})

    def as_station(self) -> dict[str, Any] | None:
        """Return the station as plain data, or nothing when it was left empty or taken out."""
        data = dict(self.cleaned_data)
        if data.pop("DELETE", False) or not data.get("name"):
            return None
        items, choose = data.pop("points"), data.pop("choose", None)
        for item in items:
            item["name"] = item["name"] or data["name"]
        return {**data, "items": items, "choose": choose or 0}


def text_of_station(station: Station) -> str:
    """Return the items and lines of a stored station in the form's own notation. Reads `items` and their `points`."""
    items = list(station.items.all())
    alone = len(items) == 1 and items[0].required and items[0].name == station.name
    lines = []
    for item in items:
        if not alone:
            lines.append(f"{REQUIRED if item.required else OPTIONAL}{item.name}")
        for point in item.points.all():
            lines += _text_of_point(point)
    return "\n".join(lines)


def _text_of_point(point: ScorePoint) -> list[str]:
    if point.fatal:
        return [f"{'!!' if point.scope == FatalScope.PART else '!'} {point.text}"]
    step = f" / {plain(point.step)}" if plain(point.step) != "0.5" else ""
    faults = [
        f"- {fault['text']} | {fault['points']}" + (f" × {fault['most']}" if fault["most"] > 1 else "")
        for fault in point.deductions
    ]
    return [f"{point.text} | {plain(point.max)}{step}", *faults]
