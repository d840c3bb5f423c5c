"""A page that says that it has finished has locked itself: what it holds is then known for good."""

from datetime import datetime

from django.db import transaction

from certification.assessment.offline.description import RUNNING
from certification.assessment.offline.models import Tablet, TabletRelease
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError


@transaction.atomic
def finish_tablet(tablet: Tablet, *, announced: int, actor: User, now: datetime) -> Tablet:
    """Record that the page has locked itself and holds nothing that has not arrived; twice is once.

    Raises `DomainError` "assessment.not_your_sheet" (403) or "assessment.tablet_not_empty" naming how much is missing.
    """
    locked = _own(tablet, actor=actor)
    if missing := max(announced, locked.announced) - locked.arrived:
        raise DomainError("assessment.tablet_not_empty", count=missing)
    if locked.finished_at is None:
        locked.finished_at = locked.last_seen_at = now
        locked.save(update_fields=["finished_at", "last_seen_at"])
        ledger.append(
            "assessment.tablet_finished", subject=locked, actor=actor, now=now, entries=locked.arrived, head=locked.head
        )
    return locked


@transaction.atomic
def resume_tablet(tablet: Tablet, *, actor: User, now: datetime) -> Tablet:
    """Let a page that had finished write again; asked over the network, so that the officer knows before the first entry.

    Raises `DomainError` "assessment.not_your_sheet" (403), "assessment.not_running" or "assessment.tablet_released".
    """
    locked = _own(tablet, actor=actor)
    if locked.plan.status not in RUNNING:
        raise DomainError("assessment.not_running")
    if TabletRelease.objects.filter(tablet=locked, confirmed_at__isnull=False).exists():
        raise DomainError("assessment.tablet_released")
    if locked.finished_at is not None:
        locked.finished_at, locked.last_seen_at = None, now
        locked.save(update_fields=["finished_at", "last_seen_at"])
        ledger.append("assessment.tablet_resumed", subject=locked, actor=actor, now=now)
    return locked


def _own(tablet: Tablet, *, actor: User) -> Tablet:
    if tablet.assessor_id != actor.pk:
        raise DomainError("assessment.not_your_sheet", status=403)
    return Tablet.objects.select_for_update(of=("self",)).select_related("plan").get(pk=tablet.pk)
