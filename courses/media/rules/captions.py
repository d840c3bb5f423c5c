"""Captions: read SRT and WebVTT strictly, with the line of each fault, and write WebVTT.

Source: W3C WebVTT (file structure, cue timings); SRT has no standard, so what the common tools
write is read. Only the words of a cue are kept: positions, styles and markup fall away.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from lms.core.errors import DomainError

MAX_BYTES = 512 * 1024
MAX_CUES = 3000
MAX_TEXT = 500
MAX_FAULTS = 20
LONGEST_MS = 12 * 3600 * 1000

TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?", re.ASCII)
# A hostile line must not be tried in all ways that it could be cut: no time is longer than this, no mark holds a brace.
TIMING = re.compile(r"\s*(\S{1,20})\s*-->\s*(\S{1,20})(?:[ \t].*)?")
MARKUP = re.compile(r"</?[A-Za-z0-9][^<>\n]*>|\{\\[^{}\n]*\}")
SPACE = re.compile(r"[ \t\u3000]+")


@dataclass(frozen=True)
class Cue:
    """Words shown from `start` to `end`, both milliseconds."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Fault:
    """What is wrong in which line; `code` is one of the keys of `messages.CAPTION_FAULTS`."""

    line: int
    code: str
    found: str = ""


class CaptionFaults(DomainError):
    """The captions cannot be taken; `faults` names each line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("media.captions_wrong", status=422, number=len(faults))
        self.faults = list(faults)


def parse_time(text: str) -> int | None:
    """Return milliseconds of "1:02:03.500", "02:03,5" or "2:03"; None for anything else."""
    match = TIME.fullmatch(text.strip())
    if match is None or int(match[3]) > 59 or (match[1] and int(match[2]) > 59):
        return None
    moment = (int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3])) * 1000
    moment += int((match[4] or "0").ljust(3, "0"))
    return moment if moment <= LONGEST_MS else None


def format_time(moment: int) -> str:
    """Return "00:02:03.500" for milliseconds."""
    seconds, ms = divmod(moment, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"


def parse_captions(data: bytes) -> list[Cue]:
    """Return the cues of an SRT or WebVTT file, in order of time.

    Raises `CaptionFaults` with every fault (at most 20) by line, and `DomainError`
    "media.captions_too_large" or "media.captions_not_text" (422).
    """
    if len(data) > MAX_BYTES:
        raise DomainError("media.captions_too_large", status=422, kilobytes=MAX_BYTES // 1024)
    lines = _text(data).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cues: list[tuple[int, Cue]] = []
    faults: list[Fault] = []
    for number, block in _blocks(lines):
        found = _read_block(number, block)
        if isinstance(found, Fault):
            faults.append(found)
        elif found is not None:
            cues.append(found)
    return check_cues(cues, faults)


def check_cues(numbered: Sequence[tuple[int, Cue]], faults: Sequence[Fault] = (), *, duration_ms: int | None = None) -> list[Cue]:
    """Return the cues sorted by time, if each ends after it begins, says something and overlaps no other.

    `numbered` gives each cue with the line it stands in; `duration_ms` is how long the recording runs.
    """
    found = list(faults)
    ordered = sorted(numbered, key=lambda row: (row[1].start, row[1].end))
    before: Cue | None = None
    for line, cue in ordered:
        if cue.end <= cue.start:
            found.append(Fault(line, "end_before_start", f"{format_time(cue.start)} → {format_time(cue.end)}"))
        elif not cue.text:
            found.append(Fault(line, "no_words"))
        elif len(cue.text) > MAX_TEXT:
            found.append(Fault(line, "too_many_words", cue.text[:20]))
        elif before is not None and cue.start < before.end:
            found.append(Fault(line, "overlap", format_time(cue.start)))
        elif duration_ms is not None and cue.start >= duration_ms:
            found.append(Fault(line, "after_the_end", format_time(cue.start)))
        else:
            before = cue
    if not numbered and not found:
        found.append(Fault(1, "no_cues"))
    if len(numbered) > MAX_CUES:
        found.append(Fault(1, "too_many_cues", str(len(numbered))))
    if found:
        raise CaptionFaults(sorted(found, key=lambda fault: fault.line)[:MAX_FAULTS])
    return [cue for _line, cue in ordered]


def write_vtt(cues: Sequence[Cue]) -> str:
    """Return a WebVTT file; whatever the words hold, they stay words."""
    parts = ["WEBVTT\n"]
    for number, cue in enumerate(cues, start=1):
        words = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        parts.append(f"{number}\n{format_time(cue.start)} --> {format_time(cue.end)}\n{words}\n")
    return "\n".join(parts)


def clean_words(text: str) -> str:
    """Return a cue's words without markup, blank lines and doubled spaces; lines stay lines."""
    words = unescape(MARKUP.sub("", text)).replace("\0", "")
    lines = [SPACE.sub(" ", line).strip() for line in words.splitlines()]
    return "\n".join(line for line in lines if line)


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # A picture or a program decodes as something, but never without control characters.
        if not any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in text):
            return text
    raise DomainError("media.captions_not_text", status=422)


def _blocks(lines: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Return (number of the first line, lines) of each part between blank lines."""
    found: list[tuple[int, list[str]]] = []
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line)
        elif block:
            found.append((number - len(block), block))
            block = []
    return found


def _read_block(number: int, block: list[str]) -> tuple[int, Cue] | Fault | None:
    head = block[0].strip()
    if head.startswith("WEBVTT") or head.split(" ")[0] in ("NOTE", "STYLE", "REGION"):
        if not any("-->" in line for line in block) or not head.startswith("WEBVTT"):
            return None
        block, number = block[1:], number + 1
    place = 0 if "-->" in block[0] else 1
    if place >= len(block) or "-->" not in block[place]:
        return Fault(number, "no_timing", head[:40])
    timing = TIMING.fullmatch(block[place])
    moments = [parse_time(part) for part in timing.groups()] if timing else []
    if len(moments) != 2 or moments[0] is None or moments[1] is None:
        return Fault(number + place, "bad_time", block[place].strip()[:40])
    return number + place, Cue(moments[0], moments[1], clean_words("\n".join(block[place + 1 :])))
