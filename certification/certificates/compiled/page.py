"""WeasyPrint's one page taken apart: what every sheet of a ground shares as bytes, and the places of what they do not.

Read from top to bottom: `compile_page` renders a first sheet, finds the lines with slots, settles the fonts, cuts the
content stream, proves that the slots' texts come out as WeasyPrint wrote them, and writes all shared objects once.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from certification.certificates.compiled import content_stream
from certification.certificates.compiled.content_stream import CENTRE, LEFT, TEXT, Hole, Item, Line, Slot, TextStyle
from certification.certificates.compiled.cross_reference_stream import static_rows
from certification.certificates.compiled.errors import CompileError, SlotError
from certification.certificates.compiled.fonts import (
    DATE_CHARACTERS,
    LIGATURES,
    PACKED,
    PRINTABLE_ASCII,
    FontSet,
    is_truetype,
)
from certification.certificates.compiled.metadata import InfoTemplate, XmpTemplate
from certification.certificates.compiled.object_stream import object_stream
from certification.certificates.compiled.objects import indirect, stream
from certification.certificates.compiled.shaping import CHINESE, ENGLISH, PANGO_SCALE
from certification.certificates.finishing import SIGNATURE_FIELD
from certification.certificates.layout import Layout
from certification.certificates.rendering import Finisher, render_layout
from certification.certificates.sheet import PrintTemplate

HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
SLOT_MARK = "data-slot"
ALT_MARK = b"@alt@"


@dataclass(frozen=True)
class Numbers:
    """The object numbers of what is written for each file."""

    content: int
    photo: int | None
    qr: int
    qr_figure: int
    files: tuple[int, ...]
    metadata: int
    info: int
    signature: int
    cross_references: int
    catalogue: int


@dataclass(frozen=True)
class CompiledPage:
    """One ground, ready for its sheets. `head` is the file's beginning, `digest` SHA-256 fed with it."""

    head: bytes
    digest: Any
    rows: bytes
    numbers: Numbers
    lines: tuple[Line, ...]
    pieces: tuple[bytes | Hole, ...]
    fonts: FontSet
    info: InfoTemplate
    metadata: XmpTemplate
    qr_figure: tuple[bytes, bytes]


def compile_page(layout: Layout, template: PrintTemplate, *, finisher: Finisher) -> CompiledPage:
    """Return the compiled page for every sheet with this layout's ground.

    Raises `SlotError` when this sheet does not fit its slots (another may), `CompileError` when none of this ground can
    be assembled, and what `render_layout` raises.
    """
    kept: list[tuple[Any, pydyf.PDF]] = []

    def keep(document: Any, pdf: pydyf.PDF) -> None:
        finisher(document, pdf)
        kept.append((document, pdf))

    render_layout(layout, template, finisher=keep, compress=False)
    document, pdf = kept[0]
    return _PageInParts(document, pdf, layout).compiled()


