"""Whether a signature over a digest belongs to a certificate: asked of every answer that comes from elsewhere."""

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding

from certification.certificates.keys import sm2
from certification.certificates.keys.certified import algorithm_of
from certification.certificates.rules.keys import Algorithm


def holds(certificate: x509.Certificate, signature: bytes, digest: bytes) -> bool:
    """Tell whether the certified key made this signature over the digest (32 bytes: SHA-256, for SM2 SM3(Z‖M))."""
    if algorithm_of(certificate) is Algorithm.SM2:
        return sm2.holds(public_point(certificate), signature, digest)
    key = certificate.public_key()
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, digest, PKCS1v15(), Prehashed(hashes.SHA256()))
        elif isinstance(key, EllipticCurvePublicKey):
            key.verify(signature, digest, ECDSA(Prehashed(hashes.SHA256())))
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


def public_point(certificate: x509.Certificate) -> bytes:
    """Return the point of an elliptic-curve key, uncompressed (X9.62), on whatever curve."""
    parsed = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    return bytes(parsed.public_key["public_key"].native)
