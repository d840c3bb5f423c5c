"""The length of an MP3 file, from its frames' headers (ISO/IEC 11172-3, 13818-3)."""

from typing import BinaryIO

from courses.media.rules.facts import Facts, unreadable

KBPS = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
HERTZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
PROOF = 3
"""Frames that must follow one another before a file is believed to be MP3."""


def is_frame(head: bytes) -> bool:
    """Tell whether four bytes are the header of a layer III frame."""
    return len(head) >= 4 and _frame(head) is not None


def read_facts(file: BinaryIO, size: int) -> Facts:
    """Return the facts of an MP3 file: by the count of frames where the file tells it, else by its bit rate."""
    start = _after_tag(file)
    file.seek(start)
    first = file.read(200)
    frame = _frame(first)
    if frame is None:
        raise unreadable()
    samples, hertz, _length, kbps = frame
    _prove(file, start, size)
    for place in (36, 21, 13):
        if first[place : place + 4] in (b"Xing", b"Info") and first[place + 7] & 1:
            frames = int.from_bytes(first[place + 8 : place + 12], "big")
            return Facts("mp3", "audio", frames * samples * 1000 // hertz)
    return Facts("mp3", "audio", (size - start) * 8 // kbps)


def _after_tag(file: BinaryIO) -> int:
    """Return where the sound begins after an ID3 tag, whose size has seven bits a byte."""
    file.seek(0)
    head = file.read(10)
    if head[:3] != b"ID3":
        return 0
    size = 0
    for byte in head[6:10]:
        if byte > 127:
            raise unreadable()
        size = size << 7 | byte
    return size + 10


def _prove(file: BinaryIO, place: int, size: int) -> None:
    for _count in range(PROOF):
        file.seek(place)
        frame = _frame(file.read(4))
        if frame is None:
            raise unreadable()
        place += frame[2]
        if place >= size:
            break


def _frame(head: bytes) -> tuple[int, int, int, int] | None:
    """Return (samples, samples a second, bytes, kbit/s) of a layer III frame, or None."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, rate, speed = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or speed == 3 or not 0 < rate < 15:
        return None
    kbps, hertz = KBPS[1 if version == 3 else 2][rate], HERTZ[version][speed]
    samples = 1152 if version == 3 else 576
    return samples, hertz, samples * kbps * 125 // hertz + (head[2] >> 1 & 1), kbps
