"""The four baseline levels of a PDF signature. Source: ETSI EN 319 142-1, 6."""

from enum import StrEnum


class Level(StrEnum):
    """What a file can prove by itself, each level more than the one before."""

    B = "PAdES-B-B"  # who signed, and that nothing changed
    T = "PAdES-B-T"  # and that it was signed no later than a trusted moment
    LT = "PAdES-B-LT"  # and that the certificates were not revoked then, without asking anybody
    LTA = "PAdES-B-LTA"  # and all that under a younger time stamp, renewable for ever
