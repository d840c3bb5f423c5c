"""From WeasyPrint's PDF/A-3a to PDF/A-3a *and* PDF/UA-1, with a signature field that both accept.

Measured with `page-validation`. Sources: ISO 19005-3 6.6 (metadata), ISO 14289-1
7.18 (annotations), ISO 32000-1 7.3.8 (streams) and 12.7.4.5 (signature fields).
"""

from collections.abc import Iterator
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from certification.certificates.stamping.revocation import RevocationMaterial
from lms.core.errors import DomainError

SIGNATURE_FIELD = "Sig1"
SIGNATURE_LABEL = "发证机构数字签名 Digital signature of the issuing body"
# The field of the later time stamp over the whole file stands ready: who adds one can then leave the tags alone.
ARCHIVE_FIELD = "Stamp1"
ARCHIVE_LABEL = "存档时间戳 Time stamp of the archive"
PRINTED_AND_LOCKED = 4 | 128  # ISO 32000-1, table 165
STREAM_END = b"\nendstream\nendobj"
AMBIGUOUS_END = b"\r" + STREAM_END
SIGNATURES_EXIST_APPEND_ONLY = 3  # ISO 32000-1, table 219

# PDF/A forbids XMP properties without a schema; PDF/UA's own needs this description beside it.
PDFUA_METADATA = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>'
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    b'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>PDF/UA part</pdfaProperty:description></rdf:li>"
    b"</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


def finish(document: Any, pdf: pydyf.PDF, *, material: RevocationMaterial | None = None) -> None:
    """Bring the file to both standards; the `finisher=` of `HTML.write_pdf` (with `functools.partial` for `material`).

    `material` goes into the file before it is signed, so the signature covers it and no second revision is needed.
    """
    _declare_accessibility(pdf)
    _name_languages(document, pdf)
    _place_signature_fields(pdf)
    if material:
        place_material(pdf, material)
    _refuse_missing_glyphs(document)
    _keep_line_ends_apart(pdf)


def _referenced(pdf: pydyf.PDF, reference: bytes | str) -> Any:
    text = reference.decode() if isinstance(reference, bytes) else reference
    return pdf.objects[int(text.split()[0])]


def _declare_accessibility(pdf: pydyf.PDF) -> None:
    """Write PDF/UA into the one rdf:RDF there is, uncompressed, as PDF/A readers expect to find it."""
    metadata = _referenced(pdf, pdf.catalog["Metadata"])
    metadata.compress = False
    metadata.stream[0] = metadata.stream[0].replace(b"</rdf:RDF>", PDFUA_METADATA + b"</rdf:RDF>")


def _text_boxes(box: Any) -> Iterator[Any]:
    """Yield the text boxes in the order in which WeasyPrint tagged them."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, boxes.ParentBox):
        for child in box.children:
            yield from _text_boxes(child)


def _name_languages(document: Any, pdf: pydyf.PDF) -> None:
    """Give the English runs their /Lang, which WeasyPrint 70 leaves out, so that they are not read as Chinese.

    Text elements are the structure elements with one marked content of their own; they were numbered
    while the boxes were walked, so both lists run in the same order. Raises `RuntimeError` when a new
    WeasyPrint breaks that, which the conformance test shows at once.
    """
    texts = [box for page in document.pages for box in _text_boxes(page._page_box)]
    leaves = [
        item
        for item in pdf.objects
        if isinstance(item, pydyf.Dictionary)
        and item.get("Type") == "/StructElem"
        and item.get("S") != "/Figure"
        and len(item["K"]) == 1
        and isinstance(item["K"][0], int)
    ]
    if len(texts) != len(leaves):
        raise RuntimeError(f"{len(texts)} text boxes but {len(leaves)} tagged texts")
    for box, leaf in zip(texts, leaves, strict=True):
        if str(box.style["lang"] or "").startswith("en"):
            leaf["Lang"] = pydyf.String("en")


def _place_signature_fields(pdf: pydyf.PDF) -> None:
    """Put invisible, tagged and described fields for the signature and the archive's time stamp on the first page.

    A field that the signer creates itself is not tagged, and the file would fail PDF/UA-1.
    """
    page = pdf.objects[pdf.pages["Kids"][0]]
    widgets = [_tagged_field(pdf, page, SIGNATURE_FIELD, SIGNATURE_LABEL), _tagged_field(pdf, page, ARCHIVE_FIELD, ARCHIVE_LABEL)]
    page["Annots"] = pydyf.Array([widget.reference for widget in widgets])
    page["Tabs"] = "/S"
    pdf.catalog["AcroForm"] = pydyf.Dictionary(
        {"Fields": pydyf.Array([widget.reference for widget in widgets]), "SigFlags": SIGNATURES_EXIST_APPEND_ONLY}
    )


def _tagged_field(pdf: pydyf.PDF, page: pydyf.Dictionary, name: str, label: str) -> pydyf.Dictionary:
    """Return a new signature field without area, with its Form element in the structure tree."""
    tree = _referenced(pdf, pdf.catalog["StructTreeRoot"])
    root_element = _referenced(pdf, tree["K"][0])
    widget = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(name),
            "TU": pydyf.String(label),
            "F": PRINTED_AND_LOCKED,
            "Rect": pydyf.Array([0, 0, 0, 0]),
            "P": page.reference,
        }
    )
    pdf.add_object(widget)
    element = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "P": root_element.reference,
            "Pg": page.reference,
            "K": pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": page.reference}),
        }
    )
    pdf.add_object(element)
    root_element["K"].append(element.reference)
    numbers = _referenced(pdf, tree["ParentTree"])["Nums"]
    widget["StructParent"] = len(numbers) // 2
    numbers.extend([widget["StructParent"], element.reference])
    return widget


def place_material(pdf: pydyf.PDF, material: RevocationMaterial) -> None:
    """Put certificates, revocation lists and OCSP answers into the catalogue's DSS. ETSI EN 319 142-1 5.4.2."""
    store = pydyf.Dictionary({"Type": "/DSS"})
    for name, items in (("Certs", material.certificates), ("CRLs", material.crls), ("OCSPs", material.ocsps)):
        streams = [pydyf.Stream([item], compress=True) for item in items]
        for stream in streams:
            pdf.add_object(stream)
        if streams:
            store[name] = pydyf.Array([stream.reference for stream in streams])
    pdf.add_object(store)
    pdf.catalog["DSS"] = store.reference


def _refuse_missing_glyphs(document: Any) -> None:
    """Stop when a character has no glyph: a certificate with an empty box for a name is worse than none.

    Raises `DomainError` `certificates.glyph_missing`.
    """
    missing = sorted({chr(code) for font in document.fonts.values() for code in font.missing})
    if missing:
        raise DomainError("certificates.glyph_missing", characters="".join(missing))


class FileWithLinesApart(pydyf.PDF):
    """Writes CR LF before `endstream` where the data ends in a carriage return."""

    def write_line(self, content: bytes, output: Any) -> None:
        if content.endswith(AMBIGUOUS_END):
            content = content.removesuffix(STREAM_END) + b"\r" + STREAM_END
        super().write_line(content, output)


def _keep_line_ends_apart(pdf: pydyf.PDF) -> None:
    """Never let a stream's data end in a carriage return before a single line feed.

    pydyf writes `\n` before `endstream`; after a last byte 0x0D a reader takes both for the line end and finds /Length
    one too long. One packed stream in 256 is hit, whatever the level: its last byte is the checksum's. Object streams
    and cross-reference streams are made when the file is written, hence the writer is changed. ISO 32000-1 7.3.8.1.
    """
    pdf.__class__ = FileWithLinesApart
