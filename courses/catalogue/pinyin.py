"""Chinese in the order of a dictionary, without one: GB 2312 lists its 3,755 common characters by pronunciation."""

from bisect import bisect_right

# First character of each initial in level one of GB 2312 (0xB0A1 to 0xD7F9), which is sorted by pinyin.
_FIRST = {
    0xB0A1: "A", 0xB0C5: "B", 0xB2C1: "C", 0xB4EE: "D", 0xB6EA: "E", 0xB7A2: "F", 0xB8C1: "G", 0xB9FE: "H", 0xBBF7: "J",
    0xBFA6: "K", 0xC0AC: "L", 0xC2E8: "M", 0xC4C3: "N", 0xC5B6: "O", 0xC5BE: "P", 0xC6DA: "Q", 0xC8BB: "R", 0xC8F6: "S",
    0xCBFA: "T", 0xCDDA: "W", 0xCEF4: "X", 0xD1B9: "Y", 0xD4D1: "Z",
}  # fmt: skip
_STARTS = list(_FIRST)
_LAST = 0xD7F9
OTHER = "#"


def initial(word: str) -> str:
    """Return the Latin initial of the word, A to Z; "#" for digits, signs and characters beyond the common ones."""
    first = word.strip()[:1].upper()
    if first.isascii():
        return first if first.isalpha() else OTHER
    code = int.from_bytes(first.encode("gb18030")[:2], "big")
    if not _STARTS[0] <= code <= _LAST:
        return OTHER
    return _FIRST[_STARTS[bisect_right(_STARTS, code) - 1]]


def sort_key(word: str) -> str:
    """Return a key whose plain order is A to Z by pinyin, Latin words among them, the rest last; at most 250 characters."""
    letter = initial(word)
    return ("~" if letter == OTHER else letter) + word.strip().upper().encode("gb18030").hex()[:240]
