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
