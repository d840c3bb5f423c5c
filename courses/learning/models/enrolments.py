"""Who takes which course, what has been read, and the statement at the end."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import CoursePage, CourseVersion, LessonPage
from courses.learning.models.classes import CourseRun


def nothing_read() -> dict[str, Any]:
    return {"read": [], "passed": []}


class Enrolment(models.Model):
    """One person takes one version of one course. Courses with learners cannot be deleted, only unpublished.

    `version` is None only for enrolments older than versions; `selectors.version_of` gives them one. `terms` are the
    course's completion rules of the day she began. `standing` ({read: lesson pks, passed: module pks}), the two numbers of
    steps and `next_due_on` repeat what completions and attempts say, so that a list of thousands and a quick save need not
    count; `services.standing` alone writes them.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("person")
    )
    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("course"))
    enrolled_at = models.DateTimeField(_("enrolled at"))
    version = models.ForeignKey(
        CourseVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments", verbose_name=_("version")
    )
    run = models.ForeignKey(
        CourseRun, on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments", verbose_name=_("class")
    )
    terms = models.JSONField(default=dict, blank=True)
    standing = models.JSONField(default=nothing_read)
    steps_done = models.PositiveIntegerField(default=0)
    steps_total = models.PositiveIntegerField(default=0)
    next_due_on = models.DateField(null=True, blank=True)
    last_lesson = models.ForeignKey(LessonPage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    last_block = models.CharField(max_length=36, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-enrolled_at"]
        constraints = [models.UniqueConstraint(fields=["user", "course"], name="enrolment_once_per_course")]
        indexes = [
            # The teacher's list of a class, and those of it who are behind.
            models.Index(fields=["run", "id"], name="learners_of_a_class"),
            models.Index(fields=["run", "next_due_on", "id"], name="learners_behind"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.course_id}"


class LessonCompletion(models.Model):
    """A lesson marked as read; the first moment stays.

    `content` is the hash of what was read (`PinnedLesson.content`), so that after a move to another version only what
    did not change counts as read; empty in rows older than versions.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="completions", verbose_name=_("enrolment"))
    lesson = models.ForeignKey(LessonPage, on_delete=models.PROTECT, related_name="completions", verbose_name=_("lesson"))
    completed_at = models.DateTimeField(_("completed at"))
    content = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("lesson completion")
        verbose_name_plural = _("lesson completions")
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson", "content"], name="lesson_completed_once_as_it_was")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.lesson_id}"


class StatementCounter(models.Model):
    """The last serial of a year; its row is locked while a number is taken."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("statement counter")
        verbose_name_plural = _("statement counters")

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class CompletionStatement(models.Model):
    """A statement that a course was completed: what it says is frozen when it is issued."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="statement", verbose_name=_("enrolment"))
    number = models.CharField(_("number"), max_length=13, unique=True)
    statement = models.JSONField(_("what it says"))
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        verbose_name = _("completion statement")
        verbose_name_plural = _("completion statements")
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("learning:statement", args=[self.pk])
