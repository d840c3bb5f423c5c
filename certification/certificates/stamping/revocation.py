"""What proves, inside the file and for ever, that no certificate in it was revoked: certificates and revocation lists.

Lists (CRL) are enough: one list of an authority speaks for every certificate that it issued, so a whole batch shares
the same bytes; an OCSP answer speaks for one certificate and is asked only where an authority publishes no list.

Sources: ETSI EN 319 142-1 5.4.2 (DSS), RFC 5280 4.2.1.13 and 5, RFC 6960.
"""

import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlsplit

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from lms.core.errors import DomainError

TIMEOUT_SECONDS = 15
# The lists of large public authorities reach some megabytes; in a file of 100 kB they would be out of all proportion.
LARGEST_LIST_BYTES = 256 * 1024
LARGEST_ANSWER_BYTES = 32 * 1024

Fetch = Callable[[str, bytes | None], bytes]


@dataclass(frozen=True)
class RevocationMaterial:
    """The contents of the DSS dictionary, each item in DER: certificates, CRLs and OCSP answers."""

    certificates: tuple[bytes, ...] = field(default=())
    crls: tuple[bytes, ...] = field(default=())
    ocsps: tuple[bytes, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.certificates or self.crls or self.ocsps)

    def with_more(self, other: "RevocationMaterial") -> "RevocationMaterial":
        """Return both together, each item once, in the order in which they came."""
        return RevocationMaterial(
            certificates=tuple(dict.fromkeys(self.certificates + other.certificates)),
            crls=tuple(dict.fromkeys(self.crls + other.crls)),
            ocsps=tuple(dict.fromkeys(self.ocsps + other.ocsps)),
        )

    def without(self, other: "RevocationMaterial") -> "RevocationMaterial":
        """Return what `other` does not hold."""
        return RevocationMaterial(
            certificates=tuple(item for item in self.certificates if item not in other.certificates),
            crls=tuple(item for item in self.crls if item not in other.crls),
            ocsps=tuple(item for item in self.ocsps if item not in other.ocsps),
        )


def read_address(url: str, question: bytes | None) -> bytes:
    """Return what lies at an http(s) address; `question` is an OCSP request to post. Raises `OSError`, `ValueError`."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(f"Not an http address: {url[:100]!r}")
    headers = {"Content-Type": "application/ocsp-request"} if question is not None else {}
    request = urllib.request.Request(url, question, headers)  # noqa: S310 - the scheme was checked
    most = LARGEST_ANSWER_BYTES if question is not None else LARGEST_LIST_BYTES
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as reply:  # noqa: S310
        data: bytes = reply.read(most + 1)
    if len(data) > most:
        raise ValueError(f"More than {most} bytes")
    return data


def fetch_material(chains: Iterable[Sequence[x509.Certificate]], *, fetch: Fetch = read_address) -> RevocationMaterial:
    """Return the material for chains (each: the certificate, its issuer, up to and with the root), asked by address.

    The addresses stand in the certificates (CRL distribution points, or OCSP in the authority information). Raises
    `DomainError` `certificates.revocation_unknown` when one cannot be had, or says that a certificate is revoked.
    """
    found = RevocationMaterial()
    for chain in chains:
        found = found.with_more(RevocationMaterial(certificates=tuple(item.public_bytes(Encoding.DER) for item in chain)))
        for certificate, issuer in pairwise(chain):
            found = found.with_more(_for_one(certificate, issuer, fetch))
    return found


def _for_one(certificate: x509.Certificate, issuer: x509.Certificate, fetch: Fetch) -> RevocationMaterial:
    tried = []
    for url in list_addresses(certificate):
        try:
            return RevocationMaterial(crls=(checked_list(fetch(url, None), issuer, certificate),))
        except (OSError, ValueError, TypeError, urllib.error.URLError) as error:
            tried.append(f"{url}: {error}")
    for url in _ocsp_addresses(certificate):
        try:
            return RevocationMaterial(ocsps=(_checked_answer(fetch(url, _ocsp_question(certificate, issuer)), certificate),))
        except (OSError, ValueError, TypeError, urllib.error.URLError) as error:
            tried.append(f"{url}: {error}")
    name = certificate.subject.rfc4514_string()
    raise DomainError("certificates.revocation_unknown", status=503, name=name, reason="; ".join(tried)[:300])


def list_addresses(certificate: x509.Certificate) -> list[str]:
    """Return the http(s) addresses of the certificate's revocation lists."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    names = [name.value for point in points for name in point.full_name or () if isinstance(name.value, str)]
    return [name for name in names if urlsplit(name).scheme in ("http", "https")]


def _ocsp_addresses(certificate: x509.Certificate) -> list[str]:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return []
    method = AuthorityInformationAccessOID.OCSP
    return [str(item.access_location.value) for item in access if item.access_method == method]


def _ocsp_question(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    # Only the names inside the question are hashed; every responder knows SHA-1 there (RFC 5019 2.1.1).
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303
    return builder.build().public_bytes(Encoding.DER)


def checked_list(data: bytes, issuer: x509.Certificate, certificate: x509.Certificate | None = None) -> bytes:
    """Return the CRL in DER if `issuer` signed it and it does not name `certificate`. Raises `ValueError`."""
    found = x509.load_pem_x509_crl(data) if data.startswith(b"-----BEGIN") else x509.load_der_x509_crl(data)
    key = issuer.public_key()
    if found.issuer != issuer.subject or not found.is_signature_valid(key):  # type: ignore[arg-type]
        raise ValueError("Not signed by the issuer")
    if certificate is not None and found.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None:
        raise ValueError("The certificate is revoked")
    return found.public_bytes(Encoding.DER)


def _checked_answer(data: bytes, certificate: x509.Certificate) -> bytes:
    answer = ocsp.load_der_ocsp_response(data)
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL or answer.serial_number != certificate.serial_number:
        raise ValueError(f"It answered {answer.response_status.name}")
    if answer.certificate_status is not ocsp.OCSPCertStatus.GOOD:
        raise ValueError("The certificate is revoked or unknown")
    return data


def parsed_certificates(material: RevocationMaterial) -> list[asn1_x509.Certificate]:
    """Return the certificates as pyHanko takes them. Raises `ValueError`."""
    return [asn1_x509.Certificate.load(item, strict=True) for item in material.certificates]


def parsed_lists(material: RevocationMaterial) -> list[asn1_crl.CertificateList]:
    """Return the revocation lists as pyHanko takes them. Raises `ValueError`."""
    return [asn1_crl.CertificateList.load(item, strict=True) for item in material.crls]


def parsed_answers(material: RevocationMaterial) -> list[asn1_ocsp.OCSPResponse]:
    """Return the OCSP answers as pyHanko takes them. Raises `ValueError`."""
    return [asn1_ocsp.OCSPResponse.load(item, strict=True) for item in material.ocsps]
