"""The certificates themselves: what each version says, frozen, and the fingerprint of the file that says it."""

import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.bodies.models import Filing
from certification.certificates.models.keys import SigningKey
from certification.certificates.models.kinds import KIND_LABELS
from certification.certificates.models.programmes import Programme
from certification.certificates.models.templates import ENGINE_CHOICES, TemplateVersion
from certification.certificates.rules import PUBLIC, STANDING, Kind, PublicReason, Status
from certification.results.models import Decision
from certification.standards.models import Occupation
from courses.learning.models import CompletionStatement
from lms.core.crypto import EncryptedTextField
from lms.organisations.models import Organisation

STATUS_LABELS = {
    Status.NUMBERED: pgettext_lazy("certificate", "Being made"),
    Status.VALID: pgettext_lazy("certificate", "Valid"),
    Status.SUSPENDED: pgettext_lazy("certificate", "Suspended"),
    Status.REVOKED: pgettext_lazy("certificate", "Revoked"),
    Status.REPLACED: pgettext_lazy("certificate", "Replaced"),
    Status.EXPIRED: pgettext_lazy("certificate", "Expired"),
    Status.VOIDED: pgettext_lazy("certificate", "Never issued"),
}
PUBLIC_REASON_LABELS = {
    PublicReason.UNTRUE: _("The application rested on untrue documents"),
    PublicReason.CHEATING: _("Cheating in the assessment"),
    PublicReason.ERROR: _("It was issued by mistake"),
    PublicReason.HOLDER: _("The holder asked for it"),
    PublicReason.REVIEW: _("The issuing body is looking into it"),
    PublicReason.OTHER: _("Another reason; ask the issuing body"),
    PublicReason.CORRECTION: _("Corrected and issued again"),
    PublicReason.REISSUE: _("Lost or damaged, and issued again"),
    PublicReason.RENEWAL: _("Renewed for a further term"),
    PublicReason.EXPIRY: _("Its term has ended"),
}
CHANGE_CHOICES = [("", ""), ("correction", _("Correction")), ("reissue", _("Reissue")), ("renewal", _("Renewal"))]


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def standing(self) -> "CertificateQuerySet":
        """Those that hold, are only suspended, or are being made."""
        return self.filter(status__in=[status.value for status in STANDING])

    def public(self) -> "CertificateQuerySet":
        """Those that were issued, whatever became of them."""
        return self.filter(status__in=[status.value for status in PUBLIC])


class Certificate(models.Model):
    """One version of one certificate. A number has one or more versions; all but the newest are replaced.

    `claims` hold the ID number masked; they, the file and its fingerprint never change. A correction, reissue or
    renewal is a new row with the same number that names the one it replaces; `decision` and `statement`, what the
    certificate follows from, stand on the newest version.
    """

    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=[(kind.value, label) for kind, label in KIND_LABELS.items()],
        default=Kind.SKILL_LEVEL.value,
    )
    number = models.CharField(_("certificate number"), max_length=22)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("replaces version")
    )
    change = models.CharField(_("change"), max_length=12, choices=CHANGE_CHOICES, blank=True)
    changed_facts = models.JSONField(_("changed facts"), default=dict, blank=True)
    token = models.CharField(max_length=64, unique=True, editable=False)
    decision = models.OneToOneField(Decision, models.PROTECT, null=True, related_name="certificate", verbose_name=_("decision"))
    statement = models.ForeignKey(
        CompletionStatement, models.PROTECT, null=True, related_name="certificates", verbose_name=_("completion statement")
    )
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, related_name="certificates", verbose_name=_("programme"))
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates", verbose_name=_("holder"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="certificates", verbose_name=_("issued by"))
    filing = models.ForeignKey(Filing, models.PROTECT, null=True, related_name="+", verbose_name=_("filing"))
    occupation = models.ForeignKey(Occupation, models.PROTECT, null=True, related_name="+", verbose_name=_("occupation"))
    work_type = models.CharField(_("work type"), max_length=60, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), null=True)
    claims = models.JSONField(_("what it says"))
    claims_sha256 = models.CharField(max_length=64)
    id_number = EncryptedTextField(_("ID number"))
    template = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="certificates", verbose_name=_("template"))
    engine = models.CharField(_("engine"), max_length=10, choices=ENGINE_CHOICES, blank=True)
    photo_sha256 = models.CharField(max_length=64, blank=True)
    issued_on = models.DateField(_("date of issue"))
    valid_until = models.DateField(_("valid until"), null=True)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("issued by"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(status.value, label) for status, label in STATUS_LABELS.items()],
        default=Status.NUMBERED.value,
    )
    status_reason = models.TextField(_("reason"), blank=True)
    # What the public is told of the reason; `status_reason` may name people and stays with the body.
    public_reason = models.CharField(
        _("reason told to the public"),
        max_length=12,
        choices=[(reason.value, label) for reason, label in PUBLIC_REASON_LABELS.items()],
        blank=True,
    )
    status_at = models.DateTimeField(_("status since"))
    status_index = models.PositiveBigIntegerField(_("place in the status list"))
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    credential_sha256 = models.CharField(max_length=64, blank=True)
    signing_key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+", verbose_name=_("signing key"))
    signature_level = models.CharField(_("signature"), max_length=20, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in Status]), name="certificate_status_known"
            ),
            models.UniqueConstraint(fields=["number", "version"], name="one_version_of_a_number"),
            # Of a number's versions one at most holds.
            models.UniqueConstraint(
                fields=["number"],
                condition=models.Q(status__in=["numbered", "valid", "suspended"]),
                name="one_standing_version",
            ),
            # I33. Two heads who press the button at once: the second meets this.
            models.UniqueConstraint(
                fields=["holder", "occupation", "work_type", "level", "organisation"],
                condition=models.Q(status__in=["numbered", "valid", "suspended"]),
                name="one_standing_certificate",
            ),
            models.UniqueConstraint(
                fields=["holder", "programme"],
                condition=models.Q(status__in=["numbered", "valid", "suspended"]),
                name="one_standing_certificate_of_a_programme",
            ),
            models.UniqueConstraint(fields=["pdf_sha256"], condition=~models.Q(pdf_sha256=""), name="one_certificate_per_file"),
            models.UniqueConstraint(fields=["organisation", "status_index"], name="one_place_in_the_status_list"),
            # A certificate that was ever given to anybody has its file.
            models.CheckConstraint(
                condition=models.Q(status__in=["numbered", "voided"]) | ~models.Q(pdf_sha256=""),
                name="an_issued_certificate_has_its_file",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-issued_at", "-id"], name="certificate_desk"),
            # Which bits of an issuer's status list are set.
            models.Index(fields=["organisation", "status", "status_index"], name="certificate_status_list"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> Status:
        return Status(self.status)

    def state_on(self, day: datetime.date) -> Status:
        """Return what the register answers on that day: a certificate past its last day has expired, swept or not."""
        if self.valid_until is not None and day > self.valid_until and self.state in STANDING:
            return Status.EXPIRED
        return self.state

    @property
    def is_sample(self) -> bool:
        return bool(self.claims.get("scheme", {}).get("is_sample"))

    @property
    def verify_path(self) -> str:
        return reverse("registry:certificate", args=[self.token])

    @property
    def verify_url(self) -> str:
        """The public address that the QR code holds."""
        return f"{settings.PUBLIC_URL}{self.verify_path}"

    @property
    def file_name(self) -> str:
        return f"{self.number}.pdf"
