"""The whole way over HTTP: a library that is not ours fetches keys and lists from this site and judges a credential."""

import json
import urllib.request

import pytest

from tests.outside import needs_node, run

pytestmark = [pytest.mark.django_db, needs_node]


@pytest.fixture
def site(live_server, settings):
    """The address of a running site, which its credentials name."""
    settings.PUBLIC_URL = live_server.url
    return live_server.url


def judged(site, certificate, **changes):
    with urllib.request.urlopen(f"{site}/credentials/{certificate.token}/") as answer:  # noqa: S310 - our own server
        credential = json.load(answer)
    return run("verify.mjs", {"credential": credential | changes, "now": "2026-10-21T00:00:00Z"})


def test_issued_suspended_revoked_each_as_the_register_says_at_that_moment(site, body, issue):
    certificate = issue(index=70_000)
    issue(index=70_001, status="revoked")
    rows = type(certificate).objects.filter(pk=certificate.pk)
    assert judged(site, certificate) == {"verified": True, "marked": [], "errors": []}
    rows.update(status="suspended")
    assert judged(site, certificate)["marked"] == ["revocation"]
    rows.update(status="valid")
    assert judged(site, certificate)["marked"] == []
    rows.update(status="revoked")
    assert judged(site, certificate)["marked"] == ["revocation"]


def test_a_tampered_twin_and_one_of_another_issuer_are_refused(site, body, issue):
    certificate = issue()
    twin = judged(site, certificate, name="职业技能等级证书 · 一级")
    assert (twin["verified"], twin["errors"][-1]) == (False, "Invalid signature.")
    other = f"did:web:{site.split('//')[1].replace(':', '%3A')}:issuers:nobody"
    assert judged(site, certificate, issuer={"id": other, "type": ["Profile"], "name": "无"})["verified"] is False
