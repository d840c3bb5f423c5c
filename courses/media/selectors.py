"""What lessons give to watch, how much of it somebody has watched, and what a player shows."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from courses.media.models import CaptionTrack, Recording, Release, Viewing
from courses.media.pinned import Key
from courses.media.rules.transcript import Paragraph, paragraphs
from courses.media.rules.watched import DONE_SHARE


@dataclass(frozen=True)
class MediaState:
    """One thing to watch in a lesson and how much of it is watched, 0 to 1. Opened is not done."""

    lesson: int
    title: str
    share: float

    @property
    def is_done(self) -> bool:
        return self.share >= DONE_SHARE


@dataclass(frozen=True)
class Shown:
    """All that a player's page needs of one recording."""

    recording: Recording
    tracks: list[CaptionTrack]
    paragraphs: list[Paragraph]
    signed: Recording | None

    @property
    def language(self) -> str:
        return self.tracks[0].language if self.tracks else "zh-Hans"

    @property
    def poster_url(self) -> str:
        if not self.recording.poster:
            return ""
        return reverse("media:poster", args=[self.recording.pk, self.recording.poster.rpartition("/")[2]])


def shown(recording: Recording) -> Shown:
    """Return a recording with its captions and transcript; one query, two with a signed version."""
    tracks = list(recording.captions.all())
    return Shown(recording, tracks, paragraphs(tracks[0].lines) if tracks else [], recording.signed)


def watched_share(user: Any, recording: Recording) -> float:
    """Return how much of the recording, or of its version in sign language, this person has watched. One query."""
    if not getattr(user, "is_authenticated", False):
        return 0.0
    rows = Viewing.objects.filter(Q(recording=recording) | Q(recording__signs_for=recording), user=user).distinct()
    return max((row.watched.share for row in rows), default=0.0)


def media_states(user: Any, lessons: Collection[int], *, shown: Collection[Key] | None = None) -> list[MediaState]:
    """Return everything to watch in these lessons with this person's share. Two queries however many.

    Without `shown` (what an older version gave to watch) it is what the lessons show now.
    """
    releases = list(Release.objects.filter(lesson__in=lessons, to_watch=True, duration_ms__gt=0).select_related("recording"))
    releases = [row for row in releases if (row.is_shown if shown is None else row.key in shown)]
    if not releases:
        return []
    wanted = {pk for row in releases if row.recording for pk in (row.recording.pk, row.recording.signed_id) if pk}
    mine = Viewing.objects.filter(Q(recording__in=wanted) | Q(lesson__in=lessons), user_id=user.pk)
    shares = {(row.recording_id, row.lesson_id, row.block): row.watched.share for row in mine}
    return [MediaState(row.lesson_id, row.title, _share(row, shares)) for row in releases]


def _share(row: Release, shares: dict[tuple[int | None, int | None, str], float]) -> float:
    if row.recording is None:
        return shares.get((None, row.lesson_id, row.block), 0.0)
    either = (row.recording.pk, row.recording.signed_id)
    return max(shares.get((pk, None, ""), 0.0) for pk in either)


def unwatched_in(user: Any, lesson: int) -> list[str]:
    """Return the titles of what the person must still watch in this lesson."""
    return [state.title for state in media_states(user, [lesson]) if not state.is_done]
