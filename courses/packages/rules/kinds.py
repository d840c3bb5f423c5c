"""What a package is, and how far somebody has come in it."""

from enum import StrEnum


class Kind(StrEnum):
    SCORM12 = "scorm12"
    SCORM2004 = "scorm2004"
    WEB = "web"


class Standing(StrEnum):
    """What a package last reported, or the person herself."""

    BEGUN = "begun"
    COMPLETED = "completed"
    PASSED = "passed"
    FAILED = "failed"


DONE = frozenset({Standing.COMPLETED, Standing.PASSED})
