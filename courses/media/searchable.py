"""What search knows of recordings and narrated slides: what is said when, and what a lesson offers beside its text.

What search shows is for everybody, so a recording for learners only is not among it.
"""

from collections.abc import Iterator, Mapping, Sequence, Set

from courses.catalogue.indexing import refresh_lesson_texts
from courses.catalogue.models import LessonPage
from courses.catalogue.search_sources import Text
from courses.media.models import Recording, Release
from courses.media.rules.kinds import Audience
from courses.media.rules.transcript import spoken_text
from courses.media.services.recordings import recordings_in
from courses.media.slides import BLOCK, slides_in

HEARD = {"video", "audio"}
PARTS_OF_EACH = 100
"""Room for the rows of one language, or of one block, in the index."""


def transcripts(lessons: Sequence[int]) -> Iterator[Text]:
    """Yield what is said in the recordings of these lessons, in each language of their captions."""
    for lesson in _lessons_with(HEARD, lessons):
        for recording in _heard_in(lesson):
            for number, track in enumerate(recording.captions.all()):
                text, moments = spoken_text(recording.title, track.lines)
                yield Text(
                    object_id=recording.pk,
                    part=number * PARTS_OF_EACH,
                    title=lesson.title,
                    titled=False,
                    text=text,
                    moments=moments,
                    page=lesson.pk,
                    link=f"#recording-{recording.pk}",
                )


def slide_words(lessons: Sequence[int]) -> Iterator[Text]:
    """Yield what the narrator of the slides in these lessons says."""
    for lesson in _lessons_with({BLOCK}, lessons):
        found = [slides_in(block) for block in lesson.body if block.block_type == BLOCK and block.id]
        for number, slides in enumerate(found):
            text, moments = spoken_text(slides.title, [cue for _slide, cue in slides.cues])
            yield Text(
                object_id=lesson.pk,
                part=number * PARTS_OF_EACH,
                title=lesson.title,
                titled=False,
                text=text,
                moments=moments,
                page=lesson.pk,
                link=f"#slides-{slides.block}",
            )


def offers(lessons: Sequence[int]) -> Mapping[int, set[str]]:
    """Return which of `FEATURES` each lesson offers: captions and a transcript of what is heard, easy words, sign language."""
    return {lesson.pk: _offers_of(lesson) for lesson in LessonPage.objects.filter(pk__in=lessons)}


def refresh_lessons_with(recording: Recording) -> None:
    """Let search know what the lessons with this recording, or with it as their version in sign language, now say."""
    shown = Release.objects.filter(recording__in=[recording.pk, *recording.signs_for.values_list("pk", flat=True)], is_shown=True)
    refresh_lesson_texts(shown.values_list("lesson", flat=True))


def _lessons_with(kinds: Set[str], lessons: Sequence[int]) -> Iterator[LessonPage]:
    """Yield the lessons that have blocks of these kinds, as their raw text tells without making the blocks."""
    for lesson in LessonPage.objects.filter(pk__in=lessons):
        if _kinds_in(lesson) & kinds:
            yield lesson


def _kinds_in(lesson: LessonPage) -> set[str]:
    return {row["type"] for row in lesson.body.raw_data}


def _heard_in(lesson: LessonPage) -> list[Recording]:
    """Return the recordings of the lesson that everybody may hear, each once, with their captions."""
    keys = {recording.pk for recording in recordings_in(lesson.body)}
    heard = Recording.objects.filter(pk__in=keys, audience=Audience.EVERYONE.value) if keys else Recording.objects.none()
    return list(heard.prefetch_related("captions").order_by("pk"))


def _offers_of(lesson: LessonPage) -> set[str]:
    heard = _heard_in(lesson) if _kinds_in(lesson) & HEARD else []
    captioned = [recording for recording in heard if recording.captions.all()]
    offered = {
        "captions": any(recording.is_video for recording in captioned),
        "transcript": bool(captioned) or BLOCK in _kinds_in(lesson),
        "easy_read": bool(lesson.easy_sentences),
        "sign_language": lesson.sign_film_id is not None or any(recording.signed_id for recording in heard),
    }
    return {name for name, has in offered.items() if has}
