"""The sentences of this room's errors."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "notices.binding": _("This kind of message tells of something with legal force, so it cannot be switched off."),
    "notices.not_failed": _("This message is not among those that failed any more. Please reload the page."),
    "notices.bad_link": _("This link is not complete. Please copy it from the mail as a whole, or sign in and choose there."),
}
