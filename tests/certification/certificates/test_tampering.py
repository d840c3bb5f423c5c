"""Whatever is changed in a signed file is told; whatever a stranger signs is a stranger's. No database."""

import io
import random
import time

import pytest
from asn1crypto import cms, core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import NameOID

from certification.certificates import authority, envelope, signing
from certification.certificates.validation import Finding, check_pdf, trusted_roots
from tests.signed_file import NOW, new_key


def hole_of(signed: bytes) -> tuple[int, int]:
    """Where the hex digits of the signature begin and end."""
    start = signed.index(b"/Contents <") + len(b"/Contents <")
    return start, signed.index(b">", start)


def with_signature(signed: bytes, der: bytes) -> bytes:
    """The same file with another CMS in its hole, spelled as ours is."""
    start, end = hole_of(signed)
    digits = der.hex().upper().encode()
    return signed[:start] + digits.ljust(end - start, b"0") + signed[end:]


def signature_of(signed: bytes) -> cms.ContentInfo:
    start, end = hole_of(signed)
    return cms.ContentInfo.load(bytes.fromhex(signed[start:end].decode()))


def test_an_untouched_file_is_intact(signed, key):
    report = check_pdf(signed, roots=key.roots)
    assert report.finding is Finding.INTACT
    assert (report.signer, report.signed_at, report.number) == ("演示 Demo 签名人", NOW, "S000031000123264000001")


def test_any_single_changed_byte_is_noticed(signed, key):
    rnd = random.Random(20260921)  # noqa: S311
    hole = signed.index(b"/Contents <")
    places = {rnd.randrange(len(signed)) for _ in range(120)}
    # The places where a lax reader looks away: the hole itself, its padding, ByteRange, head and tail.
    end = signed.index(b">", hole)
    places |= {
        0,
        5,
        len(signed) - 1,
        hole + 11,
        hole + 12,
        hole + 400,
        hole + 1400,
        end - 1,
        end,
        signed.index(b"/ByteRange") + 3,
    }
    places |= {signed.index(b"/ByteRange") + offset for offset in range(11, 40)}
    for place in sorted(places):
        changed = bytearray(signed)
        changed[place] ^= 1 + rnd.randrange(255)
        report = check_pdf(bytes(changed), roots=key.roots)
        assert not report.ok, (place, signed[place], changed[place])


@pytest.mark.parametrize("digit", [b"A", b"B", b"C", b"D", b"E", b"F"])
def test_even_the_spelling_of_the_signature_counts(signed, key, digit):
    start = signed.index(b"/Contents <")
    place = signed.index(digit, start + 11)
    changed = signed[:place] + digit.lower() + signed[place + 1 :]
    assert check_pdf(changed, roots=key.roots).finding is Finding.SIGNATURE_DAMAGED


def test_a_changed_name_is_called_changed(signed, key):
    place = signed.index(b"stream\n") + 40
    changed = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
    assert check_pdf(changed, roots=key.roots).finding is Finding.CHANGED


def test_a_byte_added_at_the_end_is_noticed(signed, key):
    assert check_pdf(signed + b"\n", roots=key.roots).finding is Finding.ADDED_TO


def test_a_later_revision_is_noticed(signed, key):
    from pyhanko.pdf_utils.generic import TextStringObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    writer.root["/Funeng"] = TextStringObject("x")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert check_pdf(out.getvalue(), roots=key.roots).finding is Finding.ADDED_TO


def test_a_file_cut_short_is_noticed(signed, key):
    assert check_pdf(signed[:-1], roots=key.roots).finding is Finding.SIGNATURE_DAMAGED


def test_a_file_signed_by_a_stranger_is_not_ours(unsigned, key):
    stranger = signing.sign_pdf(unsigned, key=new_key(), now=NOW)
    assert check_pdf(stranger, roots=key.roots).finding is Finding.UNKNOWN_SIGNER


def test_a_stranger_whose_tool_spells_the_signature_in_lower_case_is_a_stranger_not_damaged(unsigned, key):
    stranger = signing.sign_pdf(unsigned, key=new_key(), now=NOW)
    start = stranger.index(b"/Contents <") + 11
    end = stranger.index(b">", start)
    lower = stranger[:start] + stranger[start:end].lower() + stranger[end:]
    assert check_pdf(lower, roots=key.roots).finding is Finding.UNKNOWN_SIGNER


def test_a_stranger_who_takes_our_names_is_not_ours(unsigned, key, tmp_path):
    lookalike = authority.make_demo_authority(directory=tmp_path)
    forged = signing.sign_pdf(unsigned, key=new_key(lookalike), now=NOW)
    assert check_pdf(forged, roots=key.roots).finding is Finding.UNKNOWN_SIGNER


def test_without_any_trusted_root_nothing_is_believed(signed, settings, tmp_path):
    settings.SIGNING_KEY_DIR = tmp_path
    assert check_pdf(signed, roots=trusted_roots()).finding is Finding.UNKNOWN_SIGNER


