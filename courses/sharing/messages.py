"""The sentences of this room's errors."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "sharing.not_published": _("Only a published lesson can be shared."),
    "sharing.borrowed": _("This lesson was taken over from another college, so it is not yours to share."),
    "sharing.own_lesson": _("This lesson is your own already."),
    "sharing.no_news": _("There is no update to decide about."),
}
