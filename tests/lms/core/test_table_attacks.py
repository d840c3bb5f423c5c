"""What a table of people must not leave behind."""

import io
import logging
import zipfile

import pytest
from openpyxl import Workbook

from lms.core.errors import DomainError
from lms.core.tables import read_table

NUMBER = "11010519491231002X"


def workbook_with_a_number_that_is_none() -> bytes:
    """Return a workbook whose cell says that it holds a number, and holds that of a document."""
    book, out, crafted = Workbook(), io.BytesIO(), io.BytesIO()
    book.worksheets[0]["A1"] = 1
    book.save(out)
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as source, zipfile.ZipFile(crafted, "w") as target:
        for part in source.infolist():
            target.writestr(part.filename, source.read(part).replace(b"<v>1</v>", f"<v>{NUMBER}</v>".encode()))
    return crafted.getvalue()


def test_i39_the_log_tells_where_a_workbook_broke_and_no_number_of_a_person(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), pytest.raises(DomainError, match=r"tables.unreadable"):
        list(read_table(workbook_with_a_number_that_is_none()))
    assert "ValueError" in caplog.text
    assert "openpyxl" in caplog.text
    assert NUMBER not in caplog.text
