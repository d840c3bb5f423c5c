"""Words of the assistive-technology taxonomy, splitting Chinese for search, and safe drawings. Knows no framework."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from xml.etree import ElementTree

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lms.core.errors import DomainError

AT_CLASSES = {
    "04": "个人医疗辅助器具",
    "05": "技能训练辅助器具",
    "06": "矫形器和假肢",
    "09": "个人生活自理和防护辅助器具",
    "12": "个人移动辅助器具",
    "15": "家务辅助器具",
    "18": "家庭和其他场所使用的家具及其适配件",
    "22": "沟通和信息辅助器具",
    "24": "操作物体和器具的辅助器具",
    "27": "用于环境改善和评估的辅助器具",
    "28": "就业和职业训练辅助器具",
    "30": "休闲娱乐辅助器具",
}
"""Main classes, code identical in ISO 9999 and GB/T 16432 (docs/domain §9.1)."""

FUNCTIONS = (
    "职业道德",
    "基础知识",
    "咨询与转介",
    "需求评估",
    "方案设计",
    "适配实施与环境改造",
    "使用训练与效果评价",
    "维护与随访",
    "科普宣教",
    "质量管理",
    "培训指导",
)
"""Occupational functions of the sample scheme 康复辅助技术咨询师 (docs/domain §4.1)."""

# Han characters with their extensions; kana and hangul split the same way.
CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af\U00020000-\U0003134f"
RUN = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+")
CJK_RUN = re.compile(rf"[{CJK}]+")


# Search

LONGEST_WORD = 60
"""Longer runs of letters are no words; databases refuse words of kilobytes."""
SHORTEST_BEGINNING = 3
MOST_RUNS = 8
MOST_PLACES = 200


def _runs(text: str) -> list[str]:
    return [run if CJK_RUN.fullmatch(run) else run[:LONGEST_WORD] for run in RUN.findall(text.lower())]


def _pairs(run: str) -> list[str]:
    if len(run) == 1 or not CJK_RUN.fullmatch(run):
        return [run]
    return [run[place : place + 2] for place in range(len(run) - 1)]


def index_words(text: str) -> str:
    """Return the words to index: Chinese runs as overlapping pairs, then the single characters once.

    Neither SQLite's nor PostgreSQL's plain tokeniser finds words in Chinese; pairs on both sides
    do without an extension. Pairs stay in order, so a longer query can be asked as a phrase.
    """
    runs = _runs(text)
    pairs = [pair for run in runs for pair in _pairs(run)]
    singles = sorted({character for run in runs if CJK_RUN.fullmatch(run) for character in run})
    return " ".join(pairs + singles)


def query_phrases(query: str) -> list[str]:
    """Return one phrase of indexed words per run of the query; all of them must be found.

    "轮椅坡道 ICF" gives ["轮椅 椅坡 坡道", "icf"]. Empty when the query has no letters.
    """
    phrases = [" ".join(_pairs(run)) for run in query_runs(query)]
    return list(dict.fromkeys(phrases))


def query_runs(query: str) -> list[str]:
    """Return the runs of letters that a text must hold, each once and in small letters: "轮椅坡道 ICF" gives ["轮椅坡道", "icf"]."""
    return list(dict.fromkeys(_runs(query)[:MOST_RUNS]))


def is_beginning(phrase: str) -> bool:
    """Tell whether the phrase may stand for the beginning of a longer word: "wheel" finds "wheelchair", "轮椅" only itself."""
    return len(phrase) >= SHORTEST_BEGINNING and phrase.isascii() and phrase.isalpha()


def relevance(text: str, runs: list[str]) -> float:
    """Return how much a text speaks of the runs: how often the rarest of them stands in it, then how often all do.

    A text in which one word stands twenty times and the other once is less to the point than one that holds both thrice.
    """
    small = text.lower()
    counts = [small.count(run) for run in runs]
    return min(counts, default=0) + sum(counts) / 1000


@dataclass(frozen=True)
class Piece:
    """A stretch of an excerpt; `hit` when it is what was asked for."""

    text: str
    hit: bool


def _pattern(runs: list[str]) -> re.Pattern[str]:
    """Return what matches a run where the index finds it: Chinese anywhere, Latin words whole or from their beginning."""
    parts = []
    for run in sorted(runs, key=len, reverse=True):
        if run.isascii():
            parts.append(f"(?<![A-Za-z0-9]){run}" + ("" if is_beginning(run) else "(?![A-Za-z0-9])"))
        else:
            parts.append(re.escape(run))
    return re.compile("|".join(parts), re.IGNORECASE)


EXCERPT = 80
"""Characters of an excerpt."""
SENTENCE_END = re.compile(r"[。！？；][”’）」』]?|[.!?] ")


def spoken_of_at(text: str, query: str, *, width: int = EXCERPT) -> int:
    """Return where in the text, its spaces single, the stretch of `width` characters begins that holds most of the words.

    The first of several such places; 0 when it holds none.
    """
    runs = query_runs(query)
    return _best_place(_pattern(runs), " ".join(text.split()), width, wanted=len(runs)) if runs else 0


def excerpt(text: str, query: str, *, width: int = EXCERPT) -> list[Piece]:
    """Return about `width` characters of the text around the place that holds most of the words, cut into hits and the rest."""
    text = " ".join(text.split())
    if not query_runs(query):
        return [Piece(text[:width], hit=False)] if text else []
    place = spoken_of_at(text, query, width=width)
    start = max(0, place - width // 3)
    # Half a sentence before the words says little: where one ends on the way, the next is a better beginning.
    if start and (end := SENTENCE_END.search(text, start, place)):
        start = end.end()
    cut = text[start : start + width]
    cut = ("…" if start else "") + cut + ("…" if start + width < len(text) else "")
    return marked(cut, query)


def marked(text: str, query: str) -> list[Piece]:
    """Return the whole text cut into what was asked for and the rest."""
    runs = query_runs(query)
    if not runs:
        return [Piece(text, hit=False)] if text else []
    pieces, place = [], 0
    for match in _pattern(runs).finditer(text):
        pieces += [Piece(text[place : match.start()], hit=False), Piece(match.group(), hit=True)]
        place = match.end()
    pieces.append(Piece(text[place:], hit=False))
    return [piece for piece in pieces if piece.text]


def _best_place(pattern: re.Pattern[str], text: str, width: int, *, wanted: int) -> int:
    """Return where the stretch of the text begins that holds most different hits; the first of several, 0 without any."""
    found: list[tuple[int, str]] = []
    best, most = 0, 0
    for match in islice(pattern.finditer(text), MOST_PLACES):
        found = [(place, word) for place, word in found if place > match.start() - width * 2 // 3]
        found.append((match.start(), match.group().lower()))
        different = len({word for _place, word in found})
        if different > most:
            best, most = found[0][0], different
        if most >= wanted:
            break
    return best


# Drawings

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
MAX_SVG_BYTES = 300_000
MAX_SVG_DEPTH = 100
MAX_SVG_SIDE = 100_000
SVG_ELEMENTS = frozenset(
    "svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan marker pattern"
    " clipPath mask linearGradient radialGradient stop".split()
)
NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"  # with one way only to read a number, however long
VIEW_BOX = re.compile(rf"\s*{NUMBER}[\s,]+{NUMBER}[\s,]+({NUMBER})[\s,]+({NUMBER})\s*")
LOCAL_URL = re.compile(r"url\(\s*['\"]?#[\w.-]+['\"]?\s*\)")


@dataclass(frozen=True)
class Drawing:
    """A drawing that holds nothing but shapes and words, written anew from what was checked."""

    text: str
    width: int
    height: int


def check_svg(data: bytes) -> Drawing:
    """Return the drawing re-written from its checked elements.

    Refuses (`DomainError`, 422) everything outside the list of shape elements, event attributes,
    style, references that leave the file, document types and drawings without a viewBox. The
    result never carries what the checker did not see: comments and instructions fall away.
    """
    if len(data) > MAX_SVG_BYTES:
        raise DomainError("catalogue.svg_too_large", status=422, kilobytes=MAX_SVG_BYTES // 1000)
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError):
        raise DomainError("catalogue.svg_unreadable", status=422) from None
    _check_depth(root)
    if root.tag != f"{{{SVG}}}svg":
        raise DomainError("catalogue.svg_unreadable", status=422)
    for element in root.iter():
        _check_element(element)
    box = VIEW_BOX.fullmatch(root.get("viewBox", ""))
    if box is None or not all(0 < float(side) <= MAX_SVG_SIDE for side in box.groups()):
        raise DomainError("catalogue.svg_without_size", status=422)
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    text = ElementTree.tostring(root, encoding="unicode")
    return Drawing(text=text, width=round(float(box[1])), height=round(float(box[2])))


def _check_depth(root: ElementTree.Element) -> None:
    """Refuse a drawing nested so deeply that writing it anew, which calls itself for each level, would not end well."""
    level = [root]
    for _depth in range(MAX_SVG_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return
    raise DomainError("catalogue.svg_unreadable", status=422)


def _check_element(element: ElementTree.Element) -> None:
    namespace, _, name = str(element.tag).rpartition("}")
    if namespace != f"{{{SVG}" or name not in SVG_ELEMENTS:
        raise DomainError("catalogue.svg_element", status=422, name=name or str(element.tag))
    for key, value in element.attrib.items():
        space, _, local = key.rpartition("}")
        known_space = space in ("", f"{{{XLINK}", f"{{{XML}")
        if not known_space or local.lower().startswith("on") or local.lower() in ("style", "base"):
            raise DomainError("catalogue.svg_attribute", status=422, name=local)
        if local.lower() == "href" and not value.strip().startswith("#"):
            raise DomainError("catalogue.svg_reference", status=422, name=local)
        if "url(" in value.lower() and not LOCAL_URL.fullmatch(value.strip()):
            raise DomainError("catalogue.svg_reference", status=422, name=local)


# Codes


def check_at_classes(codes: Iterable[str]) -> list[str]:
    """Return the codes sorted and without repeats; raises `DomainError` (422) for an unknown one."""
    wanted = sorted({str(code).strip().zfill(2) for code in codes})
    for code in wanted:
        if code not in AT_CLASSES:
            raise DomainError("catalogue.at_class_unknown", status=422, at_class=code)
    return wanted
