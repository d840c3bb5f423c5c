"""Puts the demonstration's forms to print into a college's collection; `make_demo_document` has drawn them."""

from pathlib import Path

from django.core.files.base import ContentFile
from wagtail.documents.models import Document

from lms.demo.organisations import collection_of
from lms.organisations.models import Organisation

FOLDER = Path(__file__).parent / "data" / "documents"


def load_document(name: str, *, title: str, college: Organisation) -> Document:
    """Return the college's document of this title, stored when it is missing."""
    collection = collection_of(college)
    present: Document | None = Document.objects.filter(collection=collection, title=title).first()
    if present is not None:
        return present
    document = Document(title=title, collection=collection)
    document.file.save(f"{name}.pdf", ContentFile((FOLDER / f"{name}.pdf").read_bytes()), save=False)
    document.file_size = document.file.size
    document.save()
    return document
