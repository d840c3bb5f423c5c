from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certification.bodies.rules import BodyType, is_valid_on
from certification.standards.models import LEVEL_CHOICES, Occupation
from lms.organisations.models import Organisation

TYPE_CHOICES = [(BodyType.EMPLOYER.value, _("Employer")), (BodyType.SOCIAL.value, _("Social assessment body"))]
# domain.md §6.2: a body counts its numbers itself, or the province's system hands them out and nothing is counted here.
NUMBER_CHOICES = [("allocate", _("counted here")), ("import", _("handed out by the province"))]


class Filing(models.Model):
    """备案: the authority's record that a body may assess; its codes stand in each certificate number."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="filings", verbose_name=_("assessment body"))
    type_letter = models.CharField(_("type"), max_length=1, choices=TYPE_CHOICES)
    body_code = models.CharField(_("body code"), max_length=4, validators=[RegexValidator(r"^\d{4}$")])
    province = models.CharField(_("province code"), max_length=2, validators=[RegexValidator(r"^\d{2}$")])
    sequence = models.CharField(_("sequence code"), max_length=6, validators=[RegexValidator(r"^\d{6}$")])
    record_number = models.CharField(_("record number"), max_length=40, unique=True)
    filed_name = models.CharField(_("filed name"), max_length=120)
    filed_name_en = models.CharField(_("filed name in English"), max_length=200, blank=True)
    numbers = models.CharField(_("certificate numbers"), max_length=10, choices=NUMBER_CHOICES, default="allocate")
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    # The smallest threshold of `rules.WARNED_AT` that was told; each is told once.
    warned_days = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("filing")
        verbose_name_plural = _("filings")
        ordering = ["organisation", "-valid_from"]
        constraints = [
            models.CheckConstraint(condition=models.Q(type_letter__in=["Y", "S"]), name="filing_type_known"),
            models.CheckConstraint(
                condition=models.Q(valid_from__lte=models.F("valid_until")), name="filing_ends_after_it_begins"
            ),
        ]
        indexes = [
            # The list of the desk pages by key; the warnings ask what ends soon.
            models.Index(fields=["organisation", "-id"], name="filing_desk"),
            models.Index(fields=["valid_until"], name="filing_ending"),
        ]

    def __str__(self) -> str:
        return f"{self.filed_name} {self.record_number}"

    def get_desk_url(self) -> str:
        return reverse("bodies:filing", args=[self.pk])

    @property
    def code(self) -> str:
        """The first thirteen characters of the body's certificate numbers."""
        return f"{self.type_letter}{self.body_code}{self.province}{self.sequence}"

    def is_valid_on(self, day: date) -> bool:
        return is_valid_on(self.valid_from, self.valid_until, day)


class FilingScope(models.Model):
    filing = models.ForeignKey(Filing, models.CASCADE, related_name="scopes")
    occupation = models.ForeignKey(Occupation, models.PROTECT, related_name="+", verbose_name=_("occupation"))
    work_type = models.CharField(_("work type"), max_length=60, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=LEVEL_CHOICES)

    class Meta:
        verbose_name = _("filed scope")
        verbose_name_plural = _("filed scopes")
        ordering = ["filing", "occupation", "-level"]
        constraints = [
            models.UniqueConstraint(fields=["filing", "occupation", "work_type", "level"], name="one_filing_scope"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 5)), name="filing_level_between_1_and_5"),
        ]

    def __str__(self) -> str:
        return f"{self.occupation} {self.get_level_display()}"
