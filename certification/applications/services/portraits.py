"""The photo of a candidate, in the one size that tickets and certificates print."""

import io

from PIL import Image, ImageOps

from lms.core.errors import DomainError

PHOTO_WIDTH, PHOTO_HEIGHT = 120, 160
PORTRAIT = (295, 413)


def portrait(data: bytes) -> bytes:
    """Return the picture cut to 5:7 and brought to 295 × 413 pixels (25 × 35 mm at 300 dpi), as JPEG.

    All portraits of one size: a certificate's page is compiled once for a size, and its file stays small.
    Raises `DomainError` 422 `applications.photo_too_small`.
    """
    with Image.open(io.BytesIO(data)) as picture:
        width, height = picture.size
        if width < PHOTO_WIDTH or height < PHOTO_HEIGHT:
            raise DomainError("applications.photo_too_small", status=422, width=PHOTO_WIDTH, height=PHOTO_HEIGHT)
        portrait = ImageOps.fit(picture.convert("RGB"), PORTRAIT, Image.Resampling.LANCZOS)
        out = io.BytesIO()
        portrait.save(out, "JPEG", quality=90)
        return out.getvalue()
