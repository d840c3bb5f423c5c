"""The request with which a body asks a licensed authority for a certificate of its new key.

Sources: RFC 2986 (PKCS #10), RFC 5280 4.2.1.3 (key usage), ETSI EN 319 412-1 5.1.4 (organizationIdentifier).
"""

import hashlib
from collections.abc import Callable

from asn1crypto import csr, keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from certification.certificates.rules.keys import RSA_BITS, Algorithm
from lms.organisations.models import Organisation

LONGEST_NAME = 64
"""Characters in a common or organisation name: X.520, upper bounds."""


def subject_of_body(organisation: Organisation, *, demo: bool = False) -> x509.Name:
    """Return the name under which the body asks for a certificate; a demonstration's says 演示 Demo."""
    name = f"演示 Demo {organisation.name}" if demo else organisation.name
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation.name[:LONGEST_NAME]),
        x509.NameAttribute(NameOID.COMMON_NAME, name[:LONGEST_NAME]),
    ]
    if organisation.credit_code:
        parts.insert(2, x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, f"NTRCN-{organisation.credit_code}"))
    return x509.Name(parts)


def certificate_request(
    subject: x509.Name, *, public_key: bytes, algorithm: Algorithm, sign_digest: Callable[[bytes], bytes]
) -> str:
    """Return the request as PEM, signed by the new key itself.

    `public_key` is a SubjectPublicKeyInfo in DER; `sign_digest` signs a SHA-256 digest (32 bytes). The key is asked for
    as one that signs documents and commits its owner to them.
    """
    usage = asn1_x509.Extension(
        {"extn_id": "key_usage", "critical": True, "extn_value": {"digital_signature", "non_repudiation"}}
    )
    info = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": asn1_x509.Name.load(subject.public_bytes()),
            "subject_pk_info": keys.PublicKeyInfo.load(public_key),
            "attributes": [{"type": "extension_request", "values": [[usage]]}],
        }
    )
    kind = "sha256_rsa" if algorithm in RSA_BITS else "sha256_ecdsa"
    request = csr.CertificationRequest(
        {
            "certification_request_info": info,
            "signature_algorithm": {"algorithm": kind},
            "signature": sign_digest(hashlib.sha256(info.dump()).digest()),
        }
    )
    return x509.load_der_x509_csr(request.dump()).public_bytes(Encoding.PEM).decode()
