"""A certificate issued by the real services: its file, its paper and its address, judged by others over HTTP."""

import datetime
import io
import json
import subprocess
import urllib.request
from types import SimpleNamespace

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from certification.certificates.credential.encodings import from_base64url
from certification.certificates.credential.qr_token import DOMAIN, verify_token
from certification.certificates.services import reinstate_certificate, revoke_certificate, suspend_certificate
from lms.core import store
from lms.core.errors import DomainError
from tests.issued import AFTER, issue
from tests.outside import needs_node, run

pytestmark = [pytest.mark.django_db, needs_node]


@pytest.fixture
def issued(live_server, settings, certified_day) -> SimpleNamespace:
    """A running site and a certificate that two people issued on it: `site`, `day`, `certificate`."""
    settings.PUBLIC_URL = live_server.url
    certificate = issue(certified_day.decisions[0], actor=certified_day.head, now=AFTER)
    return SimpleNamespace(site=live_server.url, day=certified_day, certificate=certificate)


def fetched(address):
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own server
        return answer.read()


def marked(issued):
    credential = json.loads(fetched(f"{issued.site}/credentials/{issued.certificate.token}/"))
    later = issued.certificate.issued_at + datetime.timedelta(days=30)
    answer = run("verify.mjs", {"credential": credential, "now": later.isoformat()})
    assert (answer["verified"], answer["errors"]) == (True, [])
    return answer["marked"]


def test_others_find_it_verified_then_suspended_then_valid_again_then_revoked(issued):
    certificate, told = issued.certificate, {"actor": issued.day.head, "now": AFTER}
    assert marked(issued) == []
    certificate = suspend_certificate(certificate, reason="核查", **told)
    assert marked(issued) == ["revocation"]
    certificate = reinstate_certificate(certificate, reason="无误", **told)
    assert marked(issued) == []
    revoke_certificate(certificate, reason="作弊", **told)
    assert marked(issued) == ["revocation"]


def test_the_file_carries_the_credential_that_its_address_shows(issued):
    with pikepdf.open(io.BytesIO(store.read(issued.certificate.pdf_sha256))) as pdf:
        carried = [file.get_file().read_bytes() for file in pdf.attachments.values()]
    assert fetched(f"{issued.site}/credentials/{issued.certificate.token}/") in carried


def test_a_photograph_of_the_paper_proves_itself_with_the_keys_of_yesterday(issued, tmp_path):
    page = tmp_path / "certificate.pdf"
    page.write_bytes(store.read(issued.certificate.pdf_sha256))
    # 150 dpi is what a phone makes of an A4 page.
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", str(page), str(tmp_path / "paper")], check=True)
    (code,) = zxingcpp.read_barcodes(Image.open(tmp_path / "paper.png"))
    keys = json.loads(fetched(f"{issued.site}/issuers/keys.json"))["issuers"][0]["keys"]
    jwks = {"keys": [key["jwk"] for key in keys]}

    page_token, data = issued.certificate.token, from_base64url(code.text.split("#")[1])
    signed = DOMAIN + len(page_token).to_bytes(2, "big") + page_token.encode() + data[:-64]
    task = {"signed": signed.hex(), "signature": data[-64:].hex(), "keyId": data[2:10].hex(), "jwks": jwks}
    assert run("keys.mjs", task)["verified"] is True

    from certification.certificates.keys.loading import load_key

    known = {bytes.fromhex(keys[0]["key_id"]): load_key(issued.certificate.signing_key).certificate.public_key()}
    facts = verify_token(code.text, known)
    assert (facts.number, facts.name) == (issued.certificate.number, issued.certificate.claims["holder"]["name"])
    with pytest.raises(DomainError):
        verify_token(code.text.replace(page_token, page_token[::-1]), known)
