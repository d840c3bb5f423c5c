"""What a learner marks and writes for herself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import LessonPage
from courses.learning.models.enrolments import Enrolment


class Note(models.Model):
    """A note, a highlighted passage, or both. Private; it stays when the lesson changes.

    `block` is the id of the block in the lesson and `quote` the words that were highlighted.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="notes", verbose_name=_("enrolment"))
    lesson = models.ForeignKey(LessonPage, on_delete=models.PROTECT, related_name="+", verbose_name=_("lesson"))
    block = models.CharField(max_length=36, blank=True)
    quote = models.CharField(_("highlighted"), max_length=500, blank=True)
    text = models.TextField(_("note"), blank=True)
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("note of a learner")
        verbose_name_plural = _("notes of learners")
        ordering = ["pk"]
        indexes = [models.Index(fields=["enrolment", "lesson"], name="learning_notes_of_lesson")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.lesson_id}"
