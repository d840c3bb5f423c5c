"""The two pictures that differ from sheet to sheet: the photo and the QR code. Source: ISO 32000-1 8.9.5, 7.4.8, 7.4.4.4."""

import zlib

from certification.certificates.artwork import qr_picture
from certification.certificates.compiled.errors import SlotError
from certification.certificates.compiled.objects import stream
from certification.certificates.layout import Layout

PACKED_FAST = 1


def require_plain_jpeg(layout: Layout) -> None:
    """Raise `SlotError` unless the photo, if any, is an upright RGB JPEG: the kind that goes into a PDF as it is."""
    shape = layout.ground["photo"]
    if shape is not None and (shape[:2] != ["JPEG", "RGB"] or not shape[4]):
        raise SlotError("picture", str(shape))


def photo_object(photo: bytes, shape: list[int]) -> bytes:
    """Return the image XObject with the JPEG's own bytes; `shape` is `layout.photo_shape`."""
    entries = (
        b"/Type /XObject/Subtype /Image/Width %d/Height %d/ColorSpace /DeviceRGB/BitsPerComponent 8/Interpolate false"
        b"/Filter /DCTDecode" % (shape[2], shape[3])
    )
    return stream(entries, photo)


def qr_object(text: str) -> bytes:
    """Return the image XObject of the QR code, grey, in PNG scanlines."""
    side, scanlines = qr_picture(text)
    entries = (
        b"/Type /XObject/Subtype /Image/Width %d/Height %d/ColorSpace /DeviceGray/BitsPerComponent 8/Interpolate false"
        b"/Filter /FlateDecode/DecodeParms <</Predictor 15/Columns %d>>" % (side, side, side)
    )
    return stream(entries, zlib.compress(scanlines, PACKED_FAST))
