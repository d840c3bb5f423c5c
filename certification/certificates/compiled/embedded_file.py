"""A file that travels in the PDF. Source: ISO 32000-1 7.11.4, ISO 19005-3 6.8."""

import datetime
import hashlib

from certification.certificates.compiled.objects import date, stream
from certification.certificates.sheet import SheetFile

PACKED = 6


def embedded_file(file: SheetFile, moment: datetime.datetime) -> bytes:
    """Return the embedded file stream; the checksum is the MD5 that the standard asks for."""
    checksum = hashlib.md5(file.data, usedforsecurity=False).hexdigest().encode()
    subtype = file.media_type.replace("/", "#2f").encode()
    stamp = date(moment)
    entries = b"/Type /EmbeddedFile/Subtype /%s/Params <</CheckSum <%s>/Size %d/CreationDate %s/ModDate %s>>" % (
        subtype,
        checksum,
        len(file.data),
        stamp,
        stamp,
    )
    return stream(entries, file.data, level=PACKED)
