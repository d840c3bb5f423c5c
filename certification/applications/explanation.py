"""Why a condition is met or not, so that a candidate understands it: each line with its reason, what it counts and
what proves it. Candidate and reviewer read the same.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from certification.applications.models import Application
from certification.applications.selectors import evaluate_condition, evidence_label
from certification.standards.findings import requirement_text, sentence_of
from certification.standards.models import EligibilityCondition

PROVING: Mapping[str, tuple[str, ...]] = {
    "work_years": ("work_proof", "social_insurance"),
    "employed": ("work_proof", "social_insurance"),
    "holds_certificate": ("certificate",),
    "holds_title": ("title_certificate",),
    "diploma": ("diploma", "chsi_report", "enrolment_proof"),
    "apprenticeship_done": ("apprenticeship_proof",),
}
"""Which kinds of evidence can prove which line; the condition says which of them are needed."""
MOST_COUNTED = 20


@dataclass(frozen=True)
class Proof:
    """One piece of evidence that is needed: any of `label`'s kinds will do."""

    kinds: tuple[str, ...]
    label: str
    attached: bool


@dataclass(frozen=True)
class Counted:
    """One row of what was stated, and whether it counts."""

    text: str
    counts: bool
    why: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a condition: what it asks for, whether it is met, the reason, what was counted and what proves it."""

    asks: str
    met: bool
    reason: str
    counted: list[Counted] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)


@dataclass(frozen=True)
class Explanation:
    met: bool
    lines: list[Line]
    proofs: list[Proof]
    """All that the condition needs, in its order."""

    @property
    def missing_proofs(self) -> list[Proof]:
        return [proof for proof in self.proofs if not proof.attached]


def explain(condition: EligibilityCondition, application: Application, *, on: date, attached: Collection[str]) -> Explanation:
    """Explain how the case stands against a condition on the day `on`. No query.

    `attached`: kinds of evidence that are there. A proof that belongs to no line stands with the whole alone.
    """
    evaluation = evaluate_condition(condition, application, on=on)
    return _explained(condition, application, [finding.to_json() for finding in evaluation.findings], on, attached)


def explain_kept(application: Application, *, attached: Collection[str]) -> Explanation | None:
    """Explain the evaluation that is kept with the case (I7), not one of today; None for a case without a condition."""
    if application.condition is None or application.evaluated_on is None:
        return None
    findings = application.evaluation.get("findings", [])
    return _explained(application.condition, application, findings, application.evaluated_on, attached)


def _explained(
    condition: EligibilityCondition,
    application: Application,
    findings: Sequence[Mapping[str, Any]],
    on: date,
    attached: Collection[str],
) -> Explanation:
    proofs = proofs_of(condition, attached)
    lines = [
        Line(
            asks=requirement_text(line),
            met=bool(finding["met"]),
            reason=sentence_of(finding),
            counted=_counted(line, application, on),
            proofs=[proof for proof in proofs if set(proof.kinds) & set(PROVING.get(str(line["kind"]), ()))],
        )
        for line, finding in zip(condition.requirement, findings, strict=False)
    ]
    return Explanation(met=bool(lines) and all(line.met for line in lines), lines=lines, proofs=proofs)


def proofs_of(condition: EligibilityCondition, attached: Collection[str]) -> list[Proof]:
    """Return what the condition needs as evidence, and what of it is there."""
    entries = [(kinds,) if isinstance(kinds, str) else tuple(kinds) for kinds in condition.evidence]
    return [Proof(kinds, evidence_label(kinds), bool(set(kinds) & set(attached))) for kinds in entries]


def _counted(line: Mapping[str, Any], application: Application, on: date) -> list[Counted]:
    facts, scheme = application.facts, application.plan.scheme
    if line["kind"] in ("work_years", "employed"):
        since = _anchor(line, application)
        rows = facts.get("employments", [])[:MOST_COUNTED]
        return [_work(row, scheme.related_occupations, since) for row in rows]
    if line["kind"] == "holds_certificate":
        rows = [row for row in facts.get("certificates", []) if int(row["level"]) == int(line["level"])]
        return [
            _other(f"{row['occupation']} · {_day(row['issued_on'])}", row["occupation"] in scheme.related_occupations)
            for row in rows
        ]
    if line["kind"] == "diploma":
        any_major = bool(line.get("any_major"))
        return [
            _other(f"{row['school']} · {row['major']}", any_major or row["major"] in scheme.majors, major=True)
            for row in facts.get("diplomas", [])
        ]
    return []


def _anchor(line: Mapping[str, Any], application: Application) -> str:
    """Return the ISO day from which work counts; empty where all of it does."""
    facts, listed = application.facts, application.plan.scheme.related_occupations
    days: list[str] = []
    if line.get("since") == "certificate":
        rows = facts.get("certificates", [])
        days = [row["issued_on"] for row in rows if int(row["level"]) == int(line["level"]) and row["occupation"] in listed]
    elif line.get("since") == "title":
        days = [row["issued_on"] for row in facts.get("titles", []) if row["rank"] == line["rank"] and row.get("matched")]
    return min(days, default="")


def _work(row: Mapping[str, Any], listed: Sequence[str], since: str) -> Counted:
    until = _day(row["ended_on"]) if row["ended_on"] else pgettext("until", "today")
    text = f"{row['employer']} · {row['occupation']} · {_day(row['started_on'])} – {until}"
    if row["occupation"] not in listed:
        return Counted(text, False, _("This occupation is not among those that count here."))
    if since and row["ended_on"] and row["ended_on"] < since:
        return Counted(text, False, _("This was before the document after which work counts."))
    if since and row["started_on"] < since:
        return Counted(text, True, _("Counts from %(date)s on.") % {"date": _day(since)})
    return Counted(text, True)


def _other(text: str, counts: bool, *, major: bool = False) -> Counted:
    if counts:
        return Counted(text, True)
    why = (
        _("This major is not among those that count here.") if major else _("This occupation is not among those that count here.")
    )
    return Counted(text, False, why)


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "DATE_FORMAT")
