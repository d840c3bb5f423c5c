"""Frozen claims in the language of who reads them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certification.certificates.models import Certificate


def in_language(words: Mapping[str, str] | None) -> str:
    """Return the English of `{"zh": …, "en": …}` for who reads English, where there is any; else the Chinese."""
    found = words or {}
    english = found.get("en", "") if (get_language() or "").startswith("en") else ""
    return english or found.get("zh", "")


def subject_of(claims: Mapping[str, Any]) -> str:
    """Return what is certified: the occupation or the programme."""
    return in_language(claims.get("occupation") or claims.get("programme"))


def measure_of(claims: Mapping[str, Any]) -> str:
    """Return how much is certified, where that is said: the level, class hours, credits."""
    if "level" in claims:
        return in_language(claims["level"])
    said = []
    if "hours" in claims:
        said.append(_("%(hours)s class hours") % {"hours": claims["hours"]})
    if "credits" in claims:
        said.append(_("%(credits)s credits") % {"credits": claims["credits"]})
    return " · ".join(said)


def name_of(certificate: Certificate) -> str:
    """Return the certificate's name in one line: title, subject and measure."""
    claims = certificate.claims
    parts = [in_language(claims["title"]), subject_of(claims), measure_of(claims)]
    return " · ".join(part for part in parts if part)
