from certification.bodies.selectors.cover import (
    assessors_available,
    card_covering,
    cards_on,
    filing_covering,
    filings_valid_on,
    is_supervisor,
    people_covering,
)

__all__ = [
    "assessors_available",
    "card_covering",
    "cards_on",
    "filing_covering",
    "filings_valid_on",
    "is_supervisor",
    "people_covering",
]
