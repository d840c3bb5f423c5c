"""Headings and links of a text from the editor. Knows no framework."""

from html.parser import HTMLParser

from courses.catalogue.accessibility.rules import Heading, Link

LEVELS = {f"h{level}": level for level in range(1, 7)}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.headings: list[Heading] = []
        self.links: list[Link] = []
        self._heading: tuple[int, list[str]] | None = None
        self._link: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag in LEVELS:
            self._heading = (LEVELS[tag], [])
        elif tag == "a" and ("href" in names or "linktype" in names):
            self._link = []

    def handle_data(self, data: str) -> None:
        if self._heading is not None:
            self._heading[1].append(data)
        if self._link is not None:
            self._link.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in LEVELS and self._heading is not None:
            self.headings.append(Heading(self._heading[0], "".join(self._heading[1])))
            self._heading = None
        elif tag == "a" and self._link is not None:
            self.links.append(Link("".join(self._link)))
            self._link = None


def read_html(source: str) -> tuple[tuple[Heading, ...], tuple[Link, ...]]:
    """Return the headings and the links of the text, in order."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return tuple(reader.headings), tuple(reader.links)
