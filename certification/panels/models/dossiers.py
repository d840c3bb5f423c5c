"""What a candidate hands in for the review, and what of it the panel sees."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.panels.rules import DossierKind, DossierStatus

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

KIND_LABELS = {
    DossierKind.SUMMARY: pgettext_lazy("dossier", "Technical summary or paper"),
    DossierKind.PERFORMANCE: pgettext_lazy("dossier", "Proof of work performance"),
    DossierKind.CASE: pgettext_lazy("dossier", "Case report"),
    DossierKind.OTHER: pgettext_lazy("dossier", "Something else"),
}
DOSSIER_LABELS = {
    DossierStatus.OPEN: pgettext_lazy("dossier", "Being put together"),
    DossierStatus.HANDED_IN: pgettext_lazy("dossier", "Handed in"),
    DossierStatus.RELEASED: pgettext_lazy("dossier", "With the panel"),
}


class Dossier(models.Model):
    """One candidate's papers for one plan. `due_on` is her own last day: later than the plan's after a return."""

    plan = models.ForeignKey("plans.Plan", models.PROTECT, related_name="dossiers", verbose_name=_("plan"))
    candidate = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="dossiers", verbose_name=_("candidate"))
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=[(status.value, label) for status, label in DOSSIER_LABELS.items()],
        default=DossierStatus.OPEN.value,
    )
    due_on = models.DateField(_("last day"))
    begun_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    reasons = models.TextField(_("why it came back"), blank=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(_("given to the panel at"), null=True, blank=True)
    content_sha256 = models.CharField(_("fingerprint of what the panel sees"), max_length=64, blank=True)

    if TYPE_CHECKING:
        files: RelatedManager["DossierFile"]

    class Meta:
        verbose_name = _("review dossier")
        verbose_name_plural = _("review dossiers")
        ordering = ["plan", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "candidate"], name="one_dossier_per_plan"),
            models.CheckConstraint(condition=models.Q(status__in=[s.value for s in DossierStatus]), name="dossier_status_known"),
            models.CheckConstraint(
                condition=models.Q(status=DossierStatus.RELEASED.value, released_by__isnull=False, released_at__isnull=False)
                & ~models.Q(content_sha256="")
                | ~models.Q(status=DossierStatus.RELEASED.value) & models.Q(released_by=None, released_at=None),
                name="a_released_dossier_is_sealed",
            ),
            models.CheckConstraint(
                condition=models.Q(released_by=None) | ~models.Q(released_by=models.F("candidate")),
                name="nobody_releases_her_own_dossier",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class DossierFile(models.Model):
    """A file of a dossier. Where the officer covered a name, the panel sees the covered copy instead."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="files")
    kind = models.CharField(_("kind"), max_length=12, choices=[(kind.value, label) for kind, label in KIND_LABELS.items()])
    name = models.CharField(_("file name"), max_length=160)
    content_type = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()
    panel_content_type = models.CharField(max_length=60, blank=True)
    panel_sha256 = models.CharField(max_length=64, blank=True)
    redacted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    redacted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("file of a dossier")
        verbose_name_plural = _("files of dossiers")
        ordering = ["dossier", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "kind", "sha256"], name="same_dossier_file_once"),
            models.CheckConstraint(condition=models.Q(kind__in=[k.value for k in DossierKind]), name="dossier_kind_known"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_redacted(self) -> bool:
        return bool(self.panel_sha256)

    @property
    def shown_sha256(self) -> str:
        """What the panel sees."""
        return self.panel_sha256 or self.sha256

    @property
    def shown_content_type(self) -> str:
        return self.panel_content_type or self.content_type

    @property
    def shown_name(self) -> str:
        """A name that tells the panel nothing about the person."""
        return f"{self.kind}-{self.pk}.{'pdf' if self.shown_content_type == 'application/pdf' else 'jpg'}"
