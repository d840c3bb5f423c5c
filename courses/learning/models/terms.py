"""What a college asks of those who take a course."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import CoursePage
from lms.core.freshness import shown


@shown
class CourseTerms(models.Model):
    """Before the course and at its end. A course without a row asks for nothing but its lessons and quizzes."""

    course = models.OneToOneField(CoursePage, on_delete=models.CASCADE, related_name="terms", verbose_name=_("course"))
    prerequisites = models.ManyToManyField(
        CoursePage,
        blank=True,
        related_name="+",
        verbose_name=_("courses to complete before"),
        help_text=_("Nobody begins this course without the completion statement of each of these."),
    )
    by_class_only = models.BooleanField(
        _("only in a class"), default=False, help_text=_("Nobody takes the course on her own; she joins a class.")
    )
    quizzes_needed = models.BooleanField(
        _("every quiz has to be passed"), default=True, help_text=_("Otherwise the quizzes are practice, and reading is enough.")
    )
    watch_percent = models.PositiveSmallIntegerField(
        _("how much of each film has to be watched"), default=0, help_text=_("Per cent of its length; 0 asks for nothing.")
    )

    class Meta:
        verbose_name = _("terms of a course")
        verbose_name_plural = _("terms of courses")
        constraints = [models.CheckConstraint(condition=models.Q(watch_percent__lte=100), name="learning_watch_percent_to_100")]

    def __str__(self) -> str:
        return str(self.course_id)
