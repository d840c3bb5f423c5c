"""The life of an invitation, who may be invited as what, and colours that stay readable. Knows no framework."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from lms.core.errors import DomainError
from lms.organisations.rules import TEACHING_KINDS, Kind, Role


class Status(StrEnum):
    """Where an invitation stands. Whether an open one has run out is told by the clock."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    ACCEPT = "accept"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[tuple[Status, Event], Status] = {
    (Status.OPEN, Event.ACCEPT): Status.ACCEPTED,
    (Status.OPEN, Event.WITHDRAW): Status.WITHDRAWN,
}

TERM = timedelta(days=14)
"""How long a link opens the door."""
MOST_SENDINGS = 5
"""How often one invitation may be sent, the first time included: the phone of somebody else is no toy."""
MOST_OPEN = 50
"""How many invitations of one organisation may wait at the same time."""

INVITED_KINDS = tuple(kind for kind in Kind if kind in TEACHING_KINDS and kind is not Kind.ASSOCIATION)
"""What an association may invite; another association is a matter for the operator."""
INVITED_ROLES = (Role.TEACHER, Role.AUTHOR, Role.COLLEGE_ADMIN, Role.ITEM_WRITER)
"""What an organisation may invite people as, and what it may end; offices of an assessment stay with the operator."""
FOUNDING_ROLES = (Role.COLLEGE_ADMIN, Role.AUTHOR)
"""What the first person of a new organisation becomes."""
OPENING_ROLES = (Role.HEAD, Role.COURSE_REVIEWER)
"""Who of an association may invite an organisation."""
STAFFING_ROLES = (Role.COLLEGE_ADMIN, Role.HEAD)
"""Who of an organisation may invite people to it."""


class Way(StrEnum):
    """Where a part of a course goes among the parts beside it."""

    EARLIER = "earlier"
    LATER = "later"


@dataclass(frozen=True)
class Standing:
    """What counts when a part changes places: whether learners see it, and whether it waits for a reviewer."""

    live: bool
    waits: bool


def may_trade_places(one: Standing, other: Standing, *, publishes: bool) -> bool:
    """Tell whether two neighbours may change places.

    Who may publish orders everything. An author orders what learners do not see yet: a draft passes a published part,
    since that leaves the order of what is published as it is. What a reviewer is reading stays where she found it.
    """
    return publishes or not ((one.live and other.live) or one.waits or other.waits)


SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def new_token() -> str:
    """Return the secret of a link: 256 bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is kept of a secret: its SHA-256, so that whoever reads the table cannot join."""
    return hashlib.sha256(token.encode()).hexdigest()


def mask_contact(phone: str, email: str) -> str:
    """Return the contact so that its owner knows it and nobody else learns it: `138****0001`, `y***@demo.example`."""
    if phone:
        number = phone.removeprefix("+86")
        return f"{number[:3]}****{number[-4:]}"
    name, _at, domain = email.partition("@")
    return f"{name[:1]}***@{domain}"


def check_slug(text: str) -> str:
    """Return the last part of an organisation's address; raises `DomainError` (422) for anything but a-z, 0-9, hyphens."""
    slug = text.strip().lower()
    if len(slug) > 50 or not SLUG.fullmatch(slug):
        raise DomainError("tenancy.bad_address", status=422)
    return slug


# Colours

HEX = re.compile(r"#[0-9a-f]{6}")
LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3 (AA) for text."""
LIGHT_GROUNDS = ("#fbf8f2", "#ffffff", "#f4efe5")
"""Paper, surface and sunken of the light set (`static/css/tokens.css`); the accent is written on them."""
DARK_GROUNDS = ("#141a19", "#1c2423", "#101514")
ON_ACCENT = ("#ffffff", "#101514")


@dataclass(frozen=True)
class Accent:
    """One colour as the style sheet needs it: for text on the ground, its deeper twin, and text upon it."""

    colour: str
    deep: str
    on: str
    wash: str


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Return the relative luminance 0…1 of `#rrggbb` (WCAG 2.2)."""
    parts = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast 1…21 of two colours `#rrggbb` (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """Return `colour` with `share` (0…1) of `other` in it, as `#rrggbb`."""
    mixed = (round(a + (b - a) * share) for a, b in zip(_channels(colour), _channels(other), strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def check_accent(text: str) -> str:
    """Return `#rrggbb` in small letters if it can be read as text on each of the light grounds.

    Raises `DomainError` (422): `tenancy.bad_colour`, `tenancy.faint_colour` with the contrast reached.
    """
    colour = text.strip().lower()
    if not HEX.fullmatch(colour):
        raise DomainError("tenancy.bad_colour", status=422)
    reached = min(contrast(colour, ground) for ground in LIGHT_GROUNDS)
    if reached < LEAST_CONTRAST:
        raise DomainError("tenancy.faint_colour", status=422, reached=f"{reached:.1f}", least=LEAST_CONTRAST)
    return colour


def accents(colour: str) -> tuple[Accent, Accent]:
    """Return the accent for the light and for the dark set; the dark one is lightened until it can be read."""
    light = Accent(colour, mix(colour, "#000000", 0.22), _on(colour), mix(colour, "#ffffff", 0.9))
    pale, share = colour, 0.0
    while min(contrast(pale, ground) for ground in DARK_GROUNDS) < 7 and share < 1:
        share += 0.05
        pale = mix(colour, "#ffffff", share)
    dark = Accent(pale, mix(pale, "#ffffff", 0.35), _on(pale), mix("#1c2423", pale, 0.12))
    return light, dark


def _on(colour: str) -> str:
    return max(ON_ACCENT, key=lambda ink: contrast(ink, colour))


SHEET = """@layer pages {{
  :root {{ --pine: {light.colour}; --pine-deep: {light.deep}; --on-pine: {light.on}; --pine-wash: {light.wash}; }}
  :root[data-theme="dark"] {{ --pine: {dark.colour}; --pine-deep: {dark.deep}; --on-pine: {dark.on}; --pine-wash: {dark.wash}; }}
  @media (prefers-color-scheme: dark) {{
    :root[data-theme="auto"] {{ --pine: {dark.colour}; --pine-deep: {dark.deep}; --on-pine: {dark.on}; --pine-wash: {dark.wash}; }}
  }}
}}
"""


def style_sheet(colour: str) -> str:
    """Return the style sheet that puts the accent in place of the house's own, in the light and the dark set."""
    light, dark = accents(colour)
    return SHEET.format(light=light, dark=dark)
