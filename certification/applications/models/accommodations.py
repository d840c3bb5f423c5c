"""What a person needs on the exam day, asked once and valid for all her plans."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.applications.rules.accommodations import NeedsStatus
from lms.core.crypto import EncryptedTextField
from lms.organisations.models import Organisation

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

NEEDS_STATUS_LABELS = {
    NeedsStatus.ASKED: pgettext_lazy("accommodation", "Waits for a decision"),
    NeedsStatus.GRANTED: pgettext_lazy("accommodation", "Granted"),
    NeedsStatus.REFUSED: pgettext_lazy("accommodation", "Refused"),
    NeedsStatus.ENDED: pgettext_lazy("accommodation", "Taken back"),
}


class NeedsRequest(models.Model):
    """A request for accommodations; of those granted the newest holds. Why she needs it is encrypted: it tells of her health."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="needs_requests")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("assessment body"))
    asked = models.JSONField(_("asked for"))
    granted = models.JSONField(_("granted"), null=True, blank=True)
    reason = EncryptedTextField(_("why"), blank=True)
    # 单独同意 (PIPL Art. 29) to the use of health data.
    consent_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=[(status.value, label) for status, label in NEEDS_STATUS_LABELS.items()],
        default=NeedsStatus.ASKED.value,
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    if TYPE_CHECKING:
        files: RelatedManager["NeedsEvidence"]

    class Meta:
        verbose_name = _("request for accommodations")
        verbose_name_plural = _("requests for accommodations")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(status=NeedsStatus.ASKED.value), name="one_open_needs_request"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in NeedsStatus]), name="needs_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=NeedsStatus.GRANTED.value) | models.Q(granted__isnull=False),
                name="what_is_granted_is_written_down",
            ),
        ]
        indexes = [
            # The reviewers' queue, longest waiting first; the exam asks by person.
            models.Index(fields=["organisation", "status", "asked_at"], name="needs_queue"),
            models.Index(fields=["user", "status"], name="needs_of_person"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("applications:needs_request", args=[self.pk])


class NeedsEvidence(models.Model):
    request = models.ForeignKey(NeedsRequest, models.CASCADE, related_name="files")
    name = models.CharField(_("file name"), max_length=160)
    content_type = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("evidence of a need")
        verbose_name_plural = _("evidence of needs")
        ordering = ["request", "pk"]
        constraints = [models.UniqueConstraint(fields=["request", "sha256"], name="same_needs_file_once")]

    def __str__(self) -> str:
        return self.name
