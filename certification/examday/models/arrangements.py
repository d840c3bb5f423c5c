from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.examday.rules.places import COLUMNS
from certification.plans.models import Plan, PlanRoom

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Arrangement(models.Model):
    """The seating of a plan as it is proposed; the tickets follow only when it is confirmed."""

    plan = models.OneToOneField(Plan, models.PROTECT, related_name="arrangement")
    seed = models.CharField(max_length=64)
    columns = models.PositiveSmallIntegerField(
        _("seats side by side"), default=COLUMNS, validators=[MinValueValidator(1), MaxValueValidator(40)]
    )
    turn = models.PositiveSmallIntegerField(default=1)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    moved_by_hand = models.PositiveSmallIntegerField(default=0)
    # Empty again when a confirmed seating is redone: until then the tickets keep the places that were confirmed.
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        places: RelatedManager["ProposedPlace"]

    class Meta:
        verbose_name = _("arrangement of seats")
        verbose_name_plural = _("arrangements of seats")

    def __str__(self) -> str:
        return f"{self.plan_id} · {self.turn}"

    @property
    def state(self) -> str:
        """What tells this seating from the one before somebody proposed anew or moved somebody."""
        return f"{self.turn}.{self.moved_by_hand}"


class ProposedPlace(models.Model):
    """Where one candidate is to sit; without a room, nowhere yet."""

    arrangement = models.ForeignKey(Arrangement, models.CASCADE, related_name="places")
    candidate = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    plan_room = models.ForeignKey(PlanRoom, models.CASCADE, null=True, blank=True, related_name="+")
    number = models.PositiveSmallIntegerField(_("seat"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposed place")
        verbose_name_plural = _("proposed places")
        ordering = ["arrangement", "plan_room", "number"]
        constraints = [
            models.UniqueConstraint(fields=["arrangement", "candidate"], name="one_proposed_place_per_candidate"),
            models.UniqueConstraint(fields=["arrangement", "plan_room", "number"], name="one_candidate_per_proposed_place"),
            models.CheckConstraint(
                condition=models.Q(plan_room=None, number=None) | models.Q(plan_room__isnull=False, number__gte=1),
                name="a_proposed_place_has_room_and_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_room_id} · {self.number}"
