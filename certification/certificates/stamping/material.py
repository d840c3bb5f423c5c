"""What one batch needs besides the key: who stamps, and the proof that travels in every file. Asked once per batch."""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from certification.certificates import authority
from certification.certificates.checks import DEMO_SERVICE
from certification.certificates.keys.loading import DigestSigner, LoadedKey, load_key
from certification.certificates.models import SigningKey
from certification.certificates.stamping.client import HttpTimeStamper, TimeStamper
from certification.certificates.stamping.levels import Level
from certification.certificates.stamping.local import LocalTimeStamper
from certification.certificates.stamping.revocation import RevocationMaterial, fetch_material
from certification.certificates.stamping.tokens import read_stamp
from certification.certificates.validation import trusted_stamps
from lms.core import clock
from lms.core.errors import DomainError

Chain = tuple[x509.Certificate, ...]


@dataclass(frozen=True)
class SigningMaterial:
    """`level` is what every file of the batch reaches; `dss` goes into the file before it is signed."""

    level: Level
    time_stamper: TimeStamper | None
    dss: RevocationMaterial


@dataclass(frozen=True)
class StampService:
    """A service that answers, and its certificate with those above it."""

    time_stamper: TimeStamper
    chain: Chain


def material_for(signing_key: SigningKey) -> SigningMaterial:
    """Return what a batch signed by this key needs, at the level of `SIGNATURE_LEVEL`.

    It is of this moment by the installation's clock, whatever date a batch bears, for so are the time stamps.
    Raises `DomainError` `certificates.no_time_stamps` (a level that needs them, but no `TSA_URL`),
    `certificates.stamp_failed` or `certificates.revocation_unknown`, before anything is issued.
    """
    level = wanted_level()
    if level is Level.B:
        return SigningMaterial(level, None, RevocationMaterial())
    service = time_stamp_service()
    if level is Level.T:
        return SigningMaterial(level, service.time_stamper, RevocationMaterial())
    key = load_key(signing_key)
    return SigningMaterial(level, service.time_stamper, revocation_material(key, service, now=clock.now()))


def wanted_level() -> Level:
    """Return the level at which this installation issues. Raises `DomainError` `certificates.level_unknown`.

    B-LTA is reached later, by `manage.py renew_time_stamps`; nothing is issued at it.
    """
    try:
        level = Level(settings.SIGNATURE_LEVEL or (Level.LT if settings.TSA_URL else Level.B))
    except ValueError:
        raise DomainError("certificates.level_unknown", status=500, level=settings.SIGNATURE_LEVEL) from None
    return Level.LT if level is Level.LTA else level


def time_stamp_service() -> StampService:
    """Return the service of `TSA_URL`, asked once, so that its certificate is known and pinned from here on."""
    if not settings.TSA_URL:
        raise DomainError("certificates.no_time_stamps", status=500)
    if settings.TSA_URL == DEMO_SERVICE:
        key = authority.make_demo_stamps()
        return StampService(LocalTimeStamper(key), (key.certificate, *key.chain))
    roots = trusted_stamps()
    first = HttpTimeStamper(settings.TSA_URL, roots=roots).token(hashlib.sha256(b"").digest())
    certificate = read_stamp(first).certificate
    service = HttpTimeStamper(settings.TSA_URL, roots=roots, expected=certificate)
    return StampService(service, chain_of(certificate, roots))


def revocation_material(key: DigestSigner | None, service: StampService, *, now: datetime.datetime) -> RevocationMaterial:
    """Return the certificates and lists that prove signer (None: nobody new) and service, as of `now`."""
    chains = [service.chain] if key is None else [(key.certificate, *key.chain), service.chain]
    return material_of(chains, now=now)


def material_of(chains: Sequence[Chain], *, now: datetime.datetime) -> RevocationMaterial:
    """Return certificates and lists for chains that end in a root. Raises `DomainError` `certificates.revocation_unknown`."""
    demo = authority.make_demo_authority() if _has_demo_authority() else None
    material = RevocationMaterial()
    for chain in chains:
        if demo is not None and chain[-1] == demo.certificate:
            # The demonstration root publishes its list nowhere but here.
            material = material.with_more(_from_demo(demo, chain, now=now))
        else:
            material = material.with_more(fetch_material([chain]))
    return material


def _has_demo_authority() -> bool:
    return (settings.SIGNING_KEY_DIR / authority.AUTHORITY_FILE).exists()


def _from_demo(demo: LoadedKey, chain: Chain, *, now: datetime.datetime) -> RevocationMaterial:
    issued = authority.current_list(demo, now=now)
    for certificate in chain:
        if issued.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None:
            name = certificate.subject.rfc4514_string()
            raise DomainError("certificates.revocation_unknown", status=503, name=name, reason="revoked")
    certificates = tuple(item.public_bytes(Encoding.DER) for item in chain)
    return RevocationMaterial(certificates=certificates, crls=(issued.public_bytes(Encoding.DER),))


def chain_of(certificate: asn1_x509.Certificate, roots: Sequence[asn1_x509.Certificate]) -> Chain:
    """Return the certificate and those of the trusted ones that stand above it, as far as they are on file."""
    known = [x509.load_der_x509_certificate(root.dump()) for root in roots]
    chain = [x509.load_der_x509_certificate(certificate.dump())]
    while chain[-1].issuer != chain[-1].subject:
        above = [item for item in known if item.subject == chain[-1].issuer and item not in chain]
        if not above:
            break
        chain.append(above[0])
    return tuple(chain)
