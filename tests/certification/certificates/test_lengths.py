"""Lengths whose last octet is 0x80. A library takes them for indefinite ones and writes such a value anew for hours."""

import secrets
import signal

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certification.certificates import authority, signing
from certification.certificates.envelope import one_form_of_stamp, time_stamp_of
from certification.certificates.keys.loading import LoadedKey, asn1_certificates
from certification.certificates.signed_bytes import as_it_lies, content_in, signatures_in
from certification.certificates.validation import Finding, check_pdf
from tests.signed_file import NOW
from tests.stamped_file import STAMPED_AT, drawn, stamper

MINUTE = 60
UNITS = 8
"""So many parts of a name share the letters, each of at most 64: every length is reached, one letter at a time."""


@pytest.fixture(autouse=True)
def _within_a_minute():
    """End a test that would go on for hours."""

    def give_up(*_args):
        raise TimeoutError("this file is being written anew, level by level")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(3 * MINUTE)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return authority.make_demo_authority(directory=tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def unsigned(portrait):
    return drawn(portrait)


def named(root, letters, *, stamps=False):
    """A key whose name has so many letters more than the shortest."""
    private = ec.generate_private_key(ec.SECP256R1())
    parts = ["O" * (1 + (letters + place) // UNITS) for place in range(UNITS)]
    units = [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, part) for part in parts]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "演示 Demo"), *units])
    certificate = authority.build_certificate(
        subject,
        public_key=private.public_key(),
        issuer=root.certificate.subject,
        issuer_key=root.private_key,
        authority=False,
        stamps=stamps,
    )
    return LoadedKey(private, certificate, (root.certificate,))


def length_octets(der):
    """The last octet of the value's length."""
    return der[1 + (der[1] & 0x7F)] if der[1] & 0x80 else der[1]


def whole(raw):
    return raw


def token(raw):
    return time_stamp_of(cms.ContentInfo.load(raw)["content"])


@pytest.fixture
def unlucky(root, unsigned):
    """Return a function that signs until the value has a length that ends in 0x80: (file, roots)."""

    def sign(value, *, stamped):
        for _attempt in range(4000):
            letters = secrets.randbelow(300)
            key = named(root, letters)
            service = stamper(named(root, letters, stamps=True), STAMPED_AT) if stamped else None
            pdf = signing.sign_pdf(unsigned, key=key, now=NOW, time_stamper=service)
            if length_octets(value(signatures_in(pdf)[-1].raw(pdf))) == 0x80:
                return pdf, key.roots
        raise AssertionError("no file of that length")

    return sign


@pytest.mark.parametrize(("value", "stamped"), [(whole, False), (whole, True), (token, True)], ids=["plain", "stamped", "token"])
def test_a_file_with_such_a_length_is_judged_like_any_other(unlucky, value, stamped):
    pdf, roots = unlucky(value, stamped=stamped)
    report = check_pdf(pdf, roots=roots, moment=NOW)
    assert report.finding is Finding.INTACT
    assert report.stamped_at == (STAMPED_AT if stamped else None)


def test_a_changed_file_with_such_a_length_is_told(unlucky):
    pdf, roots = unlucky(whole, stamped=True)
    place = len(pdf) // 3
    changed = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
    assert not check_pdf(changed, roots=roots, moment=NOW).ok


def test_a_stamp_with_such_a_length_keeps_its_bytes(unlucky):
    pdf, _roots = unlucky(token, stamped=True)
    held = token(signatures_in(pdf)[-1].raw(pdf))
    assert one_form_of_stamp(held) == held


def test_a_length_that_is_really_indefinite_is_no_signature_of_ours(root, unsigned):
    pdf = signing.sign_pdf(unsigned, key=named(root, 0), now=NOW)
    der, info = content_in(signatures_in(pdf)[-1].raw(pdf))
    indefinite = b"\x30\x80" + info.contents + b"\0\0"
    assert cms.ContentInfo.load(indefinite)["content_type"].native == "signed_data"
    assert content_in(indefinite) is None
    assert as_it_lies(cms.ContentInfo.load(der)) == der


def test_certificates_keep_their_bytes(root):
    (certificate,) = asn1_certificates((root.certificate,))
    assert as_it_lies(certificate) == certificate.dump()
