"""The forms that our CMS takes, byte for byte, so that no part of it can be changed and still be called ours.

A CMS holds much that its signature does not cover: spare certificates, unsigned attributes, lengths written
long, an ECDSA signature with the other of its two values of s. A verifier looks away there, but a file in which
a byte was changed is not the file that was issued. Therefore a signature of ours has exactly this form: one
signer, his certificate and no other, SHA-256 with ECDSA P-256 and the smaller s or with RSA (PKCS #1 v1.5), the
three signed attributes that PAdES asks for, DER, and as its one unsigned attribute the time stamp, if it has one.
A time stamp's token has the second form (`stamp_envelope`): whatever service made it, it is brought to that form
before it goes in, which changes nothing that the service signed.

Sources: RFC 5652 5 (SignedData), RFC 5035 4 (signing-certificate-v2), RFC 5480, RFC 4055 5, RFC 3161 2.4.2 and
appendix A, ETSI EN 319 142-1 5 and 6.3 (which attributes), X.690 10 and 11.6 (DER).
"""

import hashlib

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from certification.certificates.signed_bytes import as_it_lies

SEQUENCE, SET, OBJECT_IDENTIFIER, INTEGER, OCTET_STRING = 0x30, 0x31, 0x06, 0x02, 0x04
CONTEXT_0, CONTEXT_1, DIRECTORY_NAME = 0xA0, 0xA1, 0xA4

SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
DATA = bytes.fromhex("2a864886f70d010701")
TST_INFO = bytes.fromhex("2a864886f70d0109100104")
CONTENT_TYPE = bytes.fromhex("2a864886f70d010903")
MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
SIGNING_CERTIFICATE_V2 = bytes.fromhex("2a864886f70d010910022f")
SIGNATURE_TIME_STAMP = bytes.fromhex("2a864886f70d010910020e")
VERSION_1, VERSION_3 = bytes.fromhex("020101"), bytes.fromhex("020103")

DIGESTS = {
    "sha256": bytes.fromhex("300d06096086480165030402010500"),
    "sha384": bytes.fromhex("300d06096086480165030402020500"),
    "sha512": bytes.fromhex("300d06096086480165030402030500"),
}
SHA256 = DIGESTS["sha256"]
SIGNATURES = {
    ("ec", "sha256"): bytes.fromhex("300a06082a8648ce3d040302"),
    ("ec", "sha384"): bytes.fromhex("300a06082a8648ce3d040303"),
    ("ec", "sha512"): bytes.fromhex("300a06082a8648ce3d040304"),
    ("rsa", "sha256"): bytes.fromhex("300d06092a864886f70d01010b0500"),
    ("rsa", "sha384"): bytes.fromhex("300d06092a864886f70d01010c0500"),
    ("rsa", "sha512"): bytes.fromhex("300d06092a864886f70d01010d0500"),
}
CURVE_ORDERS = {
    "secp256r1": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "secp384r1": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    "secp521r1": 0x01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
}
P256_ORDER = CURVE_ORDERS["secp256r1"]
SMALLEST_RSA_BITS = 2048

# The room kept for a signature in the file, in bytes (twice as many hex digits). Its size stands in the ByteRange,
# which the signature covers, so it also tells whether a time stamp belongs in it: none can be taken out unseen.
CONTENTS_BYTES = 4096
STAMPED_CONTENTS_BYTES = 8192


def contents_bytes(*, stamped: bool) -> int:
    """Return how many bytes are kept for a signature, with or without a time stamp."""
    return STAMPED_CONTENTS_BYTES if stamped else CONTENTS_BYTES


def tlv(tag: int, *parts: bytes) -> bytes:
    """Return tag, shortest length and value in DER."""
    value = b"".join(parts)
    size = len(value)
    if size < 0x80:
        return bytes((tag, size)) + value
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + value


def smaller_s(signature: bytes, order: int = P256_ORDER) -> bytes:
    """Return the ECDSA signature with the smaller of its two valid values of s, in DER.

    Raises `ValueError` when it is no such signature.
    """
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, order - s))


def signature_algorithm(signer: asn1_x509.Certificate, digest: str = "sha256") -> bytes:
    """Return the AlgorithmIdentifier of signatures by this key. Raises `ValueError` for a kind that we do not use."""
    algorithm = signer.public_key.algorithm
    if algorithm == "rsa" and signer.public_key.bit_size < SMALLEST_RSA_BITS:
        raise ValueError(f"An RSA key of {signer.public_key.bit_size} bits is too short")
    if algorithm == "ec" and signer.public_key.curve[1] not in CURVE_ORDERS:
        raise ValueError("No curve of ours")
    if (algorithm, digest) not in SIGNATURES:
        raise ValueError(f"No signature algorithm of ours: {algorithm} with {digest}")
    return SIGNATURES[algorithm, digest]


