"""What is shared with whom, and what came of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Revision

from courses.catalogue.models import LessonPage
from courses.sharing.rules import Kind
from lms.core.freshness import shown
from lms.organisations.models import Organisation

KIND_LABELS = {
    Kind.COPY: pgettext_lazy("reuse of a lesson", "copy"),
    Kind.SUBSCRIPTION: pgettext_lazy("reuse of a lesson", "subscription"),
}


class SharedLesson(models.Model):
    """A lesson that others may take: everybody who teaches here, or the organisations named."""

    lesson = models.OneToOneField(LessonPage, models.CASCADE, related_name="sharing")
    owner = models.ForeignKey(Organisation, models.CASCADE, related_name="shared_lessons")
    with_all = models.BooleanField(_("with all who teach here"), default=False)
    organisations = models.ManyToManyField(Organisation, blank=True, related_name="+", verbose_name=_("organisations"))
    shared_at = models.DateTimeField()

    class Meta:
        verbose_name = _("shared lesson")
        verbose_name_plural = _("shared lessons")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.lesson)


@shown
class Reuse(models.Model):
    """A lesson that came from another. `taken` is the source's revision it holds, `news` a later one not yet decided on.

    Titles are kept beside the keys: whose work it is stays told when the source goes.
    """

    lesson = models.OneToOneField(LessonPage, models.CASCADE, related_name="reuse")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="reused_lessons")
    kind = models.CharField(max_length=12, choices={kind.value: label for kind, label in KIND_LABELS.items()})
    source = models.ForeignKey(LessonPage, models.SET_NULL, null=True, related_name="reuses")
    source_title = models.CharField(max_length=255)
    source_owner = models.CharField(max_length=120)
    taken = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="+")
    news = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reused lesson")
        verbose_name_plural = _("reused lessons")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=[k.value for k in Kind]), name="reuse_kind_known")]

    def __str__(self) -> str:
        return f"{self.source_title} → {self.lesson}"
