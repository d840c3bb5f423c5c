"""What visitors are told."""

from django.utils.translation import gettext_lazy as _

from lms.notices.kinds import Table, said

VISITS = Table("venues", _("Visits to venues"))
BOOKED = VISITS.kind(
    "booked",
    _("My visit is booked"),
    said(
        _("Your visit is booked"),
        _("%(venue)s, %(day)s at %(time)s, %(size)s people. Address: %(address)s. The link shows your booking and cancels it."),
    ),
)
REMINDER = VISITS.kind(
    "reminder",
    _("A reminder on the day before my visit"),
    said(
        _("Your visit is soon"),
        _("%(venue)s, %(day)s at %(time)s, %(size)s people. Address: %(address)s. If you cannot come, cancel with the link."),
    ),
)
CALLED_OFF = VISITS.kind(
    "called_off",
    _("The venue calls my visit off"),
    said(
        _("Your visit cannot take place"),
        _("%(venue)s, %(day)s at %(time)s: the venue is closed then. Please book another time; phone: %(phone)s."),
    ),
)
