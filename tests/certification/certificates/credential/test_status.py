"""The list of bits: which one is whose, how long it is, and that it is signed."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.certificates.credential.addresses import LIST_ENTRIES, Purpose
from certification.certificates.credential.encodings import from_base64url
from certification.certificates.credential.proof import proof_holds
from certification.certificates.credential.status import build_status_list, decode_bits, encode_bits
from tests.credentials import ADDRESSES, MOMENT, SLUG
from tests.outside import general_canonical_text, needs_packages


def build(positions, signer):
    return build_status_list(
        positions, addresses=ADDRESSES, issuer_slug=SLUG, purpose=Purpose.REVOCATION, number=0, signer=signer, at=MOMENT
    )


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, LIST_ENTRIES - 1), max_size=50))
def test_the_bits_that_were_set_are_read_again(positions):
    assert decode_bits(encode_bits(positions)) == positions


def test_the_first_place_is_the_highest_bit_and_a_list_hides_how_few_there_are():
    bits = gzip.decompress(from_base64url(encode_bits([0, 9])[1:]))
    assert (bits[0], bits[1]) == (0x80, 0x40)
    assert len(bits) * 8 == LIST_ENTRIES >= 131_072


@pytest.mark.parametrize("wrong", ["", "abc", "uAAAA", "z2NE"])
def test_what_is_no_list_is_refused(wrong):
    with pytest.raises(ValueError, match=r"multibase|gzip"):
        decode_bits(wrong)


def test_a_place_outside_the_list_is_an_error():
    with pytest.raises(IndexError):
        encode_bits([LIST_ENTRIES])


def test_a_list_is_signed_and_one_bit_more_is_told(ec_signer):
    signed = build([3], ec_signer)
    key = ec_signer.certificate.public_key()
    twin = signed | {"credentialSubject": signed["credentialSubject"] | {"encodedList": encode_bits([])}}
    assert proof_holds(signed, key)
    assert not proof_holds(twin, key)


@needs_packages
def test_a_list_has_the_lines_of_a_general_processor(ec_signer):
    from certification.certificates.credential.canonical import canonical_text

    document = build([3, 77], ec_signer)
    del document["proof"]
    assert canonical_text(document) == general_canonical_text(document)
