"""The public log: its keys, leaves, inner nodes and signed heads. Nothing here is ever changed or removed."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class WrittenOnce(models.Model):
    """A row that is added and then stays as it is."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A row of the public log is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("A row of the public log is never removed.")


class LogKey(models.Model):
    """The public half of a key of the log. Only `retired_at` is set later, once.

    `origin` names the log in each head signed with it. `endorsement`: the signature of the key before it.
    """

    key_id = models.CharField(max_length=64, unique=True)
    public_pem = models.TextField()
    key_reference = models.CharField(max_length=120)
    origin = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    endorsed_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    endorsement = models.TextField(blank=True)

    class Meta:
        verbose_name = _("key of the log")
        verbose_name_plural = _("keys of the log")
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=models.Q(retired_at__isnull=True), name="one_log_key_in_use")
        ]

    def __str__(self) -> str:
        return self.key_id[:16]


class LogState(models.Model):
    """The one row that growers lock: how many leaves there are, and how far the ledger was read."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.PositiveBigIntegerField(default=0)
    ledger_sequence = models.PositiveBigIntegerField(default=0)
    ledger_hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = _("state of the log")
        verbose_name_plural = _("states of the log")

    def __str__(self) -> str:
        return f"{self.size} / {self.ledger_sequence}"


class LogLeaf(WrittenOnce):
    """One act about a certificate. `data` is the public text; hash and salt tie it to the ledger and stay here."""

    index = models.PositiveBigIntegerField(primary_key=True)
    data = models.TextField()
    leaf_hash = models.CharField(max_length=64, unique=True)
    certificate = models.CharField(max_length=64, blank=True)
    ledger_sequence = models.PositiveBigIntegerField(unique=True)
    ledger_hash = models.CharField(max_length=64)
    ledger_salt = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("entry of the log")
        verbose_name_plural = _("entries of the log")
        ordering = ["index"]
        # "What does the log say about this certificate?" is asked on every verification.
        indexes = [models.Index(fields=["certificate", "index"], name="log_certificate")]

    def __str__(self) -> str:
        return f"{self.index} {self.leaf_hash[:12]}"


class TreeNode(WrittenOnce):
    """The hash of a complete subtree above the leaves, by its place in the tree (`merkle.Node.position`)."""

    position = models.PositiveBigIntegerField(primary_key=True)
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("node of the log")
        verbose_name_plural = _("nodes of the log")

    def __str__(self) -> str:
        return str(self.position)


class TreeHead(WrittenOnce):
    """What the log signed at one moment. The columns repeat what the signed `checkpoint` says."""

    number = models.PositiveBigIntegerField(primary_key=True)
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    at = models.DateTimeField()
    ledger_sequence = models.PositiveBigIntegerField()
    ledger_hash = models.CharField(max_length=64)
    ledger_salt = models.CharField(max_length=32)
    key = models.ForeignKey(LogKey, models.PROTECT, related_name="+")
    checkpoint = models.TextField()
    signature = models.TextField()

    class Meta:
        verbose_name = _("signed tree head")
        verbose_name_plural = _("signed tree heads")
        ordering = ["number"]
        indexes = [models.Index(fields=["size", "number"], name="log_head_size")]

    def __str__(self) -> str:
        return f"{self.number}: {self.size} {self.root[:12]}"
