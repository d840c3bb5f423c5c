"""How the officer describes stations: plain lines, one score point each."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.core.forms import offer_choices

LINE = re.compile(r"^(?P<text>.+?)\s*[|｜]\s*(?P<max>\d+(?:\.5|\.0)?)$")
FATAL = re.compile(r"^[!！]\s*(?P<text>.+)$")


class StationForm(forms.Form):
    """One station; a form left wholly empty does not count."""

    name = forms.CharField(label=_("Station"), max_length=120)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=480)
    functions = forms.MultipleChoiceField(label=_("Functions examined"), widget=forms.CheckboxSelectMultiple)
    points = forms.CharField(
        label=_("Score points"),
        help_text=_("One line each: what is scored | points. Begin a line with ! for a fatal act, which carries no points."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, functions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "functions", [(name, name) for name in functions])

    def clean_points(self) -> list[dict[str, Any]]:
        """Return the lines as plain data."""
        rows: list[dict[str, Any]] = []
        for number, line in enumerate(self.cleaned_data["points"].splitlines(), start=1):
            line = line.strip()
            if not line:
                continue
            if fatal := FATAL.match(line):
                rows.append({"text": fatal["text"], "fatal": True})
            elif scored := LINE.match(line):
                rows.append({"text": scored["text"], "max": scored["max"]})
            else:
                raise forms.ValidationError(_("Line %(number)s has no points. Write: text | 10"), params={"number": number})
        return rows

    def as_station(self) -> dict[str, Any] | None:
        """Return the station as plain data, or nothing when it was left empty or taken out."""
        data = dict(self.cleaned_data)
        return None if data.pop("DELETE", False) or not data.get("name") else data


def text_of_points(points: list[Any]) -> str:
    """Return stored score points in the form's own notation."""
    return "\n".join(f"! {p.text}" if p.fatal else f"{p.text} | {p.max.normalize():f}" for p in points)
