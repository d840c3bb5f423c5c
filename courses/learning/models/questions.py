"""What learners ask their teachers, and the answers, which are kept."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import LessonPage
from courses.learning.models.classes import CourseRun
from courses.learning.models.enrolments import Enrolment
from lms.organisations.models import Organisation


class Question(models.Model):
    """One question on one lesson. `shared` answers are read by the whole class, without the name of who asked."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="questions", verbose_name=_("enrolment"))
    lesson = models.ForeignKey(LessonPage, on_delete=models.PROTECT, related_name="+", verbose_name=_("lesson"))
    run = models.ForeignKey(
        CourseRun, on_delete=models.PROTECT, null=True, blank=True, related_name="questions", verbose_name=_("class")
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("college"))
    text = models.TextField(_("question"))
    asked_at = models.DateTimeField(_("asked at"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    shared = models.BooleanField(_("for the whole class to read"), default=False)

    class Meta:
        verbose_name = _("question of a learner")
        verbose_name_plural = _("questions of learners")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "answered_at", "id"], name="learning_open_questions"),
            models.Index(fields=["lesson", "shared"], name="learning_shared_answers"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id}: {self.text[:40]}"
