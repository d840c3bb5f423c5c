"""What the people of colleges are told: invitations, joint courses, and the way of a course through its review."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lms.notices.kinds import Table, Words, said
from lms.organisations.models import ROLE_LABELS
from lms.organisations.rules import Role

COLLEGE = Table("tenancy", _("My college"))


def invitation(facts: Mapping[str, Any]) -> Words:
    """Return the words of an invitation, for a notice or for a letter to somebody without an account."""
    subject = _now("Invitation from %(inviter)s") % facts
    if not facts["role"]:
        return Words(subject, _now("%(name)s is invited to publish courses here. Open the link within 14 days.") % facts)
    text = _now("You are invited to %(name)s as %(role)s. Open the link within 14 days.")
    return Words(subject, text % {**facts, "role": ROLE_LABELS[Role(facts["role"])]})


def _published(facts: Mapping[str, Any]) -> Words:
    return Words(_now("Published: %(title)s") % facts, facts["comment"] or _now("The review is over; learners can read it now."))


def _ended(facts: Mapping[str, Any]) -> Words:
    said_of = {**facts, "role": ROLE_LABELS[Role(facts["role"])]}
    text = _now(
        "You are no longer %(role)s of %(name)s. What you wrote stays there. If this is a mistake, ask its administrator."
    )
    return Words(_now("Your role at %(name)s has ended") % facts, text % said_of)


INVITED = COLLEGE.kind("invited", _("An invitation to a college, or to publish courses"), invitation)
OFFERED = COLLEGE.kind(
    "course_offered",
    _("An offer to run a course together"),
    said(_("An offer to run a course together"), _("%(college)s asks whether %(name)s wants to own “%(course)s” too.")),
    for_staff=True,
)
SUBMITTED = COLLEGE.kind(
    "course_submitted",
    _("A course waits for my review"),
    said(_("A course waits for your review: %(title)s"), _("%(name)s has sent it.")),
    for_staff=True,
)
RETURNED = COLLEGE.kind(
    "course_returned",
    _("The review asks me to change something"),
    said(_("Please change something: %(title)s"), "%(comment)s"),
    for_staff=True,
)
PUBLISHED = COLLEGE.kind("course_published", _("My course is published"), _published, for_staff=True)
ROLE_ENDED = COLLEGE.kind("role_ended", _("My role in a college ends"), _ended)
