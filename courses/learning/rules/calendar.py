"""Due dates as an iCalendar file (RFC 5545). Knows no framework."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75
"""Octets, without the line break (RFC 5545 §3.1)."""


@dataclass(frozen=True)
class Event:
    """Something that takes the whole of one day. `uid` stays the same when the day moves."""

    uid: str
    day: date
    title: str
    text: str
    url: str


def calendar(events: Iterable[Event], *, name: str, now: datetime) -> str:
    """Return the calendar as text with CRLF line ends; an hour before the day of each event a reminder is due at 9:00."""
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Funeng//Learning//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"X-WR-CALNAME:{escape(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.uid}",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escape(event.title)}",
            f"DESCRIPTION:{escape(event.text)}",
            f"URL:{event.url}",
            "TRANSP:TRANSPARENT",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{escape(event.title)}",
            "TRIGGER:-PT15H",
            "END:VALARM",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{fold(line)}\r\n" for line in lines)


def escape(text: str) -> str:
    """Return the text with the signs escaped that have a meaning in iCalendar."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(plain.splitlines())


def fold(line: str) -> str:
    """Break a line after at most 75 octets, never within a character."""
    parts, part, octets = [], "", 0
    for sign in line:
        size = len(sign.encode())
        if octets + size > LONGEST_LINE:
            parts.append(part)
            part, octets = "", 1  # the space that marks a continued line counts
        part, octets = part + sign, octets + size
    return "\r\n ".join([*parts, part])
