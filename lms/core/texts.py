"""What no database keeps of a text. Knows no framework."""

import re

UNWRITABLE = re.compile("[\0\ud800-\udfff]")
"""The null byte, and half a character: forms and JSON can name them, PostgreSQL takes no text with one."""


def writable(text: str) -> str:
    """Return the text without what no database keeps: nobody who types ever sends it, and the rest is hers."""
    return UNWRITABLE.sub("", text)
