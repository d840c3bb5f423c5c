"""Many certificates as one ZIP file, packed while it is being sent."""

from collections.abc import Iterator

from django.db.models import QuerySet
from zipstream import ZipStream

from certification.certificates.models import Certificate
from lms.core import store


def zip_of(certificates: QuerySet[Certificate]) -> Iterator[bytes]:
    """Yield a ZIP64 file with each certificate under its number. One file at a time is in memory.

    PDF files are compressed inside already, so they are stored as they are. A file that the store has lost or that is
    damaged ends the download with an error, instead of a ZIP file that looks whole.
    """
    archive = ZipStream(sized=False)
    for name, sha256 in certificates.values_list("number", "pdf_sha256").iterator(chunk_size=500):
        archive.add(store.read(sha256), f"{name}.pdf")
        yield from archive.all_files()
    yield from archive.finalize()
