"""The signed token behind `#` in a certificate's QR code: enough to check the paper without any network.

A browser never sends what stands behind `#`, so the register learns nothing from it that it does not know.
The token is one byte of version, the facts, and 64 bytes of ECDSA P-256. The signature also covers the page's
token in front of `#`, so that a code cannot be put together from two. RSA keys write none: 256 bytes of signature
would make a code that a phone cannot read from paper.

    version 1 · kind 1 · key id 8 · issued on 2 · valid until 2 · level 1 · number · name · subject · issuer · r 32 · s 32

Days count from 2000-01-01; 0 is "no date". A text is one byte (2 bits form, 6 bits length; 63 means that a byte
with the length beyond 63 follows) and its bytes: UTF-8 or UTF-16, whichever is shorter, and a certificate number as
one or two letters and a number.
"""

import datetime
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from certification.certificates.credential.builder import subject_of
from certification.certificates.credential.encodings import base64url, from_base64url
from certification.certificates.credential.proof import Signer, raw_signature, verifies
from certification.certificates.credential.public_keys import KEY_ID_BYTES, key_of
from lms.core.errors import DomainError

VERSION = 1
# Never the beginning of anything else that the key signs: CMS attributes begin with 0x31, a credential is 64 bytes.
DOMAIN = b"funeng certificate QR token v1\n"
EPOCH = datetime.date(2000, 1, 1)
SIGNATURE_BYTES = 64
LONGEST_TEXT = 63 + 255
KINDS = ("", "skill_level", "completion", "hours", "credits", "achievement")
UTF8, UTF16, LETTER_AND_DIGITS, TWO_LETTERS_AND_DIGITS = range(4)
SERIAL_NUMBER = re.compile(r"([A-Z]{1,2})([0-9]{2,60})")
# A longer title of a course is cut: the code has to stay readable, and the paper says the whole.
SUBJECT_SIGNS = 30


@dataclass(frozen=True)
class TokenFacts:
    """What the code says. `subject` is the occupation or the course; `level` 1 to 5, or None; dates from 2000 to 2179.

    `page_token` is the secret token of the verification page; `key_id` the first eight bytes of the key's thumbprint.
    """

    kind: str
    number: str
    name: str
    subject: str
    issued_on: datetime.date
    issuer: str
    level: int | None = None
    valid_until: datetime.date | None = None
    page_token: str = ""
    key_id: bytes = b""


def token_facts(claims: Mapping[str, Any], *, issuer: str) -> TokenFacts:
    """Return what the code says of frozen claims; `issuer` is the organisation's short name."""
    level = claims.get("level") or {}
    valid_until = claims.get("valid_until")
    subject = subject_of(claims)
    return TokenFacts(
        kind=str(claims.get("kind") or "skill_level"),
        number=claims["number"],
        name=claims["holder"]["name"],
        subject=subject if len(subject) <= SUBJECT_SIGNS else f"{subject[: SUBJECT_SIGNS - 1]}…",
        issued_on=datetime.date.fromisoformat(claims["issued_on"]),
        issuer=issuer,
        level=level.get("code"),
        valid_until=datetime.date.fromisoformat(valid_until) if valid_until else None,
    )


def write_token(facts: TokenFacts, *, page: str, signer: Signer) -> str:
    """Return the text of the QR code: the address of the page, `#`, the token. With an RSA key the address alone.

    `page_token` and `key_id` are taken from `page` and the signer. Raises `ValueError` for a fact out of range.
    """
    key = key_of(signer.certificate)
    if not isinstance(key.public_key, EllipticCurvePublicKey):
        return page
    payload = _packed(replace(facts, key_id=key.key_id))
    signature = raw_signature(signer.sign_digest(_digest(_page_token(page), payload)))
    return f"{page}#{base64url(payload + signature)}"


def read_token(text: str) -> TokenFacts:
    """Return what a QR text says, proved or not. Raises `DomainError` `certificates.token_unreadable`."""
    return _opened(text)[0]


def verify_token(text: str, keys: Mapping[bytes, EllipticCurvePublicKey]) -> TokenFacts:
    """Return what a QR text says after checking its signature with the key that it names, out of `keys` by key id.

    Whether that key belongs to `issuer` and was in force is for the caller to know, who has chosen the keys. Raises
    `DomainError` `certificates.token_unreadable`, `certificates.token_key_unknown` or `certificates.token_forged`.
    """
    facts, payload, signature = _opened(text)
    key = keys.get(facts.key_id)
    if key is None:
        raise DomainError("certificates.token_key_unknown", status=422)
    if not verifies(key, digest=_digest(facts.page_token, payload), raw=signature):
        raise DomainError("certificates.token_forged", status=422)
    return facts


