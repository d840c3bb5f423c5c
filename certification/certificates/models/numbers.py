"""Where certificate numbers come from: a counter for each series, or a list that the province handed out."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.bodies.models import Filing
from certification.certificates.rules import LAST_SERIAL
from lms.organisations.models import Organisation


class NumberSeries(models.Model):
    """The numbers that begin alike, and the last serial given out. The row's lock keeps serials gap-free (I32).

    `prefix` is all of the number before its serial: for a skill-level certificate body, site, year and level
    (16 characters), so that two filings with the same codes never give out the same number.
    """

    prefix = models.CharField(_("numbers begin with"), max_length=40, unique=True)
    last = models.PositiveIntegerField(_("last serial"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.CheckConstraint(condition=models.Q(last__range=(0, LAST_SERIAL)), name="series_has_six_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…{self.last}"


class StatusPlaces(models.Model):
    """How many places of an issuer's status list are taken. Its row lock keeps them gap-free."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    taken = models.PositiveBigIntegerField(_("places taken"), default=0)

    class Meta:
        verbose_name = _("places in the status list")
        verbose_name_plural = _("places in the status lists")

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.taken}"


class NumberImport(models.Model):
    """One list of numbers that the province's system handed out, as it was read."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="number_imports", verbose_name=_("filing"))
    file_name = models.CharField(_("file"), max_length=200)
    file_sha256 = models.CharField(max_length=64)
    count = models.PositiveIntegerField(_("numbers"))
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("imported by"))
    imported_at = models.DateTimeField(_("imported at"))

    class Meta:
        verbose_name = _("number import")
        verbose_name_plural = _("number imports")
        ordering = ["-imported_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.count})"


class ImportedNumber(models.Model):
    """One number of such a list. It is used once, in rising order, and never taken back."""

    source = models.ForeignKey(NumberImport, models.PROTECT, related_name="numbers", verbose_name=_("import"))
    number = models.CharField(_("certificate number"), max_length=22, unique=True)
    prefix = models.CharField(_("numbers begin with"), max_length=16)
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("imported number")
        verbose_name_plural = _("imported numbers")
        ordering = ["number"]
        indexes = [
            # The next free number of a series is asked for at every issue.
            models.Index(fields=["prefix", "number"], name="imported_number_free", condition=models.Q(used_at=None)),
        ]

    def __str__(self) -> str:
        return self.number
