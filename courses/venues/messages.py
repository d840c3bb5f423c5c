"""The sentences of this room's errors."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "venues.party_size": _("At most %(most)s people can come together. For larger groups please phone the venue."),
    "venues.no_such_visit": _("There is no visit at this time. Please choose another one."),
    "venues.full": _("Only %(left)s places are left at this time. Please choose another time, or come with fewer people."),
    "venues.too_many": _("This phone has %(most)s visits to come already. Cancel one, or phone the venue."),
    "venues.too_late": _("This visit has begun already."),
    "venues.too_early": _("Visits can be booked at most %(days)s days ahead."),
    "venues.not_booked": _("This booking does not stand any more."),
    "venues.too_fast": _("Many visits were booked from your connection just now. Please wait some minutes, or phone the venue."),
    "venues.here_already": _("There is a venue “%(title)s” of this organisation already."),
}
