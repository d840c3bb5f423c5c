"""Seals and signatures that a body uploads: PNG with transparency, hostile until checked, painted anew."""

import io
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from PIL import Image

from lms.core.errors import DomainError

MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 4_000_000
LARGEST = 600
"""Pixels: a seal of 42 mm at 360 dpi."""
SMALLEST = 100
LONGEST_SHAPE = 6
"""How many times longer than high a signature may be."""
SEAL_SHAPE = 1.6
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_END = b"IEND\xaeB`\x82"
CLEAR, INKED = 0.1, 0.005
"""Of the picture's area: what has to be clear, so that the paper shows, and what has to be inked."""


def checked_seal(upload: "UploadedFile[Any]") -> bytes:
    """Return the seal as a fresh RGBA PNG of at most 600 × 600 pixels.

    Raises `DomainError` 422: `certificates.picture_too_large`, `…picture_not_png`, `…picture_too_many_pixels`,
    `…picture_too_small`, `…picture_moves`, `…picture_shape`, `…picture_opaque`, `…picture_empty`.
    """
    return _checked(upload, shape=SEAL_SHAPE)


def checked_signature(upload: "UploadedFile[Any]") -> bytes:
    """Return a signature as a fresh RGBA PNG, its longer side at most 600 pixels; the errors of `checked_seal`."""
    return _checked(upload, shape=LONGEST_SHAPE)


def _checked(upload: "UploadedFile[Any]", *, shape: float) -> bytes:
    if (upload.size or 0) > MAX_BYTES:
        raise DomainError("certificates.picture_too_large", status=422, megabytes=MAX_BYTES // 1024**2)
    data = upload.read(MAX_BYTES + 1)
    # WeasyPrint teaches Pillow to forgive a picture that is cut off; a seal is whole or none.
    if not data.startswith(PNG_SIGNATURE) or PNG_END not in data:
        raise DomainError("certificates.picture_not_png", status=422)
    try:
        painted = _painted(data)
    except DomainError:
        raise
    except Exception:
        # Whatever a crafted picture makes the decoder raise, it is one answer.
        raise DomainError("certificates.picture_not_png", status=422) from None
    width, height = painted.size
    if max(width, height) > shape * min(width, height):
        raise DomainError("certificates.picture_shape", status=422)
    shades = painted.getchannel("A").histogram()
    area = width * height
    if sum(shades[:16]) < CLEAR * area:
        raise DomainError("certificates.picture_opaque", status=422)
    if sum(shades[128:]) < INKED * area:
        raise DomainError("certificates.picture_empty", status=422)
    painted.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    # Only the pixels are written: texts, profiles and whatever hung behind the picture are gone.
    Image.merge("RGBA", painted.split()).save(out, "PNG", optimize=True)
    return out.getvalue()


def _painted(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
        # Asked of the header, before anything is unpacked.
        if picture.width * picture.height > MAX_PIXELS:
            raise DomainError("certificates.picture_too_many_pixels", status=422, megapixels=MAX_PIXELS // 1_000_000)
        if min(picture.size) < SMALLEST // 4 or max(picture.size) < SMALLEST:
            raise DomainError("certificates.picture_too_small", status=422, pixels=SMALLEST)
        if getattr(picture, "is_animated", False):
            raise DomainError("certificates.picture_moves", status=422)
        picture.load()
        return picture.convert("RGBA")
