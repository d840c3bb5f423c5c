"""What a filing and a card cover. Both are checked against the day of the act, ends included."""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from lms.core.errors import DomainError


class BodyType(StrEnum):
    EMPLOYER = "Y"
    SOCIAL = "S"


class CardKind(StrEnum):
    ASSESSOR = "assessor"
    SENIOR_ASSESSOR = "senior_assessor"
    SUPERVISOR = "supervisor"
    ITEM_WRITER = "item_writer"


ASSESSING_KINDS = (CardKind.ASSESSOR, CardKind.SENIOR_ASSESSOR)


def is_valid_on(valid_from: date, valid_until: date, on: date) -> bool:
    """Return whether `on` lies in the printed term; both printed days count."""
    return valid_from <= on <= valid_until


def check_term(valid_from: date, valid_until: date) -> None:
    """Raise `DomainError` (422) for a term that ends before it begins."""
    if valid_until < valid_from:
        raise DomainError("bodies.term_wrong", status=422)


def card_covers(*, kind: str, levels: Iterable[int], level: int, senior_levels: Iterable[int] = (2, 1)) -> bool:
    """Return whether a card allows its holder to assess `level`.

    The levels are data of the card; on top, the highest levels need a senior
    assessor. Source: domain.md §1.4 (assessor 5–3, senior assessor 2 and 1) and I14.
    """
    if kind not in ASSESSING_KINDS or level not in set(levels):
        return False
    return level not in set(senior_levels) or kind == CardKind.SENIOR_ASSESSOR


def check_filing_codes(*, type_letter: str, body_code: str, province: str, sequence: str) -> None:
    """Raise `DomainError` unless the codes can stand in a certificate number. Source: domain.md §6.2."""
    shapes = {
        "type_letter": (type_letter, r"[YS]"),
        "body_code": (body_code, r"\d{4}"),
        "province": (province, r"\d{2}"),
        "sequence": (sequence, r"\d{6}"),
    }
    for name, (value, shape) in shapes.items():
        if not re.fullmatch(shape, value, re.ASCII):
            raise DomainError("bodies.filing_code_wrong", status=422, name=name, value=value)
