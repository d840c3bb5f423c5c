"""What a body gives certificates for besides skill levels: a course completed, hours, credits, an achievement."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.certificates.models.kinds import KIND_LABELS
from certification.certificates.models.templates import Template
from certification.certificates.rules import Kind
from courses.catalogue.models import CoursePage
from lms.organisations.models import Organisation

PROGRAMME_KINDS = [kind for kind in Kind if kind is not Kind.SKILL_LEVEL]


class Programme(models.Model):
    """One thing that certificates are given for. Its facts are copied into each certificate at issue.

    `valid_months` None: for ever. `renewal_credits`: credits in certificates of credit, awarded since the last issue,
    that a holder must show to renew; None: not renewable.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="programmes", verbose_name=_("organisation"))
    kind = models.CharField(_("kind"), max_length=12, choices=[(kind.value, KIND_LABELS[kind]) for kind in PROGRAMME_KINDS])
    title = models.CharField(_("title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    course = models.ForeignKey(
        CoursePage, models.PROTECT, null=True, blank=True, related_name="programmes", verbose_name=_("course")
    )
    hours = models.DecimalField(_("class hours"), max_digits=6, decimal_places=1, null=True, blank=True)
    credits = models.DecimalField(_("credits"), max_digits=6, decimal_places=1, null=True, blank=True)
    credit_scheme = models.CharField(_("credit scheme"), max_length=60, blank=True)
    valid_months = models.PositiveSmallIntegerField(_("valid for (months)"), null=True, blank=True)
    renewal_credits = models.DecimalField(_("credits needed to renew"), max_digits=6, decimal_places=1, null=True, blank=True)
    template = models.ForeignKey(
        Template, models.PROTECT, null=True, blank=True, related_name="programmes", verbose_name=_("template")
    )
    active = models.BooleanField(_("open"), default=True)

    class Meta:
        verbose_name = _("certificate programme")
        verbose_name_plural = _("certificate programmes")
        ordering = ["organisation", "title"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "title"], name="one_programme_of_a_title"),
            # I38: what is no skill-level certificate never looks like one.
            models.CheckConstraint(condition=models.Q(kind__in=[kind.value for kind in PROGRAMME_KINDS]), name="programme_kind"),
        ]

    def __str__(self) -> str:
        return self.title
