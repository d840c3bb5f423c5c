"""Batches of certificates for the authority's register, their records, and the authority's answers. Never deleted."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.bodies.models import Filing
from certification.certificates.models import Certificate
from certification.registry.upload.rules import LIVE_RECORDS, Operation, RecordStatus, UploadState, UploadStatus

OPERATION_LABELS = {
    Operation.ADD: pgettext_lazy("upload", "New"),
    Operation.CORRECT: pgettext_lazy("upload", "Correction"),
    Operation.REVOKE: pgettext_lazy("upload", "Revocation"),
}
UPLOAD_LABELS = {
    UploadStatus.DRAFT: pgettext_lazy("upload", "Waiting for release"),
    UploadStatus.SUBMITTED: pgettext_lazy("upload", "Sent, waiting for the receipt"),
    UploadStatus.APPROVED: pgettext_lazy("upload", "Accepted"),
    UploadStatus.REJECTED: pgettext_lazy("upload", "Rejected"),
    UploadStatus.DROPPED: pgettext_lazy("upload", "Dropped"),
}
RECORD_LABELS = {
    RecordStatus.QUEUED: pgettext_lazy("upload record", "On the list"),
    RecordStatus.SENT: pgettext_lazy("upload record", "Sent"),
    RecordStatus.ACCEPTED: pgettext_lazy("upload record", "Accepted"),
    RecordStatus.REJECTED: pgettext_lazy("upload record", "Rejected"),
    RecordStatus.DROPPED: pgettext_lazy("upload record", "Not sent"),
}
STATE_LABELS = {
    UploadState.NOT_UPLOADED: pgettext_lazy("upload state", "Not reported yet"),
    UploadState.QUEUED: pgettext_lazy("upload state", "On a list to report"),
    UploadState.SENT: pgettext_lazy("upload state", "Reported, no receipt yet"),
    UploadState.PUBLISHED: pgettext_lazy("upload state", "In the national register"),
    UploadState.REJECTED: pgettext_lazy("upload state", "Rejected by the national register"),
    UploadState.CORRECTION_DUE: pgettext_lazy("upload state", "In the national register; a correction is still to be reported"),
    UploadState.WITHDRAWAL_DUE: pgettext_lazy("upload state", "In the national register; the revocation is still to be reported"),
    UploadState.WITHDRAWN: pgettext_lazy("upload state", "Withdrawn from the national register"),
    UploadState.NOT_DUE: pgettext_lazy("upload state", "Not to be reported"),
}


class UploadBatch(models.Model):
    """One sheet for the authority: one filing, one kind of data, frozen when the head releases it (I37)."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="uploads", verbose_name=_("filing"))
    pack_key = models.CharField(_("template"), max_length=40)
    pack_version = models.PositiveSmallIntegerField(_("version of the template"))
    operation = models.CharField(
        _("kind of data"), max_length=8, choices=[(value.value, label) for value, label in OPERATION_LABELS.items()]
    )
    number = models.CharField(_("batch number"), max_length=40, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(status.value, label) for status, label in UPLOAD_LABELS.items()],
        default=UploadStatus.DRAFT.value,
    )
    count = models.PositiveIntegerField(_("records"), default=0)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("prepared by"))
    prepared_at = models.DateTimeField(_("prepared at"))
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("released by")
    )
    released_at = models.DateTimeField(_("released at"), null=True)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    summary = models.JSONField(_("head-counts"), default=list, blank=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in UploadStatus]), name="upload_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(operation__in=[value.value for value in Operation]), name="upload_operation_known"
            ),
            models.UniqueConstraint(fields=["filing", "number"], condition=~models.Q(number=""), name="one_upload_of_a_number"),
            # What was sent is frozen, and says who let it go.
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "dropped"])
                | (~models.Q(file_sha256="") & ~models.Q(number="") & models.Q(released_by__isnull=False)),
                name="a_sent_upload_is_frozen",
            ),
            models.CheckConstraint(
                condition=models.Q(released_by=None) | ~models.Q(released_by=models.F("prepared_by")),
                name="two_people_release_an_upload",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_operation_display()} {self.number or self.pk}"

    @property
    def state(self) -> UploadStatus:
        return UploadStatus(self.status)


class UploadRecord(models.Model):
    """One certificate in one batch, at its row of the sheet (from 1, the heading not counted).

    `number` and `operation` repeat what certificate and batch say, so that the database can see to it that nothing is
    reported twice at once.
    """

    batch = models.ForeignKey(UploadBatch, models.PROTECT, related_name="records", verbose_name=_("upload"))
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="uploads", verbose_name=_("certificate"))
    row = models.PositiveIntegerField(_("row"))
    number = models.CharField(_("certificate number"), max_length=22)
    operation = models.CharField(_("kind of data"), max_length=8)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(status.value, label) for status, label in RECORD_LABELS.items()],
        default=RecordStatus.QUEUED.value,
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("upload record")
        verbose_name_plural = _("upload records")
        ordering = ["batch", "row"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in RecordStatus]), name="upload_record_status_known"
            ),
            models.UniqueConstraint(fields=["batch", "row"], name="one_record_per_upload_row"),
            models.UniqueConstraint(
                fields=["certificate", "operation"],
                condition=models.Q(status__in=[status.value for status in LIVE_RECORDS]),
                name="one_live_upload_of_a_certificate",
            ),
            models.UniqueConstraint(
                fields=["number", "operation"],
                condition=models.Q(status__in=[status.value for status in LIVE_RECORDS]) & ~models.Q(operation="correct"),
                name="one_live_upload_of_a_number",
            ),
        ]
        indexes = [
            # "Was this number reported?" is asked for each certificate of the desk's counts.
            models.Index(fields=["number", "operation", "status"], name="upload_of_a_number"),
            models.Index(fields=["batch", "status", "row"], name="upload_rows_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.operation} {self.status}"


class UploadExclusion(models.Model):
    """A certificate that was due in a batch and is not in it, with the sentence why."""

    batch = models.ForeignKey(UploadBatch, models.PROTECT, related_name="exclusions", verbose_name=_("upload"))
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="+", verbose_name=_("certificate"))
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("excluded record")
        verbose_name_plural = _("excluded records")
        constraints = [models.UniqueConstraint(fields=["batch", "certificate"], name="one_exclusion_per_certificate")]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.reason}"


class UploadReceipt(models.Model):
    """The authority's answer to a batch: the file as it came, its number and date, and how many records it took."""

    batch = models.OneToOneField(UploadBatch, models.PROTECT, related_name="receipt", verbose_name=_("upload"))
    number = models.CharField(_("receipt number"), max_length=60)
    dated_on = models.DateField(_("date of the receipt"))
    file_name = models.CharField(_("file"), max_length=200)
    file_sha256 = models.CharField(max_length=64, unique=True)
    accepted = models.PositiveIntegerField(_("accepted"))
    rejected = models.PositiveIntegerField(_("rejected"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("upload receipt")
        verbose_name_plural = _("upload receipts")

    def __str__(self) -> str:
        return self.number


class UploadDownload(models.Model):
    """Somebody took a frozen sheet, with full ID numbers, out of the house: who, when and for what (I39, I43)."""

    batch = models.ForeignKey(UploadBatch, models.PROTECT, related_name="downloads", verbose_name=_("upload"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    purpose = models.CharField(_("purpose"), max_length=200)
    at = models.DateTimeField(_("moment"))

    class Meta:
        verbose_name = _("download of an upload")
        verbose_name_plural = _("downloads of uploads")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.at:%Y-%m-%d}"
