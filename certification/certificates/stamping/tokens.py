"""What a time-stamp token says, and whether to believe it. Pure: no network, no settings.

Only the certificate that the token's signer names is looked at, and a trusted certificate must have issued it
directly, so a stranger's token costs two signature checks and no search.

Sources: RFC 3161 2.3 (the certificate's key usage) and 2.4.2 (TSTInfo), RFC 5652 5.4 and 11, RFC 5816.
"""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID

from certification.certificates.envelope import DIGESTS, SET, is_stamp_of_our_form, signer_of, tlv

HASHES: dict[str, type[hashes.HashAlgorithm]] = {"sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
# NIST SP 800-57 part 1 rev. 5, table 4: 112 bits of strength may protect nothing after 2030.
WEAK_RSA_ENDS = datetime.datetime(2031, 1, 1, tzinfo=datetime.UTC)
STRONG_RSA_BITS = 3072


@dataclass(frozen=True)
class Stamp:
    """What a token says: `digest` was known at `moment`, says `certificate`."""

    token: bytes
    moment: datetime.datetime
    digest: bytes
    digest_algorithm: str
    certificate: asn1_x509.Certificate
    nonce: int | None
    serial: int

    @property
    def authority(self) -> str:
        """The name of the service."""
        subject = self.certificate.subject
        return str(subject.native.get("common_name", subject.human_friendly))

    @property
    def provable_until(self) -> datetime.datetime:
        """When the token stops proving anything by itself: its certificate ends, or its key grows too weak."""
        ends: datetime.datetime = self.certificate.not_valid_after
        key = self.certificate.public_key
        if key.algorithm == "rsa" and key.bit_size < STRONG_RSA_BITS:
            return min(ends, WEAK_RSA_ENDS)
        return ends


def read_stamp(token: bytes) -> Stamp:
    """Return what the token says, whether or not it is true. Raises `ValueError` when it is no token."""
    try:
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        info = tsp.TSTInfo.load(signed["encap_content_info"]["content"].contents, strict=True)
        certificate = signer_of(signed)
        if certificate is None:
            raise ValueError("No certificate of its signer")
        imprint = info["message_imprint"]
        return Stamp(
            token=token,
            moment=info["gen_time"].native,
            digest=imprint["hashed_message"].native,
            digest_algorithm=imprint["hash_algorithm"]["algorithm"].native,
            certificate=certificate,
            nonce=info["nonce"].native,
            serial=info["serial_number"].native,
        )
    except (TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError("Not a time-stamp token") from error


def stamps(token: bytes, covered: bytes) -> bool:
    """Tell whether the token is in our form, signed by the certificate it names, and stamps exactly `covered`."""
    try:
        stamp = read_stamp(token)
        if not is_stamp_of_our_form(token) or stamp.digest_algorithm not in DIGESTS:
            return False
        return stamp.digest == hashlib.new(stamp.digest_algorithm, covered).digest() and signature_holds(token)
    except (ValueError, TypeError, KeyError, InvalidSignature):
        return False


def signature_holds(token: bytes) -> bool:
    """Tell whether the named certificate's key signed this TSTInfo. `token` is in our form.

    Raises `ValueError` for algorithms that are none of ours.
    """
    signed = cms.ContentInfo.load(token)["content"]
    info = signed["signer_infos"][0]
    certificate = signer_of(signed)
    digest = info["digest_algorithm"]["algorithm"].native
    if certificate is None or digest not in HASHES:
        return False
    content = signed["encap_content_info"]
    attributes = {attribute["type"].native: attribute["values"] for attribute in info["signed_attrs"]}
    # A repeated attribute would let two readers read two different things. RFC 5652 11.1 and 11.2.
    if len(attributes) != len(info["signed_attrs"]) or attributes["content_type"][0].native != "tst_info":
        return False
    if attributes["message_digest"][0].native != hashlib.new(digest, content["content"].contents).digest():
        return False
    key = x509.load_der_x509_certificate(certificate.dump()).public_key()
    return _verifies(key, info["signature"].native, tlv(SET, info["signed_attrs"].contents), HASHES[digest]())


def _verifies(key: CertificatePublicKeyTypes, signature: bytes, data: bytes, digest: hashes.HashAlgorithm) -> bool:
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def is_trusted(
    certificate: asn1_x509.Certificate, roots: Sequence[asn1_x509.Certificate], *, moments: Sequence[datetime.datetime]
) -> bool:
    """Tell whether one of `roots` issued this time-stamp certificate directly, and it is in force at all `moments`."""
    try:
        if not all(certificate.not_valid_before <= moment <= certificate.not_valid_after for moment in moments):
            return False
        candidate = x509.load_der_x509_certificate(certificate.dump())
        return is_for_time_stamps(candidate) and any(_issued(candidate, by=root) for root in roots)
    except (ValueError, TypeError, KeyError):
        return False


def is_for_time_stamps(certificate: x509.Certificate) -> bool:
    """Tell whether the certificate is for time stamps alone, and says so critically. RFC 3161 2.3."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    return usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def _issued(candidate: x509.Certificate, *, by: asn1_x509.Certificate) -> bool:
    try:
        candidate.verify_directly_issued_by(x509.load_der_x509_certificate(by.dump()))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
