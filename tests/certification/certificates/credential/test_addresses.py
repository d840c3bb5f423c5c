"""The names of issuers and the addresses that follow from them."""

import pytest

from certification.certificates.credential.addresses import Addresses, Purpose


@pytest.mark.parametrize(
    ("public_url", "did"),
    [
        ("https://cert.example.cn", "did:web:cert.example.cn:issuers:a-b"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000:issuers:a-b"),
        ("https://example.cn/funeng", "did:web:example.cn:funeng:issuers:a-b"),
    ],
)
def test_a_did_leads_back_to_its_document(public_url, did):
    addresses = Addresses(public_url)
    assert addresses.did("a-b") == did
    # did:web, how a name is read: the colons become slashes, the port's colon is decoded.
    path = did.removeprefix("did:web:").replace(":", "/").replace("%3A", ":")
    assert addresses.did_document("a-b").split("://")[1] == f"{path}/did.json"


def test_status_lists_are_counted_by_their_length():
    addresses = Addresses("https://cert.example.cn")
    assert addresses.status_list("a", Purpose.SUSPENSION, 131_071).endswith("/issuers/a/status/suspension/0/")
    assert addresses.status_list("a", Purpose.SUSPENSION, 131_072).endswith("/issuers/a/status/suspension/1/")
