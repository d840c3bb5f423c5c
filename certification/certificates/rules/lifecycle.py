"""What can become of a certificate once it is issued. A number is never used again, whatever happens (I35)."""

from enum import StrEnum


class Status(StrEnum):
    """What the register answers about a certificate.

    `NUMBERED` has its number and its words, and its file is being made: nobody but the issuing body sees it.
    `VOIDED` never became a certificate; its number stays used.
    """

    NUMBERED = "numbered"
    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"
    EXPIRED = "expired"
    VOIDED = "voided"


class Event(StrEnum):
    """What the issuing body, or the calendar, can do with it."""

    ISSUE = "issue"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"
    REPLACE = "replace"
    EXPIRE = "expire"
    VOID = "void"


TRANSITIONS: dict[tuple[Status, Event], Status] = {
    (Status.NUMBERED, Event.ISSUE): Status.VALID,
    (Status.NUMBERED, Event.VOID): Status.VOIDED,
    (Status.VALID, Event.SUSPEND): Status.SUSPENDED,
    (Status.SUSPENDED, Event.REINSTATE): Status.VALID,
    (Status.VALID, Event.REVOKE): Status.REVOKED,
    (Status.SUSPENDED, Event.REVOKE): Status.REVOKED,
    (Status.EXPIRED, Event.REVOKE): Status.REVOKED,
    (Status.VALID, Event.REPLACE): Status.REPLACED,
    (Status.EXPIRED, Event.REPLACE): Status.REPLACED,
    (Status.VALID, Event.EXPIRE): Status.EXPIRED,
    (Status.SUSPENDED, Event.EXPIRE): Status.EXPIRED,
}

# One of these stands in the way of a second certificate for the same person, occupation, level and body (I33).
STANDING = frozenset({Status.NUMBERED, Status.VALID, Status.SUSPENDED})

# What the public register answers about; the others were never given to anybody.
PUBLIC = frozenset({Status.VALID, Status.SUSPENDED, Status.REVOKED, Status.REPLACED, Status.EXPIRED})


class PublicReason(StrEnum):
    """Why a certificate does not hold, or holds no longer, in words that name nobody: all that the public is told.

    The body chooses one of `PUBLIC_REASONS`; the others follow from what happened. Source of the first two:
    人社鉴发〔2021〕1号 (domain.md §5.6); the rest are house rules.
    """

    UNTRUE = "untrue"
    CHEATING = "cheating"
    ERROR = "error"
    HOLDER = "holder"
    REVIEW = "review"
    OTHER = "other"
    CORRECTION = "correction"
    REISSUE = "reissue"
    RENEWAL = "renewal"
    EXPIRY = "expiry"


PUBLIC_REASONS: dict[Event, tuple[PublicReason, ...]] = {
    Event.SUSPEND: (PublicReason.REVIEW, PublicReason.HOLDER, PublicReason.OTHER),
    Event.REVOKE: (
        PublicReason.UNTRUE,
        PublicReason.CHEATING,
        PublicReason.ERROR,
        PublicReason.HOLDER,
        PublicReason.OTHER,
    ),
}
"""What the body may choose from; the last one stands where nothing was chosen."""


class Change(StrEnum):
    """Why there is a further version of a certificate. The number stays the same in all of them (I35)."""

    CORRECTION = "correction"
    REISSUE = "reissue"
    RENEWAL = "renewal"
