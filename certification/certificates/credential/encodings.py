"""The text forms of bytes that credentials and keys use."""

import base64

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base64url(data: bytes) -> str:
    """Return base64url without padding (RFC 4648 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes; raises `ValueError` unless `text` is exactly what `base64url` writes for them."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise ValueError("not base64url") from error
    # The last character has spare bits, which a decoder drops.
    if base64url(data) != text:
        raise ValueError("not the shortest base64url")
    return data


def base58btc(data: bytes) -> str:
    """Return base58 in Bitcoin's alphabet, with the `z` of multibase in front. Source: W3C Controlled Identifiers 2.4."""
    number = int.from_bytes(data, "big")
    digits = []
    while number:
        number, rest = divmod(number, 58)
        digits.append(BASE58[rest])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + "1" * zeros + "".join(reversed(digits))


def from_base58btc(text: str) -> bytes:
    """Return the bytes; raises `ValueError` unless `text` is multibase base58btc."""
    if not text.startswith("z"):
        raise ValueError("not base58btc")
    digits = text[1:]
    number = 0
    for sign in digits:
        value = BASE58.find(sign)
        if value < 0:
            raise ValueError("not base58btc")
        number = number * 58 + value
    zeros = len(digits) - len(digits.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
