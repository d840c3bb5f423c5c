"""The public half of the keys with which bodies sign, how they came about and who decided about them.

Private halves, passphrases and PINs never lie in the database.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.certificates.rules.keys import Algorithm, Backend, ChangeStatus, KeyEvent, KeyStatus
from lms.organisations.models import Organisation

BACKEND_LABELS = {
    Backend.PKCS12: _("file (PKCS#12)"),
    Backend.PKCS11: _("hardware token (PKCS#11)"),
    Backend.PROVIDER: _("licensed provider"),
}
KEY_LABELS = {
    KeyStatus.WAITING: _("Waits to be taken into use"),
    KeyStatus.ACTIVE: _("In use"),
    KeyStatus.RETIRED: _("Retired"),
    KeyStatus.COMPROMISED: _("Not safe any more"),
}
KEY_EVENT_LABELS = {
    KeyEvent.ACTIVATE: _("take into use"),
    KeyEvent.RETIRE: _("retire"),
    KeyEvent.COMPROMISE: _("report as not safe"),
}
CHANGE_STATUS_LABELS = {
    ChangeStatus.OPEN: _("waits for a second person"),
    ChangeStatus.CONFIRMED: _("done"),
    ChangeStatus.WITHDRAWN: _("withdrawn"),
}


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    def in_use(self) -> Self:
        """Return the keys that sign now."""
        return self.filter(status=KeyStatus.ACTIVE.value)

    def ever_used(self) -> Self:
        """Return the keys that sign or have signed; one that only waited is nobody's business."""
        return self.exclude(activated_at=None)


class SigningKey(models.Model):
    """The public half of a body's key, and where its private half lies."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="signing_keys", verbose_name=_("assessment body"))
    name = models.CharField(_("name"), max_length=120)
    algorithm = models.CharField(_("algorithm"), max_length=40, choices=[(item.value, item.value) for item in Algorithm])
    backend = models.CharField(
        _("kept in"),
        max_length=10,
        choices=[(item.value, label) for item, label in BACKEND_LABELS.items()],
        default=Backend.PKCS12.value,
    )
    # A file name, a PKCS#11 URI without PIN (RFC 7512), or "<provider>:<its key id>".
    key_reference = models.CharField(_("where the private key lies"), max_length=255)
    certificate_pem = models.TextField(_("certificate"))
    chain_pem = models.TextField(_("chain up to the root"), blank=True)
    not_before = models.DateTimeField(_("valid from"))
    not_after = models.DateTimeField(_("valid until"))
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=[(status.value, label) for status, label in KEY_LABELS.items()],
        default=KeyStatus.WAITING.value,
    )
    status_reason = models.TextField(_("reason"), blank=True)
    activated_at = models.DateTimeField(_("in use since"), null=True)
    retired_at = models.DateTimeField(_("out of use since"), null=True)
    revoked_at = models.DateTimeField(_("reported as not safe at"), null=True)
    unsafe_since = models.DateTimeField(_("not safe since"), null=True)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(status=KeyStatus.ACTIVE.value), name="one_signing_key_in_use"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in KeyStatus]), name="signing_key_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> KeyStatus:
        return KeyStatus(self.status)

    @property
    def active(self) -> bool:
        """Whether the body signs with it now."""
        return self.state is KeyStatus.ACTIVE


class KeyCeremony(models.Model):
    """The making of a key before two people of the body. `signing_key` follows when the certificate has come."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="key_ceremonies", verbose_name=_("assessment body")
    )
    backend = models.CharField(
        _("kept in"), max_length=10, choices=[(item.value, label) for item, label in BACKEND_LABELS.items()]
    )
    algorithm = models.CharField(_("algorithm"), max_length=40, choices=[(item.value, item.value) for item in Algorithm])
    key_reference = models.CharField(_("where the private key lies"), max_length=255)
    public_key_sha256 = models.CharField(_("fingerprint of the public key"), max_length=64)
    request_pem = models.TextField(_("certificate request"), blank=True)
    first_officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("first person"))
    second_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("second person")
    )
    attested = models.BooleanField(_("named by the operator, not signed in"), default=False)
    held_at = models.DateTimeField(_("held at"))
    signing_key = models.OneToOneField(
        SigningKey, models.PROTECT, null=True, related_name="ceremony", verbose_name=_("signing key")
    )
    finished_at = models.DateTimeField(_("finished at"), null=True)
    # The protocol as it was printed, in the write-once store; the second one follows with the certificate.
    protocol_sha256 = models.CharField(_("protocol (SHA-256)"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("key ceremony")
        verbose_name_plural = _("key ceremonies")
        ordering = ["-held_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(first_officer=models.F("second_officer")), name="ceremony_is_held_by_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.held_at:%Y-%m-%d}"


class KeyChange(models.Model):
    """One person proposes to take a key into or out of use, another one of the body confirms it."""

    signing_key = models.ForeignKey(SigningKey, models.PROTECT, related_name="changes", verbose_name=_("signing key"))
    event = models.CharField(
        _("what is to happen"),
        max_length=12,
        choices=[(event.value, label) for event, label in KEY_EVENT_LABELS.items() if event is not KeyEvent.COMPROMISE],
    )
    reason = models.TextField(_("reason"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=[(status.value, label) for status, label in CHANGE_STATUS_LABELS.items()],
        default=ChangeStatus.OPEN.value,
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    class Meta:
        verbose_name = _("change of a signing key")
        verbose_name_plural = _("changes of signing keys")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[status.value for status in ChangeStatus]), name="key_change_status_known"
            ),
            models.UniqueConstraint(
                fields=["signing_key"], condition=models.Q(status=ChangeStatus.OPEN.value), name="one_open_change_per_key"
            ),
            # Two people: who confirms is not who proposed.
            models.CheckConstraint(
                condition=~models.Q(status=ChangeStatus.CONFIRMED.value)
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("proposed_by"))),
                name="key_change_is_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signing_key} {self.event}"

    @property
    def state(self) -> ChangeStatus:
        return ChangeStatus(self.status)


class KeyWarning(models.Model):
    """That the body was told so many days before the end of a key's certificate, so that nobody is told twice."""

    signing_key = models.ForeignKey(SigningKey, models.PROTECT, related_name="warnings", verbose_name=_("signing key"))
    days = models.PositiveSmallIntegerField(_("days before the end"))
    told_at = models.DateTimeField(_("told at"))

    class Meta:
        verbose_name = _("warning about a signing key")
        verbose_name_plural = _("warnings about signing keys")
        constraints = [models.UniqueConstraint(fields=["signing_key", "days"], name="one_warning_per_threshold")]

    def __str__(self) -> str:
        return f"{self.signing_key} {self.days}"
