"""How a question becomes an answer: from memory while it is fresh, from the register, or from memory when that is away."""

import datetime
import time
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from certification.certificates.models import Certificate
from certification.registry import access, memory
from certification.registry.answers import LogPlace, as_of_day, public_answer
from certification.registry.availability import RegisterAway, in_time
from certification.registry.memory import Basis, Kept
from certification.registry.transparency.selectors import latest_head

HEAD_SECONDS = 10
_HEAD = "registry:head"


@dataclass(frozen=True)
class Told:
    """An answer. `is_old`: the register did not answer, and these are its last words, as of `as_of`."""

    facts: dict[str, Any]
    as_of: datetime.datetime
    is_old: bool
    basis: Basis


def still_holds(basis: Basis, token: str) -> bool:
    """Tell whether an answer may be given again without asking the register. Raises `RegisterAway`.

    No query where all processes share a cache, for then a revocation has ended it. Where each remembers for itself,
    a revocation may have come to another one: one query looks at the row.
    """
    if not basis.is_fresh:
        return False
    if memory.is_shared():
        return True
    return access.stamp_of(token) == basis.stamp


def told_about_token(token: str, *, now: datetime.datetime) -> Told | None:
    """Return the answer about a QR code, None for an unknown one.

    Raises `RegisterAway` when the database does not answer and nothing is remembered. No query while a shared cache
    holds a fresh answer, one with a cache of this process alone, otherwise two at most.
    """
    if len(token) != access.TOKEN_LENGTH:
        return None
    kept = memory.recall(token)
    today = timezone.localdate(now)
    try:
        if kept is not None and still_holds(kept.basis, token):
            return _told(kept, today)
        with in_time():
            marks = memory.marks_of(token)
            certificate = access.certificate_by_token(token)
            if certificate is None:
                return None
            fresh = _answer(certificate, marks=marks, today=today, now=now)
    except RegisterAway:
        if kept is None:
            raise
        return _told(kept, today, is_old=True)
    memory.keep(token, fresh)
    return _told(fresh, today)


def told_about_file(sha256: str, *, now: datetime.datetime) -> Told | None:
    """Return the answer about the certificate whose file this is, None when the register does not know it.

    Raises `RegisterAway` as above.
    """
    try:
        with in_time():
            token = access.token_by_file(sha256)
    except RegisterAway:
        token = memory.token_of_file(sha256)
        if token is None:
            raise
    else:
        if token is not None:
            memory.keep_file(sha256, token)
    return told_about_token(token, now=now) if token is not None else None


def token_for_keys(*, number: str, name: str, last_four: str) -> str | None:
    """Return the token when all three agree. Raises `RegisterAway`."""
    with in_time():
        return access.token_by_keys(number=number, name=name, last_four=last_four)


def _told(kept: Kept, today: datetime.date, *, is_old: bool = False) -> Told:
    facts = as_of_day(kept.facts, today)
    return Told({**facts, "register_away": True} if is_old else facts, kept.as_of, is_old, kept.basis)


def _answer(
    certificate: Certificate, *, marks: tuple[str | None, str | None], today: datetime.date, now: datetime.datetime
) -> Kept:
    facts = public_answer(
        certificate,
        place=_place(certificate),
        level=getattr(certificate, "archive_level", None) or "",
        today=today,
        now=now,
    )
    stamp = certificate.status, access.moment_of(certificate.status_at)
    return Kept(facts, now, Basis(stamp, marks, time.time()))


def _place(certificate: Certificate) -> LogPlace | None:
    """Return where the issue stands in the log, under a head that is at most some seconds old."""
    index, leaf_hash = getattr(certificate, "leaf_index", None), getattr(certificate, "leaf_hash", None)
    if index is None or leaf_hash is None:
        return None
    head = cache.get(_HEAD)
    if head is None or head[0] <= index:
        newest = latest_head()
        if newest is None:
            return None
        head = (newest.size, newest.number, newest.root, timezone.localtime(newest.at).isoformat(timespec="seconds"))
        cache.set(_HEAD, head, timeout=HEAD_SECONDS)
    size, number, root, signed_at = head
    return LogPlace(index, leaf_hash, size, number, root, signed_at) if size > index else None
