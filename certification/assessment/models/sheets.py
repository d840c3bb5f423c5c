"""What assessors write down and sign: score sheets, second signatures under fatal acts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.assessment.models.stations import ScorePoint, Station
from certification.assessment.rules import SheetStatus

SHEET_LABELS = {SheetStatus.OPEN: _("Not signed yet"), SheetStatus.SIGNED: _("Signed")}


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
    deductions = models.JSONField(
        _("deductions"), default=dict, blank=True, help_text=_("Score point id to how often each of its deductions was counted.")
    )
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


class SecondSignature(models.Model):
    """The leader asked another assessor whether she, too, saw a fatal act that one sheet bears (I24).

    The sheets themselves stay as they were signed. An answer is written once.
    """

    seat = models.ForeignKey("plans.Seat", models.PROTECT, related_name="second_signatures", verbose_name=_("seat"))
    point = models.ForeignKey(ScorePoint, models.PROTECT, related_name="second_signatures", verbose_name=_("fatal act"))
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="second_signatures", verbose_name=_("assessor")
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    seen = models.BooleanField(_("saw it as well"), null=True)
    note = models.TextField(_("what was seen"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    content_sha256 = models.CharField(_("fingerprint"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("second signature")
        verbose_name_plural = _("second signatures")
        constraints = [
            models.UniqueConstraint(fields=["seat", "point", "assessor"], name="asked_once_about_a_fatal_act"),
            models.CheckConstraint(
                condition=models.Q(seen=None, answered_at=None, content_sha256="")
                | models.Q(seen__isnull=False, answered_at__isnull=False) & ~models.Q(content_sha256=""),
                name="second_signature_answer_is_sealed",
            ),
            models.CheckConstraint(
                condition=models.Q(seen=None) | models.Q(seen=False) | ~models.Q(note=""), name="who_saw_it_says_what"
            ),
        ]
        indexes = [models.Index(fields=["assessor", "answered_at"], name="second_signature_due")]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.point_id} {self.assessor_id}"