class _PageInParts:
    """WeasyPrint's document and objects while they are taken apart."""

    def __init__(self, document: Any, pdf: pydyf.PDF, layout: Layout) -> None:
        if len(document.pages) != 1:
            raise CompileError(f"{len(document.pages)} pages")
        self.document, self.pdf, self.layout = document, pdf, layout
        self.page = pdf.objects[pdf.pages["Kids"][0]]
        self.content = self._at(self.page["Contents"])
        resources = self._at(self.page["Resources"])
        self.pictures = resources["XObject"]
        self.fonts = FontSet(pdf, document.fonts.values(), self._at(resources["Font"]))
        self.operators = self._joined(self.content)
        self.texts = {int(found[1]): found for found in TEXT.finditer(self.operators)}

    def compiled(self) -> CompiledPage:
        lines, holes = self._lines()
        self._settle_fonts(lines)
        self._prove(lines, holes)
        pieces = self._pieces(lines, holes)
        photo, qr = self._photo(), self._qr()
        figure = self._qr_figure()
        opening, closing = self._around_alt(figure)
        files = tuple(self._number(item["EF"]["F"]) for item in self._dictionaries("/Filespec"))
        if len(files) != len(self.layout.files):
            raise CompileError(f"{len(files)} files in the PDF, {len(self.layout.files)} on the sheet")
        metadata = self._at(self.pdf.catalog["Metadata"])
        signature = self._place_signature()
        # An object's number is known once it is added; these two are written by hand.
        packed_in, cross_references = self._reserve(), self._reserve()
        numbers = Numbers(
            content=self.content.number,
            photo=photo,
            qr=qr,
            qr_figure=figure.number,
            files=files,
            metadata=metadata.number,
            info=self.pdf.info.number,
            signature=signature,
            cross_references=cross_references,
            catalogue=self.pdf.catalog.number,
        )
        written_apart = {numbers.content, qr, figure.number, *files, metadata.number, numbers.info, signature}
        written_apart |= {packed_in, cross_references, *([photo] if photo is not None else [])}
        for dynamic in self.fonts.dynamic.values():
            written_apart |= {dynamic.program, dynamic.texts, dynamic.cid_font}
        head, rows = self._shared(written_apart, packed_in=packed_in)
        self.fonts.release()
        return CompiledPage(
            head=head,
            digest=hashlib.sha256(head),
            rows=rows,
            numbers=numbers,
            lines=tuple(lines),
            pieces=tuple(pieces),
            fonts=self.fonts,
            info=InfoTemplate.of(self.pdf.info, self.layout.facts),
            metadata=XmpTemplate.of(self._joined(metadata).decode(), self.layout.facts),
            qr_figure=(opening, closing),
        )

    def _lines(self) -> tuple[list[Line], dict[int, Hole]]:
        """Return the lines with slots, and for each text on one of them (by its MCID) its place there."""
        found = [entry for page in self.document.pages for entry in _texts_with_lines(page._page_box, None, None)]
        leaves = [item for item in self._dictionaries("/StructElem") if item["S"] != "/Figure" and _is_leaf(item)]
        if len(found) != len(leaves):
            raise CompileError(f"{len(found)} texts but {len(leaves)} tagged texts")
        by_line: dict[int, list[tuple[Any, Any, Any, int]]] = {}
        for (text, line, block), leaf in zip(found, leaves, strict=True):
            by_line.setdefault(id(line), []).append((text, line, block, leaf["K"][0]))
        lines: list[Line] = []
        holes: dict[int, Hole] = {}
        seen: set[str] = set()
        for entries in by_line.values():
            names = [name for name in (_slot_name(text) for text, *_ in entries) if name]
            if not names:
                continue
            if seen.intersection(names) or len(set(names)) != len(names):
                raise SlotError("wrapping", names[0])
            seen.update(names)
            holes.update({mcid: Hole(len(lines), index) for index, (*_, mcid) in enumerate(entries)})
            lines.append(self._line(entries))
        wanted = {name for name, text in self.layout.slots.items() if text}
        if not seen <= wanted:
            raise CompileError(f"unknown slots: {seen - wanted}")
        return lines, holes

    def _line(self, entries: list[tuple[Any, Any, Any, int]]) -> Line:
        first, _, block, _ = entries[0]
        alignment = {"start": LEFT, "left": LEFT, "center": CENTRE}.get(block.style["text_align_all"])
        if alignment is None:
            raise CompileError(f"a slot on a line set to {block.style['text_align_all']}")
        end = first.position_x
        items = []
        for text, _, _, mcid in entries:
            drawn = self.texts.get(mcid)
            if drawn is None:
                raise CompileError(f"{text.text!r} is not drawn as one text")
            items.append(Item(drawn[3], text.position_x - end, self._slot(text, drawn), text.width))
            end = text.position_x + text.width
        inset = first.position_x - block.content_box_x() if alignment == LEFT else 0.0
        return Line(first.position_x, end - first.position_x, block.width - inset, alignment, tuple(items))

    def _slot(self, text: Any, drawn: Any) -> Slot | None:
        name = _slot_name(text)
        if name is None:
            return None
        value = self.layout.slots[name]
        if not text.text.startswith(value):
            raise SlotError("wrapping", value)
        suffix = text.text[len(value) :]
        if suffix.strip():
            raise CompileError(f"{suffix!r} stands beside a slot")
        fonts = content_stream.FONT.findall(drawn[4])
        font = fonts[0][0].decode() if len(fonts) == 1 else ""
        if font not in self.fonts.typefaces:
            raise SlotError("glyph", value)
        spacing = text.style["letter_spacing"]
        style = TextStyle(
            font=font,
            typeface=self.fonts.typefaces[font],
            # A font's size is a whole number of Pango's units; the stream shows it cut to six decimals.
            size=round(float(fonts[0][1]) * PANGO_SCALE) / PANGO_SCALE,
            language=str(text.style["lang"] or CHINESE).lower(),
            spacing=0 if spacing == "normal" else int(spacing * PANGO_SCALE),
            ascii_only=not is_truetype(self.fonts.typefaces[font]),
        )
        return Slot(name, suffix, style)

    def _settle_fonts(self, lines: list[Line]) -> None:
        """Write each font once: the page's glyphs, and for the fonts of slots ASCII and what dates are made of."""
        styles = {item.slot.style for line in lines for item in line.items if item.slot}
        for style in styles:
            # In a run of Latin letters other digits and marks may be chosen than alone.
            words = (
                *PRINTABLE_ASCII,
                *LIGATURES,
                *(f"A{mark}" for mark in PRINTABLE_ASCII),
                *(() if style.ascii_only else DATE_CHARACTERS),
            )
            for language in (CHINESE, ENGLISH):
                for word in words:
                    glyphs = style.typeface.shape(word, round(style.size * PANGO_SCALE), language)
                    self.fonts.add_vocabulary(style.font, glyphs)
        shown = content_stream.glyphs_in(self.operators)
        with_slots = {style.font for style in styles}
        for font in shown:
            self.fonts.settle(font, shown[font], has_slots=font in with_slots)

    def _prove(self, lines: list[Line], holes: dict[int, Hole]) -> None:
        """Set the first sheet's own slots and compare with what WeasyPrint wrote, figure by figure. Raises `CompileError`."""
        placed = [content_stream.place(line, self.layout.slots) for line in lines]
        for mcid, hole in holes.items():
            drawn, item = self.texts[mcid], lines[hole.line].items[hole.item]
            places, glyphs = placed[hole.line]
            if not content_stream.near(places[hole.item], float(drawn[2])):
                raise CompileError(f"a text begins at {drawn[2].decode()}, not at {places[hole.item]:f}")
            if item.slot is None:
                continue
            ours = content_stream.shown(glyphs[hole.item], item.slot.style, lambda font, glyph: (font, glyph.gid))
            if not content_stream.same_operators(ours, drawn[4]):
                raise CompileError(f"{item.slot.name} is set in another way")

    def _pieces(self, lines: list[Line], holes: dict[int, Hole]) -> list[bytes | Hole]:
        """Return the content stream, its glyphs in the new codes, cut at each text of a line with slots."""
        pieces: list[bytes | Hole] = []
        end = 0
        for mcid, drawn in sorted(self.texts.items(), key=lambda entry: entry[1].start()):
            hole = holes.get(mcid)
            if hole is None:
                continue
            # From the text matrix on; a fixed text keeps its own operators behind the matrix.
            start = drawn.start(2) - len(b"1 0 0 -1 ")
            pieces += [self._coded(self.operators[end:start]), hole]
            end = drawn.start(4) if lines[hole.line].items[hole.item].slot is None else drawn.end(4)
        return [*pieces, self._coded(self.operators[end:])]

    def _coded(self, operators: bytes) -> bytes:
        return content_stream.in_codes(operators, self.fonts.codes)

    def _photo(self) -> int | None:
        photo = self.layout.photo
        if photo is None:
            return None
        found = [number for number in map(self._number, self.pictures.values()) if photo in self.pdf.objects[number].data]
        if len(found) != 1:
            raise CompileError(f"the photo is drawn {len(found)} times")
        return found[0]

    def _qr_figure(self) -> Any:
        figures = [item for item in self._dictionaries("/StructElem") if item["S"] == "/Figure"]
        found = [item for item in figures if "Alt" in item and item["Alt"].string == self.layout.qr_alt]
        if len(found) != 1:
            raise CompileError(f"{len(found)} figures are the QR code")
        return found[0]

    def _qr(self) -> int:
        """Return the number of the picture that is drawn in the QR code's marked content."""
        (mcid,) = [key for key in self._qr_figure()["K"] if isinstance(key, int)]
        drawn = self.operators.partition(b"<</MCID %d>>\nBDC\n" % mcid)[2].partition(b"EMC\n")[0]
        names = [line[1:-3].decode() for line in drawn.split(b"\n") if line.startswith(b"/") and line.endswith(b" Do")]
        if len(names) != 1:
            raise CompileError(f"{len(names)} pictures are the QR code")
        return self._number(self.pictures[names[0]])

    @staticmethod
    def _around_alt(figure: Any) -> tuple[bytes, bytes]:
        figure["Alt"] = ALT_MARK
        opening, closing = figure.data.split(ALT_MARK)
        return opening, closing

    def _place_signature(self) -> int:
        fields = [item for item in self._dictionaries("/Annot") if item.get("FT") == "/Sig"]
        (field,) = [item for item in fields if item["T"].string == SIGNATURE_FIELD]
        signature = self._reserve()
        field["V"] = b"%d 0 R" % signature
        return signature

    def _shared(self, written_apart: set[int], *, packed_in: int) -> tuple[bytes, bytes]:
        """Return the file's beginning, with every object that all sheets share, and the cross-reference rows so far."""
        offsets: dict[int, int] = {}
        small: dict[int, bytes] = {}
        parts, length = [HEADER], len(HEADER)

        def write(number: int, body: bytes) -> None:
            nonlocal length
            offsets[number] = length
            parts.append(indirect(number, body))
            length += len(parts[-1])

        for item in self.pdf.objects[1:]:
            if item.number in written_apart:
                continue
            if isinstance(item, pydyf.Stream):
                write(item.number, _packed(item))
            else:
                small[item.number] = item.data
        write(packed_in, object_stream(small))
        packed = {number: index for index, number in enumerate(small)}
        rows = static_rows(len(self.pdf.objects), offsets=offsets, packed=packed, packed_in=packed_in)
        return b"".join(parts), rows

    def _dictionaries(self, kind: str) -> list[Any]:
        return [item for item in self.pdf.objects if isinstance(item, pydyf.Dictionary) and item.get("Type") == kind]

    def _reserve(self) -> int:
        item = pydyf.Dictionary()
        self.pdf.add_object(item)
        return int(item.number)

    @staticmethod
    def _number(reference: bytes | str) -> int:
        return int((reference.decode() if isinstance(reference, bytes) else reference).split()[0])

    def _at(self, reference: bytes | str) -> Any:
        return self.pdf.objects[self._number(reference)]

    @staticmethod
    def _joined(item: pydyf.Stream) -> bytes:
        """Return what the stream holds, one operator a line, not packed."""
        bare = pydyf.Stream(item.stream)
        return bytes(bare.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream"))


def _texts_with_lines(box: Any, line: Any, block: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Yield each text box with its line box and the block around that, in the order of the tags (see `finishing`)."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.TextBox):
        yield box, line, block
    elif isinstance(box, boxes.ParentBox):
        if isinstance(box, boxes.LineBox):
            line = box
        elif isinstance(box, boxes.BlockContainerBox):
            block = box
        for child in box.children:
            yield from _texts_with_lines(child, line, block)


def _slot_name(text: Any) -> str | None:
    name = text.element.get(SLOT_MARK) if text.element is not None else None
    return str(name) if name else None


def _is_leaf(element: Any) -> bool:
    return len(element["K"]) == 1 and isinstance(element["K"][0], int)


def _packed(item: pydyf.Stream) -> bytes:
    """Return a shared stream's body, packed well unless it brings its own filter."""
    entries = pydyf.Dictionary({key: value for key, value in item.extra.items() if key != "Length"}).data[2:-2]
    data = _PageInParts._joined(item)
    return stream(entries, data, level=None if "Filter" in item.extra else PACKED)
