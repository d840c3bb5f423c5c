"""Round by round: what was handed in, what the reviewers said, and what had changed by the next time."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from certification.applications.labels import CHOICE_LABELS, FIELD_LABELS
from certification.applications.models import EVIDENCE_LABELS, Application, Review, Submission
from certification.applications.rules.differences import Difference, differences
from certification.standards.findings import DIPLOMA_LABELS, RANK_LABELS, level_name

WHAT_LABELS = {
    "employments": gettext_lazy("Work"),
    "certificates": gettext_lazy("Certificate"),
    "titles": pgettext_lazy("professional", "Title"),
    "diplomas": gettext_lazy("Diploma"),
    "apprenticeship_ended_on": gettext_lazy("Apprenticeship finished on"),
    "birth_date": gettext_lazy("Date of birth"),
    "condition": gettext_lazy("Condition"),
    "evidence": gettext_lazy("Evidence"),
    "photo": pgettext_lazy("step", "Photo"),
    "private": gettext_lazy("Address or private details"),
    "stated_certificate": gettext_lazy("Certificate stated by the body"),
}


@dataclass(frozen=True)
class Change:
    """One difference in words; `before` or `after` is empty where something was added or taken out."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Round:
    number: int
    submission: Submission | None
    """None for a case that was handed in before submissions were kept."""
    changes: list[Change]
    first: bool
    reviews: list[Review]


def rounds_of(application: Application) -> list[Round]:
    """Return the rounds of a case, oldest first. Two queries."""
    submissions = list(application.submissions.order_by("number"))
    reviews = list(application.reviews.select_related("reviewer").order_by("at", "pk"))
    if not submissions:
        return [Round(1, None, [], True, reviews)] if reviews else []
    rounds = []
    for place, submission in enumerate(submissions):
        ends = submissions[place + 1].at if place + 1 < len(submissions) else None
        begins = submission.at if place else None
        mine = [row for row in reviews if (begins is None or row.at >= begins) and (ends is None or row.at < ends)]
        before = submissions[place - 1].content if place else None
        changes = [_change(found) for found in differences(before, submission.content)] if before is not None else []
        rounds.append(Round(submission.number, submission, changes, place == 0, mine))
    return rounds


def last_changes(application: Application) -> list[Change]:
    """Return what changed between the last two times that the case was handed in; empty in the first round. One query."""
    last = list(application.submissions.order_by("-number")[:2])
    if len(last) < 2:
        return []
    return [_change(found) for found in differences(last[1].content, last[0].content)]


def _change(found: Difference) -> Change:
    what = str(WHAT_LABELS.get(found.what) or FIELD_LABELS.get(found.what) or found.what)
    if found.what in ("photo", "private"):
        return Change(what, "", _("changed"))
    return Change(what, _words(found.what, found.before), _words(found.what, found.after))


def _words(what: str, value: Any) -> str:
    if value is None:
        return ""
    if what == "employments":
        return f"{value['employer']} · {value['occupation']} · {value['started_on']} – {value['ended_on'] or ''}"
    if what in ("certificates", "stated_certificate"):
        parts = [
            value.get("occupation", ""),
            level_name(int(value["level"])),
            value.get("issued_on", ""),
            value.get("number", ""),
        ]
        return " · ".join(part for part in parts if part)
    if what == "titles":
        return f"{value['name']} · {RANK_LABELS[value['rank']]} · {value['issued_on']}"
    if what == "diplomas":
        return f"{value['school']} · {DIPLOMA_LABELS[value['kind']]} · {value['major']} · {value['graduated_on'] or ''}"
    if what == "evidence":
        return f"{EVIDENCE_LABELS[value['kind']]} · {value['name']}"
    if what in CHOICE_LABELS:
        return str(CHOICE_LABELS[what].get(str(value), value))
    return str(value)
