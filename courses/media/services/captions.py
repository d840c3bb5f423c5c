"""Captions of a recording: from a file, or row by row in the editor."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from courses.catalogue.kept import is_kept
from courses.media.models import CaptionTrack, Recording
from courses.media.rules.captions import Cue, check_cues, parse_captions
from lms.accounts.models import User
from lms.core.errors import DomainError


@transaction.atomic
def set_captions(
    recording: Recording, *, language: str, cues: Sequence[Cue], actor: User | None, now: datetime, seen: int | None = None
) -> CaptionTrack:
    """Put these captions in place of the language's earlier ones.

    `seen` is the version that the editor had before her; raises `DomainError`
    "media.captions_changed" when somebody else has saved since, and `CaptionFaults`.
    """
    # Rows of the editor are counted from 1, as lines of a file are.
    checked = check_cues(list(enumerate(cues, start=1)), duration_ms=recording.duration_ms)
    track = CaptionTrack.objects.select_for_update().filter(recording=recording, language=language).first()
    if track is None:
        track = CaptionTrack(recording=recording, language=language, version=0)
    if seen is not None and seen != track.version:
        raise DomainError("media.captions_changed")
    track.cues = [[cue.start, cue.end, cue.text] for cue in checked]
    track.version += 1
    track.changed_at, track.changed_by = now, actor
    track.save()
    return track


@transaction.atomic
def upload_captions(recording: Recording, *, language: str, data: bytes, actor: User | None, now: datetime) -> CaptionTrack:
    """Take an SRT or WebVTT file; raises `CaptionFaults` with the line of each fault, and then keeps nothing."""
    return set_captions(recording, language=language, cues=parse_captions(data), actor=actor, now=now)


@transaction.atomic
def delete_captions(recording: Recording, *, language: str) -> None:
    """Take away the captions of one language.

    Raises `DomainError` "media.captions_in_use" for those of which the transcript is made, while readers have the
    recording: a lesson is neither reviewed nor published without them.
    """
    tracks = list(recording.captions.all())
    wanted = [track for track in tracks if track.language == language]
    if wanted and wanted == tracks[:1] and any(is_kept(row) for row in (recording, *recording.signs_for.all())):
        raise DomainError("media.captions_in_use")
    for track in wanted:
        track.delete()
