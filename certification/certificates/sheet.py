"""What both engines draw: one certificate's contents (`Sheet`) on one published design (`PrintTemplate`). No Django."""

import datetime
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SheetFile:
    """A file that travels inside the PDF. `relationship` is its AFRelationship (ISO 19005-3 6.8)."""

    name: str
    data: bytes
    media_type: str
    description: str
    relationship: str = "Data"


@dataclass(frozen=True)
class Sheet:
    """What one certificate says and shows.

    `claims` are frozen JSON (see `claims.py`), the ID number masked; `id_number` is the full one, printed where
    the design asks for it, or empty. `photo` is a JPEG or PNG, or None where the design has none. `verify_url` is the
    short address printed and spoken; `qr_text` is what the QR code holds (the address and, after `#`, the signed
    token). `files` are attached in order.
    """

    claims: dict[str, Any]
    id_number: str
    photo: bytes | None
    verify_url: str
    qr_text: str
    issued_at: datetime.datetime
    files: tuple[SheetFile, ...] = ()


@dataclass(frozen=True)
class Signatory:
    """A person whose hand stands on the certificate: `picture` is a PNG of the signature, or None."""

    name: str
    title_zh: str
    title_en: str
    picture: bytes | None = None


@dataclass(frozen=True)
class PrintTemplate:
    """One published version of a body's template.

    `key` names the version in the claims ("skill_level-1", "12-3"). `design` is one of `DESIGNS`. `statement_zh` and
    `statement_en` replace the design's own wording when not empty. `seal` is a PNG with transparency that replaces
    the drawn seal. `frame` is one of `borders.Frame`; "house" is the design's own.
    """

    key: str
    design: str
    statement_zh: str = ""
    statement_en: str = ""
    seal: bytes | None = None
    signatories: tuple[Signatory, ...] = field(default=())
    frame: str = "house"


DESIGNS = ("skill_level", "completion", "hours", "credits", "achievement")
