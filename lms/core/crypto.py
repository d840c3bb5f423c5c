"""Personal numbers at rest: encrypted (Fernet, rotating keys) with a keyed blind index to find them again."""

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models


@lru_cache(maxsize=64)
def _derive(key: str, info: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info.encode()).derive(key.encode())


def derived_secret(purpose: str) -> bytes:
    """Return 32 bytes that stay the same for this purpose as long as the last of `FIELD_KEYS` does (the index key)."""
    return _derive(settings.FIELD_KEYS[-1], f"secret:{purpose}")


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key.encode()) for key in keys])


def encrypt(text: str) -> str:
    """Return the ciphertext under the first of `FIELD_KEYS`; older keys still decrypt."""
    return _box(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def decrypt(ciphertext: str) -> str:
    """Return the text; raises `cryptography.fernet.InvalidToken` when no key fits or a byte was changed."""
    return _box(tuple(settings.FIELD_KEYS)).decrypt(ciphertext.encode()).decode()


def seal(data: bytes) -> bytes:
    """Return the bytes of a file encrypted under the first of `FIELD_KEYS`."""
    return _box(tuple(settings.FIELD_KEYS)).encrypt(data)


def unseal(sealed: bytes) -> bytes:
    """Return what `seal` was given; raises `cryptography.fernet.InvalidToken` as `decrypt` does."""
    return _box(tuple(settings.FIELD_KEYS)).decrypt(sealed)


def blind_index(value: str, purpose: str) -> str:
    """Return a keyed fingerprint (64 hex) by which an encrypted value can be found but not read.

    The last of `FIELD_KEYS` is the index key: new encryption keys go in front, so indexes stay valid.
    """
    key = _derive(settings.FIELD_KEYS[-1], f"blind-index:{purpose}")
    return hmac.new(key, value.strip().upper().encode(), hashlib.sha256).hexdigest()


def mask_id_number(number: str) -> str:
    """Return the number with its middle hidden: `310***********1235` (domain.md §7.2).

    The 18 characters of a resident number keep three and four. Of a shorter one never more than half is shown, and
    of one with fewer than eight characters nothing: a few signs of a passport number are soon guessed.
    """
    shown = min(7, len(number) // 2) if len(number) >= 8 else 0
    head, tail = shown // 2, shown - shown // 2
    return f"{number[:head]}{'*' * (len(number) - shown)}{number[len(number) - tail :]}"


def mask_name(name: str) -> str:
    """Return the name with all but its first and last character hidden; of two characters the last is hidden."""
    if len(name) <= 1:
        return "*"
    if len(name) == 2:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


class EncryptedTextField(models.TextField[str, str]):
    """A text that is encrypted in the database and plain in Python. It cannot be filtered on."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(value) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise TypeError("An encrypted field cannot be searched; use its blind index.")
