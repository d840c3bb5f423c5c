"""The list of bits in which an issuer says which of its credentials no longer hold, signed like a credential.

Source: W3C Bitstring Status List 1.0, 2.2 (BitstringStatusListCredential), 3.3 (bitstring generation).
"""

import datetime
import gzip
from collections.abc import Iterable
from typing import Any

from certification.certificates.credential.addresses import LIST_ENTRIES, Addresses, Purpose
from certification.certificates.credential.canonical import CONTEXTS
from certification.certificates.credential.encodings import base64url, from_base64url
from certification.certificates.credential.proof import Signer, moment, secure
from certification.certificates.credential.public_keys import key_of


def encode_bits(positions: Iterable[int]) -> str:
    """Return the list with a bit set at each position (0 to 131,071): gzip, base64url, `u` of multibase in front.

    Position 0 is the highest bit of the first byte. The same positions give the same text.
    """
    bits = bytearray(LIST_ENTRIES // 8)
    for position in positions:
        bits[position >> 3] |= 0x80 >> (position & 7)
    return "u" + base64url(gzip.compress(bytes(bits), compresslevel=6, mtime=0))


def decode_bits(encoded: str) -> set[int]:
    """Return the positions whose bit is set; raises `ValueError` when it is no such list."""
    if not encoded.startswith("u"):
        raise ValueError("not multibase base64url")
    try:
        bits = gzip.decompress(from_base64url(encoded[1:]))
    except (OSError, EOFError) as error:
        raise ValueError("not gzip") from error
    return {n * 8 + bit for n, byte in enumerate(bits) if byte for bit in range(8) if byte & (0x80 >> bit)}


def build_status_list(
    positions: Iterable[int],
    *,
    addresses: Addresses,
    issuer_slug: str,
    purpose: Purpose,
    number: int,
    signer: Signer,
    at: datetime.datetime,
) -> dict[str, Any]:
    """Return the signed list `number` of this issuer and purpose; `positions` are status indexes within the list."""
    address = addresses.status_list(issuer_slug, purpose, number * LIST_ENTRIES)
    document = {
        "@context": CONTEXTS[:1],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": addresses.did(issuer_slug),
        "validFrom": moment(at),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose.value,
            "encodedList": encode_bits(positions),
        },
    }
    method = addresses.method(issuer_slug, key_of(signer.certificate).thumbprint)
    return secure(document, method=method, signer=signer, at=at)
