"""What holders and officers are told before a card or a filing ends."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from certification.bodies.models import CARD_LABELS
from certification.bodies.rules import CardKind
from lms.notices.kinds import BOTH, Table, Text, Words, Writer, said


def _of_card(subject: Text, text: Text) -> Writer:
    """Return a writer that names the kind of card in the reader's language."""

    def write(facts: Mapping[str, Any]) -> Words:
        return said(subject, text)({**facts, "kind": CARD_LABELS[CardKind(facts["kind"])]})

    return write


OFFICE = Table("bodies", _("My post"))
CARD_ENDING = OFFICE.kind(
    "card_ending",
    _("My card ends soon"),
    _of_card(
        _("Your card ends in %(days)s days"),
        _("Card %(number)s (%(kind)s, %(occupation)s) is valid until %(day)s. Ask your body about a new one in good time."),
    ),
    channels=BOTH,
    for_staff=True,
)
STAFF_CARD_ENDING = OFFICE.kind(
    "staff_card_ending",
    _("A card in our register ends soon"),
    _of_card(
        _("The card of %(name)s ends in %(days)s days"),
        _("Card %(number)s (%(kind)s, %(occupation)s) is valid until %(day)s. After that day the person cannot act."),
    ),
    urgent=False,
    for_staff=True,
)
FILING_ENDING = OFFICE.kind(
    "filing_ending",
    _("A filing of our body ends soon"),
    said(
        _("The filing of %(body)s ends in %(days)s days"),
        _("Filing %(number)s is in force until %(day)s. No exam can be held and no plan published for a later day."),
    ),
    channels=BOTH,
    binding=True,
    for_staff=True,
)
