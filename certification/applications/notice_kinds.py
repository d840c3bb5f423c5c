"""What candidates are told about their applications, and reviewers about their work."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certification.applications.rules import Verdict
from lms.notices.kinds import BOTH, MAIL, Table, Words, said

ASSESSMENT = Table("applications", _("Assessment and certificates"))
VERDICT_SUBJECTS = {
    Verdict.APPROVE: _("Your application is approved"),
    Verdict.RETURN: _("Your application needs a correction"),
    Verdict.REJECT: _("Your application is rejected"),
}


def _verdict(facts: Mapping[str, Any]) -> Words:
    return Words(str(VERDICT_SUBJECTS[Verdict(facts["verdict"])]), facts["reasons"] or facts["plan"])


VERDICT = ASSESSMENT.kind(
    "verdict",
    _("The decision on my application"),
    _verdict,
    channels=BOTH,
    binding=True,
)
TICKET = ASSESSMENT.kind(
    "ticket",
    _("My admission ticket, time and place of the exam"),
    said(_("Your admission ticket is ready"), "%(plan)s"),
    channels=BOTH,
    binding=True,
)
ENTERED = ASSESSMENT.kind(
    "entered",
    _("That somebody has begun an application for me"),
    said(
        _("%(body)s has begun an application for you"),
        _("%(plan)s. Check what stands there, attach what is missing and hand it in by %(date)s."),
    ),
    channels=BOTH,
)
INVITED = ASSESSMENT.kind(
    "invited",
    _("That somebody registers me for an assessment"),
    said(
        _("%(body)s wants to register you for an assessment"),
        _("%(plan)s. Make an account with this phone number, or sign in with it, and confirm by %(date)s."),
    ),
)
NEEDS_SUBJECTS = {
    "granted": _("The help you asked for in the exam is granted"),
    "refused": _("The help you asked for in the exam is not granted"),
}
NEEDS_TEXT = _("Sign in and open “Help I need in the exam” to read the answer.")
NEEDS = ASSESSMENT.kind(
    "needs",
    _("The decision on the help I need in the exam"),
    # The answer tells of her health: it stays on the page and goes through nobody's mail or messages.
    lambda facts: Words(str(NEEDS_SUBJECTS.get(facts["status"], "")), str(NEEDS_TEXT)),
    channels=BOTH,
    binding=True,
)


def _reviews(facts: Mapping[str, Any]) -> Words:
    count = facts["count"]
    subject = ngettext("%(name)s gave you %(count)s review", "%(name)s gave you %(count)s reviews", count)
    return Words(subject % facts, gettext("They are on your desk under “Taken by me”; the first is due by %(day)s.") % facts)


REVIEWS = ASSESSMENT.kind(
    "reviews",
    _("Reviews that a colleague gives me"),
    _reviews,
    channels=MAIL,
    for_staff=True,
    # The desk shows them at once; the mail may wait for the gathered one.
    urgent=False,
)
