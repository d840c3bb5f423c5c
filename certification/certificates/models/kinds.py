"""What the kinds of certificate are called."""

from django.utils.translation import gettext_lazy as _

from certification.certificates.rules import Kind

KIND_LABELS = {
    Kind.SKILL_LEVEL: _("Skill-level certificate"),
    Kind.COMPLETION: _("Certificate of completion"),
    Kind.HOURS: _("Statement of class hours"),
    Kind.CREDITS: _("Statement of credits"),
    Kind.ACHIEVEMENT: _("Certificate of achievement"),
}
