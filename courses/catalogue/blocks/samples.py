"""Stand-ins for rows, so that a block which shows one can be previewed before the college has any."""

from dataclasses import dataclass
from typing import Any

from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class SampleFigure:
    alt: Words
    width: int = 480
    height: int = 280

    def get_absolute_url(self) -> str:
        return static("img/sample-figure.svg")


@dataclass(frozen=True)
class SampleTerm:
    term: Words
    term_en: str
    meaning: Words
    pk: int = 0


@dataclass(frozen=True)
class SampleFile:
    title: Words
    url: str = "#"
    file_extension: str = "pdf"
    file_size: int = 240_000

    def get_file_size(self) -> int:
        return self.file_size


@dataclass(frozen=True)
class SampleItem:
    kind: str
    stem: Words
    options: tuple[Words, ...]
    answer: tuple[str, ...]
    explanation: Words
    pk: int = 0
    is_practice: bool = True


FIGURE = SampleFigure(alt=_("A wheelchair from the side; a line shows that the thigh lies level."))
TERM = SampleTerm(
    term=_("Clear width"), term_en="clear width", meaning=_("How wide a door really is when it stands open, not its frame.")
)
FILE = SampleFile(title=_("Checklist for a home visit"))
ITEM: Any = SampleItem(
    kind="single",
    stem=_("How wide should the seat be?"),
    options=(_("As wide as the hips"), _("Two centimetres wider than the hips"), _("As wide as the door allows")),
    answer=("B",),
    explanation=_("A little room for clothes; wider, and the person leans to one side."),
)
