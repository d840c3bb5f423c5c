"""The sentences behind the codes of scoring without network."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "assessment.entries_unreadable": _("What this tablet sent could not be read."),
    "assessment.entry_unreadable": _("This entry could not be read."),
    "assessment.entry_signature": _("This entry was not signed by this tablet."),
    "assessment.entry_device": _("This entry was written on another tablet."),
    "assessment.entry_conflict": _("Another entry with this number has arrived already."),
    "assessment.entry_chain": _("This entry does not follow the one before it."),
    "assessment.sheet_differs": _(
        "The sheet here is not the one that was signed on the tablet. Please send it again, look at it and sign once more."
    ),
    "assessment.tablet_released": _("This tablet was given up; the paper record counts."),
    "assessment.tablets_too_many": _("You have %(count)s tablets that have not finished. Please finish on one of them first."),
    "assessment.tablet_not_empty": _("%(count)s entries of this tablet have not arrived yet."),
    "assessment.entries_unsynced": _(
        "The tablets have not all finished: %(tablets)s. A number tells how many entries are missing; “?” means that nobody"
        " knows what the tablet still holds. The assessor connects it and chooses “Finish on this tablet”."
    ),
    "assessment.release_needs_reason": _("Please write what happened to the tablet and where the paper record lies."),
    "assessment.release_not_needed": _("Everything on this tablet has arrived. There is nothing to give up."),
    "assessment.release_asked": _("Somebody has asked for this already. It waits for a second person."),
    "assessment.release_same_person": _("A second person has to confirm this, and not the assessor."),
}
