"""What candidates are told about their results."""

from django.utils.translation import gettext_lazy as _

from lms.notices.kinds import BOTH, Table, said

ASSESSMENT = Table("results", _("Assessment and certificates"))
RESULT = ASSESSMENT.kind(
    "published",
    _("My result, and until when I can object"),
    said(
        _("Your result is out"),
        _("%(plan)s: your result stands on your own page. You can object up to and including %(date)s."),
    ),
    channels=BOTH,
    binding=True,
)
OBJECTION = ASSESSMENT.kind(
    "objection_answered",
    _("The answer to my objection"),
    said(_("Your objection has been answered"), "%(answer)s"),
    channels=BOTH,
    binding=True,
)
