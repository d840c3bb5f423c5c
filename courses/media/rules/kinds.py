"""What a recording is, and for whom."""

from enum import StrEnum


class Kind(StrEnum):
    VIDEO = "video"
    AUDIO = "audio"


class Audience(StrEnum):
    EVERYONE = "everyone"
    LEARNERS = "learners"
