"""Sittings, absences, stations and score sheets of a plan."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.assessment.offline import models as offline  # noqa: F401 (its tables belong to this app)
from certification.assessment.rules import Part, SheetStatus, SittingStatus

PART_LABELS = {
    Part.THEORY: pgettext_lazy("part of the assessment", "Theory exam"),
    Part.SKILL: pgettext_lazy("part of the assessment", "Skill test"),
}
SITTING_LABELS = {SittingStatus.OPEN: _("In the exam"), SittingStatus.SUBMITTED: _("Handed in")}
SHEET_LABELS = {SheetStatus.OPEN: _("Not signed yet"), SheetStatus.SIGNED: _("Signed")}


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


class Station(models.Model):
    """A place where every candidate shows the same tasks to the whole team of assessors."""

    plan = models.ForeignKey("plans.Plan", models.PROTECT, related_name="stations", verbose_name=_("plan"))
    order = models.PositiveSmallIntegerField(_("order"))
    name = models.CharField(_("name"), max_length=120)
    functions = models.JSONField(_("occupational functions"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        ordering = ["plan", "order"]
        constraints = [models.UniqueConstraint(fields=["plan", "order"], name="station_order_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def maximum(self) -> Decimal:
        """The points that it can give. Reads all `points`: prefetch them."""
        return sum((point.max for point in self.points.all()), Decimal(0))


class ScorePoint(models.Model):
    """One line of the score sheet: points up to `max`, or a fatal act (否定项) that is only ticked."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="points", verbose_name=_("station"))
    order = models.PositiveSmallIntegerField(_("order"))
    text = models.TextField(_("what is scored"))
    max = models.DecimalField(_("points at most"), max_digits=5, decimal_places=1)
    fatal = models.BooleanField(_("fatal act"), default=False)

    class Meta:
        verbose_name = _("score point")
        verbose_name_plural = _("score points")
        ordering = ["station", "order"]
        constraints = [
            models.UniqueConstraint(fields=["station", "order"], name="score_point_order_once"),
            models.CheckConstraint(
                condition=models.Q(fatal=True, max=0) | models.Q(fatal=False, max__gt=0), name="fatal_act_has_no_points"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class ScoreSheet(models.Model):
    """What one assessor saw of one candidate at one station; nobody else reads it before it is signed."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="sheets", verbose_name=_("station"))
    seat = models.ForeignKey("plans.Seat", models.PROTECT, related_name="score_sheets", verbose_name=_("seat"))
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="score_sheets", verbose_name=_("assessor")
    )
    status = models.CharField(
        _("status"), max_length=8, choices=[(s.value, label) for s, label in SHEET_LABELS.items()], default=SheetStatus.OPEN.value
    )
    scores = models.JSONField(_("points"), default=dict, help_text=_("Score point id to points, as text."))
    fatal = models.JSONField(_("fatal acts seen"), default=list)
    total = models.DecimalField(_("total"), max_digits=5, decimal_places=1, default=0)
    note = models.TextField(_("note"), blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    signed_at = models.DateTimeField(_("signed at"), null=True)
    content_sha256 = models.CharField(_("fingerprint"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        constraints = [
            models.UniqueConstraint(fields=["station", "seat", "assessor"], name="one_sheet_per_assessor"),
            models.CheckConstraint(condition=models.Q(status__in=[s.value for s in SheetStatus]), name="sheet_status_known"),
            models.CheckConstraint(
                condition=models.Q(status=SheetStatus.OPEN.value, signed_at=None, content_sha256="")
                | models.Q(status=SheetStatus.SIGNED.value, signed_at__isnull=False) & ~models.Q(content_sha256=""),
                name="sheet_signed_is_sealed",
            ),
        ]
        # The assessor's queue asks for her own sheets of a plan all day long.
        indexes = [models.Index(fields=["assessor", "status"], name="sheet_of_assessor")]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.station_id} {self.assessor_id}"

    @property
    def is_signed(self) -> bool:
        return self.status == SheetStatus.SIGNED
