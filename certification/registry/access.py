"""The public's way to a certificate: its secret token, or three things that only a reader of it knows."""

import hmac

from django.db.models import QuerySet

from certification.certificates.models import Certificate
from certification.certificates.rules import normalise_number

TOKEN_LENGTH = 32


def certificate_by_token(token: str) -> Certificate | None:
    """Return the certificate of the QR code. The token has 192 random bits, so it cannot be guessed."""
    if len(token) != TOKEN_LENGTH:
        return None
    return _public().filter(token=token).first()


def certificate_by_keys(*, number: str, name: str, last_four: str) -> Certificate | None:
    """Return the certificate when number, holder's name and last four of the ID number all agree (I39).

    Whatever is wrong, the answer is the same, and it takes about as long.
    """
    # Of several versions the newest answers.
    certificate = _public().filter(number=normalise_number(number)).order_by("-version").first()
    kept_name = certificate.claims["holder"]["name"] if certificate else "-"
    kept_four = (certificate.id_number if certificate else "")[-4:] or "----"
    same_name = hmac.compare_digest(_folded(kept_name), _folded(name))
    same_four = hmac.compare_digest(_folded(kept_four), _folded(last_four))
    return certificate if certificate is not None and same_name and same_four else None


def certificate_by_file(sha256: str) -> Certificate | None:
    """Return the certificate whose issued file has exactly these bytes."""
    return _public().filter(pdf_sha256=sha256).first()


def _public() -> QuerySet[Certificate]:
    return Certificate.objects.public().select_related("organisation", "signing_key", "occupation", "replaced_by")


def _folded(text: str) -> bytes:
    """Return the text without spaces and middle dots of any kind, which people type differently."""
    return "".join(sign for sign in text.upper() if not sign.isspace() and sign not in "·•・.．").encode()
