"""Whether a certificate that came back from an authority is one that this body's certificates can be signed with.

Everything that could make a signed file fail its check later is asked here, before the key is taken into use.
Sources: RFC 5280 4.1.2.5, 4.2.1.3, 4.2.1.9, 4.2.1.12; ETSI EN 319 412-2 4.3.2 (non-repudiation); RFC 9336 (documents).
"""

import datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from certification.certificates.keys import sm2
from certification.certificates.keys.certified import algorithm_of, asn1_certificates, common_name, public_key_of
from certification.certificates.keys.verifying import public_point
from certification.certificates.rules.keys import Algorithm
from certification.certificates.validation import trusted_roots
from lms.core.errors import DomainError

# What a certificate may be for, if it says what it is for at all: documents (RFC 9336, Microsoft, Adobe), mail, anything.
FOR_DOCUMENTS = frozenset(
    {
        "1.3.6.1.5.5.7.3.36",
        "1.3.6.1.4.1.311.10.3.12",
        "1.2.840.113583.1.1.5",
        ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string,
    }
)


def check_certificate(
    certificate: x509.Certificate, chain: tuple[x509.Certificate, ...], *, public_key: bytes, now: datetime.datetime
) -> Algorithm:
    """Return the kind of the certified key when nothing is wrong with the certificate.

    `public_key` is the one that was made (SubjectPublicKeyInfo in DER). Raises `DomainError`:
    `certificates.certificate_of_other_key`, `certificates.algorithm_unknown`, `certificates.certificate_expired`,
    `certificates.certificate_of_authority`, `certificates.certificate_usage`, `certificates.chain_broken`,
    `certificates.issuer_not_trusted`.
    """
    if public_key_of(certificate) != public_key:
        raise _refusal("certificates.certificate_of_other_key", certificate)
    algorithm = algorithm_of(certificate)
    if algorithm is None:
        raise _refusal("certificates.algorithm_unknown", certificate)
    if certificate.not_valid_after_utc <= now:
        raise _refusal("certificates.certificate_expired", certificate, day=certificate.not_valid_after_utc)
    _check_usage(certificate)
    _check_chain(certificate, chain, algorithm)
    if algorithm is not Algorithm.SM2:
        # Trust is direct (decision 9): who issued the certificate must stand in our own list, or no file passes its check.
        issuer = asn1_certificates(chain[:1] or (certificate,))[0]
        if issuer.dump() not in {root.dump() for root in trusted_roots()}:
            raise _refusal("certificates.issuer_not_trusted", chain[0] if chain else certificate)
    return algorithm


def _refusal(code: str, certificate: x509.Certificate, **facts: object) -> DomainError:
    return DomainError(code, status=422, name=common_name(certificate), **facts)


def _check_usage(certificate: x509.Certificate) -> None:
    try:
        if certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            raise _refusal("certificates.certificate_of_authority", certificate)
    except x509.ExtensionNotFound:
        pass
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        raise _refusal("certificates.certificate_usage", certificate) from None
    if not usage.content_commitment:
        raise _refusal("certificates.certificate_usage", certificate)
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not FOR_DOCUMENTS & {purpose.dotted_string for purpose in purposes}:
        raise _refusal("certificates.certificate_usage", certificate)


def _check_chain(certificate: x509.Certificate, chain: tuple[x509.Certificate, ...], algorithm: Algorithm) -> None:
    """Follow the signatures up to a certificate that signs itself."""
    above = (*chain, chain[-1] if chain else certificate)
    for issued, issuer in zip((certificate, *chain), above, strict=True):
        if not (_sm2_issued(issued, issuer) if algorithm is Algorithm.SM2 else _issued(issued, issuer)):
            raise _refusal("certificates.chain_broken", issued)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:
        # A wrong signature, a name that differs and an algorithm that nobody knows are told by different exceptions.
        return False
    return True


def _sm2_issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if certificate.issuer != issuer.subject or algorithm_of(issuer) is not Algorithm.SM2:
        return False
    parsed = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    point = public_point(issuer)
    return sm2.holds(point, certificate.signature, sm2.digest_for(point, parsed["tbs_certificate"].dump()))
