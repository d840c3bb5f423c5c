"""What each role that an organisation gives out may do, in plain words."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from courses.tenancy.rules import INVITED_ROLES
from lms.organisations.models import ROLE_LABELS
from lms.organisations.rules import Role

DUTIES: dict[Role, str | Promise] = {
    Role.TEACHER: _("opens classes, admits learners, sees how far they are and answers their questions"),
    Role.AUTHOR: _("writes courses and sends them to review"),
    Role.COLLEGE_ADMIN: _(
        "does what teachers and authors do, invites people, ends their roles, and sees to the look of the page"
    ),
    Role.ITEM_WRITER: _("writes questions for the item bank"),
}


def duty_of(role: str) -> str | Promise:
    """Return what the role may do, or "" for one that no organisation gives out."""
    return DUTIES.get(Role(role), "")


def role_choices() -> Iterator[tuple[str, str | Promise]]:
    """Yield each role that an organisation gives out, with what it may do, for a form."""
    for role in INVITED_ROLES:
        yield role.value, format_lazy(_("{role}: {duty}"), role=ROLE_LABELS[role], duty=DUTIES[role])