def test_an_unsigned_file_is_called_unsigned(unsigned, key):
    assert check_pdf(unsigned.replace(b"/FT /Sig", b"/FT /Btn"), roots=key.roots).finding is Finding.UNSIGNED


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"PK\x03\x04" + b"\0" * 100,
        b"%PDF-1.7\n",
        b"%PDF-1.7\n/ByteRange [0 5 7 3]",
        b"%PDF-1.7\n/ByteRange [0 999999999999 999999999999 1]",
        b"%PDF-1.7\n/ByteRange [0 10 5 90] /Contents <00>",
        b"%PDF-1.7 /ByteRange [0 52 56 1]" + b" " * 21 + b"<30>x",
    ],
)
def test_nonsense_is_refused_without_a_traceback(data, key):
    assert not check_pdf(data, roots=key.roots).ok


def test_no_byte_of_the_signature_itself_can_be_another(signed, key):
    """Each in turn, and without the arithmetic where the form alone gives it away."""
    der = signature_of(signed).dump()
    passed_by_form = []
    for place in range(len(der)):
        changed = der[:place] + bytes([der[place] ^ 1]) + der[place + 1 :]
        try:
            content = cms.ContentInfo.load(changed)["content"]
            signer = envelope.signer_of(content)
            if signer is not None and envelope.has_our_form(changed, content, signer):
                passed_by_form.append(place)
        except (ValueError, TypeError, KeyError):
            continue
    # What the form leaves open is what the signature covers, and the signature's two numbers; no byte else.
    info = signature_of(signed)["content"]["signer_infos"][0]
    attributes, numbers = info["signed_attrs"].contents, info["signature"].native
    open_to_arithmetic = {der.index(part) + offset for part in (attributes, numbers) for offset in range(len(part))}
    assert set(passed_by_form) <= open_to_arithmetic
    for place in passed_by_form:
        changed = der[:place] + bytes([der[place] ^ 1]) + der[place + 1 :]
        assert not check_pdf(with_signature(signed, changed), roots=key.roots).ok, place


def test_a_file_of_ours_has_the_one_form(signed, key):
    content = signature_of(signed)["content"]
    assert len(content["certificates"]) == 1
    assert envelope.has_our_form(signature_of(signed).dump(), content, envelope.signer_of(content))


def test_the_other_of_the_two_values_of_s_is_not_ours(signed, key):
    info = signature_of(signed)
    signer_info = info["content"]["signer_infos"][0]
    r, s = decode_dss_signature(signer_info["signature"].native)
    signer_info["signature"] = encode_dss_signature(r, envelope.P256_ORDER - s)
    assert check_pdf(with_signature(signed, info.dump(force=True)), roots=key.roots).finding is Finding.SIGNATURE_DAMAGED


def test_an_attribute_that_nobody_signed_is_not_ours(signed, key):
    info = signature_of(signed)
    info["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes(
        [cms.CMSAttribute({"type": "1.2.3.4", "values": [core.UTF8String("假")]})]
    )
    assert check_pdf(with_signature(signed, info.dump(force=True)), roots=key.roots).finding is Finding.SIGNATURE_DAMAGED


def test_a_certificate_put_into_the_bag_is_not_ours(signed, key):
    info = signature_of(signed)
    bag = info["content"]["certificates"]
    bag.append(key.roots[0])
    assert check_pdf(with_signature(signed, info.dump(force=True)), roots=key.roots).finding is Finding.SIGNATURE_DAMAGED


@pytest.mark.parametrize("count", [8, 12])
def test_a_bag_of_certificates_that_all_name_each_other_costs_no_search(unsigned, key, count):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "X")])
    private = ec.generate_private_key(ec.SECP256R1())
    same = [
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(authority.NOT_BEFORE)
        .not_valid_after(authority.NOT_AFTER)
        .sign(private, hashes.SHA256())
        for _number in range(count + 1)
    ]
    signed = signing.sign_pdf(unsigned, key=signing.LoadedKey(private, same[0], ()), now=NOW)
    info = signature_of(signed)
    for certificate in signing._asn1(tuple(same[1:])):
        info["content"]["certificates"].append(certificate)
    crowded = with_signature(signed, info.dump(force=True))
    begun = time.process_time()
    assert check_pdf(crowded, roots=key.roots).finding is Finding.UNKNOWN_SIGNER
    # Factorial search would take minutes at twelve; this bound is a matter of kind, not of speed.
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("claim", [b"D:99991231235959-23'59'", b"D:00010101000000+23'59'", b"D:99991231235959Z"])
def test_a_moment_that_no_calendar_can_show_is_not_repeated(claim, key):
    report = check_pdf(b"%PDF-1.7\n/ByteRange [0 1 2 3]\n/M (" + claim + b")\n%%EOF", roots=key.roots)
    assert report.signed_at is None
