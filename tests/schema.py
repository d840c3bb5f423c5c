"""The migrated schema, made once and then copied: to play all migrations for each worker takes longer than its tests.

A change to a migration or to a locked dependency makes a new one.
"""

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var/test"
# Each checkout keeps its own on a server that they share: another may be at an older or newer migration.
PREFIX = f"funeng_schema_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}_"


def database_url() -> str:
    """Return the URL of the PostgreSQL server that the tests were told to use, or ""."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


def sqlite_schema() -> Path:
    """Return a migrated SQLite file; make it when it is not there."""
    made = FOLDER / f"{PREFIX}{_fingerprint()}.sqlite3"
    with _one_at_a_time():
        if not made.exists():
            for old in FOLDER.glob(f"{PREFIX}*"):
                old.unlink()
            unfinished = made.with_suffix(".unfinished")
            _migrate(f"sqlite:///{unfinished}")
            unfinished.rename(made)
    return made


def postgres_schema() -> str:
    """Return the name of a migrated database to use as a template; make it when it is not there."""
    made = f"{PREFIX}{_fingerprint()}"
    unfinished = f"{PREFIX}unfinished"
    with _one_at_a_time(), psycopg.connect(database_url(), autocommit=True) as server:
        there = {name for (name,) in server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [PREFIX + "%"])}
        if made not in there:
            for old in there:
                server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
            _migrate(_sibling(unfinished))
            server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(made)))
    return made


def copy_schema(sender: object, connection: Any, **kwargs: object) -> None:
    """Fill a test's SQLite database when it is opened for the first time (a receiver of `connection_created`)."""
    if connection.vendor == "sqlite" and not connection.introspection.table_names():
        with sqlite3.connect(sqlite_schema()) as schema:
            schema.backup(connection.connection)


@contextmanager
def new_database(folder: Path) -> Iterator[str]:
    """Make a database with the schema, in the folder or on the server, and give its URL for as long as it is wanted."""
    if not database_url():
        path = folder / "db.sqlite3"
        path.write_bytes(sqlite_schema().read_bytes())
        yield f"sqlite:///{path}"
        return
    # A name of its own: a run that was killed may have left a server that still sits on its database.
    name = f"funeng_journey_{uuid.uuid4().hex}"
    template = postgres_schema()
    with psycopg.connect(database_url(), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield _sibling(name)
    finally:
        with psycopg.connect(database_url(), autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _fingerprint() -> str:
    digest = hashlib.sha256((ROOT / "requirements/base.txt").read_bytes())
    for path in sorted(
        path for package in ("lms", "courses", "certification") for path in (ROOT / package).glob("**/migrations/*.py")
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sibling(name: str) -> str:
    return f"{database_url().rsplit('/', 1)[0]}/{name}"


def _migrate(url: str) -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings.test", "DATABASE_URL": url}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
