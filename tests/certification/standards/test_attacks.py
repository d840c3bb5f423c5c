"""A body writes its own norm: it may ask for more than the rules, and for no less."""

from typing import Any

import pytest

from certification.standards import rules
from certification.standards.services import load_scheme
from lms.core.errors import DomainError
from lms.core.messages import text_of
from tests.open_plan import scheme_data


def with_pass_mark(mark: str) -> dict[str, Any]:
    data = scheme_data()
    data["levels"][0]["parts"][1]["pass_mark"] = mark
    return data


def problems_of(data: dict[str, Any]) -> list[DomainError]:
    found = rules.tidied(data)
    return [problem.error for problem in (*found.problems, *rules.publication_problems(found.data))]


@pytest.mark.parametrize("mark", ["0.5", "1", "59", "59.5"])
def test_i25_no_norm_passes_anybody_below_sixty(mark: str) -> None:
    (error,) = problems_of(with_pass_mark(mark))
    assert error.code == "standards.pass_mark_too_low"
    assert mark in text_of(error)


@pytest.mark.parametrize("mark", ["60", "60.0", "75", "100"])
def test_i25_sixty_and_more_can_be_asked_for(mark: str) -> None:
    assert problems_of(with_pass_mark(mark)) == []


@pytest.mark.django_db
def test_i25_such_a_norm_is_not_stored_as_published(now: Any) -> None:
    with pytest.raises(DomainError, match=r"standards.pass_mark_too_low"):
        load_scheme(with_pass_mark("10"), actor=None, now=now)


@pytest.mark.parametrize(("name", "years"), [("paper_retention_years", 2), ("electronic_retention_years", 0)])
def test_no_norm_lets_papers_be_destroyed_early(name: str, years: int) -> None:
    data = scheme_data()
    data["parameters"] = {**data.get("parameters", {}), name: years}
    assert [error.code for error in problems_of(data)] == ["standards.parameter_too_low"]
