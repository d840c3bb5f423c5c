"""Recordings with their captions, the lessons that released them, and what each person has watched."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import CollectionMember
from wagtail.search import index

from courses.media.rules.captions import Cue
from courses.media.rules.kinds import Audience, Kind
from courses.media.rules.transcript import paragraphs
from courses.media.rules.watched import Watched
from lms.core.freshness import shown

KIND_LABELS = {Kind.VIDEO: _("video"), Kind.AUDIO: _("audio")}
AUDIENCE_LABELS = {
    Audience.EVERYONE: _("Everyone who may read the lesson"),
    Audience.LEARNERS: _("Only those who are enrolled in the course"),
}
LANGUAGES = {"zh-Hans": pgettext_lazy("captions", "Chinese"), "en": pgettext_lazy("captions", "English")}


@shown
class Recording(CollectionMember, index.Indexed, models.Model):
    """A video or a sound. Length, frame and type come from the file itself; `file` never changes once stored."""

    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(_("kind"), max_length=8, choices={kind.value: label for kind, label in KIND_LABELS.items()})
    content_type = models.CharField(max_length=40, editable=False)
    file = models.CharField(max_length=80, unique=True, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False)
    duration_ms = models.PositiveIntegerField(_("length in milliseconds"), editable=False)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    poster = models.CharField(max_length=80, blank=True, editable=False)
    playlist = models.TextField(blank=True, editable=False)
    audience = models.CharField(
        _("who may watch it"),
        max_length=10,
        choices={audience.value: label for audience, label in AUDIENCE_LABELS.items()},
        default=Audience.EVERYONE.value,
    )
    signed = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="signs_for", verbose_name=_("the same in sign language")
    )
    created_at = models.DateTimeField(_("uploaded at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("uploaded by")
    )

    search_fields = [
        *CollectionMember.search_fields,
        index.SearchField("title"),
        index.AutocompleteField("title"),
        index.FilterField("title"),
    ]

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["-created_at", "-pk"]
        permissions = [("choose_recording", "Can choose recording")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("media:recording", args=[self.pk])

    @property
    def url(self) -> str:
        """Where the file is played from; who may not watch it gets 404 there."""
        return reverse("media:file", args=[self.pk, self.file.rsplit("/", 1)[-1]])

    @property
    def is_video(self) -> bool:
        return self.kind == Kind.VIDEO

    @property
    def seconds(self) -> int:
        return round(self.duration_ms / 1000)

    @property
    def transcript(self) -> str:
        """What is said in it, a paragraph a line; empty without captions. One query unless captions are prefetched."""
        tracks = list(self.captions.all())
        return "\n".join(part.text for part in paragraphs(tracks[0].lines)) if tracks else ""

    @property
    def etag(self) -> str:
        """Strong: the bytes under a name never change."""
        return f'"{self.file.rsplit("/", 1)[-1]}-{self.size}"'


@shown
class CaptionTrack(models.Model):
    """What is said in a recording, in one language: `cues` is a list of [start ms, end ms, words]."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="captions", verbose_name=_("recording"))
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES)
    cues = models.JSONField(_("captions"), default=list)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("captions")
        verbose_name_plural = _("captions")
        # Chinese first.
        ordering = ["-language"]
        constraints = [models.UniqueConstraint(fields=["recording", "language"], name="captions_once_per_language")]

    def __str__(self) -> str:
        return f"{self.recording_id}/{self.language}"

    @property
    def lines(self) -> list[Cue]:
        return [Cue(*row) for row in self.cues]

    @property
    def url(self) -> str:
        return reverse("media:captions_file", args=[self.recording_id, self.language, self.version])


@shown
class Release(models.Model):
    """A published lesson shows this recording, or these narrated slides (`block`, its id in the lesson).

    A row stays when the lesson changes: learners who began with it keep it. A lesson's film in sign language is not
    `to_watch`: it stands in for the text, which is read.
    """

    lesson = models.ForeignKey("catalogue.LessonPage", models.CASCADE, related_name="releases", verbose_name=_("lesson"))
    recording = models.ForeignKey(
        Recording, models.PROTECT, null=True, blank=True, related_name="releases", verbose_name=_("recording")
    )
    block = models.CharField(max_length=36, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    duration_ms = models.PositiveIntegerField()
    is_shown = models.BooleanField(_("shown now"), default=True)
    to_watch = models.BooleanField(_("has to be watched"), default=True)
    released_at = models.DateTimeField(_("released at"))

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = [
            models.UniqueConstraint(fields=["lesson", "recording"], name="recording_released_once_per_lesson"),
            models.UniqueConstraint(
                fields=["lesson", "block"], condition=models.Q(recording__isnull=True), name="slides_released_once_per_lesson"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id}/{self.recording_id or self.block}"

    @property
    def key(self) -> tuple[int, int | None, str]:
        """What it shows, as `pinned.media_in` names it."""
        return self.lesson_id, self.recording_id, self.block


class Upload(models.Model):
    """A file on its way; how much of it has come is told by the file itself."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    collection = models.ForeignKey("wagtailcore.Collection", models.CASCADE, related_name="+")
    # What it is for (`courses.media.purposes`).
    kind = models.CharField(max_length=12, default="recording")
    title = models.CharField(max_length=160)
    size = models.PositiveBigIntegerField()
    begun_at = models.DateTimeField()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")

    def __str__(self) -> str:
        return str(self.key)


class Viewing(models.Model):
    """What one person has watched of one recording, or of one sequence of slides in a lesson."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="viewings")
    recording = models.ForeignKey(Recording, models.CASCADE, null=True, blank=True, related_name="viewings")
    lesson = models.ForeignKey("catalogue.LessonPage", models.CASCADE, null=True, blank=True, related_name="viewings")
    block = models.CharField(max_length=36, blank=True)
    duration_ms = models.PositiveIntegerField()
    ranges = models.JSONField(default=list)
    seen_ms = models.PositiveIntegerField(default=0)
    position_ms = models.PositiveIntegerField(default=0)
    position_at = models.DateTimeField()
    begun_at = models.DateTimeField()

    class Meta:
        verbose_name = _("viewing")
        verbose_name_plural = _("viewings")
        constraints = [
            models.UniqueConstraint(fields=["user", "recording"], name="viewing_once_per_recording"),
            models.UniqueConstraint(fields=["user", "lesson", "block"], name="viewing_once_per_slides"),
            models.CheckConstraint(
                condition=models.Q(recording__isnull=False, lesson__isnull=True, block="")
                | models.Q(recording__isnull=True, lesson__isnull=False) & ~models.Q(block=""),
                name="viewing_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.recording_id or self.block}"

    @property
    def watched(self) -> Watched:
        return Watched(self.duration_ms, tuple((start, end) for start, end in self.ranges))

    def take(self, watched: Watched) -> None:
        self.ranges = [list(part) for part in watched.ranges]
        self.seen_ms = watched.seen
