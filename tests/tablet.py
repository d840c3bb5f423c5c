"""A tablet without a browser: it writes, signs and chains entries as static/js/scoring/ does."""

import hashlib
import hmac
import json
from typing import Any

GENESIS = "0" * 64
TOLD_MS = 1_789_189_200_000


def seal(content: dict[str, Any], key: bytes) -> tuple[dict[str, Any], str]:
    """Return the signed entry and its hash, by the written rule alone: nothing here comes from the product."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return {**content, "signature": hmac.new(key, text, hashlib.sha256).hexdigest()}, hashlib.sha256(text).hexdigest()


class Writer:
    """One tablet's memory: what it wrote and how its sheets stand."""

    def __init__(self, device: str, key: bytes) -> None:
        self.device, self.key = device, key
        self.head, self.entries = GENESIS, list[dict[str, Any]]()
        self.sheets: dict[tuple[int, int], dict[str, Any]] = {}

    @property
    def announced(self) -> int:
        return len(self.entries)

    def sheet(self, station: int, seat: int) -> dict[str, Any]:
        return self.sheets.setdefault((station, seat), {"scores": {}, "deductions": {}, "fatal": [], "note": ""})

    def write(self, kind: str, *, station: int, seat: int, line: int = 0, value: str = "") -> dict[str, Any]:
        content = {
            "at": TOLD_MS + 1000 * len(self.entries),
            "device": self.device,
            "kind": kind,
            "line": line,
            "previous": self.head,
            "seat": seat,
            "sequence": len(self.entries) + 1,
            "station": station,
            "value": value,
        }
        entry, self.head = seal(content, self.key)
        self.entries.append(entry)
        return entry

    def point(self, point: Any, seat: Any, value: str) -> dict[str, Any]:
        self.sheet(point.station_id, seat.pk)["scores"][str(point.pk)] = value
        self.sheet(point.station_id, seat.pk)["deductions"].pop(str(point.pk), None)
        return self.write("point", station=point.station_id, seat=seat.pk, line=point.pk, value=value)

    def deduct(self, point: Any, seat: Any, counted: dict[str, int], *, left: str) -> dict[str, Any]:
        """Count faults of a line; `left` is what the tablet shows as its points then."""
        sheet = self.sheet(point.station_id, seat.pk)
        sheet["scores"][str(point.pk)], sheet["deductions"][str(point.pk)] = left, counted
        return self.write("deduction", station=point.station_id, seat=seat.pk, line=point.pk, value=json.dumps(counted))

    def fatal(self, point: Any, seat: Any, *, seen: bool = True) -> dict[str, Any]:
        self.sheet(point.station_id, seat.pk)["fatal"] = [str(point.pk)] if seen else []
        return self.write("fatal", station=point.station_id, seat=seat.pk, line=point.pk, value="1" if seen else "")

    def note(self, station: Any, seat: Any, text: str) -> dict[str, Any]:
        self.sheet(station.pk, seat.pk)["note"] = text
        return self.write("note", station=station.pk, seat=seat.pk, value=text)

    def sign(self, station: Any, seat: Any) -> dict[str, Any]:
        seen = json.dumps(self.sheet(station.pk, seat.pk), ensure_ascii=False)
        return self.write("sign", station=station.pk, seat=seat.pk, value=seen)

    def whole_sheet(self, station: Any, seat: Any, *, share: str = "10") -> None:
        """Give each line of a station so many points, and sign."""
        for point in station.points.filter(fatal=False).order_by("order"):
            self.point(point, seat, share)
        self.sign(station, seat)
