"""People who sign in, and the documents that say who they are."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.accounts.rules import DocumentKind, Sex, normalise_name
from lms.core.crypto import EncryptedTextField, mask_id_number

KIND_LABELS = {
    DocumentKind.RESIDENT_ID: _("Resident identity card"),
    DocumentKind.HMT_PERMIT: _("Travel permit (Hong Kong, Macao, Taiwan)"),
    DocumentKind.PASSPORT: _("Passport"),
}
SEX_LABELS = {Sex.MALE: _("male"), Sex.FEMALE: _("female")}


def new_handle() -> str:
    """Return a name that means nothing: nobody signs in with it, Django only wants one."""
    return uuid.uuid4().hex


class PeopleManager(UserManager["User"]):
    """Makes people by phone or e-mail; the handle is made up."""

    def create_person(
        self, *, name: str, phone: str | None = None, email: str | None = None, password: str | None = None, **extra: Any
    ) -> "User":
        """Return a new person; without a password she signs in by code. Raises `DomainError` for an unreadable name."""
        person = self.model(name=normalise_name(name), phone=phone, email=email, **extra)
        person.set_password(password)
        person.save(using=self._db)
        return person


class User(AbstractUser):
    """One person, whatever roles she has in however many organisations."""

    username = models.CharField(max_length=32, unique=True, default=new_handle)
    name = models.CharField(_("name"), max_length=60)
    # Django's own field may not be empty; ours must be NULL for who has only a phone.
    email = models.EmailField(_("e-mail"), null=True, blank=True, unique=True)  # type: ignore[assignment]
    # Unique once it is proved: who only typed a number in must not keep its owner out. NULL for who has only an e-mail.
    phone = models.CharField(_("phone"), max_length=16, null=True, blank=True, db_index=True)  # noqa: DJ001
    phone_verified = models.BooleanField(default=False)
    language = models.CharField(
        _("language"), max_length=10, default="zh-hans", choices=[("zh-hans", "简体中文"), ("en", "English")]
    )

    objects: ClassVar[PeopleManager] = PeopleManager()
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(fields=["phone"], condition=models.Q(phone_verified=True), name="one_person_per_proved_phone")
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class IdentityDocument(models.Model):
    """The document by which a person is examined and certified. The number is encrypted; lists show `masked`."""

    user = models.OneToOneField(User, models.PROTECT, related_name="identity")
    kind = models.CharField(
        _("kind of document"), max_length=20, choices={kind.value: label for kind, label in KIND_LABELS.items()}
    )
    number = EncryptedTextField(_("document number"))
    number_index = models.CharField(max_length=64)
    birth_date = models.DateField(_("date of birth"))
    sex = models.CharField(_("sex"), max_length=6, choices={sex.value: label for sex, label in SEX_LABELS.items()})
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("identity document")
        verbose_name_plural = _("identity documents")
        constraints = [models.UniqueConstraint(fields=["number_index"], name="one_person_per_number")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.masked}"

    @property
    def masked(self) -> str:
        """The number as lists show it: `310***********1235`."""
        return mask_id_number(self.number)
