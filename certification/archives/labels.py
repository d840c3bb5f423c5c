"""The words for what an archive consists of."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.archives.rules import Kept, OpeningState, Status

VOLUME_LABELS = {
    1: _("Volume 1 · Application and review"),
    2: _("Volume 2 · Filing"),
    3: _("Volume 3 · Process"),
    4: _("Volume 4 · Papers and results"),
    5: _("Volume 5 · Certificates"),
}
STATUS_LABELS = {
    Status.BUILDING: pgettext_lazy("archive", "Being put together"),
    Status.BUILT: pgettext_lazy("archive", "Waits for the seal"),
    Status.SEALED: pgettext_lazy("archive", "Sealed"),
}
OPENING_LABELS = {
    OpeningState.ASKED: pgettext_lazy("opening", "Waits for the head"),
    OpeningState.APPROVED: pgettext_lazy("opening", "Approved: both confirm that they are there"),
    OpeningState.OPEN: pgettext_lazy("opening", "Open"),
    OpeningState.OVER: pgettext_lazy("opening", "Closed again"),
    OpeningState.LAPSED: pgettext_lazy("opening", "Lapsed"),
}
KEPT_LABELS = {
    Kept.PAPER: pgettext_lazy("archive", "Papers"),
    Kept.ELECTRONIC: pgettext_lazy("archive", "Electronic volumes"),
    Kept.VIDEO: pgettext_lazy("archive", "Recordings of the exam"),
}
