"""Which files a package may hold: a list of allowed types, each known by its name and proved by its first bytes."""

from collections.abc import Callable

HEAD = 1024
"""Bytes that the proof needs."""
ZIP_HEADS = (b"PK\x03\x04", b"PK\x05\x06")
PROGRAM_HEADS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
)
HTML = frozenset({"html", "htm"})


def _text(head: bytes) -> bool:
    return b"\0" not in head and not head.startswith(PROGRAM_HEADS)


def _begins(*starts: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(starts)


def _riff(kind: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == kind


def _mpeg(head: bytes) -> bool:
    return head.startswith(b"ID3") or (head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE0 == 0xE0)


def _mp4(head: bytes) -> bool:
    return head[4:8] == b"ftyp"


TYPES: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "html": ("text/html", _text),
    "htm": ("text/html", _text),
    "js": ("text/javascript", _text),
    "mjs": ("text/javascript", _text),
    "css": ("text/css", _text),
    "json": ("application/json", _text),
    "xml": ("application/xml", _text),
    "xsd": ("application/xml", _text),
    "dtd": ("application/xml-dtd", _text),
    "txt": ("text/plain", _text),
    "md": ("text/plain", _text),
    "csv": ("text/csv", _text),
    "vtt": ("text/vtt", _text),
    "srt": ("text/plain", _text),
    "svg": ("image/svg+xml", _text),
    "png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    "gif": ("image/gif", _begins(b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", _riff(b"WEBP")),
    "ico": ("image/x-icon", _begins(b"\0\0\1\0", b"\x89PNG")),
    "cur": ("image/x-icon", _begins(b"\0\0\2\0")),
    "mp3": ("audio/mpeg", _mpeg),
    "m4a": ("audio/mp4", _mp4),
    "wav": ("audio/wav", _riff(b"WAVE")),
    "ogg": ("audio/ogg", _begins(b"OggS")),
    "oga": ("audio/ogg", _begins(b"OggS")),
    "mp4": ("video/mp4", _mp4),
    "m4v": ("video/mp4", _mp4),
    "webm": ("video/webm", _begins(b"\x1a\x45\xdf\xa3")),
    "woff": ("font/woff", _begins(b"wOFF")),
    "woff2": ("font/woff2", _begins(b"wOF2")),
    "ttf": ("font/ttf", _begins(b"\0\1\0\0", b"true", b"ttcf")),
    "otf": ("font/otf", _begins(b"OTTO", b"\0\1\0\0")),
    "eot": ("application/vnd.ms-fontobject", lambda head: head[34:36] == b"LP"),
}
"""By the ending of the name: the content type, and whether the first bytes can be that."""


def ending_of(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def content_type_of(path: str) -> str:
    """Return the content type of an allowed file, without a character set."""
    return TYPES[ending_of(path)][0]


def is_allowed(path: str) -> bool:
    return ending_of(path) in TYPES


def is_what_it_says(path: str, head: bytes) -> bool:
    """Tell whether the first bytes (at most `HEAD`) can begin a file of this name; an empty file can."""
    return not head or TYPES[ending_of(path)][1](head)
