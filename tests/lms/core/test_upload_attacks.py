"""A PDF made to keep the one busy who looks at it."""

import time

import pytest

from lms.core.errors import DomainError
from lms.core.uploads import CheckedFile, check_document

KILOBYTES = 150
"""A look that began anew at each opened stream took seconds for this much, and fifteen hours for ten megabytes."""


def pdf(body: bytes) -> CheckedFile:
    return CheckedFile(data=b"%PDF-1.7\n" + body, content_type="application/pdf", extension="pdf", name="证明.pdf")


@pytest.mark.parametrize("opened", [b"stream\n", b"stream\r\n", b"endstream\nstream\n"])
def test_streams_that_never_end_are_looked_through_once(opened: bytes) -> None:
    began = time.process_time()
    check_document(pdf(opened * (KILOBYTES * 1024 // len(opened))))
    assert time.process_time() - began < 2


def test_what_stands_behind_a_stream_that_never_ends_is_looked_at() -> None:
    with pytest.raises(DomainError, match=r"uploads.active_pdf"):
        check_document(pdf(b"stream\npacked and never closed\n/JavaScript (app.alert)"))


def test_what_is_packed_may_look_like_anything_and_what_is_not_may_not() -> None:
    check_document(pdf(b"stream\n/JavaScript\nendstream\nstream\r\n/Launch\nendstream\n%%EOF"))
    with pytest.raises(DomainError, match=r"uploads.active_pdf"):
        check_document(pdf(b"stream\nx\nendstream\n/Launch\nstream\ny\nendstream"))
