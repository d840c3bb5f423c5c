"""Who leads the team of assessors, and what happens where the team differs too much."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.assessment.models.stations import Station
from certification.assessment.rules import ArbitrationStatus
from certification.examday.models.append_only import AppendOnly

ARBITRATION_LABELS = {
    ArbitrationStatus.OPEN: _("To be arbitrated"),
    ArbitrationStatus.SETTLED: _("Arbitrated"),
    ArbitrationStatus.LAPSED: _("No longer needed"),
}


class TeamLeader(models.Model):
    """考评组长: the one of a plan's assessors who sees which signatures wait and who differs, never a colleague's points."""

    plan = models.OneToOneField("plans.Plan", models.PROTECT, related_name="team_leader", verbose_name=_("plan"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="teams_led", verbose_name=_("team leader"))
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("named by"))
    named_at = models.DateTimeField(_("named at"))

    class Meta:
        verbose_name = _("team leader")
        verbose_name_plural = _("team leaders")

    def __str__(self) -> str:
        return f"{self.plan_id} {self.user_id}"


class Arbitration(models.Model):
    """The team's totals for one candidate at one station differ by more than the scheme allows: somebody scores anew."""

    seat = models.ForeignKey("plans.Seat", models.PROTECT, related_name="arbitrations", verbose_name=_("seat"))
    station = models.ForeignKey(Station, models.PROTECT, related_name="arbitrations", verbose_name=_("station"))
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=[(s.value, label) for s, label in ARBITRATION_LABELS.items()],
        default=ArbitrationStatus.OPEN.value,
    )
    spread = models.DecimalField(_("points between the highest and the lowest total"), max_digits=5, decimal_places=1)
    opened_at = models.DateTimeField(_("opened at"))
    arbitrator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="arbitrations",
        verbose_name=_("arbitrator"),
    )
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("named by")
    )
    named_at = models.DateTimeField(_("named at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("arbitration")
        verbose_name_plural = _("arbitrations")
        constraints = [
            models.UniqueConstraint(fields=["seat", "station"], name="one_arbitration_per_seat_and_station"),
            models.CheckConstraint(
                condition=models.Q(status__in=[s.value for s in ArbitrationStatus]), name="arbitration_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(arbitrator=None, named_by=None, named_at=None)
                | models.Q(arbitrator__isnull=False, named_by__isnull=False, named_at__isnull=False),
                name="arbitrator_is_named_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(status=ArbitrationStatus.OPEN.value, ended_at=None)
                | ~models.Q(status=ArbitrationStatus.OPEN.value) & models.Q(ended_at__isnull=False),
                name="arbitration_ended_has_moment",
            ),
        ]
        indexes = [models.Index(fields=["arbitrator", "status"], name="arbitration_of_person")]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.station_id} {self.status}"

    @property
    def is_open(self) -> bool:
        return self.status == ArbitrationStatus.OPEN


class ArbitrationSheet(AppendOnly):
    """The arbitrator's points, with the reason: written and signed in one act, never changed."""

    arbitration = models.OneToOneField(Arbitration, models.PROTECT, related_name="sheet", verbose_name=_("arbitration"))
    arbitrator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="arbitration_sheets", verbose_name=_("arbitrator")
    )
    scores = models.JSONField(_("points"), default=dict)
    deductions = models.JSONField(_("deductions"), default=dict)
    fatal = models.JSONField(_("fatal acts seen"), default=list)
    total = models.DecimalField(_("total"), max_digits=5, decimal_places=1)
    reason = models.TextField(_("reason"))
    declaration = models.CharField(_("declaration"), max_length=300)
    signed_at = models.DateTimeField(_("signed at"))
    content_sha256 = models.CharField(_("fingerprint"), max_length=64)

    class Meta:
        verbose_name = _("arbitration sheet")
        verbose_name_plural = _("arbitration sheets")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason="") & ~models.Q(content_sha256=""), name="arbitration_sheet_has_reason_and_seal"
            )
        ]

    def __str__(self) -> str:
        return f"{self.arbitration_id} {self.arbitrator_id}"
