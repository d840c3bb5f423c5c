"""Whatever is changed in a signed file is told; whatever a stranger signs is a stranger's. No database."""

import io
import random
import sys

import pikepdf
import pytest
from asn1crypto import cms, core
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import NameOID

from certification.certificates import authority, envelope, signing
from certification.certificates.keys.loading import LoadedKey, asn1_certificates
from certification.certificates.signed_bytes import signatures_in
from certification.certificates.stamping.archive import lift_to_lta, split_revision
from certification.certificates.stamping.tokens import stamps
from certification.certificates.validation import Finding, check_pdf, trusted_roots
from tests.signed_file import NOW, new_key
from tests.stamped_file import ARCHIVED_AT, STAMPED_AT, service_key, stamper


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
    signed = signing.sign_pdf(unsigned, key=LoadedKey(private, same[0], ()), now=NOW)
    info = signature_of(signed)
    for certificate in asn1_certificates(tuple(same[1:])):
        info["content"]["certificates"].append(certificate)
    crowded = with_signature(signed, info.dump(force=True))
    report, calls = counted(lambda: check_pdf(crowded, roots=key.roots))
    assert report.finding is Finding.UNKNOWN_SIGNER
    # A search would take count! steps: 40,000 at eight, 479 million at twelve.
    assert calls < MOST_CALLS


MOST_CALLS = 500_000


def counted(work):
    """The result of `work` and how many Python functions it called, which no busy machine changes."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event == "call"
        if calls > 2 * MOST_CALLS:
            sys.setprofile(None)
            raise RuntimeError("This goes on for ever")

    sys.setprofile(count)
    try:
        result = work()
    finally:
        sys.setprofile(None)
    return result, calls


@pytest.mark.parametrize("claim", [b"D:99991231235959-23'59'", b"D:00010101000000+23'59'", b"D:99991231235959Z"])
def test_a_moment_that_no_calendar_can_show_is_not_repeated(claim, key):
    report = check_pdf(b"%PDF-1.7\n/ByteRange [0 1 2 3]\n/M (" + claim + b")\n%%EOF", roots=key.roots)
    assert report.signed_at is None


# --- files with time stamps ----------------------------------------------------------------------------------------

MOMENTS = {"t": NOW, "lt": NOW, "lta": ARCHIVED_AT}


def judged(data, stamped, level="lt"):
    return check_pdf(data, roots=stamped.roots, moment=MOMENTS[level])


@pytest.mark.parametrize("level", ["lt", "lta"])
def test_any_single_changed_byte_of_a_stamped_file_is_noticed(stamped, level):
    """200 random places, and more where a lax reader looks away: every hole, its padding, what lies around it."""
    data = getattr(stamped, level)
    rnd = random.Random(20261122)  # noqa: S311
    places = {rnd.randrange(len(data)) for _ in range(200)} | {0, 5, len(data) - 1}
    for place in signatures_in(data):
        places |= {rnd.randrange(place.before, place.after) for _ in range(20)}
        places |= {place.before, place.after - 1, place.after - 2, place.before - 20, place.after, place.end - 1}
        places |= {rnd.randrange(place.after, place.end) for _ in range(10)}
    if level == "lta":
        places |= {rnd.randrange(len(stamped.lt), len(data)) for _ in range(60)}
    assert judged(data, stamped, level).ok
    for place in sorted(places):
        changed = bytearray(data)
        changed[place] ^= 1 + rnd.randrange(255)
        assert not judged(bytes(changed), stamped, level).ok, (place, data[place], changed[place])


def test_no_byte_of_a_stamped_signature_can_be_another(stamped):
    """Each byte of the CMS in turn: certificate, attributes, numbers, token. Where the form tells, nothing is computed."""
    der = signature_of(stamped.lt).dump()
    assert judged(with_signature(stamped.lt, der), stamped).ok
    left_to_arithmetic = 0
    for place in range(len(der)):
        changed = der[:place] + bytes([der[place] ^ 1]) + der[place + 1 :]
        try:
            content = cms.ContentInfo.load(changed, strict=True)["content"]
            signer = envelope.signer_of(content)
            told = signer is None or not envelope.has_our_form(changed, content, signer)
            signature, token = content["signer_infos"][0]["signature"].native, envelope.time_stamp_of(content)
            told = told or token is None or not stamps(token, signature)
        except (ValueError, TypeError, KeyError):
            told = True
        if not told:
            left_to_arithmetic += 1
            assert not judged(with_signature(stamped.lt, changed), stamped).ok, place
    # The digest in the signed attributes, which the file's bytes decide; all else is bound by form, stamp or hash.
    assert left_to_arithmetic <= 32


def test_a_time_stamp_cannot_be_taken_out_unseen(stamped):
    info = signature_of(stamped.t)
    signer = envelope.signer_of(info["content"])
    signer_info = info["content"]["signer_infos"][0]
    bare = envelope.envelope(signer, attributes=signer_info["signed_attrs"].contents, signature=signer_info["signature"].native)
    assert judged(with_signature(stamped.t, bare), stamped).finding is Finding.SIGNATURE_DAMAGED


def test_a_time_stamp_over_another_signature_is_not_believed(stamped):
    other = signing.sign_pdf(stamped.unsigned, key=stamped.key, now=NOW, time_stamper=stamper(stamped.service, STAMPED_AT))
    token = envelope.time_stamp_of(signature_of(other)["content"])
    info = signature_of(stamped.lt)
    signer_info = info["content"]["signer_infos"][0]
    moved = envelope.envelope(
        envelope.signer_of(info["content"]),
        attributes=signer_info["signed_attrs"].contents,
        signature=signer_info["signature"].native,
        time_stamp=token,
    )
    assert judged(with_signature(stamped.lt, moved), stamped).finding is Finding.SIGNATURE_DAMAGED


def with_unsigned(data, *attributes):
    """The file with these unsigned attributes (DER) in its signature; all that is signed stays."""
    content = signature_of(data)["content"]
    signer, info = envelope.signer_of(content), content["signer_infos"][0]
    der = envelope._signed_data(
        signer,
        version=envelope.VERSION_1,
        digest=envelope.SHA256,
        content=envelope.tlv(envelope.SEQUENCE, envelope.tlv(envelope.OBJECT_IDENTIFIER, envelope.DATA)),
        attributes=info["signed_attrs"].contents,
        algorithm=envelope.signature_algorithm(signer),
        signature=info["signature"].native,
        unsigned=envelope.tlv(envelope.CONTEXT_1, *attributes),
    )
    return with_signature(data, der)


def stamp_attribute(*tokens):
    kind = envelope.tlv(envelope.OBJECT_IDENTIFIER, envelope.SIGNATURE_TIME_STAMP)
    return envelope.tlv(envelope.SEQUENCE, kind, envelope.tlv(envelope.SET, *tokens))


def test_a_second_time_stamp_or_another_unsigned_attribute_is_not_ours(stamped):
    token = envelope.time_stamp_of(signature_of(stamped.lt)["content"])
    own = stamp_attribute(token)
    foreign = cms.CMSAttribute({"type": "1.2.3.4", "values": [core.UTF8String("假")]}).dump()
    assert judged(with_unsigned(stamped.lt, own), stamped).ok
    for attributes in ((own, own), (stamp_attribute(token, token),), (foreign, own), (own, foreign), (foreign,)):
        assert judged(with_unsigned(stamped.lt, *attributes), stamped).finding is Finding.SIGNATURE_DAMAGED


def rewritten(data, change):
    """The file as an ordinary PDF editor writes it after `change`."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(out)
    return out.getvalue()


