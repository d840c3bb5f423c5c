"""The worked numbers of docs/rules/marks.md."""

from decimal import Decimal

import pytest

from certification.results import rules
from certification.results.rules import Outcome, PartOutcome, RequiredPart
from lms.core.errors import DomainError

REQUIRED = [RequiredPart("theory", Decimal(60)), RequiredPart("skill", Decimal(60))]


def scored(value: str) -> PartOutcome:
    return PartOutcome(Outcome.SCORED, Decimal(value))


@pytest.mark.parametrize(
    ("theory", "skill", "passed"),
    [
        (scored("60.00"), scored("60.00"), True),
        (scored("95.00"), scored("59.50"), False),
        (scored("59.99"), scored("100"), False),
        (PartOutcome(Outcome.ABSENT), scored("88"), False),
        (PartOutcome(Outcome.VOID), scored("88"), False),
        (scored("0"), scored("88"), False),
    ],
)
def test_each_part_must_reach_its_pass_mark(theory: PartOutcome, skill: PartOutcome, passed: bool) -> None:
    assert rules.passes({"theory": theory, "skill": skill}, REQUIRED).passed is passed


def test_absent_void_and_nought_are_told_apart() -> None:
    outcomes = [PartOutcome(Outcome.ABSENT), PartOutcome(Outcome.VOID), scored("0")]
    found = [rules.passes({"theory": o}, REQUIRED[:1]).findings[0] for o in outcomes]
    assert [(f.outcome.value, f.value) for f in found] == [("absent", None), ("void", None), ("scored", Decimal(0))]


def test_a_part_without_any_result_is_named_not_guessed() -> None:
    with pytest.raises(DomainError) as refusal:
        rules.passes({"theory": scored("90")}, [*REQUIRED, RequiredPart("review", Decimal(60))])
    assert refusal.value.context == {"parts": "skill、review"}


def test_a_scheme_that_requires_nothing_passes_nobody() -> None:
    with pytest.raises(DomainError):
        rules.passes({"theory": scored("90")}, [])
