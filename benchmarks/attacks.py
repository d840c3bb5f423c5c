"""What a forger does to a signed certificate: each attack takes a file and returns one that shows or says something else.

Three ways, because a check may look away from one of them. In place: the file keeps its length, so that every offset and
the ByteRange still fit. Appended: a later revision, as ISO 32000-1 7.5.6 allows; the signed bytes stay as they are.
Written anew: the whole file by qpdf, as an editor saves it.
"""

import io
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from benchmarks.naive import asn1_key
from certification.certificates.finishing import ARCHIVE_FIELD
from certification.certificates.keys.loading import LoadedKey, asn1_certificates
from certification.certificates.stamping.archive import lift_to_lta
from certification.certificates.stamping.client import TimeStamper

OTHER_NAME = "Zhang San"
STREAM = re.compile(rb"stream\r?\n")
name = generic.NameObject


@dataclass(frozen=True)
class Forger:
    """What a forger has: the holder's name, a key of his own, and time stamps that anybody may ask for."""

    holder: str
    key: LoadedKey
    stamper: TimeStamper


Attack = Callable[[bytes, Forger], bytes]


def removed_in_place(pdf: bytes, _forger: Forger) -> bytes:
    """Empty the page tree inside the packed objects."""
    for found in STREAM.finditer(pdf):
        packed = zlib.decompressobj()
        try:
            objects = packed.decompress(pdf[found.end() :])
        except zlib.error:
            continue
        tree = re.search(rb"/Kids\s*\[[^\]]*\]", objects)
        if tree is None or not packed.eof:
            continue
        emptied = objects[: tree.start()] + b"/Kids []".ljust(len(tree.group())) + objects[tree.end() :]
        emptied = re.sub(rb"/Count 1\b", b"/Count 0", emptied)
        # The words of a field make room, for the emptied objects must pack to no more bytes.
        emptied = re.sub(rb"(?<=/TU )(<[^>]*>|\([^)]*\))", lambda words: b"()".ljust(len(words.group())), emptied)
        size = len(pdf) - found.end() - len(packed.unused_data)
        return _fitted(pdf, found.end(), size, zlib.compress(emptied, 9))
    raise ValueError("The page tree was not found")


def removed_appended(pdf: bytes, _forger: Forger) -> bytes:
    """Say in a later revision that there are no pages."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    pages: Any = writer.root["/Pages"]
    pages[name("/Kids")], pages[name("/Count")] = generic.ArrayObject(), generic.NumberObject(0)
    writer.update_container(pages)
    return _written(writer)


def removed_anew(pdf: bytes, _forger: Forger) -> bytes:
    """Take the page out with an editor."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        del opened.pages[0]
        return _saved(opened)


def overlaid(pdf: bytes, forger: Forger) -> bytes:
    """Paint over the name and write another, in a later revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    left, bottom, right, top = place_of(pdf, forger.holder)
    paint = f"Q q 1 1 1 rg {left - 2} {bottom - 4} {right - left + 4} {top - bottom + 8} re f 0 g"
    paint += f" BT /Forged {top - bottom:.1f} Tf {left} {bottom} Td ({OTHER_NAME}) Tj ET Q"
    font = generic.DictionaryObject(
        {name("/Type"): name("/Font"), name("/Subtype"): name("/Type1"), name("/BaseFont"): name("/Helvetica")}
    )
    fonts = page["/Resources"]["/Font"]
    fonts[name("/Forged")] = writer.add_object(font)
    writer.update_container(fonts)
    old = page.raw_get("/Contents")
    contents = list(old) if isinstance(old, generic.ArrayObject) else [old]
    before, after = (writer.add_object(generic.StreamObject(stream_data=data)) for data in (b"q\n", paint.encode()))
    page[name("/Contents")] = generic.ArrayObject([before, *contents, after])
    writer.update_container(page)
    return _written(writer)


def overlaid_and_stamped(pdf: bytes, forger: Forger) -> bytes:
    """Paint over the name and put a time stamp that everybody believes over the whole, as an archive does."""
    return lift_to_lta(overlaid(pdf, forger), time_stamper=forger.stamper)


def overlaid_and_signed(pdf: bytes, forger: Forger) -> bytes:
    """Paint over the name and sign the whole with a key of one's own, in the field that stands ready for the archive."""
    (certificate,) = asn1_certificates((forger.key.certificate,))
    signer = signers.SimpleSigner(
        signing_cert=certificate, signing_key=asn1_key(forger.key), cert_registry=SimpleCertificateStore()
    )
    metadata = signers.PdfSignatureMetadata(field_name=ARCHIVE_FIELD, subfilter=fields.SigSeedSubFilter.PADES)
    writer = IncrementalPdfFileWriter(io.BytesIO(overlaid(pdf, forger)))
    return bytes(signers.sign_pdf(writer, metadata, signer=signer, existing_fields_only=True).getvalue())


