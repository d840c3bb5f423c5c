"""Links under which a holder shows some of a certificate to whom she likes."""

import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.certificates.models.certificates import Certificate
from certification.certificates.rules.sharing import Claim, LinkState, Term, link_state

CLAIM_LABELS = {
    Claim.NAME: _("Full name"),
    Claim.SUBJECT: _("What it certifies: occupation and level, or course"),
    Claim.ISSUER: _("Issuing body"),
    Claim.DATES: _("Date of issue and term"),
    Claim.NUMBER: _("Certificate number"),
    Claim.ID_NUMBER: _("ID number, masked"),
    Claim.PHOTO: _("Photo"),
    Claim.FILE: _("The PDF itself, with all that is printed on it"),
}
TERM_LABELS = {
    Term.DAY: _("1 day"),
    Term.WEEK: _("1 week"),
    Term.MONTH: _("30 days"),
    Term.QUARTER: _("90 days"),
    Term.YEAR: _("1 year"),
    Term.OPEN: _("Until I withdraw it"),
}
LINK_LABELS = {
    LinkState.LIVE: pgettext_lazy("shared link", "Works"),
    LinkState.ENDED: pgettext_lazy("shared link", "Its time is over"),
    LinkState.WITHDRAWN: pgettext_lazy("shared link", "Withdrawn"),
}


class ShareLink(models.Model):
    """One link: which claims it shows, how long, and how often it was opened. Nothing is kept of who opened it.

    It shows the newest version of the number, so that a correction reaches whoever has the link.
    """

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="share_links", verbose_name=_("certificate"))
    token = models.CharField(max_length=64, unique=True, editable=False)
    claims = models.JSONField(_("what it shows"))
    note = models.CharField(_("for whom"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("shared at"))
    expires_at = models.DateTimeField(_("works until"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    opened = models.PositiveIntegerField(_("times opened"), default=0)

    class Meta:
        verbose_name = _("shared link")
        verbose_name_plural = _("shared links")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.certificate} {self.created_at:%Y-%m-%d}"

    def state_at(self, now: datetime.datetime) -> LinkState:
        return link_state(expires_at=self.expires_at, withdrawn_at=self.withdrawn_at, now=now)

    def shows(self, claim: Claim) -> bool:
        return claim.value in self.claims

    @property
    def claim_labels(self) -> list[str]:
        """What it shows, in words."""
        return [str(label) for claim, label in CLAIM_LABELS.items() if self.shows(claim)]

    @property
    def path(self) -> str:
        return reverse("registry:shared", args=[self.token])

    @property
    def url(self) -> str:
        return f"{settings.PUBLIC_URL}{self.path}"
