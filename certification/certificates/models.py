"""Signing keys, the counters of numbers, and the certificates themselves. Rows here are never deleted."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.bodies.models import Filing
from certification.certificates.rules import LAST_SERIAL, STANDING, Status
from certification.results.models import Decision
from certification.standards.models import Occupation
from lms.core.crypto import EncryptedTextField
from lms.organisations.models import Organisation

STATUS_LABELS = {
    Status.VALID: pgettext_lazy("certificate", "Valid"),
    Status.SUSPENDED: pgettext_lazy("certificate", "Suspended"),
    Status.REVOKED: pgettext_lazy("certificate", "Revoked"),
    Status.REPLACED: pgettext_lazy("certificate", "Replaced"),
}


class SigningKey(models.Model):
    """The public half of a body's key, and where its private half lies on this machine."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="signing_keys", verbose_name=_("assessment body"))
    name = models.CharField(_("name"), max_length=120)
    algorithm = models.CharField(_("algorithm"), max_length=40)
    certificate_pem = models.TextField(_("certificate"))
    chain_pem = models.TextField(_("chain up to the root"))
    key_reference = models.CharField(_("key file"), max_length=120)
    not_before = models.DateTimeField(_("valid from"))
    not_after = models.DateTimeField(_("valid until"))
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.UniqueConstraint(fields=["organisation"], condition=models.Q(active=True), name="one_signing_key_in_use"),
        ]

    def __str__(self) -> str:
        return self.name


class NumberCounter(models.Model):
    """The last serial given out for one body, year and level. Its row lock keeps the serials gap-free (I32)."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="+", verbose_name=_("filing"))
    year = models.PositiveSmallIntegerField(_("year"))
    level = models.PositiveSmallIntegerField(_("level"))
    last = models.PositiveIntegerField(_("last serial"), default=0)

    class Meta:
        verbose_name = _("number counter")
        verbose_name_plural = _("number counters")
        constraints = [
            models.UniqueConstraint(fields=["filing", "year", "level"], name="one_counter_per_filing_year_level"),
            models.CheckConstraint(condition=models.Q(last__range=(0, LAST_SERIAL)), name="counter_has_six_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.year} {self.level}: {self.last}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def standing(self) -> "CertificateQuerySet":
        """Those that hold, or are only suspended."""
        return self.filter(status__in=[status.value for status in STANDING])


class Certificate(models.Model):
    """One issued certificate: what it says, frozen, and the fingerprint of the file that says it.

    `claims` hold the ID number masked. The file is read from the write-once store and never made again.
    """

    number = models.CharField(_("certificate number"), max_length=22, unique=True)
    token = models.CharField(max_length=64, unique=True, editable=False)
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="certificate", verbose_name=_("decision"))
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates", verbose_name=_("holder"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="certificates", verbose_name=_("assessment body"))
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="+", verbose_name=_("filing"))
    occupation = models.ForeignKey(Occupation, models.PROTECT, related_name="+", verbose_name=_("occupation"))
    work_type = models.CharField(_("work type"), max_length=60, blank=True)
    level = models.PositiveSmallIntegerField(_("level"))
    claims = models.JSONField(_("what it says"))
    claims_sha256 = models.CharField(max_length=64)
    id_number = EncryptedTextField(_("ID number"))
    template_version = models.CharField(max_length=40)
    photo_sha256 = models.CharField(max_length=64)
    issued_on = models.DateField(_("date of issue"))
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("issued by"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(status.value, label) for status, label in STATUS_LABELS.items()],
        default=Status.VALID.value,
    )
    status_reason = models.TextField(_("reason"), blank=True)
    status_at = models.DateTimeField(_("status since"))
    pdf_sha256 = models.CharField(max_length=64, unique=True)
    signing_key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+", verbose_name=_("signing key"))
    signature_level = models.CharField(_("signature"), max_length=20)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in Status]), name="certificate_status_known"
            ),
            # I33. Two heads who press the button at once: the second meets this.
            models.UniqueConstraint(
                fields=["holder", "occupation", "work_type", "level", "organisation"],
                condition=models.Q(status__in=["valid", "suspended"]),
                name="one_standing_certificate",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-issued_at", "-id"], name="certificate_desk")]

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> Status:
        return Status(self.status)

    @property
    def is_sample(self) -> bool:
        return bool(self.claims["scheme"]["is_sample"])

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
