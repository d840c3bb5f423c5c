"""A tablet is made ready while it has a network: it gets a key of its own."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from certification.assessment.models import Station
from certification.assessment.offline.description import RUNNING
from certification.assessment.offline.models import Tablet
from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import StaffRole
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError

KEY_BYTES = 32
MOST_TABLETS = 4


@transaction.atomic
def register_tablet(plan: Plan, *, pk: UUID, assessor: User, label: str, now: datetime) -> Tablet:
    """Register a tablet under the number that it chose, and make its key.

    The answer may be lost on its way: the same number asks again and gets the same key, until the tablet has reported.
    Raises `DomainError` "assessment.not_assigned" (403), "assessment.declaration_missing", "assessment.not_running",
    "assessment.stations_missing", "assessment.tablets_too_many", or "assessment.entry_conflict" for a number that is
    somebody else's or has reported already.
    """
    # Her own row is the lock: two clicks register one after the other.
    assignment = (
        StaffAssignment.objects.select_for_update().filter(plan=plan, user=assessor, role=StaffRole.ASSESSOR.value).first()
    )
    if assignment is None:
        raise DomainError("assessment.not_assigned", status=403)
    if assignment.declared_at is None:
        raise DomainError("assessment.declaration_missing")
    if plan.status not in RUNNING:
        raise DomainError("assessment.not_running")
    if known := Tablet.objects.filter(pk=pk).first():
        if known.plan_id != plan.pk or known.assessor_id != assessor.pk or known.last_seen_at is not None:
            raise DomainError("assessment.entry_conflict")
        return known
    if not Station.objects.filter(plan=plan).exists():
        raise DomainError("assessment.stations_missing")
    live = Tablet.objects.filter(plan=plan, assessor=assessor, finished_at=None, release=None).exclude(last_seen_at=None).count()
    if live >= MOST_TABLETS:
        raise DomainError("assessment.tablets_too_many", count=live)
    tablet = Tablet.objects.create(
        pk=pk,
        plan=plan,
        assessor=assessor,
        label=label[:60],
        secret=secrets.token_hex(KEY_BYTES),
        registered_at=now,
    )
    ledger.append("assessment.tablet_registered", subject=tablet, actor=assessor, now=now, plan=plan.pk)
    return tablet
