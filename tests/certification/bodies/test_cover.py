"""What a filing and a card cover, on their first and last day and the days beside them."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from certification.bodies.rules import card_covers, check_filing_codes
from certification.bodies.selectors import card_covering, filing_covering
from lms.core.errors import DomainError


@pytest.mark.parametrize(
    ("kind", "levels", "level", "covers"),
    [
        ("assessor", [5, 4, 3], 4, True),
        ("assessor", [5, 4, 3], 2, False),
        ("assessor", [2], 2, False),
        ("senior_assessor", [3, 2, 1], 2, True),
        ("supervisor", [5, 4, 3], 4, False),
    ],
)
def test_a_card_covers_its_levels_and_the_highest_need_a_senior_assessor(
    kind: str, levels: list[int], level: int, covers: bool
) -> None:
    assert card_covers(kind=kind, levels=levels, level=level) is covers


@pytest.mark.parametrize(
    ("on", "found"),
    [(date(2024, 12, 31), False), (date(2025, 1, 1), True), (date(2027, 12, 31), True), (date(2028, 1, 1), False)],
)
def test_a_filing_counts_on_its_printed_days(body: SimpleNamespace, scheme: Any, on: date, found: bool) -> None:
    filing = filing_covering(body.organisation, occupation=scheme.occupation, work_type="", level=4, on=on)
    assert (filing is not None) is found


def test_a_filing_does_not_cover_another_level_or_body(body: SimpleNamespace, scheme: Any, employer: Any) -> None:
    day = date(2026, 9, 7)
    assert filing_covering(body.organisation, occupation=scheme.occupation, work_type="", level=2, on=day) is None
    assert filing_covering(employer, occupation=scheme.occupation, work_type="", level=4, on=day) is None


def test_an_expired_card_covers_nothing(body: SimpleNamespace, scheme: Any) -> None:
    person = body.assessors[0]
    assert card_covering(person, occupation=scheme.occupation, level=4, on=date(2028, 12, 31)) is not None
    assert card_covering(person, occupation=scheme.occupation, level=4, on=date(2029, 1, 1)) is None


@pytest.mark.parametrize("wrong", [{"type_letter": "X"}, {"body_code": "00"}, {"province": "SH"}, {"sequence": "１２３４５６"}])
def test_codes_that_fit_no_certificate_number_are_refused(wrong: dict[str, str]) -> None:
    codes = {"type_letter": "S", "body_code": "0000", "province": "31", "sequence": "000123"} | wrong
    with pytest.raises(DomainError, match=r"bodies.filing_code_wrong"):
        check_filing_codes(**codes)


def test_the_public_list_names_filed_bodies(client: Any, body: SimpleNamespace) -> None:
    assert body.filing.record_number in client.get("/apply/bodies/").content.decode()
