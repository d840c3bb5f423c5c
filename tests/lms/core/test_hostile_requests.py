"""Requests that no browser makes get an answer of their own; they never become an error of ours."""

import pytest
from django.test import Client

from lms.core.forms import whole_number

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/verify/" + "%00" * 32 + "/", "/nothing%00", "/courses/%00/", "/search/?q=a%00b", "/publications/?before=%00"]
)
def test_a_null_byte_in_the_address_is_a_bad_request(client: Client, address: str) -> None:
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("address", ["/", "/learn/"])
@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "theme"])
def test_a_null_byte_in_a_cookie_is_a_bad_request(client: Client, address: str, name: str) -> None:
    assert client.get(address, headers={"cookie": f'{name}="\\000aaaaaaaaaaaaaaaaaaaa"'}).status_code == 400


def test_without_it_the_same_cookie_is_let_in(client: Client) -> None:
    assert client.get("/", headers={"cookie": 'sessionid="aaaaaaaaaaaaaaaaaaaa"'}).status_code == 200


@pytest.mark.parametrize("before", ["²", "٣", "-1", "9" * 40, "9" * 5000, "x"])
def test_a_place_in_a_list_that_is_no_key_means_the_first_page(client: Client, before: str) -> None:
    assert client.get(f"/publications/?before={before}").status_code == 200


def test_an_address_for_a_button_leads_back_to_the_page_that_has_it(client: Client, make_user) -> None:
    client.force_login(make_user("王小芳"))
    answer = client.get("/apply/plans/1/start/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert 'href="/apply/plans/1/"' in answer.content.decode()


def test_a_machine_that_uses_the_wrong_verb_gets_no_page(client: Client, make_user) -> None:
    client.force_login(make_user("王小芳"))
    answer = client.get("/apply/plans/1/start/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.content) == (405, b"")


@pytest.mark.parametrize("address", ["/", "/healthz", "/readyz", "/verify/", "/publications/", "/search/", "/accounts/login/"])
def test_a_watcher_may_ask_for_the_head_of_a_page(client: Client, address: str) -> None:
    answer = client.head(address)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("17", 17),
        ("", 0),
        (None, 0),
        ("²", 0),
        ("５", 0),
        ("1_0", 0),
        (" 1", 0),
        ("-1", 0),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, 0),
    ],
)
def test_only_plain_digits_are_a_number(text: str | None, number: int) -> None:
    assert whole_number(text) == number
