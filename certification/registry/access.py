"""The public's way to a certificate: its secret token, its file, or three things that only a reader of it knows."""

import datetime
import hmac

from django.db.models import OuterRef, QuerySet, Subquery

from certification.certificates.models import Certificate
from certification.certificates.rules import PUBLIC, normalise_number
from certification.certificates.stamping.models import ArchivedFile
from certification.certificates.stamping.renewal import certificate_of_file
from certification.registry.availability import row_in_time
from certification.registry.transparency.leaves import certificate_reference
from certification.registry.transparency.models import LogLeaf

STAMP = f'SELECT status, status_at FROM "{Certificate._meta.db_table}" WHERE token = %s'  # noqa: S608 - our own table
PUBLIC_VALUES = frozenset(status.value for status in PUBLIC)
TOKEN_LENGTH = 32
# What the public is never told is not even read.
NOT_READ = ("id_number", "status_reason", "changed_facts", "photo_sha256")


def certificate_by_token(token: str) -> Certificate | None:
    """Return the certificate of the QR code. The token has 192 random bits, so it cannot be guessed. One query.

    It comes with its organisation and key, `leaf_index` and `leaf_hash` (its issue in the public log; None before it
    is merged) and `archive_level` (None where no archive stamp was added).
    """
    if len(token) != TOKEN_LENGTH:
        return None
    leaf = LogLeaf.objects.filter(certificate=certificate_reference(token)).order_by("index")
    archived = ArchivedFile.objects.filter(certificate=OuterRef("pk")).order_by("-id")
    return (
        _public()
        .select_related("organisation", "signing_key")
        .defer(*NOT_READ)
        .annotate(
            leaf_index=Subquery(leaf.values("index")[:1]),
            leaf_hash=Subquery(leaf.values("leaf_hash")[:1]),
            archive_level=Subquery(archived.values("level")[:1]),
        )
        .filter(token=token)
        .first()
    )


def stamp_of(token: str) -> tuple[str, str] | None:
    """Return what a status change changes, for a look whether an answer still holds. One query, of one row.

    Raises `RegisterAway` when the database does not answer in time.

    Written out, because it is asked at every verification: to build it as a queryset takes ten times as long as the
    database takes to answer.
    """
    found = row_in_time(STAMP, token)
    return (found[0], moment_of(found[1])) if found and found[0] in PUBLIC_VALUES else None


def moment_of(value: datetime.datetime | str) -> str:
    """Return a moment as ISO 8601 in UTC; SQLite's driver gives it without a zone, as text or not."""
    moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
    return (moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment.astimezone(datetime.UTC)).isoformat()


def token_by_keys(*, number: str, name: str, last_four: str) -> str | None:
    """Return the token when number, holder's name and last four of the ID number all agree (I39).

    Whatever is wrong, the answer is the same, and it takes about as long.
    """
    # Of several versions the newest answers.
    certificate = _public().filter(number=normalise_number(number)).order_by("-version").first()
    kept_name = certificate.claims["holder"]["name"] if certificate else "-"
    kept_four = (certificate.id_number if certificate else "")[-4:] or "----"
    same_name = hmac.compare_digest(_folded(kept_name), _folded(name))
    same_four = hmac.compare_digest(_folded(kept_four), _folded(last_four))
    return certificate.token if certificate is not None and same_name and same_four else None


def token_by_file(sha256: str) -> str | None:
    """Return the token of the certificate whose file has exactly these bytes, as issued or as archived later."""
    certificate = certificate_of_file(sha256)
    return certificate.token if certificate is not None and _public().filter(pk=certificate.pk).exists() else None


def _public() -> QuerySet[Certificate]:
    return Certificate.objects.public()


def _folded(text: str) -> bytes:
    """Return the text without spaces and middle dots of any kind, which people type differently."""
    return "".join(sign for sign in text.upper() if not sign.isspace() and sign not in "·•・.．").encode()
