"""The parts of the compiled engine, each against what a library of somebody else makes of it. No database."""

import datetime
import hashlib
import io
import zlib

import pikepdf
import pytest
from asn1crypto import cms
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.certificates import artwork
from certification.certificates.compiled import content_stream, objects
from certification.certificates.compiled.cff_font import cff_program
from certification.certificates.compiled.content_stream import Glyph, Item, Line, same_operators
from certification.certificates.compiled.cross_reference_stream import ROW, place, static_rows
from certification.certificates.compiled.errors import CompileError, SlotError
from certification.certificates.compiled.fonts import glyph_source, typeface_named
from certification.certificates.compiled.images import qr_object
from certification.certificates.compiled.metadata import InfoTemplate, XmpTemplate, pdf_date
from certification.certificates.compiled.object_stream import object_stream
from certification.certificates.compiled.shaping import CHINESE, ENGLISH, runs, space_letters
from certification.certificates.compiled.signature import SignatureDictionary, signed_message
from certification.certificates.compiled.to_unicode import to_unicode_map, widths
from certification.certificates.compiled.truetype_font import ADJUSTMENT_AT, CHECKSUM_OF_ALL, checksum
from certification.certificates.envelope import SET, envelope, signed_attributes, tlv
from certification.certificates.keys.loading import asn1_certificates
from certification.certificates.layout import DocumentFacts
from lms.core.errors import DomainError
from tests.signed_file import NOW

KAI, SONG = "LXGW-WenKai", "Noto-Serif-CJK-SC"


@given(st.text(max_size=40))
@settings(max_examples=80, deadline=None)
def test_any_text_comes_back_from_a_text_string(text):
    text = text.encode("utf-16-be", "ignore").decode("utf-16-be")
    assert str(pikepdf.Object.parse(objects.text_string(text))) == text


@pytest.mark.parametrize(("value", "written"), [(2.0, b"2"), (-0.5, b"-0.5"), (120.9448818897, b"120.944882"), (0, b"0")])
def test_numbers_have_at_most_six_decimals_and_no_zeros_behind(value, written):
    assert objects.number(value) == written


