"""What a course said at one moment: numbered, frozen, and kept as long as somebody learns by it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision


def keep_what_was_begun(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
    """Let a lesson or a revision go while nobody has begun the version that holds it; refuse it afterwards."""
    kept = [row for row in sub_objs if row.version.is_kept]
    if kept:
        raise models.ProtectedError("Learners read this in the version that they began.", set(kept))
    models.CASCADE(collector, field, sub_objs, using)


class CourseVersion(models.Model):
    """One published state of a course.

    `outline` is what `versions.freeze` made of it. As long as nobody has begun it (`is_kept` is false) the next
    publication takes its number; afterwards it never changes.
    """

    course = models.ForeignKey(
        "catalogue.CoursePage", on_delete=models.CASCADE, related_name="versions", verbose_name=_("course")
    )
    number = models.PositiveIntegerField(_("version"))
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    outline = models.JSONField(_("what it holds"))
    content_hash = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    is_kept = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("course version")
        verbose_name_plural = _("course versions")
        ordering = ["course", "-number"]
        constraints = [models.UniqueConstraint(fields=["course", "number"], name="course_version_number_once")]

    def __str__(self) -> str:
        return f"{self.course_id} v{self.number}"


class VersionedLesson(models.Model):
    """A lesson of a version and the revision that is read in it."""

    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="lessons", verbose_name=_("version"))
    lesson = models.ForeignKey(
        "catalogue.LessonPage", on_delete=keep_what_was_begun, related_name="versioned", verbose_name=_("lesson")
    )
    revision = models.ForeignKey(Revision, on_delete=keep_what_was_begun, related_name="+", verbose_name=_("revision"))

    class Meta:
        verbose_name = _("lesson of a version")
        verbose_name_plural = _("lessons of versions")
        constraints = [models.UniqueConstraint(fields=["version", "lesson"], name="lesson_once_per_version")]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.lesson_id}"
