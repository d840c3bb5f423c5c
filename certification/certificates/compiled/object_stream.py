"""Many small objects in one packed stream. Source: ISO 32000-1 7.5.7."""

from collections.abc import Mapping

from certification.certificates.compiled.objects import stream

PACKED_WELL = 9


def object_stream(objects: Mapping[int, bytes]) -> bytes:
    """Return the body of an object stream; the order of the mapping is each object's index in it."""
    positions, offset = [], 0
    for object_number, body in objects.items():
        positions.append(b"%d %d" % (object_number, offset))
        offset += len(body) + 1
    header = b" ".join(positions) + b"\n"
    entries = b"/Type /ObjStm/N %d/First %d" % (len(objects), len(header))
    return stream(entries, header + b"\n".join(objects.values()), level=PACKED_WELL)
