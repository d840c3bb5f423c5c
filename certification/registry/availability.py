"""How long the public waits for the database, and what happens when it does not answer."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection, transaction

log = logging.getLogger(__name__)

PATIENCE_MS = 1500
"""A statement that takes longer is given up: a person at a counter does not wait longer than that (house rule)."""

REST_SECONDS = 5
"""After the database has failed, nobody asks it for so long: else every thread of the server would wait for it."""

_AWAY = "registry:database-away"


class RegisterAway(Exception):
    """The database does not answer, or not in time."""


@contextmanager
def in_time() -> Iterator[None]:
    """Give up on queries that take too long. Raises `RegisterAway` then, and when the database cannot be reached."""
    if cache.get(_AWAY):
        raise RegisterAway
    try:
        with _patience():
            yield
    except (OperationalError, InterfaceError) as error:
        log.warning("The register does not answer: %s", error)
        cache.set(_AWAY, True, timeout=REST_SECONDS)
        raise RegisterAway from error


@contextmanager
def _patience() -> Iterator[None]:
    limit = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    with limit():
        yield


@contextmanager
def _on_postgresql() -> Iterator[None]:
    if connection.in_atomic_block:
        # Somebody else's transaction keeps the patience that it has.
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS:d}")
        yield


@contextmanager
def _on_sqlite() -> Iterator[None]:
    # Past Django's cursor: how long SQLite waits for a lock is no question to the database.
    connection.ensure_connection()
    connection.connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS:d}")
    try:
        yield
    finally:
        if connection.connection is not None:
            usual = settings.DATABASES["default"].get("OPTIONS", {}).get("timeout", 5)
            connection.connection.execute(f"PRAGMA busy_timeout = {int(usual * 1000):d}")
