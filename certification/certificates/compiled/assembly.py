"""One sheet on a compiled page: a whole, signed file, written from beginning to end in one go.

No PDF is parsed and nothing is added afterwards. Source: ISO 32000-1 7.5 (file structure), 12.8.1 (ByteRange).
"""

import datetime
from dataclasses import dataclass

from certification.certificates.compiled import content_stream
from certification.certificates.compiled.content_stream import Hole
from certification.certificates.compiled.cross_reference_stream import cross_reference_stream, place
from certification.certificates.compiled.embedded_file import embedded_file
from certification.certificates.compiled.images import photo_object, qr_object
from certification.certificates.compiled.objects import indirect, number, stream, text_string
from certification.certificates.compiled.page import CompiledPage
from certification.certificates.compiled.shaping import Glyph
from certification.certificates.compiled.signature import SignatureDictionary, TimeStamp, signed_message
from certification.certificates.keys.loading import DigestSigner
from certification.certificates.layout import Layout
from certification.certificates.rendering import sheet_fingerprint

PACKED = 6

# For each font with a dynamic part: glyph number → code and text, in this one file.
DynamicGlyphs = dict[str, dict[int, tuple[int, str]]]


@dataclass(frozen=True)
class Prepared:
    """A file but for its signature's value: all before the hole, all behind it, and the digest of both."""

    head: bytes
    middle: bytes
    tail: bytes
    digest: bytes
    dictionary: SignatureDictionary

    def signed(self, *, signer: DigestSigner, time_stamp: TimeStamp | None) -> bytes:
        """Return the signed file. Raises what the signer or the time-stamp service raises."""
        message = signed_message(self.digest, signer=signer, time_stamp=time_stamp)
        return b"".join((self.head, self.middle, self.dictionary.contents(message), self.tail))


def prepare(page: CompiledPage, layout: Layout, *, now: datetime.datetime, stamped: bool) -> Prepared:
    """Return the file with room for its signature, and for a time stamp if it will be `stamped`. Raises `SlotError`."""
    dynamic: DynamicGlyphs = {font: {} for font in page.fonts.dynamic}
    content = _content(page, layout, dynamic)
    dictionary = SignatureDictionary.for_moment(now, stamped=stamped)
    numbers = page.numbers
    rows = bytearray(page.rows)
    offset = len(page.head)
    parts = []
    for object_number, body in _objects(page, layout, content, dynamic):
        place(rows, object_number, offset)
        parts.append(indirect(object_number, body))
        offset += len(parts[-1])
    place(rows, numbers.signature, offset)
    opening = b"%d 0 obj\n%s" % (numbers.signature, dictionary.opening)
    hole = offset + len(opening) - len(dictionary.opening) + dictionary.length_before_hole
    closing = b">>\nendobj\n"
    references_at = hole + dictionary.room + 2 + len(closing)
    place(rows, numbers.cross_references, references_at)
    references = cross_reference_stream(
        bytes(rows), root=numbers.catalogue, info=numbers.info, identifier=sheet_fingerprint(layout).encode()
    )
    tail = b"%s%sstartxref\n%d\n%%%%EOF\n" % (closing, indirect(numbers.cross_references, references), references_at)
    middle = b"".join((*parts, opening, dictionary.byte_range(hole=hole, after=len(tail))))
    digest = page.digest.copy()
    digest.update(middle)
    digest.update(tail)
    return Prepared(page.head, middle, tail, digest.digest(), dictionary)


def _objects(page: CompiledPage, layout: Layout, content: bytes, dynamic: DynamicGlyphs) -> list[tuple[int, bytes]]:
    """Return number and body of every object of this file's own but the signature and the cross-reference stream."""
    numbers = page.numbers
    opening, closing = page.qr_figure
    objects = [
        (numbers.content, stream(b"", content, level=PACKED)),
        (numbers.qr, qr_object(layout.qr_text)),
        (numbers.qr_figure, opening + text_string(layout.qr_alt) + closing),
        (numbers.metadata, page.metadata.body(layout.facts)),
        (numbers.info, page.info.body(layout.facts)),
    ]
    if numbers.photo is not None and layout.photo is not None:
        objects.append((numbers.photo, photo_object(layout.photo, layout.ground["photo"])))
    for object_number, file in zip(numbers.files, layout.files, strict=True):
        objects.append((object_number, embedded_file(file, layout.attached_at)))
    for font, glyphs in dynamic.items():
        objects += page.fonts.dynamic[font].objects(glyphs)
    return objects


def _content(page: CompiledPage, layout: Layout, dynamic: DynamicGlyphs) -> bytes:
    """Return the content stream with this sheet's texts; the glyphs that no static font has are noted in `dynamic`."""
    placed = [content_stream.place(line, layout.slots) for line in page.lines]

    def codes(font: str, glyph: Glyph) -> tuple[str, int]:
        return page.fonts.code(font, glyph, dynamic)

    parts = []
    for piece in page.pieces:
        if not isinstance(piece, Hole):
            parts.append(piece)
            continue
        item = page.lines[piece.line].items[piece.item]
        places, glyphs = placed[piece.line]
        parts.append(b"1 0 0 -1 %s %s Tm\n" % (number(places[piece.item]), item.y))
        if item.slot is not None:
            parts += (content_stream.shown(glyphs[piece.item], item.slot.style, codes), b"\n")
    return b"".join(parts)
