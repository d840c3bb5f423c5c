"""What a file says of itself, twice: in the document information dictionary and in XMP.

Both come from WeasyPrint once; for each sheet the values of its `DocumentFacts` take the place of those that the page
was compiled with. Sources: ISO 32000-1 14.3, ISO 19005-3 6.6.2 and 6.6.3.
"""

import re
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from certification.certificates.compiled.errors import CompileError
from certification.certificates.compiled.objects import stream, text_string
from certification.certificates.layout import DocumentFacts

ISO_MOMENT = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})([+-]\d{2}):(\d{2})")
INFO_FIELDS = {"Title": "title", "Subject": "subject", "Keywords": "keywords", "CreationDate": "created", "ModDate": "created"}
XMP_FIELDS = ("title", "subject", "keywords", "created")
XMP_ENTRIES = b"/Type /Metadata/Subtype /XML"


def pdf_date(moment: str) -> str:
    """Return an ISO 8601 moment with offset as the date of an information dictionary (ISO 32000-1 7.9.4)."""
    found = ISO_MOMENT.fullmatch(moment)
    if found is None:
        raise ValueError(f"{moment!r} is no moment with an offset")
    *digits, hours, minutes = found.groups()
    return f"D:{''.join(digits)}{hours}'{minutes}"


def _info_value(facts: DocumentFacts, field: str) -> str:
    value: str = getattr(facts, field)
    return pdf_date(value) if field == "created" else value


@dataclass(frozen=True)
class InfoTemplate:
    """The information dictionary: entries that stay, and fields that are written anew."""

    fixed: bytes
    fields: tuple[tuple[bytes, str], ...]

    @classmethod
    def of(cls, info: Any, facts: DocumentFacts) -> "InfoTemplate":
        """Take apart the dictionary of a page with these facts. Raises `CompileError` when it says something else."""
        fixed, fields = [], []
        for key, value in info.items():
            field = INFO_FIELDS.get(key)
            if field is None:
                fixed.append(b"/%s %s" % (key.encode(), value.data))
            elif value.string != _info_value(facts, field):
                raise CompileError(f"/{key} is not what the layout says")
            else:
                fields.append((key.encode(), field))
        return cls(b"".join(fixed), tuple(fields))

    def body(self, facts: DocumentFacts) -> bytes:
        entries = b"".join(b"/%s %s" % (key, text_string(_info_value(facts, field))) for key, field in self.fields)
        return b"<<%s%s>>" % (self.fixed, entries)


@dataclass(frozen=True)
class XmpTemplate:
    """The XMP packet in pieces; between them stand the fields, in this order."""

    pieces: tuple[bytes, ...]
    fields: tuple[str, ...]

    @classmethod
    def of(cls, packet: str, facts: DocumentFacts) -> "XmpTemplate":
        """Cut the packet where an element holds one of the facts and nothing else. Raises `CompileError` if one is not there."""
        values = {f">{escape(getattr(facts, field))}<": field for field in XMP_FIELDS}
        if len(values) != len(XMP_FIELDS) or any(value not in packet for value in values):
            raise CompileError("the XMP packet does not say what the layout says")
        parts = re.split("(" + "|".join(re.escape(value) for value in values) + ")", packet)
        pieces = [""]
        fields = []
        for part in parts:
            if part in values:
                pieces[-1] += ">"
                fields.append(values[part])
                pieces.append("<")
            else:
                pieces[-1] += part
        return cls(tuple(piece.encode() for piece in pieces), tuple(fields))

    def body(self, facts: DocumentFacts) -> bytes:
        """Return the metadata stream, not compressed, so that any reader finds it (ISO 19005-3 6.6.2.1)."""
        packet = [self.pieces[0]]
        for field, piece in zip(self.fields, self.pieces[1:], strict=True):
            packet += (escape(getattr(facts, field)).encode(), piece)
        return stream(XMP_ENTRIES, b"".join(packet))
