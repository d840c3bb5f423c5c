"""The page without a server and the command: keys, what has ended, and a policy that lets nothing in or out."""

import base64
import hashlib
import io
import json
import re

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from certification.certificates.credential.qr_token import token_facts, write_token
from certification.certificates.keys.loading import load_key
from certification.certificates.models import SigningKey
from certification.certificates.services import revoke_certificate
from certification.registry.offline.builder import offline_page
from certification.registry.offline.snapshot import REFERENCE_BYTES, reference, snapshot
from tests.issued import AFTER, issue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


@pytest.fixture
def issued(certified_day):
    return issue(certified_day.decisions[0], actor=certified_day.head, now=AFTER)


@pytest.fixture
def code(issued):
    facts = token_facts(issued.claims, issuer=issued.organisation.slug)
    return write_token(facts, page=issued.verify_url, signer=load_key(issued.signing_key))


def data_of(page: str):
    return json.loads(re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)[1])


def test_the_file_allows_exactly_its_own_script_and_style_and_no_network(issued):
    page = offline_page(now=AFTER).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy
    for tag in ('script type="module"', "style"):
        text = re.search(rf"<{tag}>(.*?)</{tag.split()[0]}>", page, re.DOTALL)[1]
        assert f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}" in policy
    assert not re.search(r'(src|href)="(?!#)', page)
    assert (
        "import "
        not in re.search(r'<script type="module">(.*?)</script>', page, re.DOTALL)[1]
        .split("export")[0]
        .replace("importKey", "")[:200]
    )


def test_the_snapshot_names_keys_and_ended_certificates_but_no_person_and_no_token(issued, certified_day):
    assert snapshot(now=AFTER)["ended"]["revoked"] == ""
    revoke_certificate(issued, reason="x", actor=certified_day.head, now=AFTER)
    page = offline_page(now=AFTER).decode()
    data = data_of(page)
    assert base64.b64decode(data["ended"]["revoked"]) == reference(issued.token)
    assert len(reference(issued.token)) == REFERENCE_BYTES
    (key,) = [key for key in data["keys"] if key["slug"] == issued.organisation.slug]
    assert (key["state"], key["jwk"]["crv"]) == ("active", "P-256")
    for secret in (issued.token, issued.number, "林晓梅"):
        assert secret not in page


def test_the_site_gives_the_file_to_keep_and_never_to_open_here(client, issued):
    response = client.get("/verify/offline/")
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="verify-offline.html"'
    assert data_of(response.content.decode())["keys"]
    assert not response.cookies


def test_the_command_writes_a_file_or_into_a_folder(issued, tmp_path):
    out = io.StringIO()
    call_command("write_offline_page", str(tmp_path), stdout=out)
    written = (tmp_path / "verify-offline.html").read_bytes()
    assert hashlib.sha256(written).hexdigest() in out.getvalue()
    with pytest.raises(CommandError):
        call_command("write_offline_page", str(tmp_path / "none" / "page.html"))


def checked(*arguments):
    out = io.StringIO()
    try:
        call_command("verify_certificate", *arguments, stdout=out, no_color=True)
    except SystemExit as stop:
        return stop.code, out.getvalue()
    return 0, out.getvalue()


def test_the_command_checks_a_code_with_the_register_s_keys_or_a_published_list(client, issued, code, tmp_path):
    status, out = checked("--token", code, "--json")
    facts = json.loads(out)
    assert (status, facts["valid"], facts["number"], facts["name"], facts["level"]) == (0, True, issued.number, "林晓梅", 4)
    keys = tmp_path / "keys.json"
    keys.write_bytes(client.get("/issuers/keys.json").content)
    assert checked("--token", code, "--keys", str(keys))[0] == 0
    keys.write_text('{"issuers": []}')
    assert json.loads(checked("--token", code, "--keys", str(keys), "--json")[1])["reason"].startswith("signed with a key")


def test_a_changed_code_and_the_code_of_a_lost_key_exit_1(issued, code):
    page, token = code.split("#")
    changed = f"{page}#{token[:-30]}{'A' if token[-30] != 'A' else 'B'}{token[-29:]}"
    assert checked("--token", changed)[0] == 1
    assert checked("--token", page)[0] == 1
    SigningKey.objects.filter(pk=issued.signing_key_id).update(status="compromised", unsafe_since=AFTER, revoked_at=AFTER)
    status, out = checked("--token", code)
    assert (status, "not safe" in out) == (1, True)


def test_a_level_that_the_file_does_not_reach_exits_1(issued, tmp_path):
    from lms.core import store

    pdf = tmp_path / "c.pdf"
    pdf.write_bytes(store.read(issued.pdf_sha256))
    assert checked(str(pdf), "--level", issued.signature_level)[0] == 0
    assert checked(str(pdf), "--level", "PAdES-B-LTA")[0] == 1


def test_a_file_or_a_code_must_be_given():
    with pytest.raises(CommandError):
        call_command("verify_certificate")
