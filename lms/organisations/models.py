"""Colleges, assessment bodies, the authority and training bases, and who does what in them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.core.freshness import shown
from lms.organisations.rules import Kind, Role

KIND_LABELS = {
    Kind.COLLEGE: _("college"),
    Kind.ASSOCIATION: _("industry association"),
    Kind.EMPLOYER: _("employer"),
    Kind.AUTHORITY: _("authority"),
    Kind.BASE: _("training base"),
    Kind.STUDIO: _("studio of a master of the trade"),
}
ROLE_LABELS = {
    Role.AUTHOR: _("author"),
    Role.COURSE_REVIEWER: _("course reviewer"),
    Role.COLLEGE_ADMIN: _("college administrator"),
    Role.TEACHER: _("teacher"),
    Role.EXAM_OFFICER: _("exam officer"),
    Role.ELIGIBILITY_REVIEWER: _("eligibility reviewer"),
    Role.ITEM_WRITER: _("item writer"),
    Role.ASSESSOR: _("assessor"),
    Role.SUPERVISOR: _("quality supervisor"),
    Role.HEAD: _("head of the body"),
    Role.WATCHER: _("observer of the authority"),
}


@shown
class Organisation(models.Model):
    """A legal person that teaches, assesses or watches."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    slug = models.SlugField(unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices={kind.value: label for kind, label in KIND_LABELS.items()})
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    partners = models.ManyToManyField("self", blank=True, verbose_name=_("partners"))

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One role of one person in one organisation."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=30, choices={role.value: label for role, label in ROLE_LABELS.items()})

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["user", "organisation", "role"], name="one_membership_per_role")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organisation}"
