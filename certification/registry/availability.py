"""How long the public waits for the database, and what happens when it does not answer."""

import logging
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection, transaction
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

log = logging.getLogger(__name__)

PATIENCE_MS = 1500
"""A statement that takes longer is given up: a person at a counter does not wait longer than that (house rule)."""

REST_SECONDS = 5
"""After the database has failed, nobody asks it for so long: else every thread of the server would wait for it."""

_AWAY = "registry:database-away"
_PREPARED: WeakKeyDictionary[psycopg.Connection[Any], dict[str, bytes]] = WeakKeyDictionary()
"""What the server of each connection has planned already: the names of the questions."""


class RegisterAway(Exception):
    """The database does not answer, or not in time."""


@contextmanager
def in_time() -> Iterator[None]:
    """Give up on queries that take too long. Raises `RegisterAway` then, and when the database cannot be reached."""
    with _told_when_away(), _patience():
        yield


def row_in_time(sql: str, parameter: str) -> tuple[Any, ...] | None:
    """Return the first row of one small question, given up like those above, None when there is none.

    In one trip to PostgreSQL instead of four: every verification that is answered from memory asks this first. Its
    values come as PostgreSQL writes them, as text; SQLite's as its driver gives them.
    """
    with _told_when_away():
        if not _has_patience_of_its_own():
            with connection.cursor() as plain:
                plain.execute(sql, [parameter])
                row: tuple[Any, ...] | None = plain.fetchone()
                return row
        connection.ensure_connection()
        try:
            return _first_row(connection.connection, sql, parameter)
        except OperationalError:
            if connection.connection is None or connection.connection.pgconn.status != ConnStatus.BAD:
                raise
        # The server had ended the connection since the last request: it was started anew, say. That is no failure yet.
        connection.close()
        connection.ensure_connection()
        return _first_row(connection.connection, sql, parameter)


def _first_row(server: psycopg.Connection[Any], sql: str, parameter: str) -> tuple[Any, ...] | None:
    # The patience is ours instead of the server's, which would have to be told of it in a transaction; and the question
    # is planned once a connection. So it is one trip instead of four.
    pgconn, prepared = server.pgconn, _PREPARED.setdefault(server, {})
    with connection.wrap_database_errors:
        name = prepared.get(sql)
        if name is None:
            name = b"register-%d" % len(prepared)
            pgconn.send_prepare(name, sql.replace("%s", "$1").encode())
            _answer_in_time(server)
            prepared[sql] = name
        pgconn.send_query_prepared(name, [parameter.encode()])
        answer = _answer_in_time(server)
    if not answer.ntuples:
        return None
    cells = (answer.get_value(0, column) for column in range(answer.nfields))
    return tuple(None if cell is None else bytes(cell).decode() for cell in cells)


def _answer_in_time(server: psycopg.Connection[Any]) -> PGresult:
    """Wait for the answer to what was sent (https://www.postgresql.org/docs/current/libpq-async.html)."""
    pgconn, end = server.pgconn, time.monotonic() + PATIENCE_MS / 1000
    while pgconn.is_busy():
        if not select.select([pgconn.socket], [], [], max(0.0, end - time.monotonic()))[0]:
            server.cancel_safe(timeout=1)
            connection.close()
            raise OperationalError(f"no answer within {PATIENCE_MS} ms")
        pgconn.consume_input()
    answer = pgconn.get_result()
    while pgconn.get_result() is not None:
        """Nothing follows a single answer; the connection is free once libpq has said so."""
    if answer is None or answer.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        raise OperationalError(pgconn.get_error_message())
    return answer


@contextmanager
def _told_when_away() -> Iterator[None]:
    if cache.get(_AWAY):
        raise RegisterAway
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        log.warning("The register does not answer: %s", error)
        cache.set(_AWAY, True, timeout=REST_SECONDS)
        raise RegisterAway from error


@contextmanager
def _patience() -> Iterator[None]:
    if not _has_patience_of_its_own():
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS:d}")
        yield


def _has_patience_of_its_own() -> bool:
    # SQLite's readers never wait for a writer. And somebody else's transaction keeps the patience that it has.
    return connection.vendor == "postgresql" and not connection.in_atomic_block
