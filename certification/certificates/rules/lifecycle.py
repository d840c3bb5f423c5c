"""What can become of a certificate once it is issued. A number is never used again, whatever happens (I35)."""

from enum import StrEnum


class Status(StrEnum):
    """What the register answers about a certificate."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"


class Event(StrEnum):
    """What the issuing body can do with it."""

    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"
    REPLACE = "replace"


TRANSITIONS: dict[tuple[Status, Event], Status] = {
    (Status.VALID, Event.SUSPEND): Status.SUSPENDED,
    (Status.SUSPENDED, Event.REINSTATE): Status.VALID,
    (Status.VALID, Event.REVOKE): Status.REVOKED,
    (Status.SUSPENDED, Event.REVOKE): Status.REVOKED,
    (Status.VALID, Event.REPLACE): Status.REPLACED,
}

# One of these stands in the way of a second certificate for the same person, occupation, level and body (I33).
STANDING = frozenset({Status.VALID, Status.SUSPENDED})
