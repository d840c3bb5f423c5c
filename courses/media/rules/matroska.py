"""The few elements of a WebM file that tell its length and what it holds (RFC 8794, RFC 9559)."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from courses.media.rules.facts import Facts, unreadable

HEADER, DOC_TYPE, SEGMENT = 0x1A45DFA3, 0x4282, 0x18538067
INFO, SCALE, DURATION = 0x1549A966, 0x2AD7B1, 0x4489
TRACKS, TRACK, TRACK_TYPE, VIDEO, WIDTH, HEIGHT = 0x1654AE6B, 0xAE, 0x83, 0xE0, 0xB0, 0xBA
CLUSTER = 0x1F43B675
MOST_ELEMENTS = 20_000
LARGEST_VALUE = 1024


def read_facts(file: BinaryIO, size: int) -> Facts:
    """Return the facts of a WebM file; a length of 0 when the file does not tell it."""
    tops = dict(_top(file, size))
    if HEADER not in tops or SEGMENT not in tops or b"webm" not in _text(file, tops[HEADER]):
        raise unreadable()
    scale, duration, width, height, has_content = 1_000_000, 0.0, 0, 0, False
    kinds: set[int] = set()
    for key, (start, end) in _elements(file, *tops[SEGMENT]):
        if key == CLUSTER:
            has_content = True
        elif key == INFO:
            scale, duration = _clock(file, start, end)
        elif key == TRACKS:
            kinds, width, height = _tracks(file, start, end)
    if not has_content or not kinds & {1, 2}:
        raise unreadable()
    length = int(duration * scale / 1_000_000)
    return Facts("webm", "video" if 1 in kinds else "audio", length, width, height)


def _top(file: BinaryIO, size: int) -> Iterator[tuple[int, tuple[int, int]]]:
    yield from _elements(file, 0, size)


def _text(file: BinaryIO, room: tuple[int, int]) -> bytes:
    for key, (start, end) in _elements(file, *room):
        if key == DOC_TYPE:
            return _value(file, start, end)
    return b""


def _clock(file: BinaryIO, start: int, end: int) -> tuple[int, float]:
    scale, duration = 1_000_000, 0.0
    for key, (begin, stop) in _elements(file, start, end):
        if key == SCALE:
            scale = int.from_bytes(_value(file, begin, stop), "big")
        elif key == DURATION:
            data = _value(file, begin, stop)
            (duration,) = struct.unpack(">f" if len(data) == 4 else ">d", data)
    if not 0 <= duration < 1e15:
        raise unreadable()
    return scale, duration


def _tracks(file: BinaryIO, start: int, end: int) -> tuple[set[int], int, int]:
    kinds, width, height = set(), 0, 0
    for key, room in _elements(file, start, end):
        for inner, (begin, stop) in _elements(file, *room) if key == TRACK else ():
            if inner == TRACK_TYPE:
                kinds.add(int.from_bytes(_value(file, begin, stop), "big"))
            elif inner == VIDEO:
                sides = {part: int.from_bytes(_value(file, *where), "big") for part, where in _elements(file, begin, stop)}
                width, height = sides.get(WIDTH, 0), sides.get(HEIGHT, 0)
    return kinds, width, height


def _value(file: BinaryIO, start: int, end: int) -> bytes:
    if end - start > LARGEST_VALUE:
        raise unreadable()
    file.seek(start)
    return file.read(end - start)


def _elements(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield (id, (start, end) of the content) of the elements between two places."""
    place, seen = start, 0
    while place < end:
        file.seek(place)
        key, taken = _number(file, keep_marker=True)
        length, more = _number(file, keep_marker=False)
        begin = place + taken + more
        stop = end if length == (1 << (7 * more)) - 1 else begin + length
        seen += 1
        if stop > end or seen > MOST_ELEMENTS:
            raise unreadable()
        yield key, (begin, stop)
        place = stop


def _number(file: BinaryIO, *, keep_marker: bool) -> tuple[int, int]:
    """Return a number of variable length and how many bytes it took."""
    first = file.read(1)[0]
    width = 9 - first.bit_length()
    if width > 8:
        raise unreadable()
    rest = file.read(width - 1)
    if len(rest) < width - 1:
        raise unreadable()
    head = first if keep_marker else first & ((1 << (8 - width)) - 1)
    return int.from_bytes(bytes([head]) + rest, "big"), width
