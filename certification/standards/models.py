"""Occupations and scheme versions. A published scheme is never edited; a change is a new version (I3).

The database refuses changes to a published version as well: migration 0002 puts guards on these tables.
"""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from certification.standards import rules
from certification.standards.rules import Level, WeightTable
from lms.core.freshness import shown
from lms.organisations.models import Organisation

LEVEL_CHOICES = [(level.value, level.label) for level in sorted(Level, reverse=True)]
KIND_CHOICES = [
    ("national", _("National standard")),
    ("industry", _("Industry norm")),
    ("enterprise", _("Enterprise norm")),
]
SAMPLE_NOTE_EN = "Sample, not a national standard"
"""What certificates print beside the Chinese note as well."""
STATUS_CHOICES = [("draft", _("Draft")), ("published", _("Published"))]
TABLE_CHOICES = [(WeightTable.THEORY.value, _("Theory")), (WeightTable.SKILL.value, _("Skill"))]


@shown
class Occupation(models.Model):
    """An occupation of one edition of the classification; codes move between editions."""

    edition = models.PositiveSmallIntegerField(_("classification edition"))
    code = models.CharField(_("code"), max_length=10, validators=[RegexValidator(r"^\d-\d{2}-\d{2}-\d{2}$")])
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120)
    definition = models.TextField(_("definition"), blank=True)
    # The same occupation in the edition before, where its code may have been another.
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        verbose_name = _("occupation")
        verbose_name_plural = _("occupations")
        ordering = ["code", "edition"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="one_occupation_per_code_and_edition")]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        return _in_language(self.name, self.name_en)