def _opened(text: str) -> tuple[TokenFacts, bytes, bytes]:
    try:
        page, mark, token = text.strip().partition("#")
        data = from_base64url(token)
        if not mark or len(data) <= SIGNATURE_BYTES:
            raise ValueError("no token")
        payload, signature = data[:-SIGNATURE_BYTES], data[-SIGNATURE_BYTES:]
        facts = replace(_unpacked(payload), page_token=_page_token(page))
        # One way to write each token, so that none has a twin that looks different.
        if _packed(facts) != payload:
            raise ValueError("not the shortest form")
    except (ValueError, IndexError, OverflowError):
        raise DomainError("certificates.token_unreadable", status=422) from None
    return facts, payload, signature


def _page_token(page: str) -> str:
    return [part for part in urlsplit(page).path.split("/") if part][-1]


def _digest(page_token: str, payload: bytes) -> bytes:
    token = page_token.encode()
    return hashlib.sha256(DOMAIN + len(token).to_bytes(2, "big") + token + payload).digest()


def _packed(facts: TokenFacts) -> bytes:
    if len(facts.key_id) != KEY_ID_BYTES:
        raise ValueError("a key id has eight bytes")
    return b"".join(
        (
            bytes((VERSION, KINDS.index(facts.kind))),
            facts.key_id,
            _days(facts.issued_on),
            _days(facts.valid_until),
            bytes((facts.level or 0,)),
            _text(facts.number),
            _text(facts.name),
            _text(facts.subject),
            _text(facts.issuer),
        )
    )


def _unpacked(payload: bytes) -> TokenFacts:
    if payload[0] != VERSION:
        raise ValueError("an unknown version")
    kind = KINDS[payload[1]]
    key_id = payload[2:10]
    issued_on, valid_until = _day(payload[10:12]), _day(payload[12:14])
    if issued_on is None:
        raise ValueError("no date of issue")
    texts, position = [], 15
    for _field in range(4):
        text, position = _read_text(payload, position)
        texts.append(text)
    if position != len(payload):
        raise ValueError("something behind the last fact")
    number, name, subject, issuer = texts
    return TokenFacts(kind, number, name, subject, issued_on, issuer, payload[14] or None, valid_until, key_id=key_id)


def _days(day: datetime.date | None) -> bytes:
    number = (day - EPOCH).days + 1 if day else 0
    if number < 0 or (day and number < 1):
        raise ValueError("a date before 2000")
    return number.to_bytes(2, "big")


def _day(data: bytes) -> datetime.date | None:
    number = int.from_bytes(data, "big")
    return EPOCH + datetime.timedelta(days=number - 1) if number else None


def _text(text: str) -> bytes:
    """Return the text with its form and length in front."""
    serial = SERIAL_NUMBER.fullmatch(text)
    if serial:
        letters, digits = serial.groups()
        # A 1 in front keeps the leading zeros.
        number = int("1" + digits)
        form = LETTER_AND_DIGITS if len(letters) == 1 else TWO_LETTERS_AND_DIGITS
        return _sized(form, letters.encode() + number.to_bytes((number.bit_length() + 7) // 8, "big"))
    short, wide = text.encode(), text.encode("utf-16-be")
    return _sized(UTF16, wide) if len(wide) < len(short) else _sized(UTF8, short)


def _sized(form: int, data: bytes) -> bytes:
    size = len(data)
    if size > LONGEST_TEXT:
        raise ValueError("a text too long for a QR code")
    head = bytes((form << 6 | size,)) if size < 63 else bytes((form << 6 | 63, size - 63))
    return head + data


def _read_text(payload: bytes, position: int) -> tuple[str, int]:
    form, size = payload[position] >> 6, payload[position] & 63
    position += 1
    if size == 63:
        size += payload[position]
        position += 1
    data = payload[position : position + size]
    if len(data) != size:
        raise ValueError("a text cut off")
    return _read_form(form, data), position + size


def _read_form(form: int, data: bytes) -> str:
    if form == UTF8:
        return data.decode()
    if form == UTF16:
        return data.decode("utf-16-be")
    letters = 1 if form == LETTER_AND_DIGITS else 2
    digits = str(int.from_bytes(data[letters:], "big"))
    return data[:letters].decode("ascii") + digits[1:]
