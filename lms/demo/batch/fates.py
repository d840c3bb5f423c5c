"""What befalls each candidate: drawn before anything happens, from one seeded source."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Lot(StrEnum):
    """The one thing out of the ordinary that may befall somebody."""

    NONE = "none"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    ABSENT = "absent"
    ABSENT_FROM_SKILL = "absent_from_skill"
    ABSENT_FROM_REVIEW = "absent_from_review"
    CHEATED = "cheated"
    STOPPED = "stopped"
    STOP_STANDS = "stop_stands"
    VOIDED = "voided"
    FATAL_ONCE = "fatal_once"
    FATAL_TWICE = "fatal_twice"
    FATAL_ASKED = "fatal_asked"
    DIVERGENT = "divergent"


ODDS = {
    Lot.WITHDRAWN: 10,
    Lot.REJECTED: 20,
    Lot.ABSENT: 35,
    Lot.ABSENT_FROM_SKILL: 10,
    Lot.ABSENT_FROM_REVIEW: 10,
    Lot.CHEATED: 8,
    Lot.STOPPED: 8,
    Lot.STOP_STANDS: 4,
    Lot.VOIDED: 4,
    Lot.FATAL_ONCE: 10,
    Lot.FATAL_TWICE: 10,
    Lot.FATAL_ASKED: 8,
    Lot.DIVERGENT: 25,
}
"""Of a thousand."""
PLENTY = 60
"""From so many candidates on a session leaves its lots to chance; a smaller one gets some of them for sure."""
ON_THE_DAY = (Lot.ABSENT, Lot.CHEATED, Lot.DIVERGENT, Lot.FATAL_TWICE, Lot.STOPPED, Lot.REJECTED)


@dataclass(frozen=True)
class Fate:
    """How well somebody knows her trade, and her lot."""

    theory: float
    skill: float
    review: float
    lot: Lot


def draw_fates(chance: Random, size: int, *, review: bool) -> list[Fate]:
    """Return the fates of a session's candidates."""
    fates = [_fate(chance, review=review) for _ in range(size)]
    if size < PLENTY:
        # The last ones: whatever else is made an example of begins with the first.
        for place, lot in enumerate(ON_THE_DAY[: size // 3], start=1):
            old = fates[-place]
            fates[-place] = Fate(old.theory, old.skill, old.review, lot)
    return fates


def _fate(chance: Random, *, review: bool) -> Fate:
    theory, skill, defence = chance.uniform(0.5, 1.0), chance.uniform(0.52, 0.98), chance.uniform(0.52, 0.95)
    throw = chance.randrange(1000)
    lot = Lot.NONE
    for name, odds in ODDS.items():
        throw -= odds
        if throw < 0:
            lot = name
            break
    if lot is Lot.ABSENT_FROM_REVIEW and not review:
        lot = Lot.ABSENT_FROM_SKILL
    return Fate(theory, skill, defence, lot)
