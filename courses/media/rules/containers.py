"""What a recording's bytes really are: its container, whether it moves or only sounds, and how long it runs.

The name and the type that a browser claims count for nothing. Only what is recognised here is
kept, and it is served under the type told here. ISO/IEC 14496-12 (MP4), the Matroska
specification (WebM), ISO/IEC 11172-3 (MP3).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from courses.media.rules import matroska, mpeg_audio
from courses.media.rules.facts import Facts, unreadable
from lms.core.errors import DomainError

HEAD = 16
"""Bytes that tell the container."""
LARGEST_INDEX = 64 * 1024 * 1024
MOST_BOXES = 2000
LONGEST_MS = 12 * 3600 * 1000
BRANDS = {
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4A ",
    b"M4V ",
    b"dash",
    b"qt  ",
    b"MSNV",
    b"mp71",
}
HOLDERS = {b"trak", b"mdia", b"minf", b"stbl"}


@dataclass(frozen=True)
class Box:
    """A part of an MP4 file; `start` is where its content begins."""

    kind: bytes
    start: int
    end: int


def container_of(head: bytes) -> str:
    """Return "mp4", "webm" or "mp3" for the first bytes of a file.

    Raises `DomainError` "media.unknown_container" (422) for anything else, so that a page, a
    program or an archive is refused before the rest of it is taken.
    """
    if head[4:8] == b"ftyp" and head[8:12] in BRANDS:
        return "mp4"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "webm"
    if head[:3] == b"ID3" or mpeg_audio.is_frame(head[:4]):
        return "mp3"
    raise DomainError("media.unknown_container", status=422)


def read_facts(file: BinaryIO, size: int) -> Facts:
    """Return what the whole file is; reads its index alone, however long the recording.

    Raises `DomainError` (422): "media.unknown_container", "media.unreadable" (cut off, or made to
    mislead), "media.no_length", "media.too_long".
    """
    file.seek(0)
    container = container_of(file.read(HEAD))
    try:
        facts = {"mp4": _read_mp4, "webm": matroska.read_facts, "mp3": mpeg_audio.read_facts}[container](file, size)
    except (struct.error, IndexError, OverflowError, ZeroDivisionError, ValueError):
        raise unreadable() from None
    if facts.duration_ms <= 0:
        raise DomainError("media.no_length", status=422)
    if facts.duration_ms > LONGEST_MS:
        raise DomainError("media.too_long", status=422, hours=LONGEST_MS // 3_600_000)
    return facts


# MP4


def _read_mp4(file: BinaryIO, size: int) -> Facts:
    tops = list(_boxes(file, 0, size))
    index = next((box for box in tops if box.kind == b"moov"), None)
    has_content = any(box.kind in (b"mdat", b"moof") for box in tops)
    if index is None or not has_content or index.end - index.start > LARGEST_INDEX:
        raise unreadable()
    scale, length, kinds, width, height = 0, 0, set(), 0, 0
    for box in _walk(file, index):
        if box.kind == b"mvhd":
            scale, length = _clock(_content(file, box, 36))
        elif box.kind == b"mehd":
            length = max(length, _fragments_length(_content(file, box, 16)))
        elif box.kind == b"hdlr":
            kinds.add(_content(file, box, 12)[8:12])
        elif box.kind == b"tkhd":
            wide, high = _frame(_content(file, box, 96))
            width, height = max(width, wide), max(height, high)
    if not kinds & {b"vide", b"soun"}:
        raise unreadable()
    moves = b"vide" in kinds
    return Facts("mp4", "video" if moves else "audio", length * 1000 // scale if scale else 0, width, height)


def _walk(file: BinaryIO, box: Box) -> Iterator[Box]:
    waiting, seen = [box], 0
    while waiting:
        holder = waiting.pop()
        for inner in _boxes(file, holder.start, holder.end):
            seen += 1
            if seen > MOST_BOXES:
                raise unreadable()
            yield inner
            if inner.kind in HOLDERS or inner.kind == b"mvex":
                waiting.append(inner)


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two places; each must fill its room exactly."""
    place, seen = start, 0
    while place < end:
        file.seek(place)
        length, kind = struct.unpack(">I4s", file.read(8))
        begin = place + 8
        if length == 1:
            (length,) = struct.unpack(">Q", file.read(8))
            begin += 8
        elif length == 0:
            length = end - place
        seen += 1
        if place + length > end or length < begin - place or seen > MOST_BOXES * 50:
            raise unreadable()
        yield Box(kind, begin, place + length)
        place += length


def _content(file: BinaryIO, box: Box, most: int) -> bytes:
    file.seek(box.start)
    return file.read(min(most, box.end - box.start))


def _clock(data: bytes) -> tuple[int, int]:
    """Return (ticks a second, ticks) of a movie header."""
    if data[0] == 1:
        scale, length = struct.unpack(">IQ", data[20:32])
    else:
        scale, length = struct.unpack(">II", data[12:20])
    return scale, length


def _fragments_length(data: bytes) -> int:
    (length,) = struct.unpack(">Q", data[4:12]) if data[0] == 1 else struct.unpack(">I", data[4:8])
    return int(length)


def _frame(data: bytes) -> tuple[int, int]:
    """Return (width, height) of a track header, stored as 16.16 fixed point."""
    start = 88 if data[0] == 1 else 76
    width, height = struct.unpack(">II", data[start : start + 8])
    return width >> 16, height >> 16
