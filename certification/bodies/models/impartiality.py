"""What keeps the staff impartial: declarations, declared ties, what a body set, and what its head ruled."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.bodies.models.staff import StaffMember
from certification.bodies.rules import DEFAULT_WEIGHTS, ConflictKind, Policy, TieKind, Weight
from lms.core.crypto import EncryptedTextField
from lms.organisations.models import Organisation

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WEIGHT_LABELS = {
    Weight.BLOCK: pgettext_lazy("conflict", "Must not act"),
    Weight.WARN: pgettext_lazy("conflict", "Warn the officer"),
}
TIE_LABELS = {
    TieKind.RELATIVE: pgettext_lazy("tie", "Relative"),
    TieKind.TEACHER: pgettext_lazy("tie", "Teacher and student, master and apprentice"),
    TieKind.COLLEAGUE: pgettext_lazy("tie", "Colleague"),
    TieKind.FRIEND: pgettext_lazy("tie", "Friend or another close tie"),
}


class Declaration(models.Model):
    """The words that a member of staff declared to her body; they stay as they were read."""

    entry = models.ForeignKey(StaffMember, models.PROTECT, related_name="declarations")
    version = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("text"))
    declared_at = models.DateTimeField(_("declared at"))

    class Meta:
        verbose_name = _("declaration of impartiality")
        verbose_name_plural = _("declarations of impartiality")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["entry", "-declared_at"], name="declaration_latest")]

    def __str__(self) -> str:
        return f"{self.entry_id} v{self.version}"


class Tie(models.Model):
    """Somebody who may become a candidate, named by who must not assess her. Encrypted: it is about a third person.

    What a tie says is forgotten when it ends.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="ties")
    kind = models.CharField(_("kind"), max_length=12, choices=[(kind.value, label) for kind, label in TIE_LABELS.items()])
    name = EncryptedTextField(_("name"), blank=True)
    phone = EncryptedTextField(_("phone"), blank=True)
    declared_at = models.DateTimeField(_("declared at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("declared tie")
        verbose_name_plural = _("declared ties")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=[kind.value for kind in TieKind]), name="tie_kind_known"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


def _weight(kind: ConflictKind, label: "_StrPromise") -> "models.CharField[str, str]":
    choices = [(weight.value, words) for weight, words in WEIGHT_LABELS.items()]
    return models.CharField(label, max_length=5, choices=choices, default=DEFAULT_WEIGHTS[kind].value)


class BodySettings(models.Model):
    """What a conflict weighs in one body, and its limits. A body without a row has the defaults."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="impartiality")
    trainer = _weight(ConflictKind.TRAINER, _("Trained a candidate"))
    same_unit = _weight(ConflictKind.SAME_UNIT, _("Has the same employer as a candidate"))
    declared = _weight(ConflictKind.DECLARED, _("Declared a tie with a candidate"))
    assessed_before = _weight(ConflictKind.ASSESSED_BEFORE, _("Assessed the same candidate before"))
    in_a_row = _weight(ConflictKind.IN_A_ROW, _("Served too many exams in a row"))
    rotation = _weight(ConflictKind.ROTATION, _("Too few of the team are new"))
    undeclared = _weight(ConflictKind.UNDECLARED, _("Has not declared impartiality to the body"))
    assessed_before_limit = models.PositiveSmallIntegerField(
        _("Earlier assessments of one candidate that count"),
        default=Policy.assessed_before_limit,
        validators=[MaxValueValidator(20)],
    )
    in_a_row_limit = models.PositiveSmallIntegerField(
        _("Exams in a row that one assessor may serve"), default=Policy.in_a_row_limit, validators=[MaxValueValidator(50)]
    )
    renewed_one_in = models.PositiveSmallIntegerField(
        _("Of so many team members one is new each time"), default=Policy.renewed_one_in, validators=[MaxValueValidator(50)]
    )
    declaration_months = models.PositiveSmallIntegerField(
        _("Months for which a declaration of impartiality counts"),
        default=Policy.declaration_months,
        validators=[MaxValueValidator(60)],
    )

    class Meta:
        verbose_name = _("impartiality settings")
        verbose_name_plural = _("impartiality settings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(**{f"{kind.value}__in": [weight.value for weight in Weight]}), name=f"weight_of_{kind.value}"
            )
            for kind in DEFAULT_WEIGHTS
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def policy(self) -> Policy:
        return Policy(
            weights={kind: Weight(getattr(self, kind.value)) for kind in DEFAULT_WEIGHTS},
            assessed_before_limit=self.assessed_before_limit,
            in_a_row_limit=self.in_a_row_limit,
            renewed_one_in=self.renewed_one_in,
            declaration_months=self.declaration_months,
        )


class Ruling(models.Model):
    """What the head decided about a conflict that came to light after the person had acted; `subject` is a ledger name."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="rulings")
    subject = models.CharField(max_length=80)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in ConflictKind])
    reason = models.TextField(_("what was decided, and why"))
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField()

    class Meta:
        verbose_name = _("ruling on a conflict")
        verbose_name_plural = _("rulings on conflicts")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "user", "kind"], name="one_ruling_per_conflict"),
            models.CheckConstraint(condition=models.Q(kind__in=[kind.value for kind in ConflictKind]), name="ruling_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.kind}"
