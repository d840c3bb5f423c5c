"""Who takes which course, what has been read, and the statement at the end."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import CoursePage, LessonPage


class Enrolment(models.Model):
    """One person takes one course. Courses with learners cannot be deleted, only unpublished."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("person")
    )
    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("course"))
    enrolled_at = models.DateTimeField(_("enrolled at"))

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-enrolled_at"]
        constraints = [models.UniqueConstraint(fields=["user", "course"], name="enrolment_once_per_course")]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.course_id}"


class LessonCompletion(models.Model):
    """A lesson marked as read; the first moment stays."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="completions", verbose_name=_("enrolment"))
    lesson = models.ForeignKey(LessonPage, on_delete=models.PROTECT, related_name="completions", verbose_name=_("lesson"))
    completed_at = models.DateTimeField(_("completed at"))

    class Meta:
        verbose_name = _("lesson completion")
        verbose_name_plural = _("lesson completions")
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="lesson_completed_once")]

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
