"""A lesson as one person reads it: in the version that she began, with her place, her notes and her progress."""

from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Revision

from courses.catalogue.models import CoursePage, LessonPage
from courses.catalogue.pinned import PinnedPlace
from courses.catalogue.selectors import Place, place_of
from courses.learning.models import Enrolment, Note
from courses.learning.selectors.notes import notes_on
from courses.learning.selectors.progress import StepsDone, enrolment_of, outline_for, steps_at_hand


@dataclass(frozen=True)
class Reading:
    """What a lesson page shows besides the lesson.

    `place` is None for a lesson outside of a published course (a preview). `is_newer` tells a learner that the lesson is
    not part of the version that she began.
    """

    place: Place | PinnedPlace | None
    course: CoursePage | None
    progress: StepsDone | None = None
    is_newer: bool = False
    notes: list[Note] = field(default_factory=list)

    @property
    def last_block(self) -> str:
        """The block at which she stopped, when it was in this lesson."""
        return self.progress.enrolment.last_block if self.progress else ""


def reading_in_version(enrolment: Enrolment, lesson: int) -> Reading | None:
    """Return the reading of a lesson in her version, None when the version has it not; one query."""
    place = outline_for(enrolment).place(lesson)
    if place is None:
        return None
    return Reading(place, enrolment.course, steps_at_hand(enrolment), notes=notes_on(enrolment, lesson))


def reading_in_public(user: Any, lesson: LessonPage) -> Reading:
    """Return the reading of what is published now; who takes the course by a version without this lesson is told."""
    place = place_of(lesson)
    if place is None:
        return Reading(None, None)
    enrolment = enrolment_of(user, place.outline.course)
    if enrolment is not None and enrolment.version_id is None:
        return reading_in_version(enrolment, lesson.pk) or Reading(place, place.outline.course)
    return Reading(place, place.outline.course, is_newer=enrolment is not None)


def as_it_was_begun(lesson: LessonPage, enrolment: Enrolment) -> LessonPage:
    """Return the lesson as the person's version froze it; the published page itself when that is the same revision."""
    pinned = outline_for(enrolment).lesson(lesson.pk)
    shown = lesson
    if pinned is not None and pinned.revision != lesson.live_revision_id:
        shown = lesson.with_content_json(Revision.objects.get(pk=pinned.revision).content)
    shown.shown_revision = shown.live_revision_id if pinned is None else pinned.revision
    return shown
