"""Words for pages and paper: what a candidate needs, what a finding says."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from certification.applications.needs import Needs
from certification.examday.rules.findings import Finding, FindingKind


def needs_in_words(needs: Needs) -> list[str]:
    """Return what was granted, one short phrase each; empty for an ordinary place."""
    told = [
        (needs.wheelchair_seat, _("wheelchair place")),
        (needs.reader, _("a reader, room of her own")),
        (needs.sign_interpreter, _("sign language interpreter")),
        (bool(needs.extra_time_percent), _("%(percent)s %% more time") % {"percent": needs.extra_time_percent}),
        (needs.large_print, _("large print")),
        (needs.screen_reader, _("screen reader")),
    ]
    return [words for granted, words in told if granted]


def finding_in_words(finding: Finding, names: Mapping[int, str]) -> str:
    """Return a sentence that names the people."""
    people = pgettext("between names", ", ").join(names.get(key, "?") for key in finding.candidates[:6])
    if len(finding.candidates) > 6:
        people += "…"
    sentences = {
        FindingKind.UNPLACED: _("%(people)s has no seat: no free seat or room fits."),
        FindingKind.NO_SUCH_SEAT: _("%(people)s sits on a seat that the room does not have."),
        FindingKind.TAKEN_TWICE: _("%(people)s sit on the same seat."),
        FindingKind.NOT_ACCESSIBLE: _("%(people)s needs a wheelchair place; this seat is none."),
        FindingKind.NOT_ALONE: _("%(people)s needs a room of her own; others sit here too."),
        FindingKind.NEIGHBOURS: _("%(people)s have the same employer and sit next to each other."),
        FindingKind.GROUP_SPLIT: _("These candidates need the same help and sit in different rooms: %(people)s."),
    }
    return sentences[finding.kind] % {"people": people}
