"""Where a body examines: sites, their rooms, and what stands in a room."""

from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.bodies.rules.places import Purpose
from lms.organisations.models import Organisation

PURPOSE_LABELS = {
    Purpose.STANDARD: pgettext_lazy("room", "Standard room for the theory exam"),
    Purpose.COMPUTER: pgettext_lazy("room", "Computer room"),
    Purpose.SKILL: pgettext_lazy("room", "Room for the skill test"),
    Purpose.MEETING: pgettext_lazy("room", "Meeting room for reviews"),
}


class Site(models.Model):
    """考点: a place at which the body examines."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="sites", verbose_name=_("assessment body"))
    name = models.CharField(_("name of the site"), max_length=120)
    address = models.CharField(_("address"), max_length=200)
    contact = models.CharField(_("contact on the spot"), max_length=60, blank=True)
    way_in = models.TextField(_("way in without steps"), blank=True)
    in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["organisation", "name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_site_per_name")]
        indexes = [models.Index(fields=["organisation", "-id"], name="site_desk")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("bodies:site", args=[self.pk])


class Room(models.Model):
    site = models.ForeignKey(Site, models.PROTECT, related_name="rooms", verbose_name=_("site"))
    name = models.CharField(_("name of the room"), max_length=40)
    purpose = models.CharField(
        _("made for"), max_length=12, choices=[(purpose.value, label) for purpose, label in PURPOSE_LABELS.items()]
    )
    capacity = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1)])
    accessible_seats = models.PositiveSmallIntegerField(_("of them for wheelchairs"), default=0)
    in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["site", "name"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="one_room_per_name"),
            models.CheckConstraint(
                condition=models.Q(purpose__in=[purpose.value for purpose in Purpose]), name="room_purpose_known"
            ),
            models.CheckConstraint(condition=models.Q(capacity__gte=1), name="a_room_has_seats"),
            models.CheckConstraint(
                condition=models.Q(accessible_seats__lte=models.F("capacity")), name="accessible_seats_are_seats"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("bodies:room", args=[self.pk])


class Equipment(models.Model):
    room = models.ForeignKey(Room, models.CASCADE, related_name="equipment", verbose_name=_("room"))
    name = models.CharField(_("piece of equipment"), max_length=120)
    quantity = models.PositiveSmallIntegerField(_("how many"), default=1, validators=[MinValueValidator(1)])
    checked_on = models.DateField(_("last checked on"), null=True, blank=True)

    class Meta:
        verbose_name = _("piece of equipment")
        verbose_name_plural = _("equipment")
        ordering = ["room", "name"]
        constraints = [models.UniqueConstraint(fields=["room", "name"], name="one_line_per_equipment")]

    def __str__(self) -> str:
        return self.name
