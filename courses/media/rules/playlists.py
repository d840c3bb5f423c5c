"""An HLS playlist that serves one file piece by piece (RFC 8216): byte ranges of the recording, nothing else."""

import re

from lms.core.errors import DomainError

MAX_BYTES = 512 * 1024
RANGE = re.compile(r"(\d{1,15})(?:@(\d{1,15}))?", re.ASCII)
MAP = re.compile(r'URI="([^"]*)",BYTERANGE="([^"]*)"', re.ASCII)
TAGS = (
    "#EXTM3U", "#EXT-X-VERSION:", "#EXT-X-TARGETDURATION:", "#EXT-X-MEDIA-SEQUENCE:", "#EXT-X-PLAYLIST-TYPE:VOD",
    "#EXT-X-INDEPENDENT-SEGMENTS", "#EXTINF:", "#EXT-X-ENDLIST", "#EXT-X-ALLOW-CACHE:",
)  # fmt: skip
FILE = "{file}"


def check_playlist(data: bytes, *, size: int) -> str:
    """Return the playlist with `{file}` in place of the file's name.

    Raises `DomainError` "media.playlist_wrong" (422) with the line for anything but byte ranges
    inside a file of `size` bytes: no other address, no key, no further playlist.
    """
    try:
        lines = data.decode("utf-8-sig").split("\n") if len(data) <= MAX_BYTES else []
    except UnicodeDecodeError:
        lines = []
    if not lines or lines[0].strip() != "#EXTM3U":
        raise _wrong(1)
    out, place, pending = [], 0, False
    for number, line in enumerate((line.strip() for line in lines), start=1):
        if line.startswith("#EXT-X-BYTERANGE:"):
            place = _end(line.partition(":")[2], place, size, number)
            pending = True
            out.append(line)
        elif line.startswith("#EXT-X-MAP:"):
            match = MAP.fullmatch(line.partition(":")[2])
            if match is None:
                raise _wrong(number)
            place = _end(match[2], 0, size, number)
            out.append(f'#EXT-X-MAP:URI="{FILE}",BYTERANGE="{match[2]}"')
        elif line and not line.startswith("#"):
            if not pending:
                raise _wrong(number)
            pending = False
            out.append(FILE)
        elif line.startswith(TAGS):
            out.append(line.replace("{", "").replace("}", ""))
        elif line.startswith("#EXT"):
            raise _wrong(number)
    if FILE not in out or out[-1] != "#EXT-X-ENDLIST":
        raise _wrong(len(lines))
    return "\n".join(out) + "\n"


def _end(text: str, before: int, size: int, number: int) -> int:
    match = RANGE.fullmatch(text)
    if match is None:
        raise _wrong(number)
    end = int(match[1]) + (int(match[2]) if match[2] else before)
    if end > size:
        raise _wrong(number)
    return end


def _wrong(line: int) -> DomainError:
    return DomainError("media.playlist_wrong", status=422, line=line)