def test_dates_are_written_in_universal_time_and_with_their_own_offset():
    moment = datetime.datetime(2026, 9, 21, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
    assert objects.date(moment) == b"(D:20260921013000Z)"
    assert objects.local_date(moment) == b"(D:20260921093000+08'00')"


def test_a_stream_that_ends_in_a_carriage_return_keeps_its_length():
    body = objects.stream(b"", b"abc\r")
    assert b"/Length 4>>" in body
    assert body.endswith(b"abc\r\r\nendstream")


def test_an_object_stream_finds_each_object_where_its_header_says():
    packed = object_stream({7: b"<</A 1>>", 12: b"[1 2]", 3: b"(x)"})
    data = zlib.decompress(packed.partition(b"stream\n")[2].removesuffix(b"\r\nendstream"))
    first = int(packed.partition(b"/First ")[2].partition(b"/")[0])
    header = [int(part) for part in data[:first].split()]
    found = {header[at]: data[first + header[at + 1] :].split(b"\n")[0] for at in range(0, len(header), 2)}
    assert found == {7: b"<</A 1>>", 12: b"[1 2]", 3: b"(x)"}


def test_cross_references_tell_free_packed_and_placed_objects_apart():
    rows = bytearray(static_rows(5, offsets={1: 17}, packed={3: 0}, packed_in=2))
    place(rows, 4, 70_000)
    assert [ROW.unpack_from(rows, 7 * index) for index in range(5)] == [
        (0, 0, 65535),
        (1, 17, 0),
        (0, 0, 0),
        (2, 2, 0),
        (1, 70_000, 0),
    ]


def test_a_truetype_program_opens_with_right_checksums_and_the_glyphs_of_the_whole_font():
    typeface = typeface_named(KAI)
    source = glyph_source(typeface)
    gids = [0, *(glyph.gid for glyph in typeface.shape("龘一é", 1024 * 20, CHINESE))]
    program = source.program(gids)
    font, whole = TTFont(io.BytesIO(program)), TTFont(typeface.path, lazy=True)
    assert sorted(font.reader.keys()) == ["glyf", "head", "hhea", "hmtx", "loca", "maxp"]
    for tag, entry in font.reader.tables.items():
        table = bytearray(program[entry.offset : entry.offset + entry.length])
        if tag == "head":
            table[ADJUSTMENT_AT : ADJUSTMENT_AT + 4] = bytes(4)
        assert checksum(bytes(table)) == entry.checkSum, tag
    assert checksum(program) == CHECKSUM_OF_ALL
    order, small = whole.getGlyphOrder(), font.getGlyphOrder()
    for code, gid in enumerate(gids):
        kept, original = font["glyf"][small[code]], whole["glyf"][order[gid]]
        assert list(kept.getCoordinates(font["glyf"])[0]) == list(original.getCoordinates(whole["glyf"])[0])
        assert font["hmtx"][small[code]] == whole["hmtx"][order[gid]]


def test_a_changed_outline_changes_the_checksum():
    program = glyph_source(typeface_named(KAI)).program([0, 5])
    assert checksum(program[:-8] + b"\1" + program[-7:]) != CHECKSUM_OF_ALL


def test_a_cff_program_numbers_its_glyphs_from_one_and_keeps_their_widths():
    typeface = typeface_named(SONG)
    gids = sorted({glyph.gid for glyph in typeface.shape("A1证", 1024 * 20, CHINESE)})
    font = TTFont(io.BytesIO(cff_program(typeface, gids)))
    assert font.getGlyphOrder()[1:] == ["cid00001", "cid00002", "cid00003"]
    assert [font["hmtx"][name][0] for name in font.getGlyphOrder()[1:]] == [typeface.advance(gid) for gid in gids]


def test_a_truetype_file_is_no_cff_program_and_a_foreign_typeface_is_refused():
    with pytest.raises(CompileError):
        cff_program(typeface_named(KAI), [5])
    with pytest.raises(CompileError):
        typeface_named("Comic-Sans")


def test_texts_and_widths_are_written_in_blocks_and_runs():
    written = to_unicode_map({code: chr(0x4E00 + code) for code in range(1, 131)})
    assert written.count(b"beginbfchar") == 2
    assert b"<0082> <4e82>" in written
    assert to_unicode_map({1: "𠮷"}).count(b"<d842dfb7>") == 1
    assert widths({1: 1000, 2: 500, 7: 250}) == b"[1 [1000 500] 7 [250]]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("王小芳", [("王小芳", CHINESE)]),
        ("2026", [("2026", CHINESE)]),
        ("S0001", [("S0001", ENGLISH)]),
        ("1A号", [("1A", ENGLISH), ("号", CHINESE)]),
        ("买买提·吐尔逊", [("买买提·吐尔逊", CHINESE)]),
    ],
)
def test_a_text_is_cut_where_its_script_changes(text, expected):
    assert runs(text, CHINESE) == expected


@pytest.mark.parametrize("text", ["김", "Ё", "e\u0301", "王\u200b", "😀", "A（王）"])
def test_what_pango_would_set_in_another_way_is_refused(text):
    with pytest.raises(SlotError):
        runs(text, CHINESE)


def test_letters_are_spaced_within_a_line_but_not_at_its_ends():
    spaced = space_letters([Glyph(gid, "x", 100, 0, 100) for gid in (1, 2, 3)], 11)
    assert [(glyph.advance, glyph.offset) for glyph in spaced] == [(106, 0), (111, 5), (105, 5)]


def test_a_line_about_the_middle_keeps_its_middle_and_a_wider_one_is_refused():
    items = (Item(b"9", 0.0, None, 30.0), Item(b"9", 5.0, None, 20.0))
    line = Line(start=100.0, width=80.0, room=120.0, alignment=content_stream.CENTRE, items=items)
    assert content_stream.place(line, {})[0] == [112.5, 147.5]
    narrow = Line(start=100.0, width=80.0, room=50.0, alignment=content_stream.LEFT, items=items)
    with pytest.raises(SlotError):
        content_stream.place(narrow, {})


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (b"/AB 12 Tf\n[<0001>-59<0002>] TJ", True),
        (b"/AB 12 Tf\n[<0001>-29<>-30<0002>0] TJ", True),
        (b"/AB 12 Tf\n[<0001>-58<0002>] TJ", False),
        (b"/AB 12 Tf\n[<0001>-59<0003>] TJ", False),
        (b"/AB 13 Tf\n[<0001>-59<0002>] TJ", False),
        (b"/AC 12 Tf\n[<0001>-59<0002>] TJ", False),
        (b"/AB 12 Tf\n[<0001>-59<00020002>] TJ", False),
    ],
)
def test_operators_are_the_same_when_they_show_the_same(other, same):
    assert same_operators(b"/AB 12 Tf\n[<0001>-59<0002>] TJ", other) is same


