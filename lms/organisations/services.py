"""Who joins what."""

import datetime

from django.db import transaction

from lms.accounts.models import User
from lms.core import ledger
from lms.organisations.models import Membership, Organisation
from lms.organisations.rules import Role


@transaction.atomic
def add_member(user: User, organisation: Organisation, role: Role, *, actor: User | None, now: datetime.datetime) -> Membership:
    """Give the person a role; the same role twice is one membership."""
    membership, created = Membership.objects.get_or_create(user=user, organisation=organisation, role=role.value)
    if created:
        ledger.append("organisations.member_added", subject=organisation, actor=actor, now=now, user=user.pk, role=role.value)
    return membership
