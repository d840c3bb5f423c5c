"""Reviews and appeals, what was attached to them, correction orders, and what a corrected result said before."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.examday.models.append_only import AppendOnly
from certification.results.case_rules import OPEN_CASE, OPEN_ORDER, CaseKind, CaseStatus, OrderStatus
from certification.results.rules import Outcome

CASE_KIND_LABELS = {
    CaseKind.REVIEW: _("Score review"),
    CaseKind.APPEAL: _("Appeal"),
}
CASE_LABELS = {
    CaseStatus.FILED: pgettext_lazy("review or appeal", "Waiting for somebody to take it"),
    CaseStatus.ACCEPTED: pgettext_lazy("review or appeal", "Being looked into"),
    CaseStatus.UPHELD: pgettext_lazy("review or appeal", "Upheld"),
    CaseStatus.DISMISSED: pgettext_lazy("review or appeal", "Dismissed"),
}
ORDER_LABELS = {
    OrderStatus.REQUESTED: _("Waiting for a second person"),
    OrderStatus.APPROVED: _("Approved, not in force yet"),
    OrderStatus.APPLIED: pgettext_lazy("correction order", "In force"),
    OrderStatus.REFUSED: pgettext_lazy("correction order", "Refused"),
}
USER = settings.AUTH_USER_MODEL


def _fits(prefix: str) -> models.Q:
    """Return the condition that value and outcome belong together (I29)."""
    outcome, value = f"{prefix}_outcome", f"{prefix}_value"
    scored = models.Q(**{outcome: Outcome.SCORED.value, f"{value}__gte": 0, f"{value}__lte": 100})
    return scored | models.Q(**{f"{outcome}__in": [Outcome.ABSENT.value, Outcome.VOID.value], value: None})


class Case(models.Model):
    """A candidate asks for a check of one part, or appeals against an answer or a result (I45).

    A review names its `part`. An appeal names what it is against: an answered objection, an answered case, or, with
    neither, the published result itself.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=[(k.value, label) for k, label in CASE_KIND_LABELS.items()])
    seat = models.ForeignKey("plans.Seat", models.PROTECT, related_name="cases", verbose_name=_("seat"))
    part = models.CharField(_("part"), max_length=12, blank=True)
    against_objection = models.ForeignKey(
        "results.Objection", models.PROTECT, null=True, related_name="appeals", verbose_name=_("against the answer to")
    )
    against_case = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="appeals", verbose_name=_("against the answer to")
    )
    filer = models.ForeignKey(
        USER, models.PROTECT, related_name="result_cases", verbose_name=pgettext_lazy("review or appeal", "filed by")
    )
    text = models.TextField(_("reasons"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(s.value, label) for s, label in CASE_LABELS.items()],
        default=CaseStatus.FILED.value,
    )
    filed_at = models.DateTimeField(_("filed at"))
    due_on = models.DateField(_("answer due on"))
    watched_on = models.DateField(null=True, editable=False)
    # What the computer found when the review was taken: frozen, so that the answer can be read beside it for ever.
    report = models.JSONField(_("report of the re-check"), default=dict)
    accepted_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("accepted by"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    answer = models.TextField(_("answer"), blank=True)
    needs_correction = models.BooleanField(_("the result has to be corrected"), default=False)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by"))
    decided_at = models.DateTimeField(_("answered at"), null=True)

    class Meta:
        verbose_name = _("review or appeal")
        verbose_name_plural = _("reviews and appeals")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=[s.value for s in CaseStatus]), name="case_status_known"),
            models.CheckConstraint(
                condition=models.Q(kind=CaseKind.REVIEW.value, against_objection=None, against_case=None) & ~models.Q(part="")
                | models.Q(kind=CaseKind.APPEAL.value, part=""),
                name="case_kind_fits_what_it_is_about",
            ),
            models.CheckConstraint(
                condition=models.Q(against_objection=None) | models.Q(against_case=None), name="appeal_against_one_answer"
            ),
            models.UniqueConstraint(
                fields=["seat", "kind", "part", "filer"],
                condition=models.Q(status__in=[s.value for s in OPEN_CASE]),
                name="one_open_case_each",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[s.value for s in OPEN_CASE], decided_by=None, decided_at=None)
                | models.Q(
                    status__in=[CaseStatus.UPHELD.value, CaseStatus.DISMISSED.value],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    accepted_by__isnull=False,
                ),
                name="case_decided_has_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("filer")), name="case_decided_by_another"
            ),
            models.CheckConstraint(
                condition=models.Q(needs_correction=False) | models.Q(status=CaseStatus.UPHELD.value),
                name="only_what_is_upheld_needs_a_correction",
            ),
        ]
        # The desk asks for what is open, by due day.
        indexes = [models.Index(fields=["status", "due_on"], name="case_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.seat_id} {self.status}"

    @property
    def state(self) -> CaseStatus:
        return CaseStatus(self.status)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_CASE

    @property
    def is_review(self) -> bool:
        return self.kind == CaseKind.REVIEW


class CorrectionOrder(models.Model):
    """The only way in which a published score changes: asked for by one person, approved by another (I28).

    `old_…` is what was in force when it was asked for, `new_…` what is in force once it is applied.
    """

    seat = models.ForeignKey("plans.Seat", models.PROTECT, related_name="correction_orders", verbose_name=_("seat"))
    part = models.CharField(_("part"), max_length=12)
    old_outcome = models.CharField(_("outcome before"), max_length=8)
    old_value = models.DecimalField(_("mark before"), max_digits=5, decimal_places=2, null=True)
    old_parts = models.JSONField(_("findings before"))
    old_passed = models.BooleanField(_("passed before"))
    new_outcome = models.CharField(_("outcome after"), max_length=8)
    new_value = models.DecimalField(_("mark after"), max_digits=5, decimal_places=2, null=True)
    new_parts = models.JSONField(_("findings after"))
    new_passed = models.BooleanField(_("passed after"))
    reason = models.TextField(_("reason"))
    objection = models.ForeignKey(
        "results.Objection", models.PROTECT, null=True, related_name="orders", verbose_name=_("objection")
    )
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="orders", verbose_name=_("review or appeal"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(s.value, label) for s, label in ORDER_LABELS.items()],
        default=OrderStatus.REQUESTED.value,
    )
    requested_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("asked for by"))
    requested_at = models.DateTimeField(_("asked for at"))
    approved_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by"))
    approved_at = models.DateTimeField(_("approved at"), null=True)
    refused_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("refused by"))
    answer = models.TextField(_("why it was refused"), blank=True)
    applied_at = models.DateTimeField(_("in force since"), null=True)

    class Meta:
        verbose_name = _("correction order")
        verbose_name_plural = _("correction orders")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=[s.value for s in OrderStatus]), name="order_status_known"),
            models.CheckConstraint(condition=_fits("old"), name="order_old_value_fits_outcome"),
            models.CheckConstraint(condition=_fits("new"), name="order_new_value_fits_outcome"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="order_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("requested_by")),
                name="order_approved_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[OrderStatus.REQUESTED.value, OrderStatus.REFUSED.value])
                | models.Q(approved_by__isnull=False, approved_at__isnull=False),
                name="order_in_force_is_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(status=OrderStatus.APPLIED.value, applied_at__isnull=False)
                | ~models.Q(status=OrderStatus.APPLIED.value) & models.Q(applied_at=None),
                name="order_applied_has_moment",
            ),
            models.CheckConstraint(condition=models.Q(objection=None) | models.Q(case=None), name="order_follows_from_one"),
            models.UniqueConstraint(
                fields=["seat"],
                condition=models.Q(status__in=[s.value for s in OPEN_ORDER]),
                name="one_open_order_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.part} {self.status}"

    @property
    def state(self) -> OrderStatus:
        return OrderStatus(self.status)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_ORDER


class Revision(AppendOnly):
    """What decision and published row said before an order was applied; the history of a corrected result."""

    order = models.OneToOneField(CorrectionOrder, models.PROTECT, related_name="revision", verbose_name=_("correction order"))
    seat = models.ForeignKey("plans.Seat", models.PROTECT, related_name="revisions", verbose_name=_("seat"))
    parts = models.JSONField(_("findings for each part"))
    passed = models.BooleanField(_("passed"))
    decided_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"))
    confirmed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    published_parts = models.JSONField(_("results of the parts"))
    published_passed = models.BooleanField(_("passed"))
    kept_at = models.DateTimeField(_("replaced at"))

    class Meta:
        verbose_name = _("earlier result")
        verbose_name_plural = _("earlier results")
        ordering = ["seat", "pk"]

    def __str__(self) -> str:
        return f"{self.seat_id} until {self.kept_at}"


class Republication(models.Model):
    """The result of one person, public again after a correction; her certificate waits for its end (I28, I30, I31)."""

    order = models.OneToOneField(
        CorrectionOrder, models.PROTECT, related_name="republication", verbose_name=_("correction order")
    )
    row = models.ForeignKey(
        "results.PublicationRow", models.PROTECT, related_name="republications", verbose_name=_("published result")
    )
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("last day"))
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("renewed publication")
        verbose_name_plural = _("renewed publications")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(closes_on__gt=models.F("opens_on")), name="renewed_publication_has_days"),
            models.UniqueConstraint(fields=["row"], condition=models.Q(closed_at=None), name="one_open_renewed_publication"),
        ]

    def __str__(self) -> str:
        return f"{self.row_id} {self.opens_on}–{self.closes_on}"

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class CaseEvidence(AppendOnly):
    """A checked upload that belongs to an objection, a review, an appeal or an order; its bytes lie in the private store."""

    objection = models.ForeignKey(
        "results.Objection", models.PROTECT, null=True, related_name="evidence", verbose_name=_("objection")
    )
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="evidence", verbose_name=_("review or appeal"))
    order = models.ForeignKey(
        CorrectionOrder, models.PROTECT, null=True, related_name="evidence", verbose_name=_("correction order")
    )
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(_("file"), max_length=200)
    media_type = models.CharField(max_length=60)
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(objection__isnull=False, case=None, order=None)
                | models.Q(objection=None, case__isnull=False, order=None)
                | models.Q(objection=None, case=None, order__isnull=False),
                name="evidence_belongs_to_one",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
