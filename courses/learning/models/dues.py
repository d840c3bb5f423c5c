"""What a class was told of its due days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.learning.models.classes import CourseRun
from courses.learning.rules.dues import Stage


class DueTelling(models.Model):
    """The learners of a class were told that a day comes or is over; each is told once. `told` says how many they were."""

    run = models.ForeignKey(CourseRun, on_delete=models.CASCADE, related_name="due_tellings", verbose_name=_("class"))
    due_on = models.DateField()
    stage = models.CharField(max_length=10)
    told_at = models.DateTimeField()
    told = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("reminder of a due day")
        verbose_name_plural = _("reminders of due days")
        constraints = [
            models.UniqueConstraint(fields=["run", "due_on", "stage"], name="due_day_told_once_per_class"),
            models.CheckConstraint(condition=models.Q(stage__in=[stage.value for stage in Stage]), name="due_telling_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.due_on}/{self.stage}"
