"""Invitations, co-owners of courses, wishes to take a part out, and how an organisation looks."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Page

from courses.catalogue.models import CoursePage
from courses.tenancy.rules import Status, mask_contact
from lms.core.freshness import shown
from lms.organisations.models import KIND_LABELS, ROLE_LABELS, Organisation

STATUS_LABELS = {
    Status.OPEN: pgettext_lazy("invitation", "waiting"),
    Status.ACCEPTED: pgettext_lazy("invitation", "accepted"),
    Status.WITHDRAWN: pgettext_lazy("invitation", "withdrawn"),
}


class Invitation(models.Model):
    """A link to one phone or e-mail: into `organisation` as `role`, or to found the organisation that is named here.

    Of the link only the hash is kept; sending it again makes a new one and ends the old one.
    """

    inviter = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations_sent")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="invitations")
    kind = models.CharField(
        _("kind"), max_length=20, blank=True, choices={kind.value: label for kind, label in KIND_LABELS.items()}
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    slug = models.SlugField(_("address"), blank=True)
    role = models.CharField(
        _("role"), max_length=30, blank=True, choices={role.value: label for role, label in ROLE_LABELS.items()}
    )
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    status = models.CharField(max_length=10, default=Status.OPEN.value)
    sendings = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["inviter", "-id"], name="invitations_of_an_organisation")]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=[s.value for s in Status]), name="invitation_status_known"),
            models.CheckConstraint(condition=models.Q(phone="") ^ models.Q(email=""), name="an_invitation_has_one_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.target_name} → {self.contact}"

    @property
    def founds(self) -> bool:
        """Whether it brings a new organisation rather than a person into one that is here."""
        return not self.role

    @property
    def target_name(self) -> str:
        return self.name if self.founds else (self.organisation.name if self.organisation else "")

    @property
    def contact(self) -> str:
        """Phone or e-mail as whoever invited wrote it."""
        return self.phone.removeprefix("+86") or self.email

    @property
    def masked_contact(self) -> str:
        return mask_contact(self.phone, self.email)


@shown
class CoOwner(models.Model):
    """A second owner of a joint course (校企合作): named on the course, and its authors may write in it, once it agreed."""

    course = models.ForeignKey(CoursePage, models.CASCADE, related_name="co_owners")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="joint_courses", verbose_name=_("organisation"))
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    offered_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("co-owner")
        verbose_name_plural = _("co-owners")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["course", "organisation"], name="a_co_owner_once_per_course")]

    def __str__(self) -> str:
        return f"{self.course} · {self.organisation}"


class TakeOutWish(models.Model):
    """An author asks that a published part of a course be taken out; the row goes when a reviewer has decided."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="take_out_wish")
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("wish to take a part out")
        verbose_name_plural = _("wishes to take a part out")

    def __str__(self) -> str:
        return f"{self.page_id}: {self.reason[:40]}"


@shown
class Brand(models.Model):
    """How an organisation looks on its own pages: one accent, one logo. The bytes were checked before they came here."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="brand")
    accent = models.CharField(_("accent colour"), max_length=7, blank=True)
    logo = models.BinaryField(default=bytes)
    logo_type = models.CharField(max_length=20, blank=True)
    logo_sha256 = models.CharField(max_length=64, blank=True)
    logo_width = models.PositiveIntegerField(default=0)
    logo_height = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")

    def __str__(self) -> str:
        return str(self.organisation)
