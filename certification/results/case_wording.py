"""The sentences of a re-check: what was looked at, and what came out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Checked:
    """One line of the report in words."""

    title: str
    text: str
    ok: bool


def _same(facts: dict[str, Any]) -> str:
    none = _("no mark")
    return _("Recorded: %(stored)s. Computed anew: %(anew)s.") % {
        "stored": facts["stored"] or none,
        "anew": facts["anew"] or none,
    }


def _absence(facts: dict[str, Any]) -> str:
    return _("Recorded as absent.") if facts["absent"] else _("Not recorded as absent.")


WORDS: dict[str, tuple[Callable[[], str], Callable[[dict[str, Any]], str]]] = {
    "absence": (lambda: _("Absence"), _absence),
    "paper": (lambda: _("Paper"), lambda facts: _("There is no paper of this candidate.")),
    "elsewhere": (
        lambda: _("Where it comes from"),
        lambda facts: _("Declared void, or kept from an earlier exam; nothing of this exam is marked for it."),
    ),
    "owner": (lambda: _("Whose work it is"), lambda facts: _("Paper and sheets are compared with the candidate's own seat.")),
    "total": (
        lambda: _("Points of the paper"),
        lambda facts: _("The questions add up to %(points)s points; the paper has %(of)s.") % facts,
    ),
    "answers": (
        lambda: _("Answers"),
        lambda facts: _("%(answered)s of %(questions)s questions were answered in time.") % facts,
    ),
    "late": (
        lambda: _("Answers after the end"),
        lambda facts: _("%(count)s arrived after the end and do not count.") % facts,
    ),
    "mark": (lambda: _("Paper marked again"), _same),
    "signatures": (
        lambda: _("Signatures"),
        lambda facts: _("%(good)s of %(sheets)s sheets still are what their assessors signed.") % facts,
    ),
    "sums": (lambda: _("Sums"), lambda facts: _("%(good)s of %(sheets)s sheets add up.") % facts),
    "missing": (lambda: _("Sheets"), lambda facts: _("Sheets are missing, so no mark follows from them.")),
    "recorded": (lambda: _("Recorded mark"), _same),
    "published": (
        lambda: _("Public list"),
        lambda facts: _("The public list shows: %(shown)s.") % {"shown": facts["shown"] or _("no mark")},
    ),
}


def in_words(report: dict[str, Any]) -> Iterator[tuple[str, list[Checked]]]:
    """Yield each part of a report with its lines."""
    for part in report.get("parts", ()):
        lines = []
        for line in part["lines"]:
            title, text = WORDS[line["what"]]
            lines.append(Checked(title(), text(line["facts"]), line["ok"]))
        yield part["part"], lines
