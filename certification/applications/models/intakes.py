"""Tables of people: the file while it is needed, and one row for each person who was entered."""

import json

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.applications.models.cases import Application
from certification.applications.rules.intakes import EntryStatus, IntakeStatus
from certification.plans.models import Plan
from certification.standards.models import EligibilityCondition
from lms.accounts.models import KIND_LABELS, SEX_LABELS
from lms.core.crypto import EncryptedTextField, mask_id_number
from lms.core.models import Job
from lms.organisations.models import Organisation

INTAKE_LABELS = {
    IntakeStatus.CHECKING: pgettext_lazy("table of people", "Being looked at"),
    IntakeStatus.CHECKED: pgettext_lazy("table of people", "Looked at"),
    IntakeStatus.REFUSED: pgettext_lazy("table of people", "Cannot be read"),
    IntakeStatus.TAKING: pgettext_lazy("table of people", "Being taken in"),
    IntakeStatus.DONE: pgettext_lazy("table of people", "Taken in"),
    IntakeStatus.DROPPED: pgettext_lazy("table of people", "Thrown away"),
}
ENTRY_LABELS = {
    EntryStatus.WAITING: pgettext_lazy("entered person", "Waits for the person"),
    EntryStatus.ACCEPTED: pgettext_lazy("entered person", "Became an application"),
    EntryStatus.DECLINED: pgettext_lazy("entered person", "Declined by the person"),
    EntryStatus.EXPIRED: pgettext_lazy("entered person", "Not confirmed in time; deleted"),
}


class Intake(models.Model):
    """One uploaded table. The file itself is encrypted, and gone once it was taken in or thrown away."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="intakes")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="intakes", verbose_name=_("entered by"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(_("file name"), max_length=160)
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField(_("encrypted file"), blank=True, default=b"")
    status = models.CharField(
        _("status"), max_length=10, choices=[(status.value, label) for status, label in INTAKE_LABELS.items()]
    )
    refusal = models.JSONField(default=dict, blank=True)
    """Why the file as a whole cannot be read: `{"code", "context"}` of the error."""
    check_job = models.OneToOneField(Job, models.PROTECT, related_name="+")
    take_job = models.OneToOneField(Job, models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("table of people")
        verbose_name_plural = _("tables of people")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in IntakeStatus]), name="intake_status_known"
            )
        ]
        indexes = [models.Index(fields=["plan", "organisation", "-id"], name="intakes_of_plan")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("applications:intake", args=[self.pk])


class Entry(models.Model):
    """One person of a table. Whoever is not known yet finds it when she has proved her phone or recorded her document."""

    intake = models.ForeignKey(Intake, models.PROTECT, related_name="entries")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="entries")
    line = models.PositiveIntegerField(_("line of the table"))
    name = models.CharField(_("name"), max_length=60)
    phone = models.CharField(_("phone"), max_length=16, db_index=True)
    kind = models.CharField(
        _("kind of document"), max_length=20, choices={kind.value: label for kind, label in KIND_LABELS.items()}
    )
    # Empty once it became an application: the number then stands with the person's document.
    number = EncryptedTextField(_("document number"), blank=True)
    number_index = models.CharField(max_length=64)
    # Empty, like name and phone, once nobody confirmed the entry in time.
    birth_date = models.DateField(_("date of birth"), null=True)
    sex = models.CharField(_("sex"), max_length=6, choices={sex.value: label for sex, label in SEX_LABELS.items()})
    condition = models.ForeignKey(EligibilityCondition, models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict)
    record = models.JSONField(default=dict)
    private = EncryptedTextField(blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=[(status.value, label) for status, label in ENTRY_LABELS.items()]
    )
    application = models.OneToOneField(Application, models.PROTECT, null=True, blank=True, related_name="entry")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("entered person")
        verbose_name_plural = _("entered people")
        ordering = ["intake", "line"]
        constraints = [
            # The last word against a double row, whatever happened to the worker.
            models.UniqueConstraint(
                fields=["plan", "number_index"],
                condition=~models.Q(status=EntryStatus.DECLINED.value),
                name="one_entry_per_plan_and_document",
            ),
            models.UniqueConstraint(fields=["intake", "line"], name="one_entry_per_line"),
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in EntryStatus]), name="entry_status_known"
            ),
        ]
        indexes = [
            # "Was I entered?" is asked whenever a candidate opens her page.
            models.Index(fields=["number_index", "status"], name="entry_by_document"),
        ]

    def __str__(self) -> str:
        return f"{self.intake_id}/{self.line}"

    @property
    def masked(self) -> str:
        return mask_id_number(self.number) if self.number else ""

    @property
    def private_record(self) -> dict[str, str]:
        return dict(json.loads(self.private)) if self.private else {}


class RecordSettings(models.Model):
    """Which sensitive columns a body asks for, because its upload target needs them; none where no row exists."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="record_settings")
    ethnicity = models.BooleanField(_("ethnic group"), default=False)
    politics = models.BooleanField(_("political status"), default=False)
    household = models.BooleanField(_("place of registered residence"), default=False)
    reason = models.CharField(_("what needs them"), max_length=200)

    class Meta:
        verbose_name = _("settings of the registration form")
        verbose_name_plural = _("settings of the registration form")

    def __str__(self) -> str:
        return str(self.organisation)
