"""Who joins what, and who leaves it."""

import datetime

from django.db import transaction

from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.models import Membership, Organisation
from lms.organisations.rules import Role


@transaction.atomic
def add_member(user: User, organisation: Organisation, role: Role, *, actor: User | None, now: datetime.datetime) -> Membership:
    """Give the person a role; the same role twice is one membership."""
    membership, created = Membership.objects.get_or_create(user=user, organisation=organisation, role=role.value)
    if created:
        ledger.append("organisations.member_added", subject=organisation, actor=actor, now=now, user=user.pk, role=role.value)
    return membership


@transaction.atomic
def end_member(membership: Membership, *, actor: User | None, now: datetime.datetime) -> None:
    """Take the role back. Raises `DomainError` "core.invalid_transition" when somebody was faster."""
    # Deleted through the query set, which sends the signals of each row and says whether there still was one.
    ended, _rows = Membership.objects.filter(pk=membership.pk).delete()
    if not ended:
        raise DomainError("core.invalid_transition")
    person, role = membership.user_id, membership.role
    ledger.append("organisations.member_ended", subject=membership.organisation, actor=actor, now=now, user=person, role=role)