def overlaid(data, change):
    """The file with `change` in a revision of its own after it."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def photo_of(pdf):
    images = [item for item in pdf.objects if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"]
    return max(images, key=lambda image: int(image.Width) * int(image.Height))


def in_place(data, wanted):
    """The file with the bytes of one stream turned around where they lie, every offset kept."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        raw = bytes(wanted(pdf).read_raw_bytes())
    place = data.index(raw)
    return data[:place] + raw[::-1] + data[place + len(raw) :]


def attachment_of(pdf):
    return next(iter(pdf.attachments.values())).get_file().obj


@pytest.mark.parametrize("level", ["t", "lt", "lta"])
def test_a_removed_page_is_noticed(stamped, level):
    def add_and_remove(pdf):
        pdf.add_blank_page()
        del pdf.pages[0]

    assert not judged(rewritten(getattr(stamped, level), add_and_remove), stamped, level).ok


@pytest.mark.parametrize("level", ["t", "lt", "lta"])
def test_a_swapped_attachment_is_noticed(stamped, level):
    data = getattr(stamped, level)
    assert judged(in_place(data, attachment_of), stamped, level).finding is Finding.CHANGED

    def swap(pdf):
        pdf.attachments["certificate.json"] = b"{}"

    assert not judged(rewritten(data, swap), stamped, level).ok


@pytest.mark.parametrize("level", ["t", "lt", "lta"])
def test_a_swapped_photo_is_noticed(stamped, level):
    data = getattr(stamped, level)
    assert judged(in_place(data, photo_of), stamped, level).finding is Finding.CHANGED
    assert not judged(rewritten(data, lambda pdf: photo_of(pdf).write(b"\0" * 100)), stamped, level).ok


