"""Which text a code stands for. Source: ISO 32000-1 9.10.3."""

from collections.abc import Mapping

BEGIN = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo
<< /Registry (Adobe)
/Ordering (UCS)
/Supplement 0
>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
"""
END = b"""endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
MOST_IN_A_BLOCK = 100


def to_unicode_map(texts: Mapping[int, str]) -> bytes:
    """Return the CMap from two-byte codes to texts."""
    items = list(texts.items())
    parts = [BEGIN]
    for start in range(0, len(items), MOST_IN_A_BLOCK):
        block = items[start : start + MOST_IN_A_BLOCK]
        parts.append(b"%d beginbfchar\n" % len(block))
        parts += [b"<%04x> <%s>\n" % (code, text.encode("utf-16-be").hex().encode()) for code, text in block]
        parts.append(b"endbfchar\n")
    parts.append(END)
    return b"".join(parts)


def widths(advances: Mapping[int, int]) -> bytes:
    """Return the /W array of a CID font: runs of codes that follow each other, thousandths of the em (9.7.4.3)."""
    runs: list[tuple[int, list[int]]] = []
    for code in sorted(advances):
        if runs and runs[-1][0] + len(runs[-1][1]) == code:
            runs[-1][1].append(advances[code])
        else:
            runs.append((code, [advances[code]]))
    return b"[" + b" ".join(b"%d [%s]" % (first, b" ".join(b"%d" % width for width in run)) for first, run in runs) + b"]"