@shown
class Scheme(models.Model):
    """One version of the rules for one occupation: a national standard, an industry norm or an enterprise norm."""

    occupation = models.ForeignKey(Occupation, models.PROTECT, related_name="schemes", verbose_name=_("occupation"))
    key = models.SlugField(_("key"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=12, choices=KIND_CHOICES)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="schemes", verbose_name=_("body that owns it")
    )
    title = models.CharField(_("title"), max_length=120)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    edition_year = models.PositiveSmallIntegerField(_("edition year"))
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_sample = models.BooleanField(_("sample"), default=False)
    sample_note = models.CharField(_("sample note"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    parameters = models.JSONField(_("parameters"), default=dict)
    status = models.CharField(_("status"), max_length=10, choices=STATUS_CHOICES, default="draft")
    content_sha256 = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        ordering = ["occupation__code", "-edition_year", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="one_scheme_per_key_and_version"),
            models.CheckConstraint(condition=models.Q(kind__in=["national", "industry", "enterprise"]), name="scheme_kind_known"),
            models.CheckConstraint(condition=models.Q(status__in=["draft", "published"]), name="scheme_status_known"),
            models.UniqueConstraint(fields=["key"], condition=models.Q(status="draft"), name="one_draft_of_a_scheme"),
            models.CheckConstraint(
                condition=~models.Q(kind="national") | models.Q(owner=None), name="a_national_standard_is_nobodys"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="enterprise") | models.Q(owner__isnull=False), name="an_enterprise_norm_has_its_owner"
            ),
            # A sample must say so wherever it shows, certificates included.
            models.CheckConstraint(
                condition=models.Q(is_sample=False) | ~models.Q(sample_note=""), name="a_sample_scheme_says_so"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("standards:detail", args=[self.pk])

    def get_desk_url(self) -> str:
        return reverse("standards:scheme", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == "draft"

    @property
    def shown_sample_note(self) -> str:
        """The note in the reader's language; empty for a standard in force."""
        return _in_language(self.sample_note, SAMPLE_NOTE_EN) if self.is_sample else ""

    def parameter(self, name: str) -> Any:
        """Return a parameter of this version, or the default of domain.md §5.0."""
        return rules.parameter(self.parameters, name)

    @property
    def related_occupations(self) -> list[str]:
        """This occupation first, then those that the standard calls related (相关职业)."""
        return [self.occupation.name, *self.parameter("related_occupations")]

    @property
    def majors(self) -> list[str]:
        return list(self.parameter("majors"))


@shown
class SchemeLevel(models.Model):
    """One level of a scheme: its parts and the functions (职业功能) examined at it."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="levels")
    level = models.PositiveSmallIntegerField(_("level"), choices=LEVEL_CHOICES)
    parts = models.JSONField(_("parts"), default=list)
    functions = models.JSONField(_("functions"), default=list)

    class Meta:
        verbose_name = _("scheme level")
        verbose_name_plural = _("scheme levels")
        ordering = ["scheme", "-level"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "level"], name="one_scheme_level"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 5)), name="scheme_level_between_1_and_5"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.label}"

    @property
    def label(self) -> str:
        return Level(self.level).label

    @property
    def shown_label(self) -> str:
        return _in_language(Level(self.level).label, Level(self.level).label_en)

    def part(self, kind: str) -> dict[str, Any] | None:
        return next((part for part in self.parts if part["kind"] == kind), None)

    def weights(self, table: WeightTable | str) -> dict[str, Decimal]:
        """Return function → per cent of one table, in the printed order. Causes a query unless prefetched."""
        rows = [row for row in self.weight_rows.all() if row.table == str(table)]
        return {row.function: row.weight for row in sorted(rows, key=lambda row: row.order)}


class WeightRow(models.Model):
    scheme_level = models.ForeignKey(SchemeLevel, models.CASCADE, related_name="weight_rows")
    table = models.CharField(_("table"), max_length=6, choices=TABLE_CHOICES)
    function = models.CharField(_("function"), max_length=60)
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2)
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        verbose_name = _("weight")
        verbose_name_plural = _("weights")
        ordering = ["scheme_level", "table", "order"]
        constraints = [
            models.UniqueConstraint(fields=["scheme_level", "table", "function"], name="one_weight_per_function"),
            models.CheckConstraint(condition=models.Q(table__in=["theory", "skill"]), name="weight_table_known"),
            models.CheckConstraint(condition=models.Q(weight__gt=0, weight__lte=100), name="weight_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.function} {self.weight}"


class EligibilityCondition(models.Model):
    """申报条件: whoever meets any one condition of a level may apply."""

    scheme_level = models.ForeignKey(SchemeLevel, models.CASCADE, related_name="conditions")
    code = models.CharField(_("code"), max_length=8)
    text = models.TextField(_("text"))
    text_en = models.TextField(_("English text"))
    requirement = models.JSONField(_("requirement"), default=list)
    evidence = models.JSONField(_("evidence"), default=list)

    class Meta:
        verbose_name = _("eligibility condition")
        verbose_name_plural = _("eligibility conditions")
        ordering = ["scheme_level", "code"]
        constraints = [models.UniqueConstraint(fields=["scheme_level", "code"], name="one_condition_per_code")]

    def __str__(self) -> str:
        return self.code

    @property
    def shown_text(self) -> str:
        return _in_language(self.text, self.text_en)


class EquivalentVersion(models.Model):
    """Who publishes a scheme says: a part passed under an earlier version counts under this one (I26). Never taken back."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="equivalents")
    earlier = models.ForeignKey(Scheme, models.PROTECT, related_name="+", verbose_name=_("earlier version"))
    reason = models.CharField(_("why they are equivalent"), max_length=300)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        verbose_name = _("equivalent version")
        verbose_name_plural = _("equivalent versions")
        ordering = ["scheme", "-earlier__version"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "earlier"], name="a_version_is_declared_equivalent_once"),
            models.CheckConstraint(condition=~models.Q(earlier=models.F("scheme")), name="a_version_is_not_its_own_equivalent"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="an_equivalent_version_has_its_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.earlier_id} → {self.scheme_id}"


def _in_language(chinese: str, english: str) -> str:
    return english if english and (get_language() or "").startswith("en") else chinese
