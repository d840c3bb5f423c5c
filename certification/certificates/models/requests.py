"""What a holder asks for: a corrected certificate, a new copy of the same, or a further term."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.certificates.models.certificates import Certificate
from certification.certificates.rules import Change, RequestStatus
from certification.certificates.rules.requests import Cause
from lms.core.crypto import EncryptedTextField, mask_id_number

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
CAUSE_LABELS = {
    Cause.LOST: _("Lost"),
    Cause.SPOILT: _("Spoilt"),
    Cause.OTHER: _("Something else"),
}


class ChangeRequest(models.Model):
    """A request with its evidence. Who grants it is not who filed it; granting makes a new, linked version.

    The holder files it, or an officer for a holder who came to the counter. Corrected personal facts stand here
    encrypted; an empty one is not to change.
    """

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="change_requests", verbose_name=_("certificate"))
    change = models.CharField(
        _("what is asked"), max_length=12, choices=[(item.value, label) for item, label in CHANGE_LABELS.items()]
    )
    cause = models.CharField(
        _("what happened"),
        max_length=8,
        blank=True,
        choices=[("", ""), *((cause.value, label) for cause, label in CAUSE_LABELS.items())],
    )
    new_name = EncryptedTextField(_("corrected name"), blank=True)
    new_id_number = EncryptedTextField(_("corrected ID number"), blank=True)
    new_photo_sha256 = models.CharField(max_length=64, blank=True)
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
            # Two clicks on "Send", or holder and counter at once: the second meets this.
            models.UniqueConstraint(
                fields=["certificate"], condition=models.Q(status="filed"), name="one_open_request_per_certificate"
            ),
            # Two people: who answers is not who filed.
            models.CheckConstraint(
                condition=models.Q(answered_by=None) | ~models.Q(answered_by=models.F("filed_by")) | models.Q(status="withdrawn"),
                name="request_is_answered_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} {self.change}"

    @property
    def state(self) -> RequestStatus:
        return RequestStatus(self.status)

    @property
    def is_open(self) -> bool:
        return self.state is RequestStatus.FILED

    @property
    def on_behalf(self) -> bool:
        """Whether somebody of the body filed it for the holder."""
        return self.filed_by_id != self.certificate.holder_id

    @property
    def new_id_number_masked(self) -> str:
        return mask_id_number(self.new_id_number) if self.new_id_number else ""


class RequestEvidence(models.Model):
    """A checked upload that belongs to a request; its bytes lie in the private store."""

    request = models.ForeignKey(ChangeRequest, models.PROTECT, related_name="evidence", verbose_name=_("request"))
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(_("file"), max_length=200)
    media_type = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["request", "sha256"], name="same_evidence_once")]

    def __str__(self) -> str:
        return self.file_name
