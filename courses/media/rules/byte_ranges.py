"""Which part of a file a `Range` header asks for (RFC 9110 §14)."""

import re
from dataclasses import dataclass

ONE_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)


@dataclass(frozen=True)
class Span:
    """Bytes `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class Unsatisfiable(ValueError):
    """The header asks for bytes that the file does not have: 416."""


def wanted_span(header: str, size: int) -> Span | None:
    """Return the part of a file of `size` bytes that the header asks for, or None for the whole file.

    A header that is no single byte range is ignored, as the standard allows: several ranges at
    once are only ever asked for to wear a server out. Raises `Unsatisfiable`.
    """
    match = ONE_RANGE.fullmatch(header.replace(" ", ""))
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        length = int(match[2])
        if length == 0 or size == 0:
            raise Unsatisfiable
        return Span(max(0, size - length), size - 1)
    first = int(match[1])
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    if match[2] and int(match[2]) < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return Span(first, last)
