"""Tablets, what was written on them, and what became of each entry."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.assessment.offline.rules import GENESIS, Kind, Result, TabletState, tablet_state
from certification.examday.models.append_only import AppendOnly
from lms.core.crypto import EncryptedTextField

KIND_LABELS = {
    Kind.POINT: _("Points"),
    Kind.DEDUCTION: _("Deductions"),
    Kind.FATAL: _("Fatal act seen"),
    Kind.NOTE: pgettext_lazy("score sheet", "Note"),
    Kind.SIGN: pgettext_lazy("score sheet", "Signature"),
}
RESULT_LABELS = {
    Result.APPLIED: pgettext_lazy("entry of a tablet", "Taken"),
    Result.SUPERSEDED: pgettext_lazy("entry of a tablet", "Overtaken by a later one"),
    Result.REFUSED: pgettext_lazy("entry of a tablet", "Not taken"),
}


class Tablet(models.Model):
    """A browser on which an assessor scores one plan, with a key of its own; the key is handed to it once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey("plans.Plan", models.PROTECT, related_name="tablets", verbose_name=_("plan"))
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tablets", verbose_name=_("assessor"))
    label = models.CharField(_("device"), max_length=60, blank=True)
    secret = EncryptedTextField(_("key"))
    registered_at = models.DateTimeField(_("registered at"))
    last_seen_at = models.DateTimeField(_("last seen"), null=True)
    announced = models.PositiveIntegerField(_("entries that it has told of"), default=0)
    arrived = models.PositiveIntegerField(_("entries that have arrived without a gap"), default=0)
    head = models.CharField(_("hash of the last of them"), max_length=64, default=GENESIS)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("tablet for scoring")
        verbose_name_plural = _("tablets for scoring")
        indexes: ClassVar = [models.Index(fields=["plan", "assessor"], name="tablet_of_plan")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(finished_at=None) | models.Q(announced=models.F("arrived")),
                name="tablet_finished_has_sent_all",
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.assessor_id} {self.label}"

    @property
    def key(self) -> bytes:
        return bytes.fromhex(self.secret)

    @property
    def waiting(self) -> int:
        return max(0, self.announced - self.arrived)

    def state(self, *, released: bool, now: datetime) -> TabletState:
        """Return what is known of its entries; `released` is asked of `TabletRelease`."""
        return tablet_state(
            arrived=self.arrived,
            announced=self.announced,
            finished=self.finished_at is not None,
            released=released,
            last_seen=self.last_seen_at,
            now=now,
        )


class TabletEntry(AppendOnly):
    """What was written on a tablet, as it was signed there. Station and seat are what it says, whether or not they exist."""

    tablet = models.ForeignKey(Tablet, models.PROTECT, related_name="entries", verbose_name=_("tablet"))
    sequence = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=12, choices=[(k.value, label) for k, label in KIND_LABELS.items()])
    station = models.BigIntegerField(_("station"))
    seat = models.BigIntegerField(_("seat"))
    line = models.BigIntegerField(_("score point"), default=0)
    value = models.TextField(_("value"), blank=True)
    told_ms = models.BigIntegerField(_("the tablet's clock"))
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("entry of a tablet")
        verbose_name_plural = _("entries of tablets")
        ordering: ClassVar = ["tablet", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tablet", "sequence"], name="tablet_entry_once"),
            models.CheckConstraint(condition=models.Q(kind__in=[k.value for k in Kind]), name="tablet_entry_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"


class EntryOutcome(AppendOnly):
    """What became of an entry, written when all before it had arrived."""

    entry = models.OneToOneField(TabletEntry, models.PROTECT, related_name="outcome", verbose_name=_("entry"))
    result = models.CharField(_("result"), max_length=12, choices=[(r.value, label) for r, label in RESULT_LABELS.items()])
    code = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    sheet = models.ForeignKey("assessment.ScoreSheet", models.PROTECT, null=True, related_name="+", verbose_name=_("score sheet"))
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("outcome of an entry")
        verbose_name_plural = _("outcomes of entries")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(result__in=[r.value for r in Result]), name="entry_outcome_known"),
            models.CheckConstraint(
                condition=models.Q(result=Result.REFUSED.value) ^ models.Q(code=""), name="refused_entry_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.result}"


class StrayEntry(AppendOnly):
    """What came to a tablet's address but is not its next word: unreadable, wrongly signed, or at odds with what was there."""

    tablet = models.ForeignKey(Tablet, models.PROTECT, related_name="strays", verbose_name=_("tablet"))
    digest = models.CharField(max_length=64)
    text = models.TextField(_("as it came"))
    code = models.CharField(max_length=60)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by"))
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("stray entry")
        verbose_name_plural = _("stray entries")
        constraints: ClassVar = [models.UniqueConstraint(fields=["tablet", "digest"], name="stray_entry_once")]

    def __str__(self) -> str:
        return f"{self.tablet_id} {self.code}"


class TabletRelease(models.Model):
    """A lost or broken tablet given up: asked for by one person with the reason, confirmed by another."""

    tablet = models.OneToOneField(Tablet, models.PROTECT, related_name="release", verbose_name=_("tablet"))
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)

    class Meta:
        verbose_name = _("release of a tablet")
        verbose_name_plural = _("releases of tablets")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None, confirmed_at=None)
                | models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~models.Q(confirmed_by=models.F("asked_by")),
                name="tablet_release_takes_two",
            )
        ]

    def __str__(self) -> str:
        return f"{self.tablet_id}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None
