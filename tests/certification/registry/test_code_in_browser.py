"""The browser's reader of QR tokens makes of every text what the register's own reader makes of it."""

import datetime
import json
import random
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from certification.certificates.credential.encodings import base64url, from_base64url
from certification.certificates.credential.proof import raw_signature
from certification.certificates.credential.public_keys import write_key
from certification.certificates.credential.qr_token import KINDS, TokenFacts, _digest, _packed, verify_token
from lms.core.errors import DomainError

ROOT = Path(__file__).resolve().parents[3]
MODULE = ROOT / "static" / "js" / "verify-token.js"
PAGE = "https://cert.example.cn/verify/0123456789abcdefghijklmnopqrstuv/"
pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node reads the browser's module")

NAMES = [
    "林晓梅",
    "阿依古丽·买买提",
    "𠮷野家",
    "O'Neill-Ståhl",
    "a",
    "赵" * 40,
    "x" * 62,
    "x" * 63,
    "x" * 64,
    "\ufeff林",
    "é" * 31,
]
NUMBERS = ["S000031000123264000001", "Y000000000000000000000", "XF00001202600001", "ABC123", "A1", "AB00", "9999"]


@dataclass
class Key:
    private: ec.EllipticCurvePrivateKey

    def sign(self, facts: TokenFacts, page: str = PAGE) -> str:
        payload = _packed(facts)
        token = page.rstrip("/").rpartition("/")[2]
        der = self.private.sign(_digest(token, payload), ec.ECDSA(Prehashed(SHA256())))
        return f"{page}#{base64url(payload + raw_signature(der))}"


@pytest.fixture(scope="module")
def key():
    return Key(ec.generate_private_key(ec.SECP256R1()))


def in_browser(texts, key):
    written = write_key(key.private.public_key())
    task = {"texts": texts, "keys": [{"key_id": written.key_id.hex(), "jwk": written.jwk}]}
    done = subprocess.run(
        ["node", str(Path(__file__).with_name("read_codes.mjs")), str(MODULE)],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


ERRORS = {
    "certificates.token_unreadable": "unreadable",
    "certificates.token_key_unknown": "unknown_key",
    "certificates.token_forged": "forged",
}


def in_register(text, key):
    written = write_key(key.private.public_key())
    try:
        facts = verify_token(text, {written.key_id: key.private.public_key()})
    except DomainError as error:
        return {"error": ERRORS[error.code]}
    return {
        "kind": facts.kind,
        "number": facts.number,
        "name": facts.name,
        "subject": facts.subject,
        "issuer": facts.issuer,
        "level": facts.level,
        "issuedOn": facts.issued_on.isoformat(),
        "validUntil": facts.valid_until.isoformat() if facts.valid_until else None,
        "pageToken": facts.page_token,
    }


def codes(key):
    written = write_key(key.private.public_key())
    pick = random.Random(5)  # noqa: S311
    for n, name in enumerate(NAMES * 2):
        yield key.sign(
            TokenFacts(
                kind=KINDS[1 + n % 5],
                number=NUMBERS[n % len(NUMBERS)],
                name=name,
                subject=pick.choice(NAMES),
                issued_on=datetime.date(2000, 1, 1) + datetime.timedelta(days=pick.randrange(60_000)),
                issuer="shencheng-association",
                level=pick.choice((None, 1, 5)),
                valid_until=pick.choice((None, datetime.date(2030, 1, 31))),
                key_id=written.key_id,
            )
        )


def test_both_read_the_same_out_of_every_code(key):
    texts = list(codes(key))
    found = in_browser(texts, key)
    assert found == [in_register(text, key) for text in texts]
    assert not any("error" in one for one in found)


def test_both_refuse_the_same_changed_codes(key):
    """Any byte changed, cut off, added, spelled differently, or moved to another page."""
    pick = random.Random(6)  # noqa: S311
    text = next(codes(key))
    page, token = text.split("#")
    data = from_base64url(token)
    texts = [
        f"{page}#{base64url(data[:n] + bytes((data[n] ^ 1 << pick.randrange(8),)) + data[n + 1 :])}" for n in range(len(data))
    ]
    texts += [f"{page}#{base64url(data[:n])}" for n in range(0, len(data), 7)]
    texts += [
        f"{page}#{base64url(data + b'x')}",
        f"{page[:-3]}/#{token}",
        page,
        "",
        "#",
        f"{page}#{token}=",
        f"{page}#{token[:-1]}%",
    ]
    found = in_browser(texts, key)
    assert [one.get("error") for one in found] == [in_register(text, key).get("error") for text in texts]
    assert all("error" in one for one in found)


def test_a_stranger_s_key_is_unknown(key):
    texts = [next(codes(key))]
    assert in_browser(texts, Key(ec.generate_private_key(ec.SECP256R1()))) == [{"error": "unknown_key"}]
