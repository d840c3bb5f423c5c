"""Keys in a token with PKCS#11. They are made in it and never leave it; one session per token and process stays open.

The library's path and the PINs come from the environment (`PKCS11_MODULE`, `SIGNING_PIN_<LABEL>`), never from the
database: whoever could write a row there could otherwise have this process load a library of his.

Sources: PKCS #11 v2.40 (5.4 C_Initialize, also "after a fork"; 2.3.6 ECDSA; 2.1.6 RSA), RFC 7512 (URI), RFC 8017 9.2.
"""

import os
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, unquote

import pkcs11
from asn1crypto import keys as asn1_keys
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.conf import settings
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11 import exceptions as troubles
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

from certification.certificates.envelope import smaller_s
from certification.certificates.keys.errors import SignerUnavailable
from certification.certificates.rules.keys import RSA_BITS, Algorithm
from lms.core.errors import DomainError

LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
# DigestInfo for SHA-256 up to the digest itself. RFC 8017 9.2, note 1.
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
# The session is gone, not the key: the token was pulled, its service began anew, or somebody signed it out.
LOST = (
    troubles.SessionHandleInvalid,
    troubles.SessionClosed,
    troubles.UserNotLoggedIn,
    troubles.KeyHandleInvalid,
    troubles.ObjectHandleInvalid,
    troubles.DeviceRemoved,
    troubles.DeviceError,
    troubles.TokenNotPresent,
)
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class TokenAddress:
    """Which key in which token: `pkcs11:token=body;object=key-2026;type=private`."""

    token: str
    label: str

    def __str__(self) -> str:
        return f"pkcs11:token={quote(self.token)};object={quote(self.label)};type=private"

    @classmethod
    def parse(cls, uri: str) -> "TokenAddress":
        """Return the address. Raises `DomainError` `certificates.token_address_wrong`, also when a PIN stands in it."""
        scheme, _colon, path = uri.partition(":")
        parts = dict(part.partition("=")[::2] for part in path.split(";"))
        found = cls(unquote(parts.get("token", "")), unquote(parts.get("object", "")))
        if scheme != "pkcs11" or "?" in uri or not (LABEL.fullmatch(found.token) and LABEL.fullmatch(found.label)):
            raise DomainError("certificates.token_address_wrong", status=500, address=uri.partition("?")[0])
        return found


class _Process:
    """What this process has open. A child that was forked starts with nothing and initialises the library anew."""

    def __init__(self, *, forked: bool = False) -> None:
        self.lock = threading.RLock()
        self.forked = forked
        self.sessions: dict[str, Any] = {}
        self.keys: dict[TokenAddress, Any] = {}


_process = _Process()
_left_to_the_parent: list[_Process] = []


def _after_fork() -> None:
    global _process
    # Kept, so that nothing of the parent's is closed when it would be collected here.
    _left_to_the_parent.append(_process)
    _process = _Process(forked=_process.forked or bool(_process.sessions))


os.register_at_fork(after_in_child=_after_fork)


def pin_variable(token: str) -> str:
    """Return the name of the environment variable with this token's PIN: `SIGNING_PIN_SHENCHENG_2026`."""
    return "SIGNING_PIN_" + re.sub(r"[^A-Z0-9]", "_", token.upper())


def _library() -> Any:
    if not settings.PKCS11_MODULE:
        raise SignerUnavailable("certificates.token_module_missing", status=500, path="PKCS11_MODULE")
    try:
        library = pkcs11.lib(settings.PKCS11_MODULE)
        if _process.forked:
            library.reinitialize()
            _process.forked = False
    except troubles.PKCS11Error:
        raise SignerUnavailable("certificates.token_module_missing", status=500, path=settings.PKCS11_MODULE) from None
    return library


def _session(token: str) -> Any:
    if token not in _process.sessions:
        pin = settings.SIGNING_PINS.get(pin_variable(token))
        if not pin:
            raise SignerUnavailable("certificates.token_pin_missing", status=500, token=token, variable=pin_variable(token))
        try:
            # RW: a key is made in it at a ceremony; signing asks for no more than reading.
            _process.sessions[token] = _library().get_token(token_label=token).open(rw=True, user_pin=pin)
        except troubles.PinLocked:
            raise SignerUnavailable("certificates.token_pin_locked", status=500, token=token) from None
        except (troubles.PinIncorrect, troubles.PinInvalid, troubles.PinLenRange):
            raise SignerUnavailable(
                "certificates.token_pin_wrong", status=500, token=token, variable=pin_variable(token)
            ) from None
        except (troubles.NoSuchToken, troubles.TokenNotPresent, troubles.TokenNotRecognised):
            raise SignerUnavailable("certificates.token_absent", token=token) from None
        except troubles.PKCS11Error as error:
            raise SignerUnavailable("certificates.token_failed", token=token, reason=_reason(error)) from None
    return _process.sessions[token]


