"""Issuing in bulk: who is on the list, who prepared and who approved it, and how far it is."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.certificates.models.certificates import Certificate
from certification.certificates.models.programmes import Programme
from certification.certificates.rules import BatchStatus, ItemStatus
from certification.plans.models import Plan
from certification.results.models import Decision
from courses.learning.models import CompletionStatement
from lms.organisations.models import Organisation

BATCH_LABELS = {
    BatchStatus.PREPARED: _("Waits for approval"),
    BatchStatus.RUNNING: _("Running"),
    BatchStatus.PAUSED: _("Paused"),
    BatchStatus.DONE: _("Done"),
    BatchStatus.CANCELLED: _("Cancelled"),
}
ITEM_LABELS = {
    ItemStatus.WAITING: _("Waiting"),
    ItemStatus.EXCLUDED: _("Left out"),
    ItemStatus.TAKEN: _("In work"),
    ItemStatus.ISSUED: _("Issued"),
    ItemStatus.FAILED: _("Not issued"),
}


class IssueBatch(models.Model):
    """One run of issuing for a plan or a programme. One person prepares it, another approves it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="issue_batches", verbose_name=_("organisation"))
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="issue_batches", verbose_name=_("plan"))
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, related_name="issue_batches", verbose_name=_("programme"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(status.value, label) for status, label in BATCH_LABELS.items()],
        default=BatchStatus.PREPARED.value,
    )
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("prepared by"))
    prepared_at = models.DateTimeField(_("prepared at"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    problem = models.TextField(_("problem"), blank=True)

    class Meta:
        verbose_name = _("issue batch")
        verbose_name_plural = _("issue batches")
        ordering = ["-prepared_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in BatchStatus]), name="batch_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(plan=None) ^ models.Q(programme=None), name="batch_is_for_a_plan_or_a_programme"
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=models.Q(status__in=["prepared", "running", "paused"]),
                name="one_open_batch_per_plan",
            ),
            models.UniqueConstraint(
                fields=["programme"],
                condition=models.Q(status__in=["prepared", "running", "paused"]),
                name="one_open_batch_per_programme",
            ),
            # Two people: who approves is not who prepared.
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("prepared_by")),
                name="batch_is_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan or self.programme} {self.prepared_at:%Y-%m-%d}"

    @property
    def state(self) -> BatchStatus:
        return BatchStatus(self.status)


class IssueItem(models.Model):
    """One person on the list, and what became of it. `reason` says why left out or not issued."""

    batch = models.ForeignKey(IssueBatch, models.PROTECT, related_name="items", verbose_name=_("batch"))
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("holder"))
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="issue_items", verbose_name=_("decision"))
    statement = models.ForeignKey(
        CompletionStatement, models.PROTECT, null=True, related_name="issue_items", verbose_name=_("completion statement")
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(status.value, label) for status, label in ITEM_LABELS.items()],
        default=ItemStatus.WAITING.value,
    )
    reason = models.TextField(_("reason"), blank=True)
    certificate = models.OneToOneField(
        Certificate, models.PROTECT, null=True, related_name="issue_item", verbose_name=_("certificate")
    )
    taken_by = models.CharField(max_length=40, blank=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("certificate to issue")
        verbose_name_plural = _("certificates to issue")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in ItemStatus]), name="item_status_known"
            ),
            models.UniqueConstraint(fields=["batch", "holder"], name="one_item_per_holder"),
        ]
        indexes = [models.Index(fields=["batch", "status", "id"], name="issue_item_next")]

    def __str__(self) -> str:
        return f"{self.holder} {self.status}"
