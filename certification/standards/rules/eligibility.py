"""申报条件: a condition is a list of requirements that must all hold; any one condition is enough."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from certification.standards.rules.facts import DIPLOMA_KINDS, TITLE_RANKS, Diploma, Facts
from certification.standards.rules.periods import Period, add_years, full_years, merge_periods, reached_on, total_days
from lms.core.errors import DomainError

Requirement = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Finding:
    code: str
    """What was looked at and how it came out, e.g. "work_years_short"; the key of its sentence."""
    met: bool
    context: Mapping[str, Any] = field(default_factory=dict)
    """JSON-safe values for the sentence."""

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code, "met": self.met, "context": dict(self.context)}


@dataclass(frozen=True)
class Evaluation:
    met: bool
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        return {"met": self.met, "findings": [finding.to_json() for finding in self.findings]}

    @property
    def missing(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.met)


def evaluate(requirement: Requirement, facts: Facts, on: date) -> Evaluation:
    """Return whether `facts` meet every line of `requirement` on the day `on`, and why.

    Years are inclusive (≥), overlapping employment counts once, work "after" a
    certificate or title starts on its issue date. All lines are evaluated, so a
    person learns everything that is missing at once.

    Source: domain.md §3.3, I7 and I8.
    """
    findings = tuple(_PRIMITIVES[line["kind"]](line, facts, on) for line in requirement)
    return Evaluation(met=all(finding.met for finding in findings), findings=findings)


def check_requirement(requirement: Requirement, *, code: str) -> None:
    """Raise `DomainError` when a condition's requirement uses words this engine does not know."""
    if not isinstance(requirement, list) or not requirement:
        raise DomainError("standards.requirement_empty", status=422, condition=code)
    for line in requirement:
        kind = line.get("kind") if isinstance(line, dict) else None
        known = isinstance(kind, str) and kind in _PRIMITIVES
        if not known or not _SHAPES[str(kind)](line):
            raise DomainError("standards.requirement_unknown", status=422, condition=code, kind=str(kind))


def missing_evidence(required: Sequence[str | Sequence[str]], present: Collection[str]) -> list[tuple[str, ...]]:
    """Return the kinds still missing; an entry with several kinds is satisfied by any of them."""
    wanted = [(entry,) if isinstance(entry, str) else tuple(entry) for entry in required]
    return [kinds for kinds in wanted if not set(kinds) & set(present)]


def _min_age(line: Mapping[str, Any], facts: Facts, on: date) -> Finding:
    years = int(line["years"])
    if facts.birth_date is None:
        return Finding("birth_date_missing", met=False, context={"years": years})
    reached = add_years(facts.birth_date, years)
    code = "age_reached" if reached <= on else "age_short"
    return Finding(code, met=reached <= on, context={"years": years, "date": reached.isoformat()})


def _work_years(line: Mapping[str, Any], facts: Facts, on: date) -> Finding:
    """Since "total", "certificate" (with level) or "title" (with rank)."""
    years, since = int(line["years"]), line.get("since", "total")
    start: date | None = date.min
    suffix = ""
    context: dict[str, Any] = {"years": years}
    if since == "certificate":
        suffix, context["level"] = "_after_certificate", int(line["level"])
        start = _earliest_certificate(facts, int(line["level"]), on)
    elif since == "title":
        suffix, context["rank"] = "_after_title", line["rank"]
        start = _earliest_title(facts, line["rank"], on)
    if start is None:
        return Finding(f"work_years_unanchored{suffix}", met=False, context=context)
    worked = _worked(facts, since=start, on=on)
    done = full_years(worked)
    context |= {
        "has_years": done,
        "has_months": _months_over(worked, done),
        "date": reached_on(worked, years, on=on).isoformat(),
    }
    code = "work_years_enough" if done >= years else "work_years_short"
    return Finding(code + suffix, met=done >= years, context=context)


def _worked(facts: Facts, *, since: date, on: date) -> list[Period]:
    periods = (row.until(on) for row in facts.employments if row.relevant)
    return merge_periods((max(start, since), end) for start, end in periods)


def _months_over(worked: list[Period], years: int) -> int:
    """Whole months beyond the completed years, 0 to 11; only for the sentence."""
    if not worked:
        return 0
    start = worked[0][0]
    over = total_days(worked) - (add_years(start, years) - start).days
    return min(11, int(over / 30.44))


