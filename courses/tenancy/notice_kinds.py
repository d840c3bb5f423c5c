"""What the people of colleges are told: invitations, joint courses, and the way of a course through its review."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.notices.kinds import Table, Words, said
from lms.organisations.models import ROLE_LABELS
from lms.organisations.rules import Role

COLLEGE = Table("tenancy", _("My college"))


def invitation(facts: Mapping[str, Any]) -> Words:
    """Return the words of an invitation, for a notice or for a letter to somebody without an account."""
    subject = gettext("Invitation from %(inviter)s") % facts
    if not facts["role"]:
        return Words(subject, gettext("%(name)s is invited to publish courses here. Open the link within 14 days.") % facts)
    text = gettext("You are invited to %(name)s as %(role)s. Open the link within 14 days.")
    return Words(subject, text % {**facts, "role": ROLE_LABELS[Role(facts["role"])]})


def _published(facts: Mapping[str, Any]) -> Words:
    return Words(
        gettext("Published: %(title)s") % facts, facts["comment"] or gettext("The review is over; learners can read it now.")
    )


def _taken_out(facts: Mapping[str, Any]) -> Words:
    told = facts["comment"] or gettext("Who begins “%(title)s” from now on does not meet it; who has begun keeps it.") % facts
    return Words(gettext("Taken out: %(part)s") % facts, told)


def _ended(facts: Mapping[str, Any]) -> Words:
    said_of = {**facts, "role": ROLE_LABELS[Role(facts["role"])]}
    text = gettext(
        "You are no longer %(role)s of %(name)s. What you wrote stays there. If this is a mistake, ask its administrator."
    )
    return Words(gettext("Your role at %(name)s has ended") % facts, text % said_of)


INVITED = COLLEGE.kind("invited", _("An invitation to a college, or to publish courses"), invitation)
OFFERED = COLLEGE.kind(
    "course_offered",
    _("An offer to run a course together"),
    said(_("An offer to run a course together"), _("%(college)s asks whether %(name)s wants to own “%(course)s” too.")),
    for_staff=True,
)
SUBMITTED = COLLEGE.kind(
    "course_submitted",
    _("A course or a page waits for my review"),
    said(_("Waits for your review: %(title)s"), _("%(name)s has sent it.")),
    for_staff=True,
)
RETURNED = COLLEGE.kind(
    "course_returned",
    _("The review asks me to change something"),
    said(_("Please change something: %(title)s"), "%(comment)s"),
    for_staff=True,
)
PUBLISHED = COLLEGE.kind("course_published", _("My course or page is published"), _published, for_staff=True)
OUT_ASKED = COLLEGE.kind(
    "out_asked",
    _("An author asks me to take out a part of a course"),
    said(_("Please take out: %(part)s"), _("%(name)s about “%(title)s”: %(reason)s")),
    for_staff=True,
)
LEFT_IN = COLLEGE.kind(
    "left_in",
    _("The reviewer leaves in what I asked to take out"),
    said(_("It stays in the course: %(part)s"), "%(comment)s"),
    for_staff=True,
)
TAKEN_OUT = COLLEGE.kind("taken_out", _("A part of my college’s course is taken out"), _taken_out, for_staff=True)
ROLE_ENDED = COLLEGE.kind("role_ended", _("My role in a college ends"), _ended)
