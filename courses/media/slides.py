"""Narrated slides in a lesson: what is said with each, sentence by sentence, and how long that takes to read."""

from dataclasses import dataclass
from typing import Any

from courses.catalogue.models import LessonPage
from courses.media.rules.captions import Cue
from courses.media.rules.transcript import narration_cues

BLOCK = "slides"


@dataclass(frozen=True)
class Slides:
    """A block of narrated slides; `cues` is (number of the slide, sentence with its time)."""

    block: str
    title: str
    cues: list[tuple[int, Cue]]

    @property
    def duration_ms(self) -> int:
        return self.cues[-1][1].end if self.cues else 0


def slides_of(lesson: LessonPage) -> dict[str, Slides]:
    """Return the lesson's narrated slides by block id."""
    return {str(block.id): slides_in(block) for block in lesson.body if block.block_type == BLOCK and block.id}


def slides_in(block: Any) -> Slides:
    """Return the slides of one block of a lesson's body; its value has `title` and `slides` with `narration`."""
    return Slides(str(block.id or ""), str(block.value.get("title") or ""), narration_cues(narrations(block.value)))


def narrations(value: Any) -> list[str]:
    return [str(slide.get("narration") or "") for slide in value.get("slides") or []]
