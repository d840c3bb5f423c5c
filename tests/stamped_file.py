"""Certificate files with time stamps, revocation lists and archive stamps, drawn without a database."""

import dataclasses
import datetime
from functools import partial

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from certification.certificates import authority, signing
from certification.certificates.finishing import finish
from certification.certificates.keys.loading import LoadedKey
from certification.certificates.rendering import SKILL_LEVEL, render_sheet
from certification.certificates.sheet import Sheet
from certification.certificates.stamping.archive import lift_to_lta
from certification.certificates.stamping.local import LocalTimeStamper
from certification.certificates.stamping.revocation import RevocationMaterial
from tests.signed_file import ID_NUMBER, NOW, VERIFY_URL, claims

# A second after the claimed time of signing, as it is with a service at the other end of a wire.
STAMPED_AT = NOW + datetime.timedelta(seconds=1)
ARCHIVED_AT = datetime.datetime(2035, 7, 1, tzinfo=datetime.UTC)
YEARS = datetime.timedelta(days=365)


def service_key(root, *, common_name="演示 Demo 时间戳", stamps=True, private=None, **dates):
    """A key with a certificate for time stamps."""
    private = private or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    certificate = authority.build_certificate(
        subject,
        public_key=private.public_key(),
        issuer=root.certificate.subject,
        issuer_key=root.private_key,
        authority=False,
        stamps=stamps,
        **dates,
    )
    return LoadedKey(private, certificate, (root.certificate,))


def rsa_key(root, bits=2048):
    """A signer with an RSA key."""
    private = rsa.generate_private_key(65537, bits)
    certificate = authority.build_certificate(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "演示 Demo RSA")]),
        public_key=private.public_key(),
        issuer=root.certificate.subject,
        issuer_key=root.private_key,
        authority=False,
    )
    return LoadedKey(private, certificate, (root.certificate,))


def stamper(service, moment):
    return LocalTimeStamper(service, now=lambda: moment)


def material_of(root, *keys, now, directory):
    """Certificates of the keys and the root's list as of `now`."""
    listed = authority.issue_list(root, now=now, directory=directory)
    certificates = [key.certificate for key in keys] + [root.certificate]
    return RevocationMaterial(
        certificates=tuple(certificate.public_bytes(Encoding.DER) for certificate in certificates),
        crls=(listed.public_bytes(Encoding.DER),),
    )


def drawn(portrait, material=None, *, name="王小芳"):
    """The unsigned file, with `material` in it."""
    sheet = Sheet(
        claims(name=name), id_number=ID_NUMBER, photo=portrait, verify_url=VERIFY_URL, qr_text=VERIFY_URL, issued_at=NOW
    )
    return render_sheet(sheet, SKILL_LEVEL, finisher=partial(finish, material=material))


@dataclasses.dataclass(frozen=True)
class Stamped:
    """One certificate at every level, and who made it."""

    root: LoadedKey
    key: LoadedKey
    service: LoadedKey
    material: RevocationMaterial
    unsigned: bytes
    b: bytes
    t: bytes
    lt: bytes
    lta: bytes

    @property
    def roots(self):
        return self.key.roots


@pytest.fixture(scope="session")
def stamped(portrait, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stamping")
    root = authority.make_demo_authority(directory=folder)
    # The younger service is there when the first one's time comes.
    service = service_key(root, not_after=ARCHIVED_AT + datetime.timedelta(days=90))
    key = service_key(root, common_name="演示 Demo 签名人", stamps=False)
    material = material_of(root, key, service, now=NOW, directory=folder)
    plain, unsigned = drawn(portrait), drawn(portrait, material)
    at_once = stamper(service, STAMPED_AT)
    lt = signing.sign_pdf(unsigned, key=key, now=NOW, time_stamper=at_once)
    later = service_key(root, common_name="演示 Demo 时间戳 2")
    return Stamped(
        root=root,
        key=key,
        service=service,
        material=material,
        unsigned=unsigned,
        b=signing.sign_pdf(plain, key=key, now=NOW),
        t=signing.sign_pdf(plain, key=key, now=NOW, time_stamper=at_once),
        lt=lt,
        lta=lift_to_lta(
            lt,
            time_stamper=stamper(later, ARCHIVED_AT),
            material=material_of(root, service, later, now=ARCHIVED_AT, directory=folder),
        ),
    )