def is_in_one_spelling(signature: bytes, signer: asn1_x509.Certificate) -> bool:
    """Tell whether the signature's value has the only spelling that we write: for ECDSA, DER with the smaller s.

    RSA has one spelling by itself. Raises `ValueError` when it cannot be read.
    """
    signature_algorithm(signer)
    if signer.public_key.algorithm == "rsa":
        return bool(len(signature) == (signer.public_key.bit_size + 7) // 8)
    return smaller_s(signature, CURVE_ORDERS[signer.public_key.curve[1]]) == signature


def issuer_and_serial(signer: asn1_x509.Certificate) -> bytes:
    """Return IssuerAndSerialNumber as the certificate itself spells it, not in a new encoding."""
    return tlv(SEQUENCE, signer.issuer.dump(), signer["tbs_certificate"]["serial_number"].dump())


def signed_attributes(signer: asn1_x509.Certificate, digest: bytes, *, content_type: bytes = DATA) -> bytes:
    """Return the signed attributes over a SHA-256 digest (32 bytes), without the tag and length around them.

    What is signed is `tlv(SET, attributes)`; in the CMS they stand under [0]. RFC 5652 5.4.
    """
    issuer = tlv(
        SEQUENCE,
        tlv(SEQUENCE, tlv(DIRECTORY_NAME, signer.issuer.dump())),
        signer["tbs_certificate"]["serial_number"].dump(),
    )
    named = tlv(SEQUENCE, tlv(OCTET_STRING, hashlib.sha256(signer.dump()).digest()), issuer)
    attributes = [
        _attribute(CONTENT_TYPE, tlv(OBJECT_IDENTIFIER, content_type)),
        _attribute(MESSAGE_DIGEST, tlv(OCTET_STRING, digest)),
        _attribute(SIGNING_CERTIFICATE_V2, tlv(SEQUENCE, tlv(SEQUENCE, named))),
    ]
    return b"".join(sorted(attributes))


def _attribute(kind: bytes, value: bytes) -> bytes:
    return tlv(SEQUENCE, tlv(OBJECT_IDENTIFIER, kind), tlv(SET, value))


def envelope(signer: asn1_x509.Certificate, *, attributes: bytes, signature: bytes, time_stamp: bytes | None = None) -> bytes:
    """Return the ContentInfo. `attributes` is what `signed_attributes` returns, `time_stamp` a token in its one form.

    The token stamps `signature`; it goes in as the only unsigned attribute (RFC 3161 appendix A).
    """
    unsigned = tlv(CONTEXT_1, _attribute(SIGNATURE_TIME_STAMP, time_stamp)) if time_stamp is not None else b""
    return _signed_data(
        signer,
        version=VERSION_1,
        digest=SHA256,
        content=tlv(SEQUENCE, tlv(OBJECT_IDENTIFIER, DATA)),
        attributes=attributes,
        algorithm=signature_algorithm(signer),
        signature=signature,
        unsigned=unsigned,
    )


def stamp_envelope(
    authority: asn1_x509.Certificate, *, tst_info: bytes, attributes: bytes, signature: bytes, digest: str = "sha256"
) -> bytes:
    """Return the time-stamp token: `tst_info` is the DER of TSTInfo, `digest` the one that its signer used."""
    return _signed_data(
        authority,
        version=VERSION_3,
        digest=DIGESTS[digest],
        content=tlv(SEQUENCE, tlv(OBJECT_IDENTIFIER, TST_INFO), tlv(CONTEXT_0, tlv(OCTET_STRING, tst_info))),
        attributes=attributes,
        algorithm=signature_algorithm(authority, digest),
        signature=signature,
    )


def _signed_data(
    signer: asn1_x509.Certificate,
    *,
    version: bytes,
    digest: bytes,
    content: bytes,
    attributes: bytes,
    algorithm: bytes,
    signature: bytes,
    unsigned: bytes = b"",
) -> bytes:
    signer_info = tlv(
        SEQUENCE,
        VERSION_1,
        issuer_and_serial(signer),
        digest,
        tlv(CONTEXT_0, attributes),
        algorithm,
        tlv(OCTET_STRING, signature),
        unsigned,
    )
    signed_data = tlv(SEQUENCE, version, tlv(SET, digest), content, tlv(CONTEXT_0, signer.dump()), tlv(SET, signer_info))
    return tlv(SEQUENCE, tlv(OBJECT_IDENTIFIER, SIGNED_DATA), tlv(CONTEXT_0, signed_data))


def signer_of(signed: cms.SignedData) -> asn1_x509.Certificate | None:
    """Return the certificate that the only signer names, if it is in the bag; the others are not looked at."""
    infos = signed["signer_infos"]
    if len(infos) != 1 or infos[0]["sid"].name != "issuer_and_serial_number":
        return None
    wanted = infos[0]["sid"].chosen
    # Compared as bytes: an authority spells its name in one way, and folding Chinese names costs a hundred times more.
    issuer, serial = wanted["issuer"].dump(), wanted["serial_number"].native
    for choice in signed["certificates"]:
        if choice.name != "certificate":
            continue
        certificate = choice.chosen
        if certificate.serial_number == serial and certificate.issuer.dump() == issuer:
            return certificate
    return None


def time_stamp_of(signed: cms.SignedData) -> bytes | None:
    """Return the token that the signer's first time-stamp attribute holds, as it lies there, or None."""
    for attribute in signed["signer_infos"][0]["unsigned_attrs"] or ():
        if attribute["type"].dotted == "1.2.840.113549.1.9.16.2.14" and len(attribute["values"]):
            return as_it_lies(attribute["values"][0])
    return None


def has_our_form(raw: bytes, signed: cms.SignedData, signer: asn1_x509.Certificate) -> bool:
    """Tell whether these bytes, up to zeros at the end, are the form that we write; whether they verify is asked apart."""
    try:
        info = signed["signer_infos"][0]
        signature = info["signature"].native
        attributes = info["signed_attrs"].contents
        token = time_stamp_of(signed)
        if not is_in_one_spelling(signature, signer) or not is_stamp_of_our_form(token):
            return False
        if attributes != signed_attributes(signer, _digest_in(info)):
            return False
        expected = envelope(signer, attributes=attributes, signature=signature, time_stamp=token)
    except (ValueError, TypeError, KeyError):
        return False
    return raw[: len(expected)] == expected and not raw[len(expected) :].strip(b"\0")


def is_stamp_of_our_form(token: bytes | None) -> bool:
    """Tell whether the token is in the form that `stamp_envelope` writes (no token at all is in no wrong form)."""
    if token is None:
        return True
    try:
        return one_form_of_stamp(token) == token
    except (ValueError, TypeError, KeyError):
        return False


def one_form_of_stamp(token: bytes) -> bytes:
    """Return the token of any time-stamp service in our one form; what the service signed stays as it is.

    Raises `ValueError` (or what asn1crypto raises) when it is no such token, names its certificate nowhere in what is
    signed, or uses algorithms that are none of ours.
    """
    info = cms.ContentInfo.load(token, strict=True)
    signed = info["content"]
    if info["content_type"].native != "signed_data" or signed["encap_content_info"]["content_type"].native != "tst_info":
        raise ValueError("Not a time-stamp token")
    authority = signer_of(signed)
    if authority is None:
        raise ValueError("The token does not hold the certificate of its signer")
    signer_info = signed["signer_infos"][0]
    if not names_its_certificate(signer_info, authority):
        raise ValueError("The token does not name its certificate in what is signed")
    algorithm = signer_info["signature_algorithm"].signature_algo
    if algorithm not in ("rsassa_pkcs1v15", "ecdsa"):
        raise ValueError(f"No signature algorithm of ours: {algorithm}")
    signature = signer_info["signature"].native
    if authority.public_key.algorithm == "ec":
        signature = smaller_s(signature, CURVE_ORDERS[authority.public_key.curve[1]])
    return stamp_envelope(
        authority,
        tst_info=signed["encap_content_info"]["content"].contents,
        # Signed as a DER set, whatever order they were sent in.
        attributes=b"".join(sorted(as_it_lies(attribute) for attribute in signer_info["signed_attrs"])),
        signature=signature,
        digest=signer_info["digest_algorithm"]["algorithm"].native,
    )


def _digest_in(info: cms.SignerInfo) -> bytes:
    for attribute in info["signed_attrs"]:
        if attribute["type"].native == "message_digest":
            return bytes(attribute["values"][0].native)
    raise ValueError("No message digest")


def names_its_certificate(info: cms.SignerInfo, signer: asn1_x509.Certificate) -> bool:
    """Tell whether the signed attributes bind every byte of the certificate, by its hash (RFC 5035, RFC 5816)."""
    for attribute in info["signed_attrs"]:
        kind = attribute["type"].dotted
        if kind == "1.2.840.113549.1.9.16.2.47":
            first = attribute["values"][0]["certs"][0]
            digest = first["hash_algorithm"]["algorithm"].native
            return digest in DIGESTS and first["cert_hash"].native == hashlib.new(digest, signer.dump()).digest()
        if kind == "1.2.840.113549.1.9.16.2.12":
            # Older services name their certificate by SHA-1; only a second preimage would break that.
            named = attribute["values"][0]["certs"][0]["cert_hash"].native
            return bool(named == hashlib.sha1(signer.dump(), usedforsecurity=False).digest())
    return False
