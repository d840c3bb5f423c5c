import json
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.applications.rules import (
    EDITABLE_STATUSES,
    EVIDENCE_KINDS,
    LIVE_STATUSES,
    WAITING_STATUSES,
    Status,
    Verdict,
)
from certification.plans.models import Plan, Seat
from certification.plans.rules import FINISHED_STATUSES
from certification.standards.models import EligibilityCondition
from lms.core.crypto import EncryptedTextField

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

STATUS_LABELS = {
    Status.DRAFT: pgettext_lazy("application", "Being filled in"),
    Status.SUBMITTED: pgettext_lazy("application", "Submitted"),
    Status.RETURNED: pgettext_lazy("application", "Returned for correction"),
    Status.FIRST_OK: pgettext_lazy("application", "First review passed"),
    Status.APPROVED: pgettext_lazy("application", "Approved"),
    Status.REJECTED: pgettext_lazy("application", "Rejected"),
    Status.SEATED: pgettext_lazy("application", "Admission ticket issued"),
    Status.WITHDRAWN: pgettext_lazy("application", "Withdrawn"),
}
VERDICT_LABELS = {
    Verdict.APPROVE: pgettext_lazy("verdict", "Approve"),
    Verdict.RETURN: pgettext_lazy("verdict", "Return for correction"),
    Verdict.REJECT: pgettext_lazy("verdict", "Reject"),
}
EVIDENCE_LABELS = {
    "work_proof": _("Proof of work from the employer"),
    "social_insurance": _("Social insurance record"),
    "certificate": _("Skill-level or qualification certificate"),
    "diploma": _("Diploma"),
    "chsi_report": _("CHSI online verification report"),
    "enrolment_proof": _("Proof of enrolment"),
    "title_certificate": _("Certificate of professional title"),
    "apprenticeship_proof": _("Proof of apprenticeship"),
    "other": pgettext_lazy("evidence", "Other"),
}


class ApplicationQuerySet(models.QuerySet["Application"]):
    def live(self) -> "ApplicationQuerySet":
        """Cases that still count towards "one at a time" (I9)."""
        return self.filter(status__in=[status.value for status in LIVE_STATUSES]).exclude(
            plan__status__in=[status.value for status in FINISHED_STATUSES]
        )

    def waiting(self) -> "ApplicationQuerySet":
        return self.filter(status__in=[status.value for status in WAITING_STATUSES])

    def with_plan(self) -> "ApplicationQuerySet":
        return self.select_related("plan__organisation", "plan__scheme__occupation", "condition", "seat")


class Application(models.Model):
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="applications")
    candidate = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="applications")
    condition = models.ForeignKey(EligibilityCondition, models.PROTECT, null=True, blank=True, related_name="+")
    facts = models.JSONField(default=dict)
    evaluation = models.JSONField(default=dict)
    evaluated_on = models.DateField(null=True, blank=True)
    record = models.JSONField(_("registration form"), default=dict)
    # Where she lives, and what PIPL calls sensitive: JSON, encrypted as a whole.
    private = EncryptedTextField(_("private part of the form"), blank=True)
    photo_sha256 = models.CharField(max_length=64, blank=True)
    undertaking_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=[(status.value, label) for status, label in STATUS_LABELS.items()],
        default=Status.DRAFT.value,
    )
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    seat = models.OneToOneField(Seat, models.PROTECT, null=True, blank=True, related_name="application")

    objects = ApplicationQuerySet.as_manager()

    if TYPE_CHECKING:
        evidence: RelatedManager["Evidence"]
        reviews: RelatedManager["Review"]
        submissions: RelatedManager["Submission"]

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "candidate"],
                condition=models.Q(status__in=[status.value for status in LIVE_STATUSES]),
                name="one_live_application_per_plan",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in Status]), name="application_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.SEATED.value) | models.Q(seat__isnull=False),
                name="a_seated_application_has_a_seat",
            ),
        ]
        indexes = [
            # The reviewers' queue asks for waiting cases of a plan, longest waiting first.
            models.Index(fields=["plan", "status", "submitted_at"], name="application_queue"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("applications:case", args=[self.pk])

    @property
    def private_record(self) -> dict[str, str]:
        """The private part of the form, by field."""
        return dict(json.loads(self.private)) if self.private else {}

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE_STATUSES

    @property
    def round_seen(self) -> str:
        """What tells this round from another: a case that was returned and corrected is not the one that was read before."""
        return self.submitted_at.isoformat() if self.submitted_at else ""

    def window_is_open(self, today: date) -> bool:
        """A new case needs open registration; a returned one may be completed until the officer closes it."""
        if self.status == Status.RETURNED:
            return self.plan.status == "published"
        return self.plan.is_open_on(today)


class Evidence(models.Model):
    application = models.ForeignKey(Application, models.CASCADE, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=24, choices=[(kind, EVIDENCE_LABELS[kind]) for kind in EVIDENCE_KINDS])
    name = models.CharField(_("file name"), max_length=160)
    content_type = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")
        ordering = ["application", "uploaded_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["application", "kind", "sha256"], name="same_file_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")


class Review(models.Model):
    """One verdict of one reviewer; rows are only ever added."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="reviews")
    step = models.PositiveSmallIntegerField(_("step"))
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verdict = models.CharField(
        _("verdict"), max_length=8, choices=[(verdict.value, label) for verdict, label in VERDICT_LABELS.items()]
    )
    reasons = models.TextField(_("reasons"), blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["application", "at", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(step__in=[1, 2]), name="review_step_1_or_2"),
            models.CheckConstraint(
                condition=models.Q(verdict__in=[verdict.value for verdict in Verdict]), name="review_verdict_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} ({self.step})"


class Submission(models.Model):
    """What was handed in, as it was; rows are only ever added. The private part is kept as its hash."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField(_("round"))
    at = models.DateTimeField()
    content = models.JSONField(_("what was handed in"))

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["application", "number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="one_submission_per_round")]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.number}"
