"""A compiled template and its sheets, shared by the tests of the compiled engine."""

import dataclasses

import pytest

from certification.certificates.compiled import compile_template
from certification.certificates.rendering import SKILL_LEVEL, render_sheet
from certification.certificates.sheet import Sheet
from tests.signed_file import ID_NUMBER, NOW, VERIFY_URL, claims


@pytest.fixture(scope="session")
def sheet_of(portrait):
    """A sheet of the imagined person, with changes: `claims` by keyword, or fields of the sheet by `replace`."""

    def build(*, replace=None, **changes):
        plain = Sheet(
            claims=claims(**changes),
            id_number=ID_NUMBER,
            photo=portrait,
            verify_url=VERIFY_URL,
            qr_text=f"{VERIFY_URL}#{'eyJhbGciOiJFUzI1NiJ9.' * 9}",
            issued_at=NOW,
        )
        return dataclasses.replace(plain, **(replace or {}))

    return build


@pytest.fixture(scope="session")
def compiled(sheet_of):
    return compile_template(SKILL_LEVEL, sheet_of(), sheet_of(name="阿依古丽·买买提"))


@pytest.fixture(scope="session")
def reference(sheet_of):
    """What the reference engine draws, kept for the tests that compare with it."""
    kept = {}

    def draw(sheet):
        key = (repr(sheet.claims), sheet.id_number, sheet.qr_text)
        if key not in kept:
            kept[key] = render_sheet(sheet, SKILL_LEVEL)
        return kept[key]

    return draw
