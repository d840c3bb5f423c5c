"""What learners are told about their courses and classes, and those who lead them about who waits."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.notices.kinds import Table, Words, said

LEARNING = Table("learning", _("My courses and classes"))


def _decided(facts: Mapping[str, Any]) -> Words:
    if facts["admitted"]:
        text = gettext("“%(title)s” begins on %(day)s. Its dates stand on the course page.")
        return Words(gettext("You are in the class"), text % facts)
    text = gettext("The teacher could not admit you to “%(title)s”. You may ask the college for another class.")
    return Words(gettext("Not admitted to the class"), text % facts)


def _answered(facts: Mapping[str, Any]) -> Words:
    subject = gettext("Your question is answered") if facts["first"] else gettext("An answer to your question was changed")
    return Words(subject, gettext("%(teacher)s has answered your question on “%(lesson)s”.") % facts)


def _due_soon(facts: Mapping[str, Any]) -> Words:
    subject = gettext("Due on %(day)s: %(modules)s") % {**facts, "modules": _listed(facts)}
    return Words(
        subject, gettext("Please finish it by then; it belongs to “%(title)s”. If you cannot, tell your teacher.") % facts
    )


def _overdue(facts: Mapping[str, Any]) -> Words:
    text = gettext(
        "It was due on %(day)s in “%(title)s”. You can still go on now. If something keeps you from it, tell your teacher."
    )
    return Words(gettext("Not finished yet: %(modules)s") % {"modules": _listed(facts)}, text % facts)


def _listed(facts: Mapping[str, Any]) -> str:
    return " · ".join(facts["modules"])


ANNOUNCED = LEARNING.kind("announced", _("What my teacher tells the class"), said("%(class)s：%(title)s", "%(text)s"))
ANSWERED = LEARNING.kind("answered", _("The answer to my question on a lesson"), _answered)
DECIDED = LEARNING.kind("decided", _("Whether I am admitted to a class"), _decided)
INVITED = LEARNING.kind(
    "invited",
    _("A college invites me to a class"),
    said(_("A college invites you to a class"), _("You are on the list of “%(title)s”, from %(day)s.")),
)
CLASS_MOVED = LEARNING.kind(
    "class_moved",
    _("My class moves to a newer version of the course"),
    said(
        _("Your class goes on with a newer version"),
        _(
            "“%(title)s” goes on with version %(number)s of the course. All you have done is kept; a lesson whose text was changed is read once more."
        ),
    ),
    urgent=False,
)
DUE_SOON = LEARNING.kind("due_soon", _("A module of mine is due in three days"), _due_soon)
OVERDUE = LEARNING.kind("overdue", _("A module of mine is overdue"), _overdue)
ASKED = LEARNING.kind(
    "asked",
    _("A learner asks me a question"),
    said(
        _("A learner asks about “%(lesson)s”"),
        _("It belongs to “%(place)s”. All questions that nobody has answered stand on your desk."),
    ),
    for_staff=True,
)
ASKS_TO_JOIN = LEARNING.kind(
    "asks_to_join",
    _("Somebody asks to join a class that I lead"),
    said(
        _("Somebody asks to join “%(title)s”"),
        _("Please admit or refuse on the page of the class; everybody who waits stands there."),
    ),
    for_staff=True,
)
