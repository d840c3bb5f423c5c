"""Eligibility, computed without a database. Worked cases of domain.md §12.1."""

from datetime import date

import pytest

from certification.standards.rules import (
    CertificateFact,
    Diploma,
    Employment,
    Facts,
    TitleFact,
    add_years,
    check_requirement,
    evaluate,
    full_years,
    missing_evidence,
)
from lms.core.errors import DomainError

FIVE_YEARS = [{"kind": "work_years", "years": 5, "since": "total"}]
THREE_AFTER_LEVEL_5 = [
    {"kind": "holds_certificate", "level": 5},
    {"kind": "work_years", "years": 3, "since": "certificate", "level": 5},
]


def work(start: date, end: date | None = None, *, relevant: bool = True) -> Employment:
    return Employment(occupation="养老护理员", started_on=start, ended_on=end, relevant=relevant)


def met(requirement: list, facts: Facts, on: date) -> bool:
    return evaluate(requirement, facts, on).met


def test_five_years_are_reached_on_the_anniversary_and_not_the_day_before() -> None:
    facts = Facts(employments=(work(date(2021, 3, 1)),))
    assert met(FIVE_YEARS, facts, date(2026, 3, 1))
    assert not met(FIVE_YEARS, facts, date(2026, 2, 28))


def test_a_closed_period_of_exactly_five_years_counts() -> None:
    facts = Facts(employments=(work(date(2015, 3, 1), date(2020, 2, 29)),))
    assert met(FIVE_YEARS, facts, date(2026, 1, 1))
    assert not met(FIVE_YEARS, Facts(employments=(work(date(2015, 3, 1), date(2020, 2, 28)),)), date(2026, 1, 1))


def test_overlapping_employment_is_counted_once() -> None:
    facts = Facts(employments=(work(date(2020, 1, 1), date(2022, 12, 31)), work(date(2021, 1, 1), date(2022, 12, 31))))
    finding = evaluate(FIVE_YEARS, facts, date(2026, 1, 1)).findings[0]
    assert (finding.context["has_years"], finding.context["has_months"]) == (3, 0)


def test_gaps_do_not_count() -> None:
    periods = [(date(2018, 1, 1), date(2020, 1, 1)), (date(2022, 1, 1), date(2025, 1, 1))]
    assert full_years(periods) == 5
    assert full_years(periods[:1]) == 2


def test_unrelated_work_does_not_count() -> None:
    assert not met(FIVE_YEARS, Facts(employments=(work(date(2000, 1, 1), relevant=False),)), date(2026, 1, 1))


def test_work_after_a_certificate_starts_on_its_issue_date() -> None:
    certificate = CertificateFact(occupation="养老护理员", level=5, issued_on=date(2023, 5, 10))
    facts = Facts(employments=(work(date(2010, 1, 1)),), certificates=(certificate,))
    assert not met(THREE_AFTER_LEVEL_5, facts, date(2026, 5, 9))
    assert met(THREE_AFTER_LEVEL_5, facts, date(2026, 5, 10))


def test_a_certificate_of_29_february_is_three_years_old_on_28_february() -> None:
    assert add_years(date(2024, 2, 29), 3) == date(2027, 2, 28)
    certificate = CertificateFact(occupation="养老护理员", level=5, issued_on=date(2024, 2, 29))
    facts = Facts(employments=(work(date(2010, 1, 1)),), certificates=(certificate,))
    assert not met(THREE_AFTER_LEVEL_5, facts, date(2027, 2, 27))
    assert met(THREE_AFTER_LEVEL_5, facts, date(2027, 2, 28))


def test_a_certificate_of_another_level_or_occupation_is_no_anchor() -> None:
    others = (
        CertificateFact(occupation="养老护理员", level=4, issued_on=date(2015, 1, 1)),
        CertificateFact(occupation="茶艺师", level=5, issued_on=date(2015, 1, 1), relevant=False),
    )
    facts = Facts(employments=(work(date(2010, 1, 1)),), certificates=others)
    codes = [finding.code for finding in evaluate(THREE_AFTER_LEVEL_5, facts, date(2026, 1, 1)).missing]
    assert codes == ["certificate_missing", "work_years_unanchored_after_certificate"]


def test_sixteen_on_the_day_is_old_enough() -> None:
    requirement = [{"kind": "min_age", "years": 16}]
    facts = Facts(birth_date=date(2010, 9, 7))
    assert met(requirement, facts, date(2026, 9, 7))
    assert not met(requirement, facts, date(2026, 9, 6))


@pytest.mark.parametrize(("final_year_ok", "expected"), [(True, True), (False, False)])
def test_final_year_students_count_only_where_the_standard_says_so(final_year_ok: bool, expected: bool) -> None:
    requirement = [{"kind": "diploma", "kinds": ["bachelor"], "final_year_ok": final_year_ok}]
    facts = Facts(diplomas=(Diploma(kind="bachelor", major="护理", graduated_on=None),))
    assert met(requirement, facts, date(2026, 1, 1)) is expected


def test_an_unevaluated_programme_is_not_enough_where_evaluation_is_asked() -> None:
    requirement = [{"kind": "diploma", "kinds": ["bachelor"], "evaluated": True}]
    diploma = Diploma(kind="bachelor", major="护理", graduated_on=date(2020, 7, 1))
    assert not met(requirement, Facts(diplomas=(diploma,)), date(2026, 1, 1))


def test_a_title_that_does_not_match_the_field_is_no_title() -> None:
    requirement = [{"kind": "holds_title", "rank": "junior"}]
    title = TitleFact(name="会计", rank="junior", issued_on=date(2020, 1, 1), relevant=False)
    assert not met(requirement, Facts(titles=(title,)), date(2026, 1, 1))


def test_present_work_needs_a_running_employment() -> None:
    requirement = [{"kind": "employed"}]
    assert met(requirement, Facts(employments=(work(date(2026, 1, 1)),)), date(2026, 2, 1))
    assert not met(requirement, Facts(employments=(work(date(2020, 1, 1), date(2021, 1, 1)),)), date(2026, 2, 1))


def test_either_of_two_kinds_of_evidence_is_enough() -> None:
    wanted = ["certificate", ["work_proof", "social_insurance"]]
    assert missing_evidence(wanted, ["certificate", "social_insurance"]) == []
    assert missing_evidence(wanted, ["social_insurance"]) == [("certificate",)]


@pytest.mark.parametrize(
    "requirement",
    [[], [{"kind": "wealth"}], [{"kind": "work_years"}], [{"kind": "diploma", "kinds": ["phd"]}], [{"kind": "holds_title"}]],
)
def test_a_requirement_that_nobody_can_check_is_refused(requirement: list) -> None:
    with pytest.raises(DomainError):
        check_requirement(requirement, code="9-9")
