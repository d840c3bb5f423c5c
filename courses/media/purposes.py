"""What a file that comes in pieces is for: other rooms register here what becomes of a whole one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Collection

from lms.accounts.models import User


@dataclass(frozen=True)
class Purpose:
    """`check_size` (bytes) and `check_head` (first bytes) raise `DomainError` (422) for what cannot become one.

    `collections` returns those into which a person may put one.
    `keep` takes the whole file (a path, with title, collection, actor and now) and returns a row with an address.
    """

    check_size: Callable[[int], None]
    check_head: Callable[[bytes], object]
    collections: Callable[[User], QuerySet[Collection]]
    keep: Callable[..., Any]


_PURPOSES: dict[str, Purpose] = {}


def register_purpose(name: str, purpose: Purpose) -> None:
    """Let uploads be begun for this purpose; call it from `AppConfig.ready`."""
    _PURPOSES[name] = purpose


def purpose(name: str) -> Purpose:
    return _PURPOSES[name]
