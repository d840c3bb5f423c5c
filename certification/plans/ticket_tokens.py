"""The signed word in the QR code of an admission ticket: it names the seat, and nobody but this site can write one."""

from django.conf import settings
from django.core import signing

from certification.plans.models import Seat

SALT = "plans.ticket"
_signer = signing.Signer(salt=SALT, sep=".")


def ticket_token(seat: Seat) -> str:
    """Return e.g. "8f-26000123001001.Kd…": the key of the seat in hexadecimal, the ticket number, the signature (43 signs).

    Nothing in it is personal. It goes on being good when the seat is moved to another room, since the paper is printed.
    """
    return _signer.sign(f"{seat.pk:x}-{seat.ticket_number}")


def read_ticket_token(token: str) -> tuple[int, str] | None:
    """Return key of the seat and ticket number, or None for what this site did not sign."""
    try:
        key, _dash, number = _signer.unsign(token).partition("-")
        return int(key, 16), number
    except (signing.BadSignature, ValueError):
        return None


def ticket_address(seat: Seat) -> str:
    """Return the full address that the code holds: any phone's camera opens it, and an invigilator of the plan gets in."""
    # A later room by its fixed address: imports only look back.
    return f"{settings.PUBLIC_URL}/desk/door/{ticket_token(seat)}/"
