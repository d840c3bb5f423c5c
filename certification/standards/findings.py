"""The sentence for each finding of the eligibility engine, in the active language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from certification.standards.rules import Level

RANK_LABELS = {
    "junior": gettext_lazy("junior professional title"),
    "middle": gettext_lazy("intermediate professional title"),
    "senior": gettext_lazy("senior professional title"),
}
DIPLOMA_LABELS = {
    "technical_school": gettext_lazy("technical school"),
    "senior_technical_school": gettext_lazy("advanced technical school"),
    "technician_college": gettext_lazy("technician college"),
    "secondary_vocational": gettext_lazy("secondary vocational school"),
    "higher_vocational": gettext_lazy("higher vocational college"),
    "bachelor": gettext_lazy("bachelor or higher"),
}
SENTENCES = {
    "birth_date_missing": gettext_lazy("Your date of birth is not known yet; record your identity document."),
    "age_reached": gettext_lazy("You are %(years)s or older."),
    "age_short": gettext_lazy("You turn %(years)s on %(date)s."),
    "work_years_enough": gettext_lazy("%(has)s in this or a related occupation; %(needs)s are needed."),
    "work_years_short": gettext_lazy(
        "%(has)s in this or a related occupation; %(needs)s are needed. If you go on without a break, you get there on %(date)s."
    ),
    "work_years_enough_after_certificate": gettext_lazy("%(has)s of work after the certificate %(level)s; %(needs)s are needed."),
    "work_years_short_after_certificate": gettext_lazy(
        "%(has)s of work after the certificate %(level)s; %(needs)s are needed. If you go on without a break, you get there on %(date)s."
    ),
    "work_years_unanchored_after_certificate": gettext_lazy(
        "%(needs)s of work after the certificate %(level)s are needed, and there is no such certificate."
    ),
    "work_years_enough_after_title": gettext_lazy("%(has)s of work after the %(rank)s; %(needs)s are needed."),
    "work_years_short_after_title": gettext_lazy(
        "%(has)s of work after the %(rank)s; %(needs)s are needed. If you go on without a break, you get there on %(date)s."
    ),
    "work_years_unanchored_after_title": gettext_lazy(
        "%(needs)s of work after the %(rank)s are needed, and there is no such title."
    ),
    "certificate_held": gettext_lazy("A certificate %(level)s of this or a related occupation, issued on %(issued_on)s."),
    "certificate_too_young": gettext_lazy("The certificate %(level)s has to be held for %(needs)s; that is on %(date)s."),
    "certificate_missing": gettext_lazy("A certificate %(level)s of this or a related occupation is missing."),
    "title_held": gettext_lazy("A matching %(rank)s."),
    "title_missing": gettext_lazy("A matching %(rank)s is missing."),
    "diploma_held": gettext_lazy("A diploma in this or a related major (%(kinds)s)."),
    "diploma_missing": gettext_lazy("A diploma in this or a related major is missing (%(kinds)s)."),
    "apprenticeship_done": gettext_lazy("The apprenticeship is finished."),
    "apprenticeship_missing": gettext_lazy("A finished apprenticeship is missing."),
    "employed": gettext_lazy("You work in this or a related occupation now."),
    "not_employed": gettext_lazy("Present work in this or a related occupation is missing."),
}


def sentence_of(finding: Mapping[str, Any]) -> str:
    """Return the sentence for a finding in its JSON shape `{code, met, context}`."""
    sentence = SENTENCES[finding["code"]]
    return str(sentence) % _shown(finding.get("context", {}))


def sentences_of(evaluation: Mapping[str, Any], *, met: bool | None = None) -> list[str]:
    """Return the sentences of a stored evaluation; only met or unmet ones when asked."""
    findings = evaluation.get("findings", [])
    return [sentence_of(finding) for finding in findings if met is None or finding["met"] is met]


def years_and_months(years: int, months: int = 0) -> str:
    year_text = ngettext("%(count)s year", "%(count)s years", years) % {"count": years}
    if not months:
        return year_text
    month_text = ngettext("%(count)s month", "%(count)s months", months) % {"count": months}
    return month_text if not years else _("%(years)s %(months)s") % {"years": year_text, "months": month_text}


def level_name(level: int) -> str:
    known = Level(level)
    return known.label_en if (get_language() or "").startswith("en") else known.label


def _shown(context: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = dict(context)
    for name in ("date", "issued_on"):
        if name in context:
            shown[name] = date_format(date.fromisoformat(context[name]), "DATE_FORMAT")
    if "level" in context:
        shown["level"] = level_name(context["level"])
    if "rank" in context:
        shown["rank"] = RANK_LABELS[context["rank"]]
    if "kinds" in context:
        shown["kinds"] = "、".join(str(DIPLOMA_LABELS[kind]) for kind in context["kinds"])
    if "years" in context:
        shown["needs"] = years_and_months(context["years"])
    if "has_years" in context:
        shown["has"] = years_and_months(context["has_years"], context["has_months"])
    return shown


REQUIREMENT_SENTENCES = {
    "min_age": gettext_lazy("at least %(needs)s old"),
    "employed": gettext_lazy("works in this or a related occupation now"),
    "work_years": gettext_lazy("at least %(needs)s of work in this or a related occupation"),
    "work_years_after_certificate": gettext_lazy("at least %(needs)s of work after the certificate %(level)s"),
    "work_years_after_title": gettext_lazy("at least %(needs)s of work after the %(rank)s"),
    "holds_certificate": gettext_lazy("a certificate %(level)s"),
    "holds_certificate_for_years": gettext_lazy("a certificate %(level)s, held for at least %(needs)s"),
    "holds_title": gettext_lazy("a matching %(rank)s"),
    "diploma": gettext_lazy("a diploma: %(kinds)s"),
    "apprenticeship_done": gettext_lazy("a finished apprenticeship"),
}
DIPLOMA_REMARKS = {
    "final_year_ok": gettext_lazy("students in their final year as well"),
    "evaluated": gettext_lazy("of an evaluated programme"),
    "any_major": gettext_lazy("in any major"),
}


def requirement_text(line: Mapping[str, Any]) -> str:
    """Return what one line of a condition asks for, in words; a line that says nothing readable is shown as it is."""
    code, since = str(line.get("kind")), line.get("since", "total")
    if code == "work_years" and since != "total":
        code = f"{code}_after_{since}"
    if code == "holds_certificate" and line.get("min_years"):
        code = f"{code}_for_years"
    context = {**line, "years": line.get("min_years") or line.get("years", 0)}
    try:
        sentence = str(REQUIREMENT_SENTENCES[code]) % _shown(context)
    except (KeyError, ValueError):
        return " ".join(f"{name}={value}" for name, value in line.items())
    remarks = [str(remark) for name, remark in DIPLOMA_REMARKS.items() if line.get(name)]
    return f"{sentence} ({'; '.join(remarks)})" if remarks else sentence
