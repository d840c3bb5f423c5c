"""Compressed data that ends in a carriage return must not run into the line end behind it. No database."""

import io

import pikepdf
import pydyf
import pytest

from certification.certificates.comparison import conformance_findings
from certification.certificates.finishing import _keep_line_ends_apart


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
