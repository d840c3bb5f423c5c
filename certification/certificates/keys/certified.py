"""What every key has, wherever its private half lies: its certificate, the chain above it, its kind."""

from dataclasses import dataclass

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from pyhanko.keys import load_certs_from_pemder_data

from certification.certificates.rules.keys import RSA_BITS, Algorithm

SM2_CURVE = "1.2.156.10197.1.301"
SPKI = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def asn1_certificates(certificates: tuple[x509.Certificate, ...]) -> list[asn1_x509.Certificate]:
    """Return the certificates in the form that pyHanko takes."""
    if not certificates:
        return []
    pem = b"".join(item.public_bytes(serialization.Encoding.PEM) for item in certificates)
    return list(load_certs_from_pemder_data(pem))


def common_name(certificate: x509.Certificate) -> str:
    """Return the subject's common name, or all of the subject when it has none."""
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def pem_of(*certificates: x509.Certificate) -> str:
    """Return the certificates as PEM, one after the other."""
    return "".join(item.public_bytes(serialization.Encoding.PEM).decode() for item in certificates)


def chain_from(pem: str) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a chain; an empty text is an empty chain."""
    return tuple(x509.load_pem_x509_certificates(pem.encode())) if pem.strip() else ()


def fingerprint_of(certificate: x509.Certificate) -> str:
    """Return the SHA-256 (64 hex) of the certificate."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def public_key_of(certificate: x509.Certificate) -> bytes:
    """Return the SubjectPublicKeyInfo in DER, also of a kind that `cryptography` cannot compute with (SM2)."""
    parsed = asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
    return bytes(parsed.public_key.dump())


def algorithm_of(certificate: x509.Certificate) -> Algorithm | None:
    """Return the kind of the certified key, or None when it is none of ours."""
    parsed = asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)).public_key
    if parsed.algorithm == "rsa":
        return next((kind for kind, bits in RSA_BITS.items() if bits == parsed.bit_size), None)
    if parsed.algorithm != "ec" or parsed["algorithm"]["parameters"].name != "named":
        return None
    curve = parsed["algorithm"]["parameters"].chosen
    return {"1.2.840.10045.3.1.7": Algorithm.ECDSA_P256, SM2_CURVE: Algorithm.SM2}.get(curve.dotted)


@dataclass(frozen=True)
class Certified:
    """A certificate and the chain up to, and with, the root."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def roots(self) -> list[asn1_x509.Certificate]:
        """The issuer of the certificate, in the form that `validation` takes: trust is direct, no path is searched."""
        return asn1_certificates(self.chain[:1] or (self.certificate,))
