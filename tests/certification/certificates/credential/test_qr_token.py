"""The token in the QR code: what it says comes back, and nothing in it can be changed."""

import datetime
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.certificates.credential.encodings import BASE58, base64url, from_base64url
from certification.certificates.credential.public_keys import key_of
from certification.certificates.credential.qr_token import (
    KINDS,
    TokenFacts,
    read_token,
    token_facts,
    verify_token,
    write_token,
)
from lms.core.errors import DomainError
from lms.core.messages import text_of
from tests.credentials import ADDRESSES, BARE, CREDITS, NAME, SKILL_LEVEL, SLUG, TOKEN, signer_with

PAGE = ADDRESSES.page(TOKEN)
ORDINARY = TokenFacts(
    kind="skill_level",
    number="S000031000123264000001",
    name=NAME,
    subject="康复辅助技术咨询师",
    issued_on=datetime.date(2026, 9, 21),
    issuer=SLUG,
    level=4,
)
SIGNER = signer_with(ec.generate_private_key(ec.SECP256R1()))
KEYS = {key_of(SIGNER.certificate).key_id: SIGNER.private_key.public_key()}
URL_SAFE = "-_" + "0" + BASE58


def written(facts=ORDINARY, page=PAGE):
    return write_token(facts, page=page, signer=SIGNER)


days = st.dates(datetime.date(2000, 1, 1), datetime.date(2179, 6, 5))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@settings(max_examples=200, deadline=None)
@given(
    st.builds(
        TokenFacts,
        kind=st.sampled_from(KINDS),
        number=st.one_of(texts, st.from_regex(r"\A[A-Z]{1,3}[0-9]{1,40}\Z")),
        name=texts,
        subject=texts,
        issued_on=days,
        issuer=texts,
        level=st.one_of(st.none(), st.integers(1, 5)),
        valid_until=st.one_of(st.none(), days),
    )
)
def test_whatever_is_written_is_read_again(facts):
    found = verify_token(written(facts), KEYS)
    assert replace(found, page_token="", key_id=b"") == facts
    assert (found.page_token, found.key_id) == (TOKEN, next(iter(KEYS)))


def test_the_facts_come_from_the_claims_of_each_kind():
    assert token_facts(SKILL_LEVEL, issuer=SLUG) == ORDINARY
    credits_ = token_facts(CREDITS, issuer=SLUG)
    assert (credits_.kind, credits_.subject, credits_.level) == ("credits", "轮椅适配进修", None)
    assert credits_.valid_until == datetime.date(2028, 9, 20)
    assert token_facts(BARE, issuer=SLUG).subject == "专业能力证书"


def test_a_very_long_title_is_cut_so_that_the_code_stays_readable():
    title = "失能老年人居家康复辅助器具评估、选配、适配与使用训练能力提升研修班（第十二期·浦东）"
    facts = token_facts(CREDITS | {"programme": {"zh": title, "en": ""}}, issuer=SLUG)
    assert facts.subject == title[:29] + "…"
    # QR version 13 at error correction M holds 331 bytes.
    assert len(written(facts)) <= 331


def test_an_ordinary_certificate_fits_a_code_that_a_phone_reads():
    text = written()
    assert len(text.split("#")[1]) <= 200
    # QR version 11 at error correction M holds 251 bytes: 61 modules, 0.43 mm each at 30 mm with the quiet zone.
    assert len(text) <= 251


def test_every_changed_character_of_token_and_page_token_is_refused():
    text = written()
    begin = text.index(TOKEN)
    end = text.index("/#")
    places = [*range(begin, end), *range(end + 2, len(text))]
    for place in places:
        for sign in ("A", "b", "-", "0"):
            if text[place] == sign:
                continue
            with pytest.raises(DomainError):
                verify_token(text[:place] + sign + text[place + 1 :], KEYS)


def test_every_flipped_bit_is_refused():
    head, token = written().split("#")
    data = from_base64url(token)
    for bit in range(len(data) * 8):
        twin = bytearray(data)
        twin[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DomainError):
            verify_token(f"{head}#{base64url(bytes(twin))}", KEYS)


def test_a_token_shortened_lengthened_or_moved_to_another_page_is_refused():
    text = written()
    other_page = ADDRESSES.page(TOKEN[::-1])
    for twin in (text[:-1], text[:-4], text + "AAAA", text + "=", f"{other_page}#{text.split('#')[1]}", PAGE, PAGE + "#"):
        with pytest.raises(DomainError):
            verify_token(twin, KEYS)


def test_the_other_of_the_two_valid_signatures_is_refused():
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    head, token = written().split("#")
    data = from_base64url(token)
    other_s = order - int.from_bytes(data[-32:], "big")
    with pytest.raises(DomainError, match="token_forged"):
        verify_token(f"{head}#{base64url(data[:-32] + other_s.to_bytes(32, 'big'))}", KEYS)


def test_the_same_signature_on_another_host_still_counts_since_hosts_move():
    assert verify_token(written().replace("cert.example.cn", "new.example.cn"), KEYS).number == ORDINARY.number


def test_a_key_that_is_not_in_the_list_and_a_strangers_key_are_told_apart():
    text = written()
    stranger = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(DomainError, match="token_key_unknown") as unknown:
        verify_token(text, {})
    with pytest.raises(DomainError, match="token_forged") as forged:
        verify_token(text, {next(iter(KEYS)): stranger})
    assert text_of(unknown.value) != text_of(forged.value) != forged.value.code


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), st.text(URL_SAFE, max_size=300).map(lambda token: f"{PAGE}#{token}")))
def test_reading_anything_ends_in_facts_or_in_a_domain_error(text):
    try:
        read_token(text)
    except DomainError as error:
        assert error.code == "certificates.token_unreadable"  # noqa: PT017 - most texts end here, a few may not


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_reading_any_bytes_ends_in_facts_or_in_a_domain_error(data):
    for payload in (data, b"\x01\x01" + bytes(8) + b"\x20\x00\x00\x00\x04" + data):
        try:
            read_token(f"{PAGE}#{base64url(payload)}")
        except DomainError as error:
            assert error.code == "certificates.token_unreadable"  # noqa: PT017


def test_with_an_rsa_key_the_code_holds_the_address_alone(rsa_signer):
    assert write_token(ORDINARY, page=PAGE, signer=rsa_signer) == PAGE


def test_a_date_before_2000_and_a_text_too_long_are_refused():
    for facts in (replace(ORDINARY, issued_on=datetime.date(1999, 12, 31)), replace(ORDINARY, subject="长" * 200)):
        with pytest.raises(ValueError, match=r"2000|too long"):
            written(facts)
