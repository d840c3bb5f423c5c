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


@pytest.mark.parametrize(
    ("mark", "rounding", "passed", "counted"),
    [
        ("59.50", "none", False, None),
        ("60.00", "none", True, None),
        ("59.50", "half_up", True, "60"),
        ("59.49", "half_up", False, "59"),
        ("60.00", "half_up", True, None),
        ("60.40", "half_up", True, "60"),
    ],
)
def test_i25_59_and_a_half_is_60_only_where_the_scheme_rounds(
    mark: str, rounding: str, passed: bool, counted: str | None
) -> None:
    verdict = rules.passes({"theory": scored(mark)}, REQUIRED[:1], rounding=rounding)
    (finding,) = verdict.findings
    assert verdict.passed is passed
    assert finding.value == Decimal(mark)
    assert finding.counted == (Decimal(counted) if counted else None)


def test_rounding_never_averages_the_parts() -> None:
    parts = {"theory": scored("100"), "skill": scored("59.4")}
    assert not rules.passes(parts, REQUIRED, rounding="half_up").passed


def stations(*totals: str, fatal: tuple[str, ...] = ()) -> dict:
    return {"stations": [{"totals": list(totals), "fatal": list(fatal)}]}


@pytest.mark.parametrize(
    ("result", "basis", "expected"),
    [
        (PartOutcome(Outcome.ABSENT), {}, ["absent"]),
        (PartOutcome(Outcome.VOID), {"kept": {}}, ["void"]),
        (scored("80"), {}, []),
        (scored("0"), {}, ["zero"]),
        (scored("59.00"), {}, ["near_miss"]),
        (scored("59.99"), {}, ["near_miss"]),
        (scored("58.99"), {}, []),
        (scored("60"), {}, []),
        (scored("80"), {"kept": {"ticket": "1"}}, ["kept"]),
        (scored("80"), stations("40", "30", "35"), ["divergent"]),
        (scored("80"), stations("40", "30.5", "35"), []),
        (scored("20"), stations("20", "20", "20", fatal=("7",)), ["fatal"]),
        (scored("80"), {"stations": [{"totals": ["40"], "fatal_signed_once": ["7"]}]}, ["fatal_once"]),
        (scored("80"), {"stations": [{"totals": ["40"], "arbitration": {"row": 1}}]}, ["arbitrated"]),
    ],
)
def test_i27_what_the_second_person_is_shown(result: PartOutcome, basis: dict, expected: list[str]) -> None:
    assert rules.anomalies(result, REQUIRED[0], rounding="none", basis=basis) == expected


def test_i27_a_pass_by_rounding_is_shown() -> None:
    assert rules.anomalies(scored("59.50"), REQUIRED[0], rounding="half_up", basis={}) == ["rounded"]
