"""What candidates and staff are told about the exam day."""

from django.utils.translation import gettext_lazy as _

from lms.notices.kinds import BOTH, Table, said

EXAM_DAY = Table("examday", _("Assessment and certificates"))

SEAT_MOVED = EXAM_DAY.kind(
    "seat_moved",
    _("A change of my room or seat"),
    said(_("Your seat has changed"), _("%(plan)s: you now sit in %(room)s, seat %(seat)s. Please print the ticket again.")),
    channels=BOTH,
    binding=True,
)
DRAWN = EXAM_DAY.kind(
    "drawn",
    _("A duty for which I was drawn"),
    said(
        _("You were drawn for an exam"), _("%(plan)s, %(day)s. Please declare under “My duties” that nothing stands against it.")
    ),
    channels=BOTH,
    binding=True,
    for_staff=True,
)
