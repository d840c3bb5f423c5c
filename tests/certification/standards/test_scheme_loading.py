"""Schemes as data: what is loaded, and the sums that are refused."""

import copy
from decimal import Decimal
from typing import Any

import pytest

from certification.standards.models import Occupation, Scheme
from certification.standards.services import load_scheme
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.open_plan import STANDARDS, scheme_data


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted(STANDARDS.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_column_of_each_demo_scheme_adds_up_to_100(path: Any, now: Any) -> None:
    scheme = load_scheme(scheme_data(path), actor=None, now=now)
    for level in scheme.levels.all():
        for table in ("theory", "skill"):
            assert sum(level.weights(table).values()) == Decimal(100)


def test_the_sample_says_so_and_has_the_agreed_theory_weights(scheme: Any) -> None:
    assert (scheme.is_sample, scheme.sample_note) == (True, "示例，非国家标准")
    assert list(scheme.levels.get(level=4).weights("theory").values()) == [5, 20, 20, 20, 15, 12, 8]


def test_loading_twice_changes_nothing(scheme: Any, now: Any) -> None:
    assert load_scheme(scheme_data(), actor=None, now=now) == scheme
    assert (Scheme.objects.count(), LedgerEntry.objects.filter(kind="standards.published").count()) == (1, 1)


def test_other_content_under_a_published_version_is_refused(scheme: Any, now: Any) -> None:
    data = scheme_data()
    data["levels"][0]["skill"] = {**data["levels"][0]["skill"], "咨询与转介": "20", "维护与随访": "15"}
    with pytest.raises(DomainError, match=r"standards.version_taken"):
        load_scheme(data, actor=None, now=now)
    data["version"] = 2
    assert load_scheme(data, actor=None, now=now).version == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("weight", "total"), [("24", "99"), ("30", "105")])
def test_a_column_of_99_or_105_is_refused_and_named(weight: str, total: str, now: Any) -> None:
    data = copy.deepcopy(scheme_data())
    data["levels"][0]["skill"]["咨询与转介"] = weight
    with pytest.raises(DomainError) as refused:
        load_scheme(data, actor=None, now=now)
    assert refused.value.code == "standards.weights_sum"
    assert refused.value.context == {"level": 4, "table": "skill", "total": total}
    assert not Occupation.objects.exists()


@pytest.mark.django_db
def test_the_published_transcription_of_the_elderly_care_standard_is_refused(now: Any) -> None:
    data = scheme_data(STANDARDS / "elderly-care-worker-2019.yaml")
    data["levels"][3]["theory"]["基础知识"] = "15"
    with pytest.raises(DomainError, match="total=105"):
        load_scheme(data, actor=None, now=now)


@pytest.mark.django_db
def test_skill_weights_without_a_function_of_the_level_are_refused(now: Any) -> None:
    data = scheme_data()
    data["levels"][0]["functions"].remove("维护与随访")
    with pytest.raises(DomainError, match=r"standards.unknown_function"):
        load_scheme(data, actor=None, now=now)


@pytest.mark.django_db
def test_level_two_needs_the_comprehensive_review(now: Any) -> None:
    data = scheme_data()
    data["levels"][2]["parts"].pop()
    with pytest.raises(DomainError, match=r"standards.parts_wrong"):
        load_scheme(data, actor=None, now=now)


def test_public_pages_show_the_weights_and_mark_the_sample(client: Any, scheme: Any, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(8):
        page = client.get(scheme.get_absolute_url())
    assert page.status_code == 200
    assert "示例，非国家标准" in page.content.decode()
    assert client.get("/apply/standards/").status_code == 200
    assert client.get("/apply/standards/999/").status_code == 404
