"""The ledger and the jobs. Both only ever grow."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LedgerEntry(models.Model):
    """One act with legal effect, chained to the one before it by its hash. Written by `ledger.append`."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    actor_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["sequence"]
        # "What happened to this certificate?" is asked on every verification.
        indexes = [models.Index(fields=["subject", "sequence"], name="ledger_subject")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A ledger entry is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("A ledger entry is never removed.")


class LedgerHead(models.Model):
    """The one row that writers lock, so that two entries never claim the same place in the chain."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = _("ledger head")
        verbose_name_plural = _("ledger heads")

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:12]}"


class Job(models.Model):
    """A bulk action with progress that a person can watch, and that goes on where it stopped."""

    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    total = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def done(self) -> int:
        """How many rows have an outcome. Causes a query."""
        return self.rows.count()

    @property
    def failed(self) -> int:
        """How many rows could not be done. Causes a query."""
        return self.rows.filter(ok=False).count()


class JobRow(models.Model):
    """The outcome of one row of a job, so that a second run knows what is done already."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="rows")
    key = models.CharField(max_length=120)
    ok = models.BooleanField()
    message = models.TextField(blank=True)

    class Meta:
        verbose_name = _("job row")
        verbose_name_plural = _("job rows")
        constraints = [models.UniqueConstraint(fields=["job", "key"], name="one_outcome_per_job_row")]

    def __str__(self) -> str:
        return f"{self.key} {'ok' if self.ok else self.message}"


class PublicChange(models.Model):
    """Something that is shown to everybody has changed. Written and swept by `freshness`."""

    mark = models.CharField(max_length=16)

    class Meta:
        verbose_name = _("change of what is shown")
        verbose_name_plural = _("changes of what is shown")

    def __str__(self) -> str:
        return self.mark


class Claim(models.Model):
    """Who took one row of a work queue. It holds as long as the row stands at the same stage; others may still act."""

    queue = models.CharField(max_length=60)
    row = models.BigIntegerField()
    stage = models.CharField(max_length=20)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("claim of a queue row")
        verbose_name_plural = _("claims of queue rows")
        constraints = [models.UniqueConstraint(fields=["queue", "row"], name="one_holder_per_queue_row")]

    def __str__(self) -> str:
        return f"{self.queue} {self.row}"


class Aside(models.Model):
    """A row that one person does not want to see on her desk until a day, or until there is something new in it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    queue = models.CharField(max_length=60)
    row = models.CharField(max_length=200)
    until = models.DateField(null=True)
    """The day on which it is back; None for a row marked as done."""
    seen_as = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("row put aside")
        verbose_name_plural = _("rows put aside")
        constraints = [models.UniqueConstraint(fields=["user", "queue", "row"], name="a_row_is_put_aside_once")]

    def __str__(self) -> str:
        return f"{self.queue} {self.row}"
