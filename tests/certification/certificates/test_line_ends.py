"""Compressed data that ends in a carriage return must not run into the line end behind it. No database."""

import io

import pikepdf
import pydyf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certification.certificates.comparison import conformance_findings
from certification.certificates.finishing import _keep_line_ends_apart
from certification.certificates.signing import OneRevision


def file_with(data, *, compress, apart):
    pdf = pydyf.PDF()
    if apart:
        _keep_line_ends_apart(pdf)
    stream = pydyf.Stream([data], compress=compress)
    pdf.add_object(stream)
    pdf.add_page(pydyf.Dictionary({"Type": "/Page", "Parent": pdf.pages.reference, "MediaBox": pydyf.Array([0, 0, 9, 9])}))
    out = io.BytesIO()
    pdf.write(out, version=b"1.7", identifier=True, compress=compress)
    return out.getvalue()


# Its Adler-32 checksum ends in 0x0D, and that is the last byte of its packed form at every level.
UNLUCKY = b"\x0c"


@pytest.mark.parametrize("compress", [False, True])
def test_a_carriage_return_at_the_end_of_data_is_told_from_the_line_end(compress):
    data = UNLUCKY if compress else b"abc\r"
    mixed, apart = (file_with(data, compress=compress, apart=apart) for apart in (False, True))

    assert mixed.count(b"\r\nendstream") == apart.count(b"\r\r\nendstream") == 1
    assert b"\r\r\nendstream" not in mixed
    with pikepdf.open(io.BytesIO(apart)) as opened:
        assert any(isinstance(item, pikepdf.Stream) and item.read_bytes() == data for item in opened.objects)


def test_the_validator_is_misled_by_the_one_and_not_by_the_other():
    told = [
        any("STREAM-LENGTH" in finding for finding in conformance_findings(file_with(b"abc\r", compress=False, apart=apart)))
        for apart in (False, True)
    ]
    assert told == [True, False]


class AsPyhankoWrites(OneRevision):
    _write = IncrementalPdfFileWriter._write


def revised(pdf, writer_of, data):
    """The file with a later revision that holds one more stream; the revision ends with its cross-reference stream."""
    writer = writer_of(io.BytesIO(pdf))
    writer.root["/Funeng"] = writer.add_object(generic.StreamObject(stream_data=data))
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_later_revision_keeps_them_apart_too():
    """The signature of the reference engine and the archive's stamp are such revisions."""
    pdf = file_with(b"abc", compress=True, apart=True)
    mixed, apart = (revised(pdf, writer_of, b"xyz\r") for writer_of in (AsPyhankoWrites, OneRevision))
    assert b"xyz\r\nendstream" in mixed
    assert b"xyz\r\r\nendstream" in apart
    for data, misled in ((mixed, True), (apart, False)):
        assert any("STREAM-LENGTH" in finding for finding in conformance_findings(data)) is misled
    assert b"xyz\nendstream" in revised(pdf, OneRevision, b"xyz")


def test_the_cross_reference_stream_of_a_revision_is_hit_now_and_then_and_kept_apart():
    """Its data follow from the offsets, so a file that is some bytes longer has another one."""
    pdf = file_with(b"abc", compress=True, apart=True)
    hit = []
    for longer in range(1500):
        mixed, apart = (revised(pdf + b"\n" * longer, writer_of, b"xyz") for writer_of in (AsPyhankoWrites, OneRevision))
        if b"\r\nendstream" in mixed[len(pdf) :]:
            hit.append((mixed, apart))
        if len(hit) == 2:
            break
    assert len(hit) == 2
    for mixed, apart in hit:
        assert b"\r\r\nendstream" in apart
        with pikepdf.open(io.BytesIO(apart)) as opened:
            assert opened.Root.Funeng.read_bytes() == b"xyz"
        for data, misled in ((mixed, True), (apart, False)):
            assert any("STREAM-LENGTH" in finding for finding in conformance_findings(data)) is misled
