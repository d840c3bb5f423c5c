"""The one form that our CMS takes, byte for byte, so that no part of it can be changed and still be called ours.

A CMS holds much that its signature does not cover: spare certificates, unsigned attributes, lengths written
long, an ECDSA signature with the other of its two values of s. A verifier looks away there, but a file in which
a byte was changed is not the file that was issued. Therefore a signature of ours has exactly this form: one
signer, his certificate and no other, SHA-256 with ECDSA and the smaller s, no unsigned attribute, DER.

Sources: RFC 5652 5 (SignedData), RFC 5035 4 (signing-certificate-v2), RFC 5480, X.690 10 (DER).
"""

import hashlib

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

SEQUENCE, SET, OBJECT_IDENTIFIER, INTEGER, OCTET_STRING = 0x30, 0x31, 0x06, 0x02, 0x04
CONTEXT_0 = 0xA0

SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
DATA = bytes.fromhex("2a864886f70d010701")
SHA256 = bytes.fromhex("300d06096086480165030402010500")
ECDSA_WITH_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
VERSION_1 = bytes.fromhex("020101")

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def tlv(tag: int, *parts: bytes) -> bytes:
    """Return tag, shortest length and value in DER."""
    value = b"".join(parts)
    size = len(value)
    if size < 0x80:
        return bytes((tag, size)) + value
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + value


def smaller_s(signature: bytes) -> bytes:
    """Return the ECDSA P-256 signature with the smaller of its two valid values of s, in DER.

    Raises `ValueError` when it is no such signature.
    """
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, P256_ORDER - s))


def envelope(signer: asn1_x509.Certificate, *, attributes: bytes, signature: bytes) -> bytes:
    """Return the ContentInfo: `attributes` is the content of the signed attributes, without tag and length."""
    # What the certificate itself holds, not a new encoding of it.
    serial = signer["tbs_certificate"]["serial_number"].dump()
    signer_info = tlv(
        SEQUENCE,
        VERSION_1,
        tlv(SEQUENCE, signer.issuer.dump(), serial),
        SHA256,
        tlv(CONTEXT_0, attributes),
        ECDSA_WITH_SHA256,
        tlv(OCTET_STRING, signature),
    )
    signed_data = tlv(
        SEQUENCE,
        VERSION_1,
        tlv(SET, SHA256),
        tlv(SEQUENCE, tlv(OBJECT_IDENTIFIER, DATA)),
        tlv(CONTEXT_0, signer.dump()),
        tlv(SET, signer_info),
    )
    return tlv(SEQUENCE, tlv(OBJECT_IDENTIFIER, SIGNED_DATA), tlv(CONTEXT_0, signed_data))


def signer_of(signed: cms.SignedData) -> asn1_x509.Certificate | None:
    """Return the certificate that the only signer names, if it is in the bag; the others are not looked at."""
    infos = signed["signer_infos"]
    if len(infos) != 1 or infos[0]["sid"].name != "issuer_and_serial_number":
        return None
    wanted = infos[0]["sid"].chosen
    for choice in signed["certificates"]:
        if choice.name != "certificate":
            continue
        certificate = choice.chosen
        if certificate.serial_number == wanted["serial_number"].native and certificate.issuer == wanted["issuer"]:
            return certificate
    return None


def has_our_form(raw: bytes, signed: cms.SignedData, signer: asn1_x509.Certificate) -> bool:
    """Tell whether these bytes, up to zeros at the end, are the form that we write; whether they verify is asked apart."""
    try:
        info = signed["signer_infos"][0]
        signature = info["signature"].native
        if smaller_s(signature) != signature or not _names_its_certificate(info, signer):
            return False
        expected = envelope(signer, attributes=info["signed_attrs"].contents, signature=signature)
    except (ValueError, TypeError, KeyError):
        return False
    return raw[: len(expected)] == expected and not raw[len(expected) :].strip(b"\0")


def _names_its_certificate(info: cms.SignerInfo, signer: asn1_x509.Certificate) -> bool:
    """Tell whether the signed attributes bind every byte of the certificate, by its hash."""
    for attribute in info["signed_attrs"]:
        if attribute["type"].dotted == "1.2.840.113549.1.9.16.2.47":
            named = [identifier["cert_hash"].native for value in attribute["values"] for identifier in value["certs"]]
            return named == [hashlib.sha256(signer.dump()).digest()]
    return False
