"""The public figures count, and tell no share of a few people."""

import pytest

from lms.insights.selectors import SMALLEST_TOLD, bodies, totals

pytestmark = pytest.mark.django_db


def test_an_empty_site_has_zeros(client, association):
    page = client.get("/insights/")
    assert page.status_code == 200
    assert set(totals().values()) == {0}


def test_a_share_of_two_people_is_not_told(batch, client):
    row = next(row for row in bodies() if row.candidates)
    assert 0 < row.candidates < SMALLEST_TOLD
    assert row.pass_share is None
    assert "人数太少" in client.get("/insights/").content.decode()


def test_figures_cost_the_same_however_many_bodies(batch, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        client.get("/insights/")
