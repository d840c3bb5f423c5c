"""The life of a signing key. It waits until two people take it into use, and is never forgotten afterwards."""

from enum import StrEnum

WARNING_DAYS = (90, 30, 7)
"""So many days before a certificate in use ends, the body is told (house rule)."""


class Backend(StrEnum):
    """Where the private half lies: in a file, in a hardware token, at a licensed provider."""

    PKCS12 = "pkcs12"
    PKCS11 = "pkcs11"
    PROVIDER = "provider"


class Algorithm(StrEnum):
    """The kinds of key that can be kept here. The value is also what the register shows."""

    ECDSA_P256 = "ECDSA P-256"
    RSA_2048 = "RSA 2048"
    RSA_3072 = "RSA 3072"
    RSA_4096 = "RSA 4096"
    SM2 = "SM2"


# Readers of PDF know no SM2 (ISO 32000-2, ISO/TS 32002), and neither does the check of our own files.
FOR_PDF = frozenset(Algorithm) - {Algorithm.SM2}
RSA_BITS = {Algorithm.RSA_2048: 2048, Algorithm.RSA_3072: 3072, Algorithm.RSA_4096: 4096}


class KeyStatus(StrEnum):
    """A retired key still proves what it signed; one that somebody else may have had proves nothing by itself."""

    WAITING = "waiting"
    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


class KeyEvent(StrEnum):
    ACTIVATE = "activate"
    RETIRE = "retire"
    COMPROMISE = "compromise"


KEY_TRANSITIONS: dict[tuple[KeyStatus, KeyEvent], KeyStatus] = {
    (KeyStatus.WAITING, KeyEvent.ACTIVATE): KeyStatus.ACTIVE,
    (KeyStatus.WAITING, KeyEvent.RETIRE): KeyStatus.RETIRED,
    (KeyStatus.ACTIVE, KeyEvent.RETIRE): KeyStatus.RETIRED,
    (KeyStatus.WAITING, KeyEvent.COMPROMISE): KeyStatus.COMPROMISED,
    (KeyStatus.ACTIVE, KeyEvent.COMPROMISE): KeyStatus.COMPROMISED,
    (KeyStatus.RETIRED, KeyEvent.COMPROMISE): KeyStatus.COMPROMISED,
}

# To take a key into or out of use needs two people; to report that it is not safe any more, one is enough.
TWO_PEOPLE = frozenset({KeyEvent.ACTIVATE, KeyEvent.RETIRE})


class ChangeStatus(StrEnum):
    """What became of a proposal to take a key into or out of use."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


def warning_due(days_left: int) -> int | None:
    """Return the nearest threshold (90, 30 or 7 days) that was reached, or None while there is time."""
    reached = [days for days in WARNING_DAYS if days_left <= days]
    return min(reached) if reached else None
