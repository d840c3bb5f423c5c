"""The short-lived key to the files of one package: it stands in their address, since no cookie goes with them."""

from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer

from lms.core.errors import DomainError

LIFE = timedelta(hours=4)
"""Longer than anybody sits over one package; who does opens it anew from the lesson."""
SIGNER = "courses.packages.ticket"


def issue(package: int, *, now: datetime) -> str:
    """Return a ticket for the package with this pk as a part of an address; give it only to a person who may play it."""
    return Signer(salt=SIGNER).sign_object([package, int((now + LIFE).timestamp())])


def read(ticket: str, *, now: datetime) -> int:
    """Return the pk of the package that the ticket opens.

    Raises `DomainError` "packages.ticket_wrong" (404) for one that we did not write, and "packages.ticket_over" (410).
    """
    try:
        package, until = Signer(salt=SIGNER).unsign_object(ticket)
    except (BadSignature, ValueError, TypeError):
        raise DomainError("packages.ticket_wrong", status=404) from None
    if now.timestamp() > until:
        raise DomainError("packages.ticket_over", status=410)
    return int(package)
