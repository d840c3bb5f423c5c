"""What happens before the panel: the defence, the questions, each member's sheet, divergences and absences."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.panels.models.panels import Panel, PanelMember
from certification.panels.rules import AbsenceReason, SheetStatus, Way

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

SHEET_LABELS = {SheetStatus.OPEN: _("Not signed yet"), SheetStatus.SIGNED: _("Signed")}
REASON_LABELS = {
    AbsenceReason.NOT_THERE: pgettext_lazy("review", "Did not come"),
    AbsenceReason.NO_DOSSIER: pgettext_lazy("review", "Handed in no dossier"),
}
WAY_LABELS = {
    Way.EXTRA: pgettext_lazy("joint look", "An additional member scored"),
    Way.RULING: pgettext_lazy("joint look", "The chair explained the difference"),
}


class Defence(models.Model):
    """One candidate before the panel; the server's clock says from when to when."""

    seat = models.OneToOneField("plans.Seat", models.PROTECT, related_name="defence", verbose_name=_("seat"))
    panel = models.ForeignKey(Panel, models.PROTECT, related_name="defences")
    began_at = models.DateTimeField(_("began"))
    began_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    short_reason = models.CharField(_("why it was shorter"), max_length=300, blank=True)

    if TYPE_CHECKING:
        sheets: RelatedManager["DefenceSheet"]
        questions: RelatedManager["Question"]

    class Meta:
        verbose_name = _("defence")
        verbose_name_plural = _("defences")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("began_at")),
                name="a_defence_ends_after_it_began",
            ),
            models.UniqueConstraint(fields=["panel"], condition=models.Q(ended_at=None), name="one_defence_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.panel_id}"


class Question(models.Model):
    """A question that was put to the candidate; written once."""

    defence = models.ForeignKey(Defence, models.PROTECT, related_name="questions")
    text = models.TextField(_("question"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("question of the panel")
        verbose_name_plural = _("questions of the panel")
        ordering = ["defence", "pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class DefenceSheet(models.Model):
    """What one member gives one candidate; nobody else reads it before all are signed (I23)."""

    defence = models.ForeignKey(Defence, models.PROTECT, related_name="sheets")
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="sheets")
    status = models.CharField(
        _("status"), max_length=8, choices=[(s.value, label) for s, label in SHEET_LABELS.items()], default=SheetStatus.OPEN.value
    )
    scores = models.JSONField(_("points"), default=dict, help_text=_("Criterion to points, as text."))
    total = models.DecimalField(_("total"), max_digits=5, decimal_places=1, default=0)
    note = models.TextField(_("note"), blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    signed_at = models.DateTimeField(_("signed at"), null=True)
    content_sha256 = models.CharField(_("fingerprint"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("defence sheet")
        verbose_name_plural = _("defence sheets")
        ordering = ["defence", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["defence", "member"], name="one_defence_sheet_per_member"),
            models.CheckConstraint(
                condition=models.Q(status__in=[s.value for s in SheetStatus]), name="defence_sheet_status_known"
            ),
            models.CheckConstraint(condition=models.Q(total__gte=0, total__lte=100), name="defence_total_out_of_100"),
            models.CheckConstraint(
                condition=models.Q(status=SheetStatus.OPEN.value, signed_at=None, content_sha256="")
                | models.Q(status=SheetStatus.SIGNED.value, signed_at__isnull=False) & ~models.Q(content_sha256=""),
                name="defence_sheet_signed_is_sealed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.defence_id} {self.member_id}"

    @property
    def is_signed(self) -> bool:
        return self.status == SheetStatus.SIGNED


class JointLook(models.Model):
    """The sheets of one candidate lie too far apart: the panel looks together, and one of two ways settles it."""

    defence = models.OneToOneField(Defence, models.PROTECT, related_name="look")
    spread = models.DecimalField(_("difference in points"), max_digits=5, decimal_places=1)
    opened_at = models.DateTimeField(_("opened at"))
    extra = models.OneToOneField(DefenceSheet, models.PROTECT, null=True, blank=True, related_name="look")
    way = models.CharField(
        _("how it was settled"), max_length=8, blank=True, choices=[(way.value, label) for way, label in WAY_LABELS.items()]
    )
    reasons = models.TextField(_("reasons"), blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("joint look")
        verbose_name_plural = _("joint looks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(way="", closed_at=None, closed_by=None)
                | models.Q(way=Way.EXTRA.value, extra__isnull=False, closed_at__isnull=False, closed_by__isnull=False)
                | models.Q(way=Way.RULING.value, closed_at__isnull=False, closed_by__isnull=False) & ~models.Q(reasons=""),
                name="a_joint_look_is_settled_one_way",
            )
        ]

    def __str__(self) -> str:
        return f"{self.defence_id} {self.way or 'open'}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class ReviewAbsence(models.Model):
    """Somebody was not reviewed. It counts once a second person has signed it."""

    seat = models.OneToOneField("plans.Seat", models.PROTECT, related_name="review_absence", verbose_name=_("seat"))
    reason = models.CharField(_("reason"), max_length=12, choices=[(r.value, label) for r, label in REASON_LABELS.items()])
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("second signature")
    )
    confirmed_at = models.DateTimeField(_("signed as the second at"), null=True)

    class Meta:
        verbose_name = _("absence from the review")
        verbose_name_plural = _("absences from the review")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None, confirmed_at=None)
                | models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                & ~models.Q(confirmed_by=models.F("recorded_by")),
                name="another_person_signs_an_absence",
            ),
            models.CheckConstraint(condition=models.Q(reason__in=[r.value for r in AbsenceReason]), name="absence_reason_known"),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.reason}"

    @property
    def counts(self) -> bool:
        return self.confirmed_at is not None