def test_codes_are_renumbered_for_the_fonts_that_are_told_and_for_no_other():
    operators = b"/AB 12 Tf\n[<00050007>3<0005>] TJ\n/CD 12 Tf\n[<0005>] TJ"
    assert content_stream.glyphs_in(operators) == {"AB": {5, 7}, "CD": {5}}
    assert content_stream.in_codes(operators, {"AB": {5: 1, 7: 2}}) == operators.replace(
        b"<00050007>3<0005>", b"<00010002>3<0001>"
    )


FACTS = DocumentFacts(title="证书 <1> 王", subject="Certificate 1", keywords="证书, 1", created="2026-09-21T00:00:00+08:00")
OTHER = DocumentFacts(title="证书 & 2", subject="Certificate 2", keywords="证书, 2", created="2030-12-29T00:00:00+08:00")


def test_metadata_say_the_facts_of_the_sheet_and_nothing_of_the_first_one():
    packet = f"<x><t>证书 &lt;1&gt; 王</t><s>Certificate 1</s><k>证书, 1</k><c>{FACTS.created}</c><m>{FACTS.created}</m></x>"
    template = XmpTemplate.of(packet, FACTS)
    written = template.body(OTHER).decode()
    assert "<t>证书 &amp; 2</t><s>Certificate 2</s><k>证书, 2</k><c>2030-12-29T00:00:00+08:00</c><m>2030" in written
    assert "王" not in written
    with pytest.raises(CompileError):
        XmpTemplate.of(packet.replace("Certificate 1", "Certificate 9"), FACTS)


def test_the_information_dictionary_is_taken_apart_only_when_it_says_the_facts():
    import pydyf

    info = {"Title": pydyf.String(FACTS.title), "Producer": pydyf.String("P"), "ModDate": pydyf.String(pdf_date(FACTS.created))}
    body = pikepdf.Object.parse(InfoTemplate.of(info, FACTS).body(OTHER))
    assert (str(body.Title), str(body.Producer), str(body.ModDate)) == ("证书 & 2", "P", "D:20301229000000+08'00")
    info["Title"] = pydyf.String("Something else")
    with pytest.raises(CompileError):
        InfoTemplate.of(info, FACTS)
    with pytest.raises(ValueError, match="no moment"):
        pdf_date("2026-09-21")


def test_the_cms_is_the_one_form_byte_for_byte(key):
    digest = hashlib.sha256(b"x").digest()
    message = signed_message(digest, signer=key, time_stamp=None)
    (certificate,) = asn1_certificates((key.certificate,))
    signed = cms.ContentInfo.load(message)["content"]
    signature = signed["signer_infos"][0]["signature"].native
    attributes = signed_attributes(certificate, digest)
    assert message == envelope(certificate, attributes=attributes, signature=signature)
    assert signed["signer_infos"][0]["signed_attrs"].untag().dump() == tlv(SET, attributes)


def test_a_signature_too_long_for_its_room_is_not_written():
    dictionary = SignatureDictionary.for_moment(NOW, stamped=False)
    with pytest.raises(DomainError) as caught:
        dictionary.contents(bytes(dictionary.room))
    assert caught.value.code == "certificates.signature_too_long"


@pytest.mark.parametrize("text", ["https://example.org/v/1", "https://example.org/v/1#" + "eyJ.x-_" * 50])
def test_the_qr_picture_reads_as_its_text_in_both_engines(text):
    zxing = pytest.importorskip("zxingcpp")
    from PIL import Image

    picture = Image.open(io.BytesIO(artwork.draw_qr(text)))
    assert [code.text for code in zxing.read_barcodes(picture)] == [text]
    side, scanlines = artwork.qr_picture(text)
    assert picture.size == (side, side)
    data = qr_object(text).partition(b"stream\n")[2].removesuffix(b"\r\nendstream")
    assert zlib.decompress(data) == scanlines
