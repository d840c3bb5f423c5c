"""What a holder can show of a certificate to whom she gives a link, and for how long."""

import datetime
from enum import StrEnum


class Claim(StrEnum):
    """One thing that a shared page shows if the holder chose it. The state of the certificate is always shown."""

    NAME = "name"
    SUBJECT = "subject"
    ISSUER = "issuer"
    DATES = "dates"
    NUMBER = "number"
    ID_NUMBER = "id_number"
    PHOTO = "photo"
    FILE = "file"


USUAL = (Claim.NAME, Claim.SUBJECT, Claim.ISSUER, Claim.DATES)
"""Ticked until the holder chooses otherwise: what a new employer asks. Neither numbers, nor the photo, nor the file."""


class Term(StrEnum):
    """How long a link works."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    OPEN = "open"


DAYS = {Term.DAY: 1, Term.WEEK: 7, Term.MONTH: 30, Term.QUARTER: 90, Term.YEAR: 365}
MAX_LIVE_LINKS = 20
"""Links of one certificate that work at the same time: as many as a person can keep an eye on. House rule."""


def ends_at(term: Term, *, now: datetime.datetime) -> datetime.datetime | None:
    """Return the first moment at which the link works no more; None when only its holder ends it."""
    return None if term is Term.OPEN else now + datetime.timedelta(days=DAYS[term])


class LinkState(StrEnum):
    """What has become of a link; computed from its dates."""

    LIVE = "live"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


def link_state(
    *, expires_at: datetime.datetime | None, withdrawn_at: datetime.datetime | None, now: datetime.datetime
) -> LinkState:
    """Return the state at that moment: a link works from its making until just before `expires_at`."""
    if withdrawn_at is not None:
        return LinkState.WITHDRAWN
    return LinkState.ENDED if expires_at is not None and now >= expires_at else LinkState.LIVE
