"""What the register answered lately: so that it answers at once, and still answers when the database does not.

An answer is fresh for a minute. A revocation ends it at once in a cache that all processes share (Redis); where each
process has its own, the stored row is looked at each time, so that none can go on saying "valid". When the database
is away, the last answer counts for a day, with the words "as of".
"""

import datetime
import secrets
import time
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache, caches
from django.core.cache.backends.locmem import LocMemCache
from django.db import transaction

from certification.certificates.models import Certificate
from lms.core.models import LedgerEntry

FRESH_SECONDS = 60
KEPT_SECONDS = 24 * 3600

_CERTIFICATE = "certificates.certificate:"
_KEY = "certificates.signingkey:"
# These begin the life of a row: nobody was told anything about it yet.
_BEGINNINGS = frozenset(
    {"certificates.issued", "certificates.corrected", "certificates.reissued", "certificates.renewed", "certificates.numbered"}
)


@dataclass(frozen=True)
class Basis:
    """What an answer rests on: the row's state when it was read, the marks then, and when (seconds)."""

    stamp: tuple[str, str]
    marks: tuple[str | None, str | None]
    read_at: float

    @property
    def is_fresh(self) -> bool:
        return 0 <= time.time() - self.read_at < FRESH_SECONDS


@dataclass(frozen=True)
class Kept:
    """The facts that were told, as of `as_of`."""

    facts: dict[str, Any]
    as_of: datetime.datetime
    basis: Basis


@dataclass(frozen=True)
class Given:
    """An answer as it left the site on `day`, for whoever asks in the same way."""

    content: bytes
    headers: tuple[tuple[str, str], ...]
    day: datetime.date
    basis: Basis


def is_shared() -> bool:
    """Tell whether all processes of the site see the same cache."""
    return not isinstance(caches["default"], LocMemCache)


def marks_of(token: str) -> tuple[str | None, str | None]:
    """Return what changes whenever the certificate, or any signing key, does. Read it before the row is read."""
    found = cache.get_many([_mark(token), _mark("keys")])
    return found.get(_mark(token)), found.get(_mark("keys"))


def recall(token: str) -> Kept | None:
    """Return the facts told last, unless something has happened to the certificate since. One question to the cache."""
    kept = _unended(_answer(token), token)
    return kept if isinstance(kept, Kept) else None


def recall_given(token: str, asked: str) -> Given | None:
    """Return what was given last to this way of asking, unless something has happened since. One question to the cache."""
    given = _unended(_given(token, asked), token)
    return given if isinstance(given, Given) and given.basis.is_fresh else None


def _unended(name: str, token: str) -> Kept | Given | None:
    found = cache.get_many([name, _mark(token), _mark("keys")])
    kept = found.get(name)
    if not isinstance(kept, Kept | Given) or kept.basis.marks != (found.get(_mark(token)), found.get(_mark("keys"))):
        return None
    return kept


def keep(token: str, kept: Kept) -> None:
    cache.set(_answer(token), kept, timeout=KEPT_SECONDS)


def keep_file(sha256: str, token: str) -> None:
    """Remember whose file this is, for when the database is away."""
    cache.set(f"registry:file-of:{sha256}", token, timeout=KEPT_SECONDS)


def token_of_file(sha256: str) -> str | None:
    found = cache.get(f"registry:file-of:{sha256}")
    return found if isinstance(found, str) else None


def keep_given(token: str, asked: str, given: Given) -> None:
    cache.set(_given(token, asked), given, timeout=FRESH_SECONDS)


def forget(tokens: list[str]) -> None:
    """End the answers about these certificates: none that was read before now is given any more."""
    # The mark also ends an answer that somebody has read already and keeps only after this.
    cache.set_many({_mark(token): secrets.token_hex(8) for token in tokens}, timeout=KEPT_SECONDS + 3600)
    cache.delete_many([_answer(token) for token in tokens])


def when_entries_are_appended(*, entries: list[LedgerEntry], **kwargs: Any) -> None:
    """Forget what an act changes, as soon as it is committed (a receiver of `ledger.entries_appended`)."""
    numbers = [
        int(entry.subject.removeprefix(_CERTIFICATE))
        for entry in entries
        if entry.subject.startswith(_CERTIFICATE) and entry.kind not in _BEGINNINGS
    ]
    if numbers:
        tokens = list(Certificate.objects.filter(pk__in=numbers).values_list("token", flat=True))
        transaction.on_commit(lambda: forget(tokens))
    if any(entry.subject.startswith(_KEY) for entry in entries):
        transaction.on_commit(lambda: cache.set(_mark("keys"), secrets.token_hex(8), timeout=KEPT_SECONDS + 3600))


def _answer(token: str) -> str:
    return f"registry:answer:{token}"


def _given(token: str, asked: str) -> str:
    return f"registry:given:{token}:{asked}"


def _mark(token: str) -> str:
    return f"registry:mark:{token}"
