"""Telling people things: the row is the truth, SMS and mail follow after the commit."""

import datetime
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from lms.accounts.models import User
from lms.notices import tasks
from lms.notices.models import Notice


def in_language_of(user: User) -> AbstractContextManager[None]:
    """Write what follows in the language that this person reads, whoever acts."""
    return override(user.language or settings.LANGUAGE_CODE)


def tell(user: User, *, subject: str, text: str, url: str = "", now: datetime.datetime) -> Notice:
    """Tell the person; sending is queued when the surrounding transaction commits."""
    return tell_many([Notice(user=user, subject=str(subject), text=str(text), url=url, created_at=now)])[0]


def tell_many(notices: Sequence[Notice]) -> list[Notice]:
    """Tell many people at once: one insert, and one task that sends when the surrounding transaction commits."""
    kept = Notice.objects.bulk_create(notices)
    if kept:
        transaction.on_commit(partial(tasks.send_notices.enqueue, [notice.pk for notice in kept]))
    return kept