def _earliest_certificate(facts: Facts, level: int, on: date) -> date | None:
    days = [row.issued_on for row in facts.certificates if row.relevant and row.level == level and row.issued_on <= on]
    return min(days, default=None)


def _earliest_title(facts: Facts, rank: str, on: date) -> date | None:
    days = [row.issued_on for row in facts.titles if row.relevant and row.rank == rank and row.issued_on <= on]
    return min(days, default=None)


def _holds_certificate(line: Mapping[str, Any], facts: Facts, on: date) -> Finding:
    level, years = int(line["level"]), int(line.get("min_years", 0))
    issued = _earliest_certificate(facts, level, on)
    if issued is None:
        return Finding("certificate_missing", met=False, context={"level": level})
    reached = add_years(issued, years)
    met = reached <= on
    return Finding(
        "certificate_held" if met else "certificate_too_young",
        met=met,
        context={"level": level, "years": years, "issued_on": issued.isoformat(), "date": reached.isoformat()},
    )


def _holds_title(line: Mapping[str, Any], facts: Facts, on: date) -> Finding:
    issued = _earliest_title(facts, line["rank"], on)
    code = "title_held" if issued else "title_missing"
    return Finding(code, met=issued is not None, context={"rank": line["rank"]})


def _diploma(line: Mapping[str, Any], facts: Facts, on: date) -> Finding:
    met = any(_diploma_fits(diploma, line, on) for diploma in facts.diplomas)
    return Finding(
        "diploma_held" if met else "diploma_missing",
        met=met,
        context={
            "kinds": list(line["kinds"]),
            "final_year_ok": bool(line.get("final_year_ok", False)),
            "evaluated": bool(line.get("evaluated", False)),
        },
    )


def _diploma_fits(diploma: Diploma, line: Mapping[str, Any], on: date) -> bool:
    if diploma.kind not in line["kinds"]:
        return False
    if line.get("any_major", False) is False and not diploma.relevant:
        return False
    if line.get("evaluated", False) and not diploma.evaluated:
        return False
    if diploma.graduated_on is None or diploma.graduated_on > on:
        return bool(line.get("final_year_ok", False))
    return True


def _apprenticeship(line: Mapping[str, Any], facts: Facts, on: date) -> Finding:
    ended = facts.apprenticeship_ended_on
    met = ended is not None and ended <= on
    return Finding("apprenticeship_done" if met else "apprenticeship_missing", met=met)


def _employed(line: Mapping[str, Any], facts: Facts, on: date) -> Finding:
    met = any(row.relevant and row.started_on <= on and (row.ended_on is None or row.ended_on >= on) for row in facts.employments)
    return Finding("employed" if met else "not_employed", met=met)


_PRIMITIVES: Mapping[str, Callable[[Mapping[str, Any], Facts, date], Finding]] = {
    "min_age": _min_age,
    "work_years": _work_years,
    "holds_certificate": _holds_certificate,
    "holds_title": _holds_title,
    "diploma": _diploma,
    "apprenticeship_done": _apprenticeship,
    "employed": _employed,
}


def _is_years(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_level(value: object) -> bool:
    return value in (1, 2, 3, 4, 5)


def _work_shape(line: Mapping[str, Any]) -> bool:
    since = line.get("since", "total")
    anchored: Mapping[str, Callable[[], bool]] = {
        "total": lambda: True,
        "certificate": lambda: _is_level(line.get("level")),
        "title": lambda: line.get("rank") in TITLE_RANKS,
    }
    return _is_years(line.get("years")) and since in anchored and anchored[since]()


_SHAPES: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "min_age": lambda line: _is_years(line.get("years")),
    "work_years": _work_shape,
    "holds_certificate": lambda line: _is_level(line.get("level")) and _is_years(line.get("min_years", 0)),
    "holds_title": lambda line: line.get("rank") in TITLE_RANKS,
    "diploma": lambda line: bool(line.get("kinds")) and set(line["kinds"]) <= set(DIPLOMA_KINDS),
    "apprenticeship_done": lambda line: True,
    "employed": lambda line: True,
}
