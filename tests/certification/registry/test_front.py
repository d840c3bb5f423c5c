"""What is given again: the same to whoever asks the same way, and to nobody more often than the limit says."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from certification.registry import memory
from tests.issued import AFTER, issue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


@pytest.fixture
def issued(certified_day):
    return issue(certified_day.decisions[0], actor=certified_day.head, now=AFTER)


def test_a_fragment_that_a_script_asked_for_is_not_given_to_the_next_reader_as_the_page(client, issued):
    part = client.get(issued.verify_path, headers={"X-Fragment": "1"}).content.decode()
    whole = client.get(issued.verify_path).content.decode()
    assert "<html" not in part
    assert "<html" in whole


def test_a_page_that_somebody_read_is_not_given_to_a_script_as_the_fragment(client, issued):
    whole = client.get(issued.verify_path).content.decode()
    part = client.get(issued.verify_path, headers={"X-Fragment": "1"}).content.decode()
    assert "<html" in whole
    assert "<html" not in part


@pytest.mark.parametrize("address", ["/verify/offline/", "/verify/" + "a" * 32 + "/"])
def test_asking_for_the_heads_alone_is_limited_like_asking(client, issued, address):
    assert 429 in {client.head(address).status_code for _time in range(70)}


def test_an_answer_that_is_given_again_is_the_same_to_the_last_header(client, issued):
    first, again = client.get(issued.verify_path), client.get(issued.verify_path)
    assert (again.status_code, again.content) == (200, first.content)
    assert dict(again.items()) == dict(first.items())
    assert not again.cookies


def test_each_language_look_and_kind_of_answer_is_remembered_by_itself(client, issued):
    ways = [
        {},
        {"headers": {"accept-language": "en"}},
        {"headers": {"accept": "application/json"}},
        {"query_params": {"lang": "en"}},
    ]
    first = [client.get(issued.verify_path, **way).content for way in ways]
    again = [client.get(issued.verify_path, **way).content for way in ways]
    assert again == first
    assert len(set(first)) == len(ways)
    client.cookies["care"] = "1"
    assert b'data-care="1"' in client.get(issued.verify_path).content


def test_an_answer_of_yesterday_is_not_given_again(client, issued, monkeypatch):
    from lms.core import clock

    client.get(issued.verify_path)
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    client.get(issued.verify_path)
    given = memory.recall_given(issued.token, "page:zh-hans::auto:0")
    assert given is not None
    assert given.day == timezone.localdate(tomorrow)


def test_a_page_that_was_not_found_is_not_remembered(client, db):
    address = f"/verify/{'n' * 32}/"
    assert [client.get(address).status_code for _time in range(2)] == [404, 404]
    assert memory.recall_given("n" * 32, "page:zh-hans::auto:0") is None
