"""SM2 signatures over a digest that is already made: e = SM3(Z ‖ M), as tokens and providers take it.

Z binds the signer's name (house rule and custom: `1234567812345678`), the curve and the public key to the message.
Sources: GB/T 32918.2-2016 5.5, 6 and 7 (= GM/T 0003.2); GM/T 0009-2012 8.1 and 10 (digest, default name); GB/T 35276.
"""

from typing import Any

import gmalg
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from gmalg.sm2 import SM2Core, _ecdlp, bytes_to_point
from gmalg.utils import bytes_to_int

SIGNER_NAME = b"1234567812345678"


class _OverDigest(SM2Core):
    """The same arithmetic with e given: nothing is put before the message, and nothing is hashed."""

    def entity_info(self, uid: bytes, pk: Any) -> bytes:
        return b""

    def _hash_fn(self, data: bytes) -> bytes:
        return data


def digest_for(point: bytes, message: bytes, *, signer_name: bytes = SIGNER_NAME) -> bytes:
    """Return SM3(Z ‖ M), 32 bytes, for the public key `point` (uncompressed, 65 bytes)."""
    z = SM2Core(_ecdlp, gmalg.SM3()).entity_info(signer_name, bytes_to_point(point))
    sm3 = gmalg.SM3()
    sm3.update(z + message)
    return bytes(sm3.value())


def holds(point: bytes, signature: bytes, digest: bytes) -> bool:
    """Tell whether the signature (DER of r and s) over the digest was made by that public key."""
    core = _OverDigest(_ecdlp, gmalg.SM3())
    try:
        r, s = decode_dss_signature(signature)
        public = bytes_to_point(point)
        return len(digest) == 32 and core.verify_pk(public) and bool(core.verify(digest, r, s, SIGNER_NAME, public))
    except Exception:
        # The library tells a point off the curve, or a number out of range, by many kinds of exceptions.
        return False


def sign_digest(secret: bytes, digest: bytes) -> bytes:
    """Return the signature in DER. For the demonstration's provider: its arithmetic does not run in constant time."""
    core = _OverDigest(_ecdlp, gmalg.SM3())
    r, s = core.sign(digest, bytes_to_int(secret), SIGNER_NAME)
    return encode_dss_signature(r, s)


def new_key() -> tuple[bytes, bytes]:
    """Return the secret (32 bytes) and the public point (65 bytes) of a fresh key, for the demonstration's provider."""
    secret, point = gmalg.SM2(uid=SIGNER_NAME, pc_mode=gmalg.PC_MODE.RAW).generate_keypair()
    return bytes(secret), bytes(point)