def other_attachment_in_place(pdf: bytes, _forger: Forger) -> bytes:
    """Put claims about another person where the claims lie."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        stream = opened.Root.Names.EmbeddedFiles.Names[1].EF.F
        raw, told = stream.read_raw_bytes(), stream.read_bytes()
    return _fitted(pdf, pdf.index(raw), len(raw), zlib.compress(_other_claims(told), 9))


def other_attachment_appended(pdf: bytes, _forger: Forger) -> bytes:
    """Let a later revision name another file as the claims."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    files = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]["/EF"]
    entries = {name("/Type"): name("/EmbeddedFile"), name("/Subtype"): name("/application/json")}
    new = writer.add_object(generic.StreamObject(entries, stream_data=_other_claims(files["/F"].data)))
    files.update(dict.fromkeys(map(name, list(files)), new))
    writer.update_container(files)
    return _written(writer)


def other_attachment_anew(pdf: bytes, _forger: Forger) -> bytes:
    """Replace the claims with an editor."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        stream = opened.Root.Names.EmbeddedFiles.Names[1].EF.F
        stream.write(_other_claims(stream.read_bytes()))
        return _saved(opened)


def other_photo_in_place(pdf: bytes, _forger: Forger) -> bytes:
    """Put another picture of the same size into the photo's bytes, zeros behind it."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        raw = _photo(opened).read_raw_bytes()
    return _fitted(pdf, pdf.index(raw), len(raw), _other_photo(raw))


def other_photo_appended(pdf: bytes, _forger: Forger) -> bytes:
    """Let a later revision show another picture under the photo's name."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    pictures = writer.root["/Pages"]["/Kids"][0]["/Resources"]["/XObject"]
    key = next(key for key, picture in pictures.items() if "/DCTDecode" in str(picture.get_object().get("/Filter", "")))
    old = pictures[key]
    entries = {name(entry): value for entry, value in old.items() if entry != "/Length"}
    pictures[name(key)] = writer.add_object(generic.StreamObject(entries, encoded_data=_other_photo(old.encoded_data)))
    writer.update_container(pictures)
    return _written(writer)


def other_photo_anew(pdf: bytes, _forger: Forger) -> bytes:
    """Replace the photo with an editor."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        photo = _photo(opened)
        photo.write(_other_photo(photo.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)
        return _saved(opened)


def emptied_proof(pdf: bytes, _forger: Forger) -> bytes:
    """Take the proof out of a B-LT file, in a later revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    del writer.root["/DSS"]
    writer.update_root()
    return _written(writer)


ATTACKS: dict[str, Attack] = {
    "removed page, in place": removed_in_place,
    "removed page, appended": removed_appended,
    "removed page, written anew": removed_anew,
    "overlay, appended": overlaid,
    "overlay, appended under a believed time stamp": overlaid_and_stamped,
    "overlay, appended and signed by a stranger": overlaid_and_signed,
    "swapped attachment, in place": other_attachment_in_place,
    "swapped attachment, appended": other_attachment_appended,
    "swapped attachment, written anew": other_attachment_anew,
    "swapped photo, in place": other_photo_in_place,
    "swapped photo, appended": other_photo_appended,
    "swapped photo, written anew": other_photo_anew,
}
EMPTIED_PROOF = "emptied DSS, appended"


def place_of(pdf: bytes, text: str) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of a text's first appearance on the page, in points."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].get_textpage()
        found = page.search(text).get_next()
        if found is None:
            raise ValueError(f"{text} is not on the page")
        boxes = [page.get_charbox(index) for index in range(found[0], found[0] + found[1])]
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _other_claims(told: bytes) -> bytes:
    claims = json.loads(told)
    # Words that stand there already pack to fewer bytes than the name that they replace.
    claims["holder"]["name"] = claims["issuer"]["zh"][:2]
    return json.dumps(claims, ensure_ascii=False, sort_keys=True).encode()


def _photo(opened: pikepdf.Pdf) -> Any:
    """Return the picture that is a JPEG; seal, frame and QR code are none."""
    pictures = opened.pages[0].Resources.XObject
    return next(picture for picture in pictures.values() if "DCTDecode" in str(picture.get("/Filter", "")))


def _other_photo(old: bytes) -> bytes:
    """Return another picture of the same size in no more bytes."""
    with Image.open(io.BytesIO(old)) as picture:
        other = Image.new("RGB", picture.size, (40, 90, 160))
    out = io.BytesIO()
    other.save(out, "JPEG", quality=60)
    return out.getvalue()


def _fitted(pdf: bytes, start: int, size: int, new: bytes) -> bytes:
    """Return the file with other bytes at a place; what they do not fill are zeros, which packed data and JPEGs bear."""
    if len(new) > size:
        raise ValueError(f"{len(new)} bytes do not fit into {size}")
    return pdf[:start] + new.ljust(size, b"\0") + pdf[start + size :]


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _saved(opened: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    opened.save(out, static_id=True)
    return out.getvalue()
