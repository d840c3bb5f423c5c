"""The staff register: who acts for a body, with which cards, and what is known of her competence."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.bodies.rules import CardKind
from certification.bodies.rules.records import RecordKind
from certification.standards.models import Occupation
from lms.organisations.models import Organisation

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from certification.bodies.models.impartiality import Declaration

CARD_LABELS = {
    CardKind.ASSESSOR: _("Assessor"),
    CardKind.SENIOR_ASSESSOR: _("Senior assessor"),
    CardKind.SUPERVISOR: _("Quality supervisor"),
    CardKind.ITEM_WRITER: _("Item writer"),
}
CARD_CHOICES = [(kind.value, label) for kind, label in CARD_LABELS.items()]
RECORD_LABELS = {
    RecordKind.QUALIFICATION: pgettext_lazy("staff record", "Qualification or experience"),
    RecordKind.TRAINING: pgettext_lazy("staff record", "Training"),
    RecordKind.MONITORING: pgettext_lazy("staff record", "Observed at work"),
}


class StaffMember(models.Model):
    """One person in the register of one body; the number of the row is her place in it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="staff", verbose_name=_("assessment body"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="staff_entries", verbose_name=_("person"))
    employer = models.CharField(pgettext_lazy("staff", "employer"), max_length=120, blank=True)
    entered_at = models.DateTimeField()
    left_on = models.DateField(_("left on"), null=True, blank=True)

    if TYPE_CHECKING:
        records: RelatedManager["StaffRecord"]
        declarations: RelatedManager["Declaration"]

    class Meta:
        verbose_name = _("entry in the staff register")
        verbose_name_plural = _("staff register")
        ordering = ["organisation", "-id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="one_entry_per_person_and_body")]
        indexes = [models.Index(fields=["organisation", "-id"], name="staff_desk")]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"

    def get_absolute_url(self) -> str:
        return reverse("bodies:person", args=[self.pk])


class StaffCardQuerySet(models.QuerySet["StaffCard"]):
    def standing(self) -> "StaffCardQuerySet":
        """Cards that nobody took back; whether the term runs is another question."""
        return self.filter(withdrawn_at=None)


class StaffCard(models.Model):
    """证卡: its holder may assess, supervise or write items for one occupation and some levels, for a term."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="staff_cards", verbose_name=_("holder"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="staff_cards", verbose_name=_("assessment body"))
    kind = models.CharField(_("kind"), max_length=16, choices=CARD_CHOICES)
    occupation = models.ForeignKey(Occupation, models.PROTECT, related_name="+", verbose_name=_("occupation"))
    levels = models.JSONField(_("levels"), default=list)
    number = models.CharField(_("card number"), max_length=40, unique=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    withdrawal_reason = models.CharField(_("reason"), max_length=200, blank=True)
    # The smallest threshold of `rules.WARNED_AT` that was told; each is told once.
    warned_days = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)

    objects = StaffCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("staff card")
        verbose_name_plural = _("staff cards")
        ordering = ["organisation", "user"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=[kind.value for kind in CardKind]), name="staff_card_kind_known"),
            models.CheckConstraint(
                condition=models.Q(valid_from__lte=models.F("valid_until")), name="staff_card_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["valid_until"], name="staff_card_ending")]

    def __str__(self) -> str:
        return self.number


class StaffRecord(models.Model):
    """A line in a person's file: never changed, a wrong line is followed by a right one."""

    entry = models.ForeignKey(StaffMember, models.PROTECT, related_name="records")
    kind = models.CharField(_("kind"), max_length=16, choices=[(kind.value, label) for kind, label in RECORD_LABELS.items()])
    text = models.CharField(_("what"), max_length=200)
    hours = models.DecimalField(
        _("class hours"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(999)],
    )
    happened_on = models.DateField(_("on"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("staff record")
        verbose_name_plural = _("staff records")
        ordering = ["-happened_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in RecordKind]), name="staff_record_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(hours__isnull=True) | models.Q(kind=RecordKind.TRAINING.value), name="only_training_has_hours"
            ),
        ]

    def __str__(self) -> str:
        return self.text
