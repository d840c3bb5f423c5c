"""Interactive packages, the lessons that released them, and how far each person has come in one."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import CollectionMember
from wagtail.search import index

from courses.packages.rules.kinds import DONE, Kind, Standing
from lms.core.freshness import shown

KIND_LABELS = {
    Kind.SCORM12: _("SCORM 1.2"),
    Kind.SCORM2004: _("SCORM 2004"),
    Kind.WEB: _("web package"),
}
STANDING_LABELS = {
    Standing.BEGUN: pgettext_lazy("interactive package", "Begun"),
    Standing.COMPLETED: pgettext_lazy("interactive package", "Worked through"),
    Standing.PASSED: pgettext_lazy("interactive package", "Passed"),
    Standing.FAILED: pgettext_lazy("interactive package", "Not passed yet"),
}


@shown
class Package(CollectionMember, index.Indexed, models.Model):
    """A checked ZIP file of pages that a lesson plays. `file` never changes once stored; a new one is a new package."""

    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(
        _("kind"), max_length=10, editable=False, choices={kind.value: label for kind, label in KIND_LABELS.items()}
    )
    file = models.CharField(max_length=80, unique=True, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False)
    files = models.PositiveIntegerField(editable=False)
    unpacked = models.PositiveBigIntegerField(editable=False)
    # The address inside it with which it begins ("index.html?lang=zh"), what its manifest hands to it, its pass mark.
    launch = models.TextField(editable=False)
    launch_data = models.TextField(blank=True, editable=False)
    passing = models.CharField(max_length=20, blank=True, editable=False)
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
        verbose_name = _("interactive package")
        verbose_name_plural = _("interactive packages")
        ordering = ["-created_at", "-pk"]
        permissions = [("choose_package", "Can choose interactive package")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("packages:package", args=[self.pk])

    @property
    def keeps_data(self) -> bool:
        """It speaks SCORM, so it may report how far somebody has come."""
        return self.kind != Kind.WEB

    @property
    def etag(self) -> str:
        """Strong together with the name of a member: the bytes under `file` never change."""
        return self.file.rpartition("/")[2].partition(".")[0]


class Placement(models.Model):
    """A published lesson shows this package. A row stays when the lesson changes: learners who began with it keep it."""

    lesson = models.ForeignKey("catalogue.LessonPage", models.CASCADE, related_name="placements", verbose_name=_("lesson"))
    package = models.ForeignKey(Package, models.PROTECT, related_name="placements", verbose_name=_("interactive package"))
    is_shown = models.BooleanField(_("shown now"), default=True)
    released_at = models.DateTimeField(_("released at"))

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [models.UniqueConstraint(fields=["lesson", "package"], name="package_placed_once_per_lesson")]

    def __str__(self) -> str:
        return f"{self.lesson_id}/{self.package_id}"


class Practice(models.Model):
    """How far one person has come in one package. It is practice: no examination ever reads it.

    `sitting` counts how often she has opened it; `seq` is the last report of that sitting. `done_at` is the first moment and stays.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="practices")
    package = models.ForeignKey(Package, models.CASCADE, related_name="practices")
    sitting = models.PositiveIntegerField(default=0)
    seq = models.PositiveIntegerField(default=0)
    data = models.JSONField(default=dict)
    standing = models.CharField(
        max_length=10,
        default=Standing.BEGUN.value,
        choices={standing.value: label for standing, label in STANDING_LABELS.items()},
    )
    score = models.FloatField(null=True)
    done_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        constraints = [
            models.UniqueConstraint(fields=["user", "package"], name="practice_once_per_package"),
            models.CheckConstraint(
                condition=models.Q(standing__in=[standing.value for standing in Standing]), name="practice_standing_known"
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=0, score__lte=100), name="practice_score_in_per_cent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.package_id}"

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def has_reported_done(self) -> bool:
        return Standing(self.standing) in DONE
