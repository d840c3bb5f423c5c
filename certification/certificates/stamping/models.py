"""Later files of a certificate: the same bytes with one more time stamp over them. Rows here are never deleted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArchivedFile(models.Model):
    """One archive stamp: the file before it (`before_sha256`) stays in the store, and so does this one.

    The first row of a certificate names its original, each later one the row before.
    """

    certificate = models.ForeignKey(
        "certificates.Certificate", models.PROTECT, related_name="archived_files", verbose_name=_("certificate")
    )
    before_sha256 = models.CharField(max_length=64, unique=True)
    pdf_sha256 = models.CharField(max_length=64, unique=True)
    level = models.CharField(_("signature"), max_length=20)
    stamped_at = models.DateTimeField(_("time stamp of"))
    stamped_by = models.CharField(_("time-stamp service"), max_length=200)
    provable_until = models.DateTimeField(_("provable until"))

    class Meta:
        app_label = "certificates"
        verbose_name = _("archived file")
        verbose_name_plural = _("archived files")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.pdf_sha256[:12]
