"""What the number of an earlier certificate tells the reviewer. It is evidence only: nothing follows from it by itself."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.standards.rules.certificate_numbers import NumberKind, recognise, stated_level, stated_year

NUMBER_LABELS = {
    NumberKind.SKILL_LEVEL: gettext_lazy("Number of a skill-level certificate"),
    NumberKind.SKILL_LEVEL_OTHER: gettext_lazy("Number like that of a skill-level certificate, with a letter for the level"),
    NumberKind.QUALIFICATION: gettext_lazy("Number like that of an older qualification certificate"),
    NumberKind.SHANGHAI: gettext_lazy("Number like that of an older Shanghai certificate"),
    NumberKind.UNKNOWN: gettext_lazy("The number follows no system known here"),
}


def what_the_number_says(certificate: Mapping[str, Any]) -> str:
    """Return which system the number belongs to, and where it contradicts the level or year that was stated.

    `certificate`: a row of the stored facts. Empty when no number was given.
    """
    number = certificate["number"]
    if not number:
        return ""
    notes = [str(NUMBER_LABELS[recognise(number)])]
    level, year = stated_level(number), stated_year(number)
    if level is not None and level != certificate["level"]:
        notes.append(_("but the number says level %(level)s") % {"level": level})
    if year is not None and str(year) != str(certificate["issued_on"])[:4]:
        notes.append(_("but the number says %(year)s") % {"year": year})
    return ", ".join(notes)
