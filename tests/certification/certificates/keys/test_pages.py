"""The pages of the keys: who sees them, who proposes and confirms, and that each proves who he is."""

import datetime

import pytest
from django.urls import reverse

from certification.certificates.models import KeyChange
from certification.certificates.rules.keys import KeyEvent
from certification.certificates.services.keys import propose_change
from lms.core import clock
from tests.certification.certificates.keys.conftest import NOW

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _on_that_day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def key(waiting_key):
    return waiting_key()


@pytest.fixture
def sign_in(client):
    """Return a function that signs somebody in, and lets her give her password once more if `freshly`."""

    def enter(person, *, freshly=True):
        client.force_login(person)
        if freshly:
            client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        return client

    return enter


def page(client, key):
    return client.get(reverse("certificates:key", args=[key.pk]))


def propose(client, key, event="activate", reason="换新密钥"):
    return client.post(reverse("certificates:propose_key_change", args=[key.pk, event]), {"reason": reason})


@pytest.mark.parametrize(
    ("who", "listed", "shown"),
    [
        ("head", 200, 200),
        ("officer", 200, 200),
        ("other_head", 200, 404),
        ("assessor", 403, 404),
        ("stranger", 403, 404),
    ],
)
def test_k80_head_and_officer_see_the_keys_of_their_own_body(sign_in, key, people, who, listed, shown):
    client = sign_in(getattr(people, who), freshly=False)
    listing = client.get(reverse("certificates:keys"))
    assert listing.status_code == listed
    assert (reverse("certificates:key", args=[key.pk]) in listing.content.decode()) is (shown == 200)
    assert page(client, key).status_code == shown


def test_k81_one_proposes_another_confirms_both_after_giving_their_password(sign_in, key, people):
    propose(sign_in(people.officer), key)
    change = KeyChange.objects.get()
    assert reverse("certificates:confirm_key_change", args=[change.pk]) not in page(sign_in(people.officer), key).content.decode()
    client = sign_in(people.head)
    assert reverse("certificates:confirm_key_change", args=[change.pk]) in page(client, key).content.decode()
    client.post(reverse("certificates:confirm_key_change", args=[change.pk]))
    key.refresh_from_db()
    assert key.active


def test_k82_the_same_person_cannot_confirm_by_address_either(sign_in, key, people):
    client = sign_in(people.head)
    propose(client, key)
    change = KeyChange.objects.get()
    client.post(reverse("certificates:confirm_key_change", args=[change.pk]))
    key.refresh_from_db()
    assert not key.active


@pytest.mark.parametrize("what", ["propose", "confirm", "unsafe"])
def test_k83_without_a_fresh_sign_in_nothing_happens(sign_in, key, people, what):
    change = propose_change(key, KeyEvent.ACTIVATE, reason="换新密钥", actor=people.officer, now=NOW)
    addresses = {
        "propose": reverse("certificates:propose_key_change", args=[key.pk, "retire"]),
        "confirm": reverse("certificates:confirm_key_change", args=[change.pk]),
        "unsafe": reverse("certificates:key_unsafe", args=[key.pk]),
    }
    response = sign_in(people.head, freshly=False).post(addresses[what], {"reason": "试", "since": "2026-09-20T08:00"})
    assert "/accounts/reauthenticate/" in response["Location"]
    key.refresh_from_db()
    assert key.status == "waiting"
    assert KeyChange.objects.get().status == "open"


def test_k84_one_person_stops_a_key_on_the_page(sign_in, key, people):
    client = sign_in(people.officer)
    stop = {"reason": "电脑失窃", "since": "2026-09-20T08:00"}
    client.post(reverse("certificates:key_unsafe", args=[key.pk]), stop)
    key.refresh_from_db()
    assert key.status == "compromised"
    assert key.unsafe_since == datetime.datetime(2026, 9, 20, 0, 0, tzinfo=datetime.UTC)
    assert "电脑失窃" in page(client, key).content.decode()


def test_k85_a_mistake_in_the_form_is_told_beside_it(sign_in, key, people):
    client = sign_in(people.officer)
    assert propose(client, key, reason="").status_code == 422
    assert client.post(reverse("certificates:key_unsafe", args=[key.pk]), {"reason": "失窃"}).status_code == 422
    future = {"reason": "失窃", "since": "2027-01-01T00:00"}
    assert client.post(reverse("certificates:key_unsafe", args=[key.pk]), future).status_code == 422
    assert propose(client, key, event="compromise").status_code == 404
    assert propose(client, key, event="nonsense").status_code == 404
    key.refresh_from_db()
    assert key.status == "waiting"


def test_k86_the_page_tells_fingerprint_people_and_history(sign_in, key, people, take_into_use):
    take_into_use(key)
    text = page(sign_in(people.head), key).content.decode()
    for expected in (key.ceremony.first_officer.name, people.officer.name, key.key_reference, key.algorithm):
        assert expected in text
    assert "PRIVATE KEY" not in text


def test_k87_a_list_of_many_keys_costs_no_more_queries(sign_in, waiting_key, people, django_assert_max_num_queries):
    for _time in range(4):
        waiting_key()
    client = sign_in(people.head)
    client.get(reverse("certificates:keys"))
    with django_assert_max_num_queries(14):
        client.get(reverse("certificates:keys"))
