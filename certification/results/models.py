"""Part results, decisions, publications and objections of a plan."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.results.part_models import (
    PreparedList,
    Recording,
    RecordingCheck,
    StopAnswer,
    VoidedPart,
    Voiding,
    VoidingVerdict,
)
from certification.results.rules import OPEN_OBJECTION, ObjectionStatus, Outcome, PublicationStatus

OUTCOME_LABELS = {
    Outcome.SCORED: pgettext_lazy("result of a part", "Scored"),
    Outcome.ABSENT: pgettext_lazy("result of a part", "Absent"),
    Outcome.VOID: pgettext_lazy("result of a part", "Void"),
}
PUBLICATION_LABELS = {
    PublicationStatus.OPEN: _("Published, objections possible"),
    PublicationStatus.CLOSED: _("Publication ended"),
}
OBJECTION_LABELS = {
    ObjectionStatus.FILED: _("Waiting for an answer"),
    ObjectionStatus.ACCEPTED: _("Being looked into"),
    ObjectionStatus.UPHELD: _("Objection upheld"),
    ObjectionStatus.DISMISSED: _("Objection dismissed"),
}


class PartResult(models.Model):
    """The mark of one part, computed from signed sheets or a submitted paper, with what it rests on."""

    seat = models.ForeignKey("plans.Seat", models.PROTECT, related_name="part_results", verbose_name=_("seat"))
    part = models.CharField(_("part"), max_length=12)
    outcome = models.CharField(_("outcome"), max_length=8, choices=[(o.value, label) for o, label in OUTCOME_LABELS.items()])
    value = models.DecimalField(_("mark out of 100"), max_digits=5, decimal_places=2, null=True)
    basis = models.JSONField(_("basis"), default=dict)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by"))

    class Meta:
        verbose_name = _("part result")
        verbose_name_plural = _("part results")
        constraints = [
            models.UniqueConstraint(fields=["seat", "part"], name="one_result_per_part"),
            models.CheckConstraint(
                condition=models.Q(outcome=Outcome.SCORED.value, value__gte=0, value__lte=100)
                | models.Q(outcome__in=[Outcome.ABSENT.value, Outcome.VOID.value], value=None),
                name="part_result_value_fits_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.part} {self.outcome}"


class Decision(models.Model):
    """Whether a candidate passed; it counts once a second person has confirmed it (I27)."""

    seat = models.OneToOneField("plans.Seat", models.PROTECT, related_name="decision", verbose_name=_("seat"))
    passed = models.BooleanField(_("passed"))
    parts = models.JSONField(_("findings for each part"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None, confirmed_at=None)
                | models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="decision_confirmed_has_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("decided_by")),
                name="decision_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {'passed' if self.passed else 'failed'}"


class Publication(models.Model):
    """The list of results (公示) of one plan, hanging from `opens_on` to the end of `closes_on`."""

    plan = models.OneToOneField("plans.Plan", models.PROTECT, related_name="publication", verbose_name=_("plan"))
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("last day"))
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=[(s.value, label) for s, label in PUBLICATION_LABELS.items()],
        default=PublicationStatus.OPEN.value,
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("prepared by")
    )
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("published by"))
    published_at = models.DateTimeField(_("published at"))
    content_sha256 = models.CharField(_("fingerprint of the list"), max_length=64)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[s.value for s in PublicationStatus]), name="publication_status_known"
            ),
            models.CheckConstraint(condition=models.Q(closes_on__gt=models.F("opens_on")), name="publication_has_days"),
            models.CheckConstraint(
                condition=models.Q(prepared_by=None) | ~models.Q(prepared_by=models.F("published_by")),
                name="a_list_is_approved_by_another",
            ),
        ]
        # The public list shows the newest first.
        indexes = [models.Index(fields=["-opens_on", "-id"], name="publication_newest")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.opens_on}–{self.closes_on}"

    @property
    def is_closed(self) -> bool:
        return self.status == PublicationStatus.CLOSED


class PublicationRow(models.Model):
    """One published result: masked for ever, whatever happens to the person's record.

    Everybody of the plan has one; the public list prints those who passed. It says what is in force; an applied
    `CorrectionOrder` alone changes it, and `Revision` keeps what it said before.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="rows", verbose_name=_("publication"))
    seat = models.OneToOneField("plans.Seat", models.PROTECT, related_name="publication_row", verbose_name=_("seat"))
    ticket_number = models.CharField(_("ticket number"), max_length=32)
    masked_name = models.CharField(_("name, masked"), max_length=150)
    masked_id = models.CharField(_("ID number, masked"), max_length=40, blank=True)
    parts = models.JSONField(_("results of the parts"))
    passed = models.BooleanField(_("passed"))
    withheld = models.BooleanField(
        _("withheld"),
        default=False,
        help_text=_("No certificate for now: something about this result is open or being corrected."),
    )

    class Meta:
        verbose_name = _("published result")
        verbose_name_plural = _("published results")
        ordering = ["publication", "ticket_number"]
        constraints = [models.UniqueConstraint(fields=["publication", "ticket_number"], name="published_ticket_once")]

    def __str__(self) -> str:
        return self.ticket_number


class Objection(models.Model):
    """Somebody says that a published result is wrong."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="objections", verbose_name=_("publication"))
    ticket_number = models.CharField(_("ticket number"), max_length=32)
    filer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="objections", verbose_name=_("filed by"))
    text = models.TextField(_("what is wrong"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(s.value, label) for s, label in OBJECTION_LABELS.items()],
        default=ObjectionStatus.FILED.value,
    )
    filed_at = models.DateTimeField(_("filed at"))
    # Against a corrected result that is public again; the plan's own publication does not wait for it.
    republication = models.ForeignKey(
        "results.Republication", models.PROTECT, null=True, related_name="objections", verbose_name=_("renewed publication")
    )
    due_on = models.DateField(_("answer due on"), null=True)
    watched_on = models.DateField(null=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("accepted by")
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    answer = models.TextField(_("answer"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    decided_at = models.DateTimeField(_("answered at"), null=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["publication", "filed_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[s.value for s in ObjectionStatus]), name="objection_status_known"
            ),
            models.UniqueConstraint(
                fields=["publication", "ticket_number", "filer"],
                condition=models.Q(status__in=[s.value for s in OPEN_OBJECTION]),
                name="one_open_objection_each",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("filer")),
                name="objection_answered_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.ticket_number} {self.status}"


from certification.results.case_models import (  # noqa: E402
    CASE_KIND_LABELS,
    CASE_LABELS,
    ORDER_LABELS,
    Case,
    CaseEvidence,
    CorrectionOrder,
    Republication,
    Revision,
)

__all__ = [
    "CASE_KIND_LABELS",
    "CASE_LABELS",
    "OBJECTION_LABELS",
    "ORDER_LABELS",
    "OUTCOME_LABELS",
    "PUBLICATION_LABELS",
    "Case",
    "CaseEvidence",
    "CorrectionOrder",
    "Decision",
    "Objection",
    "PartResult",
    "PreparedList",
    "Publication",
    "PublicationRow",
    "Recording",
    "RecordingCheck",
    "Republication",
    "Revision",
    "StopAnswer",
    "VoidedPart",
    "Voiding",
    "VoidingVerdict",
]
