"""Where each object lies, as a stream of rows that is patched for each file. Source: ISO 32000-1 7.5.8."""

import struct
from collections.abc import Mapping

from certification.certificates.compiled.objects import stream

ROW = struct.Struct(">BIH")  # type, offset or number of the object stream, generation or index: /W [1 4 2]
FREE, IN_FILE, IN_STREAM = 0, 1, 2
FAST = 1


def static_rows(size: int, *, offsets: Mapping[int, int], packed: Mapping[int, int], packed_in: int) -> bytes:
    """Return `size` rows: objects at `offsets` in the file, objects `packed` (number → index) in stream `packed_in`.

    All others are free for now; `place` fills them in.
    """
    rows = bytearray(ROW.size * size)
    ROW.pack_into(rows, 0, FREE, 0, 0xFFFF)
    for object_number, index in packed.items():
        ROW.pack_into(rows, ROW.size * object_number, IN_STREAM, packed_in, index)
    for object_number, offset in offsets.items():
        place(rows, object_number, offset)
    return bytes(rows)


def place(rows: bytearray, object_number: int, offset: int) -> None:
    """Note that an object begins at `offset`."""
    ROW.pack_into(rows, ROW.size * object_number, IN_FILE, offset, 0)


def cross_reference_stream(rows: bytes, *, root: int, info: int, identifier: bytes) -> bytes:
    """Return the body; `identifier` is 32 hexadecimal digits and stands for both halves of /ID (14.4)."""
    entries = b"/Type /XRef/W [1 4 2]/Size %d/Root %d 0 R/Info %d 0 R/ID [<%s><%s>]" % (
        len(rows) // ROW.size,
        root,
        info,
        identifier,
        identifier,
    )
    return stream(entries, rows, level=FAST)
