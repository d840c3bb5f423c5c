"""Puts our script into a page of a package, before any of its own, and tells in which characters the page is written."""

import re

from courses.packages.rules.kinds import Kind

HEAD_TAG, HTML_TAG = re.compile(rb"<head[\s>]", re.I), re.compile(rb"<html[\s>]", re.I)
DOCTYPE = re.compile(rb"\s*<!doctype", re.I)
CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]+)", re.I)
BOM = b"\xef\xbb\xbf"
LOOKED_AT = 1024
"""Bytes in which a page must name its characters (HTML, §4.2.5.4)."""
BEFORE_HEAD = 64 * 1024
"""Bytes in which the head of a page begins, if it has one."""


def charset_of(page: bytes) -> str:
    """Return what the page names, or UTF-8, or what older Chinese editors write."""
    named = CHARSET.search(page[:LOOKED_AT])
    if page.startswith(BOM):
        return "utf-8"
    if named:
        return named[1].decode("ascii").lower()
    try:
        page.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def with_scripts(page: bytes, *, scripts: list[str], kind: Kind) -> bytes:
    """Return the page with a classic `<script src>` for each address, run before everything that the package brings."""
    tags = "".join(f'<script src="{address}" data-kind="{kind.value}"></script>' for address in scripts).encode("ascii")
    at = _place(page)
    return page[:at] + tags + page[at:]


def _place(page: bytes) -> int:
    """Return where our script goes. The page is hostile: every step here goes over its first bytes once."""
    bare = _without_comments(page[:BEFORE_HEAD])
    start = len(BOM) if page.startswith(BOM) else 0
    for tag in (HEAD_TAG.search(bare), HTML_TAG.search(bare), DOCTYPE.match(bare, start)):
        end = bare.find(b">", tag.start()) if tag else -1
        if end >= 0:
            return end + 1
    return start


def _without_comments(page: bytes) -> bytes:
    """Return the page with blanks where comments were; one that is never closed runs to the end."""
    parts, at = [], 0
    while (start := page.find(b"<!--", at)) >= 0:
        # "<!-->" is a whole comment as well (HTML, §13.2.5.43).
        closed = page.find(b"-->", start + 2)
        end = closed + 3 if closed >= 0 else len(page)
        parts += [page[at:start], b" " * (end - start)]
        at = end
    return b"".join([*parts, page[at:]])