@pytest.mark.parametrize("level", ["t", "lt", "lta"])
def test_an_incremental_overlay_is_noticed(stamped, level):
    from pyhanko.pdf_utils import generic

    def cover(writer):
        page = writer.root["/Pages"]["/Kids"][0]
        drawing = writer.add_object(generic.StreamObject(stream_data=b"1 1 1 rg 0 0 600 850 re f"))
        page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), drawing])
        writer.update_container(page)

    assert judged(overlaid(getattr(stamped, level), cover), stamped, level).finding is Finding.ADDED_TO


def test_an_archive_stamp_over_an_overlay_is_told(stamped):
    """A stranger may have anything stamped by a public service; what he puts under the stamp is still told."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp

    writer = IncrementalPdfFileWriter(io.BytesIO(stamped.lt))
    writer.root["/Funeng"] = generic.TextStringObject("x")
    writer.update_root()
    steps = PdfCMSEmbedder().write_cms(field_name="Stamp1", writer=writer, existing_fields_only=True)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=2 * envelope.CONTENTS_BYTES)))
    prepared, out = steps.send(SigIOSetup(md_algorithm="sha256", in_place=False, output=io.BytesIO()))
    steps.send(cms.ContentInfo.load(stamper(service_key(stamped.root), ARCHIVED_AT).token(prepared.document_digest)))
    assert split_revision(out.getvalue()) is not None
    assert judged(out.getvalue(), stamped, "lta").finding is Finding.ADDED_TO


def test_an_archive_stamp_of_an_unknown_service_is_told(stamped, tmp_path):
    stranger = service_key(authority.make_demo_authority(directory=tmp_path))
    data = lift_to_lta(stamped.lt, time_stamper=stamper(stranger, ARCHIVED_AT))
    assert judged(data, stamped, "lta").finding is Finding.UNKNOWN_STAMP


def test_an_archive_stamp_does_not_make_a_changed_file_good(stamped):
    place = stamped.lt.index(b"stream\n") + 40
    changed = stamped.lt[:place] + bytes([stamped.lt[place] ^ 1]) + stamped.lt[place + 1 :]
    data = lift_to_lta(changed, time_stamper=stamper(service_key(stamped.root), ARCHIVED_AT))
    assert judged(data, stamped, "lta").finding is Finding.CHANGED


def test_an_archive_stamp_over_a_signature_without_time_is_told(stamped):
    data = lift_to_lta(stamped.b, time_stamper=stamper(service_key(stamped.root), NOW))
    assert judged(data, stamped).finding is Finding.ADDED_TO


def test_nobody_can_smuggle_a_certificate_of_his_own_into_the_archive(stamped):
    from certification.certificates.stamping.revocation import RevocationMaterial

    stranger = new_key().certificate.public_bytes(serialization.Encoding.DER)
    for material in (RevocationMaterial(certificates=(stranger,)), RevocationMaterial(crls=(b"not a list",))):
        service = service_key(stamped.root)
        data = lift_to_lta(stamped.lt, time_stamper=stamper(service, ARCHIVED_AT), material=material)
        assert judged(data, stamped, "lta").finding is Finding.ADDED_TO


def test_a_file_that_is_signed_once_more_by_another_body_is_not_the_one_that_was_issued(stamped):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    other = new_key(stamped.root)
    (certificate,) = asn1_certificates((other.certificate,))
    from asn1crypto.keys import PrivateKeyInfo
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    raw = other.private_key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = signers.SimpleSigner(
        signing_cert=certificate, signing_key=PrivateKeyInfo.load(raw), cert_registry=SimpleCertificateStore()
    )
    out = signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(stamped.lt)), signers.PdfSignatureMetadata(field_name="Mine"), signer=signer
    )
    assert not judged(out.getvalue(), stamped).ok


def test_a_token_full_of_certificates_that_name_each_other_costs_no_search(stamped):
    """In the hole of a genuine signature, where anybody may write."""
    token = cms.ContentInfo.load(envelope.time_stamp_of(signature_of(stamped.lt)["content"]))
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "X")])
    private = ec.generate_private_key(ec.SECP256R1())
    for _number in range(12):
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(private.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(authority.NOT_BEFORE)
            .not_valid_after(authority.NOT_AFTER)
            .sign(private, hashes.SHA256())
        )
        token["content"]["certificates"].append(asn1_certificates((certificate,))[0])
    crowded = with_unsigned(stamped.lt, stamp_attribute(token.dump(force=True)))
    report, calls = counted(lambda: judged(crowded, stamped))
    assert not report.ok
    assert calls < MOST_CALLS


def test_many_revisions_cost_a_bounded_number_of_looks(stamped):
    tail = b"\n/ByteRange [0 10 20 5]" * 20_000
    report, calls = counted(lambda: judged(stamped.lta + tail, stamped, "lta"))
    assert not report.ok
    assert calls < MOST_CALLS
