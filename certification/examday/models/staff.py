from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.examday.models.append_only import AppendOnly
from certification.plans.models import STAFF_ROLE_LABELS, Plan, PlanRoom, StaffAssignment


class StaffDraw(AppendOnly):
    """One draw: the seed, the list drawn from, who stood back and why, who was drawn. The ledger holds the same."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="draws")
    role = models.CharField(_("role"), max_length=12, choices=[(role.value, label) for role, label in STAFF_ROLE_LABELS.items()])
    turn = models.PositiveSmallIntegerField()
    seed = models.CharField(_("seed"), max_length=64)
    ledger_hash = models.CharField(max_length=64)
    pool = models.JSONField(default=list)
    recused = models.JSONField(default=dict)
    wanted = models.PositiveSmallIntegerField()
    drawn = models.JSONField(default=list)
    reason = models.CharField(_("why drawn again"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("draw of staff")
        verbose_name_plural = _("draws of staff")
        ordering = ["plan", "pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "role", "turn"], name="one_draw_per_turn")]

    def __str__(self) -> str:
        return f"{self.role} {self.turn}"


class RoomDuty(models.Model):
    """Which invigilator stands in which room."""

    assignment = models.OneToOneField(StaffAssignment, models.CASCADE, related_name="room_duty")
    plan_room = models.ForeignKey(PlanRoom, models.CASCADE, related_name="duties")

    class Meta:
        verbose_name = _("duty in a room")
        verbose_name_plural = _("duties in rooms")

    def __str__(self) -> str:
        return f"{self.assignment_id} · {self.plan_room_id}"
