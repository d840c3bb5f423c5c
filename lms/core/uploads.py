"""Every upload is hostile until checked: its type is read from its bytes, and pictures are painted anew."""

import io
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageFile, ImageOps
from PIL.JpegImagePlugin import JpegImageFile

from lms.core.errors import DomainError

MAX_BYTES = 10 * 1024 * 1024
# One upload may take about 120 MB while it is painted anew: Pillow keeps four bytes for each pixel, twice at the worst.
PAINTED_PIXELS = 12_500_000
# A JPEG can be decoded at a half, a quarter or an eighth, line by line: what a phone of 48 megapixels takes.
JPEG_PIXELS = 64_000_000
# WebP is unpacked whole, into several buffers of its own.
WEBP_PIXELS = 5_000_000
LONGEST_SIDE = 65_500
"""What JPEG can hold."""
BROKEN_PICTURE = (
    *(OSError, SyntaxError, ValueError, ArithmeticError, LookupError, EOFError),
    *(struct.error, zlib.error, Image.DecompressionBombError),
)
"""What a crafted picture makes its decoder raise. Anything else is a fault of ours, and told as one."""
KIND_NAMES = {"pdf": "PDF", "image": "JPG/PNG"}


@dataclass(frozen=True)
class CheckedFile:
    """An upload whose type is known; pictures are re-encoded, so hidden content and positions are gone."""

    data: bytes
    content_type: str
    extension: str
    name: str


def _in_one_pass(data: bytes, layers: int) -> bool:
    """Tell whether a JPEG holds all its colours in one scan. Otherwise the decoder must keep it all at full size."""
    place = 2
    while data[place : place + 1] == b"\xff":
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == 0xDA:
            return data[place + 4] == layers
        place += 2 + length
    return False


def _keep_small(picture: ImageFile.ImageFile, data: bytes) -> None:
    """Let a JPEG be decoded reduced; refuse a picture that would take too much memory all the same."""
    pixels, most = picture.width * picture.height, PAINTED_PIXELS
    if picture.format == "WEBP":
        most = WEBP_PIXELS
    if isinstance(picture, JpegImageFile) and "progressive" not in picture.info and _in_one_pass(data, len(picture.getbands())):
        most = JPEG_PIXELS
    if pixels > most:
        raise DomainError("uploads.too_many_pixels", status=422, megapixels=most // 1_000_000)
    scale = 1
    while pixels > PAINTED_PIXELS * scale**2:
        scale *= 2
    if scale > 1:
        picture.draft("RGB", (picture.width // scale, picture.height // scale))


def _repainted(data: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
            if max(picture.size) > LONGEST_SIDE:
                raise DomainError("uploads.broken_image", status=422)
            _keep_small(picture, data)
            picture.load()
            painted: Image.Image = picture if picture.mode == "RGB" else picture.convert("RGB")
        ImageOps.exif_transpose(painted, in_place=True)
        out = io.BytesIO()
        painted.save(out, "JPEG", quality=88)
    except DomainError:
        raise
    except BROKEN_PICTURE:
        raise DomainError("uploads.broken_image", status=422) from None
    return out.getvalue()


def check(upload: "UploadedFile[Any]", *, kinds: tuple[str, ...] = ("pdf", "image"), max_bytes: int = MAX_BYTES) -> CheckedFile:
    """Return the file if it really is one of `kinds` ("pdf", "image") and at most `max_bytes` long.

    Raises `DomainError` (422): `uploads.empty`, `uploads.too_large`, `uploads.unknown_type`,
    `uploads.too_many_pixels`, `uploads.broken_image`.
    """
    if (upload.size or 0) > max_bytes:
        raise DomainError("uploads.too_large", status=422, megabytes=max_bytes // (1024 * 1024))
    data = upload.read(max_bytes + 1)
    if not data:
        raise DomainError("uploads.empty", status=422)
    stem = PurePath((upload.name or "file").replace("\\", "/")).name[:120].rsplit(".", 1)[0] or "file"
    if "pdf" in kinds and data.startswith(b"%PDF-"):
        return CheckedFile(data=data, content_type="application/pdf", extension="pdf", name=f"{stem}.pdf")
    if "image" in kinds and (data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or data[8:12] == b"WEBP"):
        return CheckedFile(data=_repainted(data), content_type="image/jpeg", extension="jpg", name=f"{stem}.jpg")
    raise DomainError("uploads.unknown_type", status=422, allowed=[KIND_NAMES[kind] for kind in kinds])


# A PDF that acts by itself, brings files along or asks for a password is no document to look at.
ACTIVE_NAMES = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b")
LOCKED_NAME = re.compile(rb"/Encrypt\b")
STREAM = re.compile(rb"stream\r?\n")
END_OF_STREAM = b"endstream"
HEXADECIMAL = re.compile(rb"#([0-9A-Fa-f]{2})")


def _without_streams(data: bytes) -> bytes:
    """Return the file without what is packed or drawn: its bytes may look like anything.

    Each byte is looked at once. A stream that never ends is none, and one pattern for begin and end would search the
    whole rest for it again and again.
    """
    kept, place = [], 0
    while (begin := STREAM.search(data, place)) is not None:
        end = data.find(END_OF_STREAM, begin.end())
        if end < 0:
            break
        kept.append(data[place : begin.start()])
        place = end + len(END_OF_STREAM)
    kept.append(data[place:])
    return b"".join(kept)


def check_document(checked: CheckedFile) -> None:
    """Refuse a PDF that a reviewer could not, or should not, open; pictures are painted anew and pass.

    Names of a PDF may be written in hexadecimal or lie in compressed parts, so this is no proof of harmlessness: files
    are handed out as downloads, never opened inside the site. Raises `DomainError` (422): `uploads.locked_pdf`,
    `uploads.active_pdf`.
    """
    if checked.content_type != "application/pdf":
        return
    plain = HEXADECIMAL.sub(lambda match: bytes([int(match[1], 16)]), _without_streams(checked.data))
    if LOCKED_NAME.search(plain):
        raise DomainError("uploads.locked_pdf", status=422)
    if ACTIVE_NAMES.search(plain):
        raise DomainError("uploads.active_pdf", status=422)
