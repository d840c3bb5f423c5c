"""Ending a role that somebody has in an organisation."""

import datetime

from django.db import transaction

from courses.tenancy import notice_kinds
from courses.tenancy.rules import STAFFING_ROLES
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.notices.services import news, tell_many
from lms.organisations.models import Membership, Organisation
from lms.organisations.rules import Role
from lms.organisations.services import end_member


@transaction.atomic
def end_role(membership: Membership, *, actor: User, now: datetime.datetime) -> None:
    """Take a role back, with all rights that came with it, and tell the person; what she wrote stays.

    Raises `DomainError` (409) "tenancy.last_administrator" when nobody would be left to invite people, and
    "core.invalid_transition" when the role was ended meanwhile.
    """
    # Locked, or two administrators end each other's role at once and nobody is left.
    organisation = Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    if Role(membership.role) in STAFFING_ROLES and not _others_staff(membership):
        raise DomainError("tenancy.last_administrator", name=organisation.name)
    end_member(membership, actor=actor, now=now)
    facts = {"name": organisation.name, "role": membership.role}
    tell_many([news(notice_kinds.ROLE_ENDED, membership.user, facts=facts, organisation=organisation, now=now)])


def _others_staff(membership: Membership) -> bool:
    roles = [role.value for role in STAFFING_ROLES]
    rows = Membership.objects.filter(organisation=membership.organisation_id, role__in=roles, user__is_active=True)
    return rows.exclude(pk=membership.pk).exists()
