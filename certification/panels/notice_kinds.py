"""What candidates and panel members are told about the review."""

from django.utils.translation import gettext_lazy as _

from lms.notices.kinds import BOTH, Table, said

CASES = Table("panels", _("Assessment and certificates"))
RETURNED = CASES.kind(
    "dossier_returned",
    _("My dossier for the review came back"),
    said(_("Please change your dossier by %(day)s"), _("%(plan)s: %(reasons)s")),
    channels=BOTH,
    binding=True,
)
SLOT = CASES.kind(
    "slot",
    _("When I defend my work"),
    said(_("Your defence is on %(moment)s"), _("%(plan)s, %(minutes)s minutes, %(place)s.")),
    channels=BOTH,
    binding=True,
)

OFFICE = Table("panels", _("Assessment plans"))
NAMED = OFFICE.kind(
    "named",
    _("I was named for a review panel"),
    said(_("You sit on a review panel"), _("%(plan)s, %(moment)s, %(place)s. Please declare first that there is no conflict.")),
    channels=BOTH,
    for_staff=True,
)
DIFFERENCE = OFFICE.kind(
    "difference",
    _("The sheets of my panel lie far apart"),
    said(_("The panel has to look together"), _("%(plan)s, candidate %(ticket)s: the sheets lie further apart than is allowed.")),
    channels=BOTH,
    for_staff=True,
)
