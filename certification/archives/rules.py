"""What an archive is: five volumes, one index, one seal; who may open it and until when it is kept. Free of Django.

Source: domain.md §5.5 (volumes, years, exceptional access) and I41.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

FORMAT = "funeng-archive/1"
VOLUMES = (1, 2, 3, 4, 5)
INDEX, SEAL, SIGNATURE, CHAIN, README = "index.json", "seal.json", "index.json.p7s", "chain.pem", "README.txt"
OPEN_FOR = timedelta(hours=2)
"""So long two people may read what they opened together. House rule; §5.5 asks for two people, not for a time."""
WAITS_FOR = timedelta(days=7)
"""A request that nobody carried through in this time is over. House rule."""


class Status(StrEnum):
    BUILDING = "building"
    BUILT = "built"
    SEALED = "sealed"


class OpeningState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    OPEN = "open"
    OVER = "over"
    LAPSED = "lapsed"


class Kept(StrEnum):
    """What has a retention of its own."""

    PAPER = "paper"
    ELECTRONIC = "electronic"
    VIDEO = "video"


YEARS: Mapping[Kept, str] = {
    Kept.PAPER: "paper_retention_years",
    Kept.ELECTRONIC: "electronic_retention_years",
    Kept.VIDEO: "video_retention_years",
}
"""The scheme's parameter that says how many years each is kept."""

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical(content: Any) -> bytes:
    """Return the one spelling of this content: sorted keys, no spaces, UTF-8."""
    return _canonical(content).encode()


def spelled_out(content: Any) -> bytes:
    """Return the spelling that people can read, one too: sorted keys, one line for each value."""
    return (json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def seal_of(index: Mapping[str, Any]) -> str:
    """Return the seal: SHA-256 (64 hex) over the canonical spelling of the index."""
    return hashlib.sha256(canonical(index)).hexdigest()


def kept_until(sealed_on: date, years: int) -> date:
    """Return the last day of the retention; what was sealed on 29 February is kept to the end of February."""
    try:
        return sealed_on.replace(year=sealed_on.year + years)
    except ValueError:
        return sealed_on.replace(year=sealed_on.year + years, day=28)


@dataclass(frozen=True)
class OpeningFacts:
    """What is known of a request to open."""

    asked_at: datetime
    approved_at: datetime | None
    present: Collection[tuple[int, datetime]]
    """Who of the two has confirmed to be there, and when."""
    wanted: frozenset[int]


def opened_at(facts: OpeningFacts) -> datetime | None:
    """Return when the second of the two confirmed; None while one of them, or the approval, is missing."""
    moments = {person: moment for person, moment in facts.present}
    if facts.approved_at is None or not facts.wanted <= moments.keys():
        return None
    return max(moments[person] for person in facts.wanted)


def state_of(facts: OpeningFacts, *, now: datetime) -> OpeningState:
    """Return where a request stands: it is open for a short time after both confirmed, and for nobody before."""
    opened = opened_at(facts)
    if opened is not None:
        return OpeningState.OPEN if opened <= now < opened + OPEN_FOR else OpeningState.OVER
    if now >= facts.asked_at + WAITS_FOR:
        return OpeningState.LAPSED
    return OpeningState.ASKED if facts.approved_at is None else OpeningState.APPROVED


def volume_file(plan_number: str, number: int) -> str:
    """Return the name of a volume in the package: the plan's number, in letters that any machine can store."""
    safe = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "_" for sign in plan_number)
    return f"{safe}-{number}.pdf"
