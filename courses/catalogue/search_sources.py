"""Who else knows texts of a lesson or words to be found: apps register here when they are ready.

`courses.catalogue` knows no recordings and no captions; whoever does hands their words over as `Text`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

FEATURES = ("captions", "transcript", "easy_read", "sign_language")
"""What a lesson may offer to those for whom reading, hearing or seeing is hard."""


@dataclass(frozen=True)
class Text:
    """A text to be found besides the lesson's own words.

    `object_id` and `part` tell it from others of its kind; `page` is the lesson where it is read, None for a text with
    an address of its own in `link`. With a page, `link` is what follows the page's address ("#recording-7"); a word of
    the glossary has a whole one. `titled` is False when the title is that of the page, which is hit there. `moments`
    tells of a text that is spoken, its spaces single, at which place which millisecond begins.
    """

    object_id: int
    title: str
    text: str
    page: int | None = None
    course: int | None = None
    part: int = 0
    link: str = ""
    titled: bool = True
    moments: Sequence[tuple[int, int]] = ()


LessonTexts = Callable[[Sequence[int]], Iterable[Text]]
LessonFeatures = Callable[[Sequence[int]], Mapping[int, Iterable[str]]]
OwnTexts = Callable[[], Iterable[Text]]

_of_lessons: dict[str, LessonTexts] = {}
_own: dict[str, OwnTexts] = {}
_features: dict[str, LessonFeatures] = {}


def register_lesson_texts(kind: str, source: LessonTexts) -> None:
    """Let `source(lesson keys)` tell the further texts of lessons: a transcript in parts, each with its moment."""
    _of_lessons[kind] = source


def register_own_texts(kind: str, source: OwnTexts) -> None:
    """Let `source()` tell all texts of a kind that stand in no lesson: the words of a course's glossary."""
    _own[kind] = source


def register_lesson_features(name: str, source: LessonFeatures) -> None:
    """Let `source(lesson keys)` tell which of `FEATURES` each lesson offers. `name` says whose answer it is."""
    _features[name] = source


def lesson_texts(lessons: Sequence[int]) -> Iterable[tuple[str, Text]]:
    return [(kind, text) for kind, source in _of_lessons.items() for text in source(lessons)]


def own_texts() -> Iterable[tuple[str, Text]]:
    return [(kind, text) for kind, source in _own.items() for text in source()]


def lesson_kinds() -> list[str]:
    return list(_of_lessons)


def features_of(lessons: Sequence[int]) -> set[str]:
    """Return what at least one of the lessons offers."""
    told = [offer for source in _features.values() for offers in source(lessons).values() for offer in offers]
    return set(told) & set(FEATURES)
