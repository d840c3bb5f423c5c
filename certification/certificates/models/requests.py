"""What a holder asks for: a corrected certificate, or a new print of the same."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.certificates.models.certificates import Certificate
from certification.certificates.rules import Change, RequestStatus

REQUEST_LABELS = {
    RequestStatus.FILED: _("Waits for an answer"),
    RequestStatus.GRANTED: _("Granted"),
    RequestStatus.REFUSED: _("Refused"),
    RequestStatus.WITHDRAWN: _("Withdrawn"),
}
CHANGE_LABELS = {
    Change.CORRECTION: _("Correction"),
    Change.REISSUE: _("Reissue"),
    Change.RENEWAL: _("Renewal"),
}


class ChangeRequest(models.Model):
    """A request with its evidence. Who grants it is not who filed it; granting makes a new, linked version.

    `proposed` holds the corrected claims by name: "name", "id_number" (encrypted elsewhere, never here) …
    """

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="change_requests", verbose_name=_("certificate"))
    change = models.CharField(
        _("what is asked"), max_length=12, choices=[(item.value, label) for item, label in CHANGE_LABELS.items()]
    )
    proposed = models.JSONField(_("corrected facts"), default=dict)
    reason = models.TextField(_("reason"), max_length=1000)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(status.value, label) for status, label in REQUEST_LABELS.items()],
        default=RequestStatus.FILED.value,
    )
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("filed by"))
    filed_at = models.DateTimeField(_("filed at"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answer = models.TextField(_("answer"), blank=True)
    result = models.OneToOneField(
        Certificate, models.PROTECT, null=True, related_name="made_by_request", verbose_name=_("new version")
    )

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        ordering = ["-filed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in RequestStatus]), name="request_status_known"
            ),
            models.UniqueConstraint(
                fields=["certificate"], condition=models.Q(status="filed"), name="one_open_request_per_certificate"
            ),
            models.CheckConstraint(
                condition=models.Q(answered_by=None) | ~models.Q(answered_by=models.F("filed_by")) | models.Q(status="withdrawn"),
                name="request_is_answered_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} {self.change}"


class RequestEvidence(models.Model):
    """A checked upload that belongs to a request."""

    request = models.ForeignKey(ChangeRequest, models.PROTECT, related_name="evidence", verbose_name=_("request"))
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(_("file"), max_length=200)
    media_type = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.file_name
