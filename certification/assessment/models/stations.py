"""How the skill test is laid out: stations, their items, score points, and who does which optional items."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.assessment.rules import FatalScope, points_at_most
from certification.examday.models.append_only import AppendOnly

SCOPE_LABELS = {FatalScope.ITEM: _("The item counts 0"), FatalScope.PART: _("The whole skill test counts 0")}


class Station(models.Model):
    """A place where every candidate shows the same tasks to the whole team of assessors."""

    plan = models.ForeignKey("plans.Plan", models.PROTECT, related_name="stations", verbose_name=_("plan"))
    order = models.PositiveSmallIntegerField(_("order"))
    name = models.CharField(_("name"), max_length=120)
    functions = models.JSONField(_("occupational functions"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    choose = models.PositiveSmallIntegerField(_("optional items to do"), default=0)

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        ordering = ["plan", "order"]
        constraints = [models.UniqueConstraint(fields=["plan", "order"], name="station_order_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def maximum(self) -> Decimal:
        """The points that one candidate can reach. Reads all `points` and their `item`: prefetch them."""
        sums: dict[int, tuple[bool, Decimal]] = {}
        for point in self.points.all():
            _required, before = sums.get(point.item_id, (True, Decimal(0)))
            sums[point.item_id] = (point.item.required, before + point.max)
        return points_at_most(sums.values(), choose=self.choose)


class StationItem(models.Model):
    """One task (考核项目): everybody's (必考), or one of those of which some are drawn for each candidate (选考)."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="items", verbose_name=_("station"))
    order = models.PositiveSmallIntegerField(_("order"))
    name = models.CharField(_("name"), max_length=120)
    required = models.BooleanField(_("done by everybody"), default=True)

    class Meta:
        verbose_name = _("item of a station")
        verbose_name_plural = _("items of a station")
        ordering = ["station", "order"]
        constraints = [models.UniqueConstraint(fields=["station", "order"], name="station_item_order_once")]

    def __str__(self) -> str:
        return self.name


class ScorePoint(models.Model):
    """One line of the score sheet: points up to `max`, or a fatal act (否定项) that is only ticked."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="points", verbose_name=_("station"))
    item = models.ForeignKey(StationItem, models.CASCADE, related_name="points", verbose_name=_("item"))
    order = models.PositiveSmallIntegerField(_("order"))
    text = models.TextField(_("what is scored"))
    max = models.DecimalField(_("points at most"), max_digits=5, decimal_places=1)
    step = models.DecimalField(_("step"), max_digits=4, decimal_places=1, default=Decimal("0.5"))
    deductions = models.JSONField(
        _("deduction rules"), default=list, blank=True, help_text=_("For each fault: text, points, and how often it may count.")
    )
    fatal = models.BooleanField(_("fatal act"), default=False)
    scope = models.CharField(
        _("what a fatal act sets to 0"),
        max_length=4,
        choices=[(scope.value, label) for scope, label in SCOPE_LABELS.items()],
        default=FatalScope.ITEM.value,
    )

    class Meta:
        verbose_name = _("score point")
        verbose_name_plural = _("score points")
        ordering = ["station", "order"]
        constraints = [
            models.UniqueConstraint(fields=["station", "order"], name="score_point_order_once"),
            models.CheckConstraint(
                condition=models.Q(fatal=True, max=0) | models.Q(fatal=False, max__gt=0), name="fatal_act_has_no_points"
            ),
            models.CheckConstraint(condition=models.Q(step__gt=0), name="score_point_has_a_step"),
            models.CheckConstraint(
                condition=models.Q(scope=FatalScope.ITEM.value) | models.Q(fatal=True, scope=FatalScope.PART.value),
                name="only_a_fatal_act_is_about_the_part",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class OptionDraw(AppendOnly):
    """Which optional items of a station one candidate does; drawn before the session, the same for all her assessors."""

    seat = models.ForeignKey("plans.Seat", models.PROTECT, related_name="option_draws", verbose_name=_("seat"))
    station = models.ForeignKey(Station, models.PROTECT, related_name="option_draws", verbose_name=_("station"))
    items = models.JSONField(_("items drawn"), default=list)
    seed = models.CharField(_("seed"), max_length=64)
    at = models.DateTimeField(_("drawn at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drawn by"))

    class Meta:
        verbose_name = _("draw of optional items")
        verbose_name_plural = _("draws of optional items")
        constraints = [models.UniqueConstraint(fields=["seat", "station"], name="options_are_drawn_once")]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.station_id}"
