"""How the review of a plan is laid out: criteria, what is handed in, panels, members and time slots."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.panels.rules import DEFAULT_THRESHOLD, LEAST_MINUTES, Criterion, criteria_from

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class ReviewSetup(models.Model):
    """What a plan's review asks for and scores by; fixed with the plan, before anybody can apply."""

    plan = models.OneToOneField("plans.Plan", models.PROTECT, related_name="review", verbose_name=_("plan"))
    criteria = models.JSONField(_("criteria"))
    asked = models.JSONField(_("what the dossier holds"), help_text=_("Kind to whether it must be there."))
    dossier_closes = models.DateField(_("last day for the dossier"))
    minutes = models.PositiveSmallIntegerField(_("minutes for each candidate"), default=LEAST_MINUTES)
    threshold = models.DecimalField(
        _("points of difference that ask for a joint look"),
        max_digits=4,
        decimal_places=1,
        default=DEFAULT_THRESHOLD,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(100)],
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("set-up of a review")
        verbose_name_plural = _("set-ups of reviews")
        constraints = [
            models.CheckConstraint(condition=models.Q(minutes__gte=LEAST_MINUTES), name="review_lasts_long_enough"),
            models.CheckConstraint(condition=models.Q(threshold__gt=0), name="review_threshold_positive"),
        ]

    def __str__(self) -> str:
        return f"#{self.plan_id}"

    @property
    def lines(self) -> list[Criterion]:
        return criteria_from(self.criteria)


class Panel(models.Model):
    """A committee 评审组 that hears candidates in one place, one after the other, from `starts_at` on."""

    plan = models.ForeignKey("plans.Plan", models.PROTECT, related_name="panels", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("number"))
    place = models.CharField(_("place"), max_length=80)
    starts_at = models.DateTimeField(_("begins"))
    named_at = models.DateTimeField()
    draw = models.JSONField(_("how it was drawn"), default=dict)

    if TYPE_CHECKING:
        members: RelatedManager["PanelMember"]
        slots: RelatedManager["Slot"]

    class Meta:
        verbose_name = _("review panel")
        verbose_name_plural = _("review panels")
        ordering = ["plan", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="panel_number_once")]

    def __str__(self) -> str:
        return f"#{self.plan_id}/{self.number}"


class PanelMember(models.Model):
    """Who sits on a panel, what the recusal check found, and what the person declared (I15).

    Who leaves keeps the row: what she signed stays hers. An extra member scores only where sheets diverged.
    """

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="panel_seats", verbose_name=_("member"))
    is_chair = models.BooleanField(_("chairs"), default=False)
    is_extra = models.BooleanField(_("additional member"), default=False)
    named_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    recusal = models.JSONField(default=dict)
    declared_at = models.DateTimeField(null=True, blank=True)
    declaration = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("panel member")
        verbose_name_plural = _("panel members")
        ordering = ["panel", "-is_chair", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "user"], name="a_person_sits_on_a_panel_once"),
            models.UniqueConstraint(
                fields=["panel"], condition=models.Q(is_chair=True, left_at=None), name="a_panel_has_one_chair"
            ),
            models.CheckConstraint(condition=~models.Q(is_chair=True, is_extra=True), name="an_additional_member_does_not_chair"),
        ]

    def __str__(self) -> str:
        return f"{self.panel_id} {self.user_id}"


class Slot(models.Model):
    """When and before which panel a candidate is heard."""

    seat = models.OneToOneField("plans.Seat", models.PROTECT, related_name="review_slot", verbose_name=_("seat"))
    panel = models.ForeignKey(Panel, models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))

    class Meta:
        verbose_name = _("time slot")
        verbose_name_plural = _("time slots")
        ordering = ["panel", "starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "starts_at"], name="a_panel_hears_one_at_a_time"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="a_slot_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.starts_at:%H:%M}"

    @property
    def minutes(self) -> int:
        return (self.ends_at - self.starts_at) // timedelta(minutes=1)
