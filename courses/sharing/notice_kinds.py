"""What authors are told about lessons that they took from another college."""

from django.utils.translation import gettext_lazy as _

from lms.notices.kinds import Table, said

COLLEGE = Table("sharing", _("My college"))
CHANGED = COLLEGE.kind(
    "lesson_changed",
    _("A lesson that I subscribe to has changed"),
    said(
        _("A lesson that you subscribe to has changed: %(title)s"),
        _("See what %(owner)s changed, and take it over or leave yours as it is."),
    ),
    for_staff=True,
)
