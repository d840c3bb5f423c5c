"""The 22-character certificate number: what goes in comes out, and nothing else is taken."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.certificates.rules import NumberKind, format_number, normalise_number, parse_number, recognise
from lms.core.errors import DomainError

SHAPE = re.compile(r"^[YS]\d{4}\d{2}\d{6}\d{2}[1-5]\d{6}$", re.ASCII)


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


PARTS = st.fixed_dictionaries(
    {
        "type_letter": st.sampled_from("YS"),
        "body_code": digits(4),
        "province": digits(2),
        "sequence": digits(6),
        "year": st.integers(2000, 2099),
        "level": st.integers(1, 5),
        "serial": st.integers(1, 999_999),
    }
)


@given(PARTS)
def test_a_number_has_the_official_shape_and_reads_back_to_its_parts(parts):
    number = format_number(**parts)
    assert SHAPE.match(number)
    read = parse_number(number)
    assert {name: getattr(read, name) for name in parts} == parts
    assert str(read) == number


@given(PARTS, PARTS)
def test_different_parts_never_give_the_same_number(one, other):
    assert (format_number(**one) == format_number(**other)) == (one == other)


@given(st.text(max_size=30))
def test_any_text_is_either_a_number_of_the_shape_or_refused(text):
    if recognise(text) is NumberKind.SKILL_LEVEL and not text.rstrip().endswith("000000"):
        assert str(parse_number(text)) == normalise_number(text)
    else:
        with pytest.raises(DomainError) as caught:
            parse_number(text)
        assert (caught.value.code, caught.value.status) == ("certificates.bad_number", 422)


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("S000031000123253000001", ("S", "0000", "31", "000123", 2025, 3, 1)),
        ("Y000031000456265000027", ("Y", "0000", "31", "000456", 2026, 5, 27)),
        ("S008731000009264001300", ("S", "0087", "31", "000009", 2026, 4, 1300)),
    ],
)
def test_the_worked_examples_of_the_rule(number, parts):
    names = ("type_letter", "body_code", "province", "sequence", "year", "level", "serial")
    assert format_number(**dict(zip(names, parts, strict=True))) == number
    assert tuple(getattr(parse_number(number), name) for name in names) == parts


def test_a_number_pasted_with_gaps_or_in_full_width_is_understood():
    assert str(parse_number(" s0000-31 000123\u300025 3 000001 ")) == "S000031000123253000001"
    assert str(parse_number("Ｓ００００３１０００１２３２５３０００００１")) == "S000031000123253000001"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "S00003100012325300000",  # 21 characters
        "S0000310001232530000011",  # 23
        "X000031000123253000001",  # unknown type letter
        "S000031000123256000001",  # level 6
        "S000031000123250000001",  # level 0
        "S000031000123253000000",  # serial 000000 is never given out
        "S000031000123253٠٠٠٠٠١",  # Arabic-Indic digits
    ],
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(DomainError) as caught:
        parse_number(text)
    assert caught.value.code == "certificates.bad_number"


GOOD = {
    "type_letter": "S",
    "body_code": "0000",
    "province": "31",
    "sequence": "000123",
    "year": 2026,
    "level": 4,
    "serial": 1,
}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("type_letter", "s"),
        ("body_code", "123"),
        ("body_code", "12a4"),
        ("province", "3"),
        ("sequence", "12345"),
        ("year", 1999),
        ("year", 2100),
        ("level", 0),
        ("level", 6),
        ("serial", 0),
        ("serial", -1),
    ],
)
def test_a_part_that_does_not_fit_is_named(part, value):
    with pytest.raises(DomainError) as caught:
        format_number(**{**GOOD, part: value})
    assert caught.value.code == "certificates.bad_number_part"
    assert caught.value.context["part"] == part


def test_after_serial_999999_no_number_is_left():
    assert format_number(**{**GOOD, "serial": 999_999}).endswith("4999999")
    with pytest.raises(DomainError) as caught:
        format_number(**{**GOOD, "serial": 1_000_000})
    assert caught.value.code == "certificates.serials_exhausted"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("S000031000123253000001", NumberKind.SKILL_LEVEL),
        ("S00003100012325T000001", NumberKind.SKILL_LEVEL_OTHER),
        ("1209000000301234", NumberKind.QUALIFICATION),
        ("1234567890123", NumberKind.SHANGHAI),
        ("0001234567890123", NumberKind.SHANGHAI),
        ("RSN12345678901234567", NumberKind.UNKNOWN),
        ("", NumberKind.UNKNOWN),
    ],
)
def test_numbers_of_other_systems_are_recognised_by_shape(text, kind):
    assert recognise(text) is kind
