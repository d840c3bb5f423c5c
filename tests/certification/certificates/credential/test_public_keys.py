"""Keys as JWK and Multikey, against the examples of the standards."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from certification.certificates.credential.encodings import base58btc, base64url, from_base58btc, from_base64url
from certification.certificates.credential.public_keys import write_key


def test_the_thumbprint_is_that_of_rfc_7638():
    # RFC 7638 3.1: the RSA key of the example and its thumbprint.
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
        "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5haj"
        "rn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    key = rsa.RSAPublicNumbers(65537, int.from_bytes(from_base64url(modulus), "big")).public_key()
    written = write_key(key)
    assert written.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    assert (written.algorithm, written.multikey) == ("RS256", None)
    assert written.key_id == from_base64url(written.thumbprint)[:8]


def test_a_p256_key_is_a_multikey_that_begins_as_the_standard_says():
    written = write_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    assert written.multikey.startswith("zDn")  # W3C Controlled Identifiers 2.2.2
    assert len(from_base58btc(written.multikey)) == 35
    assert written.jwk["kid"] == written.thumbprint


@pytest.mark.parametrize("make", [lambda: ec.generate_private_key(ec.SECP384R1()).public_key(), lambda: object()])
def test_other_keys_are_refused(make):
    with pytest.raises(ValueError, match="neither"):
        write_key(make())


def test_base58_keeps_leading_zeros_and_knows_the_example_of_its_draft():
    # The first test vector of draft-msporny-base58.
    assert base58btc(b"Hello World!") == "z2NEpo7TZRRrLZSi2U"
    for data in (b"", b"\0", b"\0\0\x01", bytes(range(64))):
        assert from_base58btc(base58btc(data)) == data
    for wrong in ("", "u2NEpo", "z0OIl"):
        with pytest.raises(ValueError, match="base58"):
            from_base58btc(wrong)


@pytest.mark.parametrize("wrong", ["A", "AB", "AA==", "A A", "AA\n", "A+", "é"])
def test_only_the_one_way_to_write_base64url_is_read(wrong):
    assert from_base64url(base64url(b"\xfb\xff")) == b"\xfb\xff"
    with pytest.raises(ValueError, match="base64url"):
        from_base64url(wrong)
