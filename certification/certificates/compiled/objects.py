"""PDF objects as bytes. Source: ISO 32000-1 7.3."""

import datetime
import re
import zlib

SPECIAL = re.compile(rb"([\\()])")
UTF_16_MARK = b"feff"


def text_string(text: str) -> bytes:
    """Return a text string: printable ASCII in parentheses, anything else as UTF-16BE in hexadecimal digits (7.9.2.2)."""
    if text.isascii() and text.isprintable():
        return b"(" + SPECIAL.sub(rb"\\\1", text.encode()) + b")"
    return b"<" + UTF_16_MARK + text.encode("utf-16-be").hex().encode() + b">"


def number(value: float) -> bytes:
    """Return a number with at most six decimals, as pydyf writes it."""
    return b"%d" % int(value) if value == int(value) else f"{value:f}".rstrip("0").encode()


def date(moment: datetime.datetime) -> bytes:
    """Return a date string in UTC (7.9.4)."""
    return moment.astimezone(datetime.UTC).strftime("(D:%Y%m%d%H%M%SZ)").encode()


def local_date(moment: datetime.datetime) -> bytes:
    """Return a date string with the moment's own offset from UTC (7.9.4)."""
    offset = moment.strftime("%z") or "+0000"
    return f"(D:{moment:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]}')".encode()


def stream(entries: bytes, data: bytes, *, level: int | None = None) -> bytes:
    """Return a stream object; `entries` are those of its dictionary but /Length and, when a deflate `level` is given, /Filter.

    The line end before `endstream` is CR LF, so that data which ends in a CR is not taken for part of it (7.3.8.1).
    """
    if level is not None:
        data = zlib.compress(data, level)
        entries += b"/Filter /FlateDecode"
    return b"<<%s/Length %d>>\nstream\n%s\r\nendstream" % (entries, len(data), data)


def indirect(object_number: int, body: bytes) -> bytes:
    """Return an indirect object of generation 0 (7.3.10)."""
    return b"%d 0 obj\n%s\nendobj\n" % (object_number, body)