def _reason(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()


def _forget(token: str) -> None:
    _process.sessions.pop(token, None)
    for address in [address for address in _process.keys if address.token == token]:
        del _process.keys[address]


def close_sessions() -> None:
    """Sign out of every token that this process has open."""
    with _process.lock:
        for session in _process.sessions.values():
            session.close()
        _process.sessions.clear()
        _process.keys.clear()


def _key(address: TokenAddress) -> Any:
    if address not in _process.keys:
        session = _session(address.token)
        try:
            _process.keys[address] = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=address.label)
        except (troubles.NoSuchKey, troubles.MultipleObjectsReturned):
            raise SignerUnavailable(
                "certificates.token_key_absent", status=500, token=address.token, label=address.label
            ) from None
    return _process.keys[address]


def _asked(token: str, question: Callable[[], Answer]) -> Answer:
    """Ask the token, once more with a new session if the one we had is gone."""
    with _process.lock:
        for last in (False, True):
            try:
                return question()
            except LOST as error:
                _forget(token)
                if last:
                    raise SignerUnavailable("certificates.token_failed", token=token, reason=_reason(error)) from None
            except troubles.PKCS11Error as error:
                _forget(token)
                raise SignerUnavailable("certificates.token_failed", token=token, reason=_reason(error)) from None
    raise AssertionError("unreachable")


def sign_digest(address: TokenAddress, digest: bytes, *, algorithm: Algorithm) -> bytes:
    """Return the token's signature over a SHA-256 digest (32 bytes): ECDSA in DER with the smaller s, or RSA PKCS #1 v1.5.

    Raises `SignerUnavailable`, for none of it is one person's trouble: `certificates.token_module_missing`,
    `certificates.token_absent`, `certificates.token_pin_missing`, `certificates.token_pin_wrong`,
    `certificates.token_pin_locked`, `certificates.token_key_absent` or `certificates.token_failed`.
    """
    if algorithm in RSA_BITS:
        return _asked(address.token, lambda: bytes(_key(address).sign(SHA256_INFO + digest, mechanism=Mechanism.RSA_PKCS)))
    raw = _asked(address.token, lambda: bytes(_key(address).sign(digest, mechanism=Mechanism.ECDSA)))
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    return smaller_s(encode_dss_signature(r, s))


def make_token_key(address: TokenAddress, algorithm: Algorithm) -> bytes:
    """Make a key in the token, one that cannot be taken out, and return its SubjectPublicKeyInfo in DER.

    Raises `DomainError` `certificates.token_key_exists`, `certificates.algorithm_not_here`, and as `sign_digest` does.
    """
    return _asked(address.token, lambda: _make(address, algorithm))


def _make(address: TokenAddress, algorithm: Algorithm) -> bytes:
    session = _session(address.token)
    if next(iter(session.get_objects({Attribute.LABEL: address.label})), None) is not None:
        raise DomainError("certificates.token_key_exists", token=address.token, label=address.label)
    kept = {"private_template": {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}}
    names = {"id": secrets.token_bytes(8), "label": address.label, "store": True}
    if algorithm is Algorithm.ECDSA_P256:
        curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        parameters = session.create_domain_parameters(KeyType.EC, curve, local=True)
        public, _private = parameters.generate_keypair(**names, **kept)
        return bytes(encode_ec_public_key(public))
    if algorithm in RSA_BITS:
        public, _private = session.generate_keypair(KeyType.RSA, RSA_BITS[algorithm], **names, **kept)
        numbers = asn1_keys.RSAPublicKey.load(encode_rsa_public_key(public))
        return bytes(asn1_keys.PublicKeyInfo.wrap(numbers, "rsa").dump())
    raise DomainError("certificates.algorithm_not_here", status=422, algorithm=algorithm.value)


def destroy_token_key(address: TokenAddress) -> None:
    """Remove both halves of a key that never came into a register."""
    _process.keys.pop(address, None)
    _asked(
        address.token,
        lambda: [item.destroy() for item in list(_session(address.token).get_objects({Attribute.LABEL: address.label}))],
    )
