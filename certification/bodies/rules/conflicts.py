"""Who must not act for whom, and what weighs how much (I15, I17, I19). Source: domain.md §1.5, §10 (clauses 4.3 and 5.2)."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ConflictKind(StrEnum):
    """What speaks against a person. The first three are the law of the house; a body says what the others weigh."""

    SELF = "self"
    WRITER = "writer"
    NAMESAKE = "namesake"
    TRAINER = "trainer"
    SAME_UNIT = "same_unit"
    DECLARED = "declared"
    ASSESSED_BEFORE = "assessed_before"
    IN_A_ROW = "in_a_row"
    ROTATION = "rotation"
    UNDECLARED = "undeclared"


class Weight(StrEnum):
    BLOCK = "block"
    WARN = "warn"


class TieKind(StrEnum):
    """What somebody declares about a candidate-to-be."""

    RELATIVE = "relative"
    TEACHER = "teacher"
    COLLEAGUE = "colleague"
    FRIEND = "friend"


class Match(StrEnum):
    SURE = "sure"
    POSSIBLE = "possible"


FIXED_WEIGHTS: Mapping[ConflictKind, Weight] = {
    ConflictKind.SELF: Weight.BLOCK,
    ConflictKind.WRITER: Weight.BLOCK,
    # Many people share a name: a person decides, not a comparison of two words.
    ConflictKind.NAMESAKE: Weight.WARN,
}
DEFAULT_WEIGHTS: Mapping[ConflictKind, Weight] = {
    ConflictKind.TRAINER: Weight.BLOCK,
    ConflictKind.SAME_UNIT: Weight.BLOCK,
    ConflictKind.DECLARED: Weight.BLOCK,
    ConflictKind.ASSESSED_BEFORE: Weight.WARN,
    # Sources differ about numbers and force (domain.md §13.7), so a body that says nothing is warned.
    ConflictKind.IN_A_ROW: Weight.WARN,
    ConflictKind.ROTATION: Weight.WARN,
    ConflictKind.UNDECLARED: Weight.WARN,
}
ABOUT_CANDIDATES = frozenset(ConflictKind) - {ConflictKind.IN_A_ROW, ConflictKind.ROTATION, ConflictKind.UNDECLARED}
"""What still matters when the exam is over: the rest is about how a team is put together."""


@dataclass(frozen=True)
class Policy:
    """What one body set."""

    weights: Mapping[ConflictKind, Weight] = field(default_factory=lambda: DEFAULT_WEIGHTS)
    assessed_before_limit: int = 2
    """How many earlier assessments of the same candidate count as too many; 0 looks for none."""
    in_a_row_limit: int = 3
    """How many exams of the body one assessor may serve without a break; 0 for any number."""
    renewed_one_in: int = 3
    """Of so many team members one is new each time, rounded up; 0 for none."""
    declaration_months: int = 12
    """How long a declaration of impartiality counts; 0 asks for none besides that of each plan."""

    def blocks(self, kind: ConflictKind) -> bool:
        return FIXED_WEIGHTS.get(kind, self.weights.get(kind, Weight.BLOCK)) is Weight.BLOCK


def match_tie(*, tie_name: str, tie_phone: str, name: str, phone: str) -> Match | None:
    """Return whether a candidate is the person of a declared tie.

    The same phone is sure, whatever the name; the same name with no phone to compare,
    or with another phone, is possible: people change phones and share names.
    """
    if tie_phone and tie_phone == phone:
        return Match.SURE
    return Match.POSSIBLE if _letters(tie_name) == _letters(name) != "" else None


def employer_key(name: str) -> str:
    """Return the form in which two spellings of one employer are equal: width, case, blanks and brackets do not count."""
    return _letters(name)


def _letters(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())
