"""A text to read, made from captions or from what a slide's narrator says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from courses.media.rules.captions import Cue

PAUSE_MS = 1500
"""A pause this long begins a new paragraph."""
FULL_PARAGRAPH = 180
"""After so many signs a paragraph ends with its sentence."""
SENTENCE_END = "。！？!?…"
SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]*[”’」』）)\"']*", re.ASCII)
LATIN_WORD = re.compile(r"[A-Za-z0-9]+(?:[.'-][A-Za-z0-9]+)*")
SIGN_MS = 240
"""Reading time of one Han character: 250 a minute, a calm pace for reading aloud."""
WORD_MS = 420
LEAST_MS = 1800


@dataclass(frozen=True)
class Paragraph:
    """What was said without a long pause."""

    cues: tuple[Cue, ...]

    @property
    def start(self) -> int:
        return self.cues[0].start

    @property
    def text(self) -> str:
        return join_words([cue.text for cue in self.cues])


def paragraphs(cues: Sequence[Cue]) -> list[Paragraph]:
    """Return the captions as paragraphs, ended by a pause or, when long, by the end of a sentence."""
    found: list[Paragraph] = []
    current: list[Cue] = []
    for cue in cues:
        if current and (cue.start - current[-1].end >= PAUSE_MS or _is_full(current)):
            found.append(Paragraph(tuple(current)))
            current = []
        current.append(cue)
    if current:
        found.append(Paragraph(tuple(current)))
    return found


def _is_full(cues: Sequence[Cue]) -> bool:
    return sum(len(cue.text) for cue in cues) >= FULL_PARAGRAPH and cues[-1].text.rstrip()[-1:] in f"{SENTENCE_END}."


def join_words(lines: Sequence[str]) -> str:
    """Join lines; a space only between Latin words, since Chinese has none."""
    text = ""
    for line in " \n".join(lines).splitlines():
        words = line.strip()
        gap = " " if text and text[-1].isascii() and words[:1].isascii() else ""
        text += gap + words
    return text


def spoken_text(title: str, cues: Sequence[Cue]) -> tuple[str, list[tuple[int, int]]]:
    """Return the title and what is said after it, spaces single, and for each cue [place in the text, its first millisecond].

    A word that two captions share stands together: "轮椅坡" and "道" give "轮椅坡道".
    """
    text = " ".join(title.split())
    moments: list[tuple[int, int]] = []
    for cue in cues:
        words = " ".join(cue.text.split())
        if not words:
            continue
        is_first = not moments
        text += " " if text and (is_first or (text[-1].isascii() and words[0].isascii())) else ""
        moments.append((len(text), cue.start))
        text += words
    return text, moments


def sentences(text: str) -> list[str]:
    """Return the sentences of a narration, closing quotes with the sentence they close."""
    return [found.strip() for found in SENTENCE.findall(text) if found.strip()]


def reading_ms(text: str) -> int:
    """Return how long somebody takes to read the text calmly, in milliseconds."""
    words = LATIN_WORD.findall(text)
    signs = sum(1 for sign in LATIN_WORD.sub("", text) if not sign.isspace() and sign.isalnum())
    return max(LEAST_MS, len(words) * WORD_MS + signs * SIGN_MS) if text.strip() else 0


def narration_cues(narrations: Sequence[str]) -> list[tuple[int, Cue]]:
    """Return (slide, cue) of each sentence, one after another by reading time."""
    found: list[tuple[int, Cue]] = []
    moment = 0
    for slide, narration in enumerate(narrations):
        for sentence in sentences(narration) or [""]:
            length = reading_ms(sentence) or LEAST_MS
            found.append((slide, Cue(moment, moment + length, sentence)))
            moment += length
    return found
