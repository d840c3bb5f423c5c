"""Whether what is shown to everybody has changed: one small question before a page that is kept is given again.

Every change to something shown puts a row with a random mark into `PublicChange`, in the transaction of the change;
`mark()` is the newest row's. Whoever keeps a page keeps it under the mark of that moment. A row is added and none is
changed, so two editors never wait for each other.
"""

import secrets
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.models.signals import post_delete, post_save

from lms.core.models import PublicChange

KEPT_ROWS = 1000
# Asked before every page that is kept: as it is, not built from parts each time.
_NEWEST = f"SELECT mark FROM {PublicChange._meta.db_table} ORDER BY id DESC LIMIT 1"  # noqa: S608 - our own table
Kind = TypeVar("Kind", bound=type[models.Model])

_shown: list[type[models.Model]] = []


def shown(kind: Kind) -> Kind:
    """Let every saved or deleted row of this model, and of models below it, count as a change (also a decorator)."""
    if kind not in _shown:
        _shown.append(kind)
    return kind


def mark() -> str:
    """Return what differs after every change; "" while nothing ever changed, or was counted. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        row = cursor.fetchone()
    return row[0] if row else ""


def note_change(**kwargs: Any) -> None:
    """Count a change (also a receiver of signals that always mean one).

    Twice: at once, so that the same transaction sees it; and when it is committed, because of two transactions the one
    that began first may end last.
    """
    _add()
    if transaction.get_connection().in_atomic_block:
        transaction.on_commit(_add)


def when_saved_or_deleted(*, instance: models.Model, **kwargs: Any) -> None:
    if isinstance(instance, tuple(_shown)):
        note_change()


def connect() -> None:
    for signal in (post_save, post_delete):
        signal.connect(when_saved_or_deleted, dispatch_uid="core-freshness")


def _add() -> None:
    row = PublicChange.objects.create(mark=secrets.token_hex(8))
    if row.pk % KEPT_ROWS == 0:
        PublicChange.objects.filter(pk__lt=row.pk - KEPT_ROWS).delete()
