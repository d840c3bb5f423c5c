"""What filings and cards cover, who stands too near to a candidate, and when somebody has served long enough; free of Django."""

from certification.bodies.rules.conflicts import (
    ABOUT_CANDIDATES,
    DEFAULT_WEIGHTS,
    ConflictKind,
    Match,
    Policy,
    TieKind,
    Weight,
    employer_key,
    match_tie,
)
from certification.bodies.rules.cover import (
    ASSESSING_KINDS,
    BodyType,
    CardKind,
    card_covers,
    check_filing_codes,
    check_term,
    is_valid_on,
)
from certification.bodies.rules.rotation import in_a_row, newcomers_missing
from certification.bodies.rules.terms import WARNED_AT, declaration_counts, declared_since

__all__ = [
    "ABOUT_CANDIDATES",
    "ASSESSING_KINDS",
    "DEFAULT_WEIGHTS",
    "WARNED_AT",
    "BodyType",
    "CardKind",
    "ConflictKind",
    "Match",
    "Policy",
    "TieKind",
    "Weight",
    "card_covers",
    "check_filing_codes",
    "check_term",
    "declaration_counts",
    "declared_since",
    "employer_key",
    "in_a_row",
    "is_valid_on",
    "match_tie",
    "newcomers_missing",
]
