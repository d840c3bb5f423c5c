"""Theory sittings and absences."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.assessment.rules import Part, SittingStatus

PART_LABELS = {
    Part.THEORY: pgettext_lazy("part of the assessment", "Theory exam"),
    Part.SKILL: pgettext_lazy("part of the assessment", "Skill test"),
}
SITTING_LABELS = {SittingStatus.OPEN: _("In the exam"), SittingStatus.SUBMITTED: _("Handed in")}


class TheorySitting(models.Model):
    """A candidate's one theory exam under a plan; the answers live in the question bank's attempt."""

    seat = models.OneToOneField("plans.Seat", models.PROTECT, related_name="sitting", verbose_name=_("seat"))
    attempt = models.OneToOneField("questionbank.Attempt", models.PROTECT, related_name="sitting", verbose_name=_("attempt"))
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=[(s.value, label) for s, label in SITTING_LABELS.items()],
        default=SittingStatus.OPEN.value,
    )
    started_at = models.DateTimeField(_("started at"))
    submitted_at = models.DateTimeField(_("handed in at"), null=True)

    class Meta:
        verbose_name = _("theory sitting")
        verbose_name_plural = _("theory sittings")
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=[s.value for s in SittingStatus]), name="sitting_status_known"),
            models.CheckConstraint(
                condition=models.Q(status=SittingStatus.OPEN.value, submitted_at=None)
                | models.Q(status=SittingStatus.SUBMITTED.value, submitted_at__isnull=False),
                name="sitting_submitted_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.status}"

    @property
    def is_submitted(self) -> bool:
        return self.status == SittingStatus.SUBMITTED


class Absence(models.Model):
    """Somebody did not come to a part. Absence is not a mark of 0 (I29)."""

    seat = models.ForeignKey("plans.Seat", models.PROTECT, related_name="absences", verbose_name=_("seat"))
    part = models.CharField(_("part"), max_length=12, choices=[(p.value, label) for p, label in PART_LABELS.items()])
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.UniqueConstraint(fields=["seat", "part"], name="one_absence_per_part"),
            models.CheckConstraint(condition=models.Q(part__in=[p.value for p in Part]), name="absence_part_known"),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.part}"
