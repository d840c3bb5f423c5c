"""Which files editors may put beside pages: to read, never to run."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.documents.models import Document

pytestmark = pytest.mark.django_db


def checked(name):
    Document(title="讲义", file=SimpleUploadedFile(name, b"x")).clean()


@pytest.mark.parametrize("name", ["讲义.pdf", "讲义.docx", "表.xlsx", "表.CSV", "课件.pptx", "字.txt", "图.png"])
def test_what_is_read_is_taken(name):
    checked(name)


@pytest.mark.parametrize("name", ["a.js", "a.html", "a.htm", "a.svg", "a.xhtml", "a.mjs", "a.zip", "a.xml", "a.pdf.js", "a"])
def test_what_a_browser_would_run_is_refused(name):
    with pytest.raises(ValidationError):
        checked(name)
