"""What a body's certificates look like and say, version by version. A published version is never edited."""

import hashlib
import json

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.certificates.borders import Frame
from certification.certificates.models.kinds import KIND_LABELS
from certification.certificates.print_sources import print_fingerprint
from certification.certificates.rules import TemplateStatus
from certification.certificates.sheet import PrintTemplate, Signatory
from lms.core import store
from lms.organisations.models import Organisation

TEMPLATE_LABELS = {
    TemplateStatus.DRAFT: _("Draft"),
    TemplateStatus.PUBLISHED: _("Published"),
    TemplateStatus.RETIRED: _("Retired"),
}
FRAME_LABELS = {
    Frame.HOUSE: _("The kind's own border"),
    Frame.CLOUD: _("Clouds in gold"),
    Frame.PLAIN: _("Plain double line"),
    Frame.LADDER: _("Ladder in pine"),
}
ENGINE_CHOICES = [("reference", _("drawn one by one")), ("compiled", _("compiled"))]


class Template(models.Model):
    """A design under a name. Without an organisation it is the house's own, which every body may use."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="certificate_templates", verbose_name=_("organisation")
    )
    design = models.CharField(_("design"), max_length=12, choices=[(kind.value, label) for kind, label in KIND_LABELS.items()])
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("certificate template")
        verbose_name_plural = _("certificate templates")
        ordering = ["organisation", "design", "name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="one_template_of_a_name"),
            models.UniqueConstraint(
                fields=["design"], condition=models.Q(organisation=None), name="one_house_template_per_design"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """One version: frame, wording, seal, signatures. `report` is what the comparison of the two engines found.

    `engine` is what it said, and holds for the print sources that were compared alone: ask `is_compiled`.
    """

    template = models.ForeignKey(Template, models.PROTECT, related_name="versions", verbose_name=_("template"))
    version = models.PositiveSmallIntegerField(_("version"))
    frame = models.CharField(
        _("frame"),
        max_length=10,
        choices=[(frame.value, label) for frame, label in FRAME_LABELS.items()],
        default=Frame.HOUSE.value,
    )
    statement_zh = models.TextField(_("wording"), blank=True, max_length=400)
    statement_en = models.TextField(_("wording in English"), blank=True, max_length=600)
    seal_sha256 = models.CharField(max_length=64, blank=True)
    signatories = models.JSONField(_("signatures"), default=list, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(status.value, label) for status, label in TEMPLATE_LABELS.items()],
        default=TemplateStatus.DRAFT.value,
    )
    engine = models.CharField(_("engine"), max_length=10, choices=ENGINE_CHOICES, default="reference")
    report = models.JSONField(_("comparison"), default=dict, blank=True)
    sources_sha256 = models.CharField(_("print sources at the comparison"), max_length=64, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("edited by")
    )
    edited_at = models.DateTimeField(_("edited at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        verbose_name = _("template version")
        verbose_name_plural = _("template versions")
        ordering = ["template", "-version"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in TemplateStatus]), name="template_status_known"
            ),
            models.CheckConstraint(condition=models.Q(frame__in=[frame.value for frame in Frame]), name="template_frame_known"),
            models.UniqueConstraint(fields=["template", "version"], name="one_template_version"),
            models.UniqueConstraint(fields=["template"], condition=models.Q(status="published"), name="one_published_version"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.version}"

    @property
    def key(self) -> str:
        """The name under which claims refer to this version: "12-3"."""
        return f"{self.template_id}-{self.version}"

    @property
    def contents_sha256(self) -> str:
        """The fingerprint of frame, wording, seal and signatures: what somebody looks at before she publishes it."""
        contents = [self.frame, self.statement_zh, self.statement_en, self.seal_sha256, self.signatories]
        return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()

    @property
    def is_outdated(self) -> bool:
        """Whether it was compared, but with other print sources than this process draws with."""
        return bool(self.report) and self.sources_sha256 != print_fingerprint(self.template.design)

    @property
    def is_compiled(self) -> bool:
        """Whether the compiled engine may print on it: both engines drew alike, with the sources of now."""
        return self.engine == "compiled" and self.sources_sha256 == print_fingerprint(self.template.design)

    def as_print_template(self) -> PrintTemplate:
        """Return what the engines take, pictures read from the store."""
        return PrintTemplate(
            key=self.key,
            design=self.template.design,
            frame=self.frame,
            statement_zh=self.statement_zh,
            statement_en=self.statement_en,
            seal=store.read(self.seal_sha256) if self.seal_sha256 else None,
            signatories=tuple(
                Signatory(
                    name=row["name"],
                    title_zh=row.get("title_zh", ""),
                    title_en=row.get("title_en", ""),
                    picture=store.read(row["picture_sha256"]) if row.get("picture_sha256") else None,
                )
                for row in self.signatories
            ),
        )
