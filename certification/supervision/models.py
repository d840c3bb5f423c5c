"""What supervisors saw, and which sessions were drawn for inspection. All of it is written once."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.examday.models.append_only import AppendOnly
from certification.plans.models import Plan
from certification.supervision.labels import CONCLUSION_LABELS
from certification.supervision.rules import Conclusion
from lms.organisations.models import Organisation


class SupervisorRecord(AppendOnly):
    """督导记录: what one supervisor answers and concludes about one session."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="supervisor_records", verbose_name=_("plan"))
    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("supervisor"))
    answers = models.JSONField(_("answers"))
    remarks = models.JSONField(_("remarks"), default=dict)
    conclusion = models.CharField(
        _("conclusion"), max_length=8, choices=[(item.value, label) for item, label in CONCLUSION_LABELS.items()]
    )
    finding = models.TextField(_("what was found"), blank=True)
    written_at = models.DateTimeField(_("written at"))
    content_sha256 = models.CharField(_("fingerprint"), max_length=64)

    class Meta:
        verbose_name = _("supervisor's record")
        verbose_name_plural = _("supervisors' records")
        ordering = ["plan", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "supervisor"], name="one_record_per_supervisor"),
            models.CheckConstraint(
                condition=models.Q(conclusion__in=[item.value for item in Conclusion]), name="conclusion_known"
            ),
            models.CheckConstraint(
                condition=models.Q(conclusion=Conclusion.ORDERLY.value) | ~models.Q(finding=""), name="faults_are_told"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.conclusion}"


class Addendum(AppendOnly):
    """What a supervisor adds to a signed record; the record stays as it was."""

    record = models.ForeignKey(SupervisorRecord, models.PROTECT, related_name="addenda", verbose_name=_("record"))
    text = models.TextField(_("what is added"))
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("addition to a supervisor's record")
        verbose_name_plural = _("additions to supervisors' records")
        ordering = ["record", "pk"]

    def __str__(self) -> str:
        return f"{self.record_id}"


class Sampling(AppendOnly):
    """双随机: sessions of a time, drawn by a seed that nobody chose, to be looked into by an authority."""

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="samplings", verbose_name=_("authority"))
    turn = models.PositiveIntegerField()
    since = models.DateField(_("first exam day"))
    until = models.DateField(_("last exam day"))
    ledger_hash = models.CharField(max_length=64)
    seed = models.CharField(_("seed"), max_length=64)
    pool = models.JSONField(default=list)
    drawn = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("draw of sessions to inspect")
        verbose_name_plural = _("draws of sessions to inspect")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["authority", "turn"], name="one_sampling_per_turn")]

    def __str__(self) -> str:
        return f"{self.since}–{self.until}"
