"""What a room is made for. Source: domain.md §3.2 (venues)."""

from enum import StrEnum


class Purpose(StrEnum):
    STANDARD = "standard"
    COMPUTER = "computer"
    SKILL = "skill"
    MEETING = "meeting"
