from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.examday.models.append_only import AppendOnly
from certification.examday.rules.incidents import IncidentKind
from certification.plans.models import Plan, Seat

INCIDENT_LABELS = {
    IncidentKind.LATE: pgettext_lazy("incident", "Came late"),
    IncidentKind.ABSENT: pgettext_lazy("incident", "Did not come"),
    IncidentKind.WARNED: pgettext_lazy("incident", "Broke a rule; was warned"),
    IncidentKind.STOPPED: pgettext_lazy("incident", "Broke a rule; the exam was stopped"),
    IncidentKind.OTHER: pgettext_lazy("incident", "Something else"),
}


class SignIn(models.Model):
    """A candidate whose identity an invigilator has checked at the door."""

    seat = models.OneToOneField(Seat, models.PROTECT, related_name="sign_in")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    late_minutes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")

    def __str__(self) -> str:
        return f"{self.seat_id} {self.at:%H:%M}"


class Incident(AppendOnly):
    """A line of the room's record; it counts once a second invigilator has signed it."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="incidents")
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="incidents")
    room = models.CharField(_("room"), max_length=40)
    kind = models.CharField(_("kind"), max_length=8, choices=[(kind.value, label) for kind, label in INCIDENT_LABELS.items()])
    text = models.CharField(_("what was seen and done"), max_length=1000, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("line of the room's record")
        verbose_name_plural = _("records of rooms")
        ordering = ["plan", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in IncidentKind]), name="incident_kind_known"
            ),
            models.UniqueConstraint(
                fields=["seat"], condition=models.Q(kind=IncidentKind.ABSENT.value), name="absent_is_recorded_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room} {self.kind}"


class Countersignature(AppendOnly):
    """The second invigilator's name under a line."""

    incident = models.OneToOneField(Incident, models.PROTECT, related_name="countersignature")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("second signature")
        verbose_name_plural = _("second signatures")

    def __str__(self) -> str:
        return f"{self.incident_id}"
