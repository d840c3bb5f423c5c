from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.examday.models.append_only import AppendOnly
from certification.plans.models import Plan


class HandOver(AppendOnly):
    """试卷交接: somebody gave a sealed bag to somebody."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="hand_overs")
    bag = models.CharField(_("bag"), max_length=40)
    seal = models.CharField(_("number of the seal"), max_length=40)
    papers = models.PositiveSmallIntegerField(_("papers in it"))
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handed over by"))
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handed to"))
    at = models.DateTimeField()
    note = models.CharField(_("remark"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("hand-over of papers")
        verbose_name_plural = _("log of paper hand-overs")
        ordering = ["plan", "pk"]

    def __str__(self) -> str:
        return f"{self.bag} · {self.seal}"


class Receipt(AppendOnly):
    """The receiver's own word that she has it, and whether the seal was whole."""

    hand_over = models.OneToOneField(HandOver, models.PROTECT, related_name="receipt")
    at = models.DateTimeField()
    seal_whole = models.BooleanField(_("the seal is whole"), default=True)
    note = models.CharField(_("remark"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("receipt of papers")
        verbose_name_plural = _("receipts of papers")

    def __str__(self) -> str:
        return f"{self.hand_over_id}"
