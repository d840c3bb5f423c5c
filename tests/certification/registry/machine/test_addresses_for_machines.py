"""What the addresses for machines answer: keys, credentials, status lists; to whom, how fresh, and how often."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.urls import reverse

from certification.certificates.credential.addresses import LIST_ENTRIES, Purpose
from certification.certificates.credential.encodings import from_base64url
from certification.certificates.credential.proof import proof_holds
from certification.certificates.credential.status import decode_bits
from certification.registry.machine import access
from certification.registry.machine.views import PER_MINUTE
from lms.core import store
from tests.credentials import ID_NUMBER, MOMENT, NAME

pytestmark = pytest.mark.django_db


def path_of(address, settings):
    assert address.startswith(settings.PUBLIC_URL)
    return address.removeprefix(settings.PUBLIC_URL)


def jwk_key(jwk):
    x, y = (int.from_bytes(from_base64url(jwk[name]), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def bits_of(response):
    return decode_bits(told(response)["credentialSubject"]["encodedList"])


def told(response):
    """Return the JSON of an answer, whatever its media type is called."""
    return json.loads(response.content)


def marked(client, body, purpose, number=0):
    response = client.get(f"/issuers/{body.organisation.slug}/status/{purpose}/{number}/")
    assert response.status_code == 200
    return bits_of(response)


def test_each_address_in_a_credential_is_one_that_this_site_answers(body, settings):
    slug, places = body.organisation.slug, access.addresses()
    for name, kwargs, address in (
        ("did_document", {"slug": slug}, places.did_document(slug)),
        ("jwks", {"slug": slug}, places.jwks(slug)),
        ("key_history", {"slug": slug}, places.key_history(slug)),
        ("credential", {"token": "t" * 32}, places.credential("t" * 32)),
        ("certificate", {"token": "t" * 32}, places.page("t" * 32)),
        (
            "status_list",
            {"slug": slug, "purpose": "suspension", "number": 2},
            places.status_list(slug, Purpose.SUSPENSION, 2 * LIST_ENTRIES),
        ),
    ):
        assert reverse(f"registry:{name}", kwargs=kwargs) == path_of(address, settings)


def test_the_did_document_names_the_key_that_proves_a_credential(client, body, issue, settings):
    certificate = issue()
    credential = told(client.get(f"/credentials/{certificate.token}/"))
    response = client.get(path_of(access.addresses().did_document(body.organisation.slug), settings))
    document = told(response)
    assert response["Content-Type"] == "application/did+ld+json"
    assert document["id"] == credential["issuer"]["id"]
    assert document["assertionMethod"] == [credential["proof"]["verificationMethod"]]
    assert document["verificationMethod"][0]["publicKeyMultibase"].startswith("zDn")


def test_the_history_keeps_a_retired_key_and_says_that_it_is_retired(client, body, issue):
    from certification.certificates.authority import make_body_key
    from certification.certificates.models import SigningKey

    SigningKey.objects.filter(pk=body.key.pk).update(status="retired", retired_at=MOMENT)
    make_body_key(body.organisation, actor=None, now=MOMENT)
    slug = body.organisation.slug
    history = told(client.get(f"/issuers/{slug}/keys.json"))
    assert [key["state"] for key in history["keys"]] == ["retired", "active"]
    assert history["name"]["zh"] == body.organisation.name
    assert history["keys"][0]["valid_until"] == "2036-01-01T00:00:00Z"
    assert history["keys"][0]["retired_at"] == "2026-09-21T01:30:00Z"
    thumbprints = [key["jwk"]["kid"] for key in history["keys"]]
    assert [key["kid"] for key in told(client.get(f"/issuers/{slug}/jwks.json"))["keys"]] == thumbprints
    assert len(told(client.get(f"/issuers/{slug}/did.json"))["assertionMethod"]) == 2
    # What the first key signed is still proved by it.
    certificate = issue()
    credential = told(client.get(f"/credentials/{certificate.token}/"))
    assert credential["proof"]["verificationMethod"].endswith(thumbprints[0])


def test_one_file_holds_the_keys_of_all_issuers_and_proves_a_qr_code_without_network(client, body, employer, issue):
    from certification.certificates.authority import make_body_key
    from certification.certificates.credential.qr_token import token_facts, verify_token, write_token
    from certification.certificates.keys.loading import load_key

    make_body_key(employer, actor=None, now=MOMENT)
    certificate = issue()
    facts = token_facts(certificate.claims, issuer=body.organisation.slug)
    text = write_token(facts, page=certificate.verify_url, signer=load_key(body.key))
    histories = told(client.get("/issuers/keys.json"))["issuers"]
    assert [history["slug"] for history in histories] == sorted([employer.slug, body.organisation.slug])
    keys = {
        bytes.fromhex(key["key_id"]): jwk_key(key["jwk"])
        for history in histories
        if history["slug"] == facts.issuer
        for key in history["keys"]
    }
    assert verify_token(text, keys).number == certificate.number


def test_a_key_that_is_not_safe_any_more_stays_named_and_proves_nothing(client, body):
    from certification.certificates.models import SigningKey

    rows = SigningKey.objects.filter(pk=body.key.pk)
    rows.update(status="compromised", revoked_at=MOMENT, unsafe_since=MOMENT)
    slug = body.organisation.slug
    document = told(client.get(f"/issuers/{slug}/did.json"))
    assert (document["assertionMethod"], document["verificationMethod"][0]["revoked"]) == ([], "2026-09-21T01:30:00Z")
    assert told(client.get(f"/issuers/{slug}/jwks.json")) == {"keys": []}
    assert told(client.get(f"/issuers/{slug}/keys.json"))["keys"][0]["state"] == "revoked"


def test_a_key_that_was_never_used_is_not_named(client, body):
    from certification.certificates.models import SigningKey

    SigningKey.objects.filter(pk=body.key.pk).update(status="waiting", activated_at=None)
    assert client.get(f"/issuers/{body.organisation.slug}/did.json").status_code == 404
    assert told(client.get("/issuers/keys.json")) == {"issuers": []}


@pytest.mark.parametrize("file", ["did.json", "jwks.json", "keys.json", "status/revocation/0/"])
def test_an_organisation_without_a_key_and_one_that_does_not_exist_are_answered_alike(client, body, employer, file):
    answers = [client.get(f"/issuers/{slug}/{file}") for slug in (employer.slug, "nobody")]
    assert [response.status_code for response in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/vc", "application/ld+json", "application/vc+ld+json"])
def test_a_machine_gets_the_credential_byte_for_byte(client, issue, accept):
    certificate = issue()
    response = client.get(f"/credentials/{certificate.token}/", headers={"accept": accept})
    assert response.content == store.read(certificate.credential_sha256)
    assert response["Content-Type"] == ("application/vc" if accept == "*/*" else accept)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies


def test_it_discloses_neither_name_nor_number(client, issue):
    text = client.get(f"/credentials/{issue().token}/").content.decode()
    assert NAME not in text
    assert ID_NUMBER not in text


def test_a_person_is_sent_to_the_page_that_explains_it(client, issue):
    certificate = issue()
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    response = client.get(f"/credentials/{certificate.token}/", headers={"accept": browser})
    assert (response.status_code, response["Location"]) == (302, f"/verify/{certificate.token}/")
    assert "Accept" in response["Vary"]


@pytest.mark.parametrize("status", ["numbered", "voided"])
def test_what_was_never_given_to_anybody_is_not_found(client, issue, status):
    certificate = issue(status=status)
    assert client.get(f"/credentials/{certificate.token}/").status_code == 404
    assert client.get("/credentials/" + "x" * 32 + "/").status_code == 404
    assert client.get("/credentials/x/").status_code == 404


def test_a_revoked_one_is_still_shown_since_its_list_tells(client, issue, body):
    certificate = issue(index=5, status="revoked")
    assert client.get(f"/credentials/{certificate.token}/").status_code == 200
    assert marked(client, body, "revocation") == {5}


def test_the_first_list_marks_what_must_not_be_relied_on_and_the_second_what_may_come_back(client, body, issue):
    states = ["numbered", "valid", "suspended", "revoked", "replaced", "expired", "voided"]
    for index, status in enumerate(states):
        issue(index=index, status=status)
    assert {states[place] for place in marked(client, body, "revocation")} == {"suspended", "revoked", "replaced", "voided"}
    assert {states[place] for place in marked(client, body, "suspension")} == {"suspended"}


def test_a_revocation_counts_at_once_and_a_reinstatement_too(client, body, issue):
    certificate = issue(index=9)
    address = f"/issuers/{body.organisation.slug}/status/suspension/0/"
    before = client.get(address)
    assert client.get(address, headers={"if-none-match": before["ETag"]}).status_code == 304
    type(certificate).objects.filter(pk=certificate.pk).update(status="suspended")
    after = client.get(address, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert bits_of(after) == {9}
    type(certificate).objects.filter(pk=certificate.pk).update(status="valid")
    assert marked(client, body, "suspension") == set()
    assert after["Cache-Control"] == "no-cache"


def test_an_unchanged_list_is_signed_once(client, body, issue):
    issue(status="revoked")
    address = f"/issuers/{body.organisation.slug}/status/revocation/0/"
    assert client.get(address).content == client.get(address).content


def test_a_list_is_signed_by_the_issuer_and_names_itself(client, body, issue, settings):
    issue(status="revoked")
    response = client.get(f"/issuers/{body.organisation.slug}/status/revocation/0/")
    document = told(response)
    key = access.issuer_by_slug(body.organisation.slug).keys[0].written.public_key
    assert proof_holds(document, key)
    assert path_of(document["id"], settings) == response.request["PATH_INFO"]
    assert document["issuer"] == access.addresses().did(body.organisation.slug)


def test_another_bodys_revocations_are_not_in_the_list(client, body, issue, employer):
    from certification.certificates.authority import make_body_key

    make_body_key(employer, actor=None, now=MOMENT)
    issue(index=3, status="revoked", organisation=employer)
    assert marked(client, body, "revocation") == set()


def test_the_second_list_begins_where_the_first_ends(client, body, issue):
    address = f"/issuers/{body.organisation.slug}/status/revocation/1/"
    assert client.get(address).status_code == 404
    issue(index=LIST_ENTRIES - 1, status="revoked")
    issue(index=LIST_ENTRIES, status="revoked")
    assert marked(client, body, "revocation", 0) == {LIST_ENTRIES - 1}
    assert marked(client, body, "revocation", 1) == {0}


@pytest.mark.parametrize("path", ["refresh/0/", "revocation/99999999999999999999/", "revocation/-1/"])
def test_a_list_that_there_is_not_is_not_found(client, body, path):
    assert client.get(f"/issuers/{body.organisation.slug}/status/{path}").status_code == 404


def test_without_a_key_in_use_there_is_no_list_rather_than_an_old_one(client, body, issue):
    from certification.certificates.models import SigningKey

    address = f"/issuers/{body.organisation.slug}/status/revocation/0/"
    issue(status="revoked")
    assert client.get(address).status_code == 200
    SigningKey.objects.filter(pk=body.key.pk).update(status="retired", retired_at=MOMENT)
    response = client.get(address)
    assert (response.status_code, response.json()) == (503, {"status": "unavailable"})


def test_nothing_asks_for_a_session_and_nobody_may_write(client, body, issue):
    certificate = issue()
    slug = body.organisation.slug
    for path in (f"/issuers/{slug}/did.json", f"/issuers/{slug}/status/revocation/0/", f"/credentials/{certificate.token}/"):
        response = client.get(path)
        assert not response.cookies
        assert client.head(path).status_code == 200
        assert client.post(path).status_code == 405


def test_an_address_that_asks_too_often_is_told_to_wait(client, body):
    path = f"/issuers/{body.organisation.slug}/jwks.json"
    codes = [client.get(path).status_code for _ in range(PER_MINUTE + 1)]
    assert codes[-2:] == [200, 429]


def test_a_status_list_costs_a_handful_of_queries_however_many_are_revoked(client, body, issue, django_assert_max_num_queries):
    for index in range(12):
        issue(index=index, status="revoked")
    with django_assert_max_num_queries(5):
        response = client.get(f"/issuers/{body.organisation.slug}/status/revocation/0/")
    assert len(bits_of(response)) == 12
