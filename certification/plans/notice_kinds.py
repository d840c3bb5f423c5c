"""What the office is told about its plans, and candidates about a plan they applied for."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from certification.plans.wording import NODE_TITLES
from lms.notices.kinds import BOTH, MAIL, Table, Text, Words, Writer, said

OFFICE = Table("plans", _("Assessment plans"))


def _of_node(subject: Text, text: Text) -> Writer:
    """Return a writer that names the node in the reader's language."""

    def write(facts: Mapping[str, Any]) -> Words:
        return said(subject, text)({**facts, "node": NODE_TITLES[facts["node"]]})

    return write


def _late(facts: Mapping[str, Any]) -> Words:
    days = int(facts["days"])
    subject = ngettext("%(days)s working day late: %(node)s", "%(days)s working days late: %(node)s", days)
    return _of_node(subject, _("%(plan)s: this was due on %(day)s. The link shows what is still to be done."))(facts)


HANDED_IN = OFFICE.kind(
    "handed_in",
    _("A plan waits for my approval"),
    said(_("A plan waits for your approval"), _("%(name)s handed in “%(plan)s”. Approve it, or return it with reasons.")),
    channels=BOTH,
    for_staff=True,
)
APPROVED = OFFICE.kind(
    "approved",
    _("The head approved my plan"),
    said(_("Your plan is approved"), _("“%(plan)s” can be published now.")),
    channels=MAIL,
    for_staff=True,
)
RETURNED = OFFICE.kind(
    "returned",
    _("The head returned my plan"),
    said(_("Your plan was returned"), _("“%(plan)s”: %(reasons)s")),
    channels=BOTH,
    for_staff=True,
)
NODE_DUE = OFFICE.kind(
    "node_due",
    _("A step of a plan is due soon"),
    _of_node(_("Due on %(day)s: %(node)s"), _("%(plan)s. The link shows what is still to be done.")),
    channels=MAIL,
    for_staff=True,
)
NODE_LATE = OFFICE.kind("node_late", _("A step of a plan is late"), _late, channels=BOTH, for_staff=True)
DUTY_SOON = OFFICE.kind(
    "duty_soon",
    _("An exam at which I have a duty is near"),
    said(_("Your exam duty is on %(day)s"), _("%(plan)s, %(moment)s, %(place)s.")),
    channels=BOTH,
    for_staff=True,
)

CASES = Table("plans", _("Assessment and certificates"))
CANCELLED = CASES.kind(
    "cancelled",
    _("An assessment I applied for is called off"),
    said(
        _("The assessment is called off"),
        _("%(body)s called off “%(plan)s”: %(reason)s Your application has ended with it; you can apply for another plan."),
    ),
    channels=BOTH,
    binding=True,
)
CORRECTED = CASES.kind(
    "corrected",
    _("A correction of a plan I applied for"),
    said(_("A notice about your assessment"), _("%(body)s about “%(plan)s”: %(text)s")),
    channels=BOTH,
    binding=True,
)
