"""Acts about certificates in the ledger, many and cheap: the log reads the ledger, so no file has to be drawn."""

import datetime
import hashlib
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from lms.core import ledger
from lms.core.ledger import NewEntry


@pytest.fixture
def write_acts(now: datetime.datetime, settings: Any, tmp_path: Any) -> Callable[..., None]:
    """Return a function that writes so many acts about certificates, with one other act between each two."""
    settings.SIGNING_KEY_DIR = tmp_path / "keys"

    def write(count: int, *, first: int = 1, kind: str = "certificates.issued", others: bool = True) -> None:
        entries = []
        for number in range(first, first + count):
            facts = {"number": f"S0000{number:06d}", "pdf_sha256": hashlib.sha256(str(number).encode()).hexdigest()}
            entries.append(NewEntry(kind, f"certificates.certificate:{900_000 + number}", None, facts))
            if others:
                entries.append(NewEntry("plans.advanced", f"plans.plan:{number}", None, {"salt": secrets.token_hex(4)}))
        with transaction.atomic():
            ledger.append_many(entries, now=now)

    return write


@pytest.fixture
def long_log(write_acts: Callable[..., None], now: datetime.datetime) -> None:
    """A log of 41 entries under several heads: grown three times, the second time in small batches."""
    from certification.registry.transparency.services import grow

    write_acts(11)
    grow(now=now)
    write_acts(25, first=12)
    grow(now=now + datetime.timedelta(minutes=1), batch=20)
    write_acts(5, first=37)
    grow(now=now + datetime.timedelta(minutes=2))
