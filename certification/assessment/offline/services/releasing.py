"""A tablet that is lost or broken is given up by two people; for what it held the paper record counts then."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from certification.assessment.offline.models import Tablet, TabletRelease
from certification.assessment.offline.rules import TabletState
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.texts import writable
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

REASON_LIMIT = 500


@transaction.atomic
def ask_release(tablet: Tablet, *, reason: str, actor: User, now: datetime) -> TabletRelease:
    """Ask for a tablet to be given up; nothing changes before a second person has confirmed.

    Raises `PermissionDenied` for anybody but an exam officer of the body, `DomainError`
    "assessment.release_same_person" for the assessor herself, "assessment.release_needs_reason" (422),
    "assessment.release_not_needed" or "assessment.release_asked".
    """
    if not has_role(actor, tablet.plan.organisation, Role.EXAM_OFFICER):
        raise PermissionDenied
    if tablet.assessor_id == actor.pk:
        raise DomainError("assessment.release_same_person")
    words = writable(reason).strip()[:REASON_LIMIT]
    if not words:
        raise DomainError("assessment.release_needs_reason", status=422)
    locked = Tablet.objects.select_for_update().get(pk=tablet.pk)
    if TabletRelease.objects.filter(tablet=locked).exists():
        raise DomainError("assessment.release_asked")
    if locked.state(released=False, now=now) in (TabletState.NEW, TabletState.FINISHED):
        raise DomainError("assessment.release_not_needed")
    release = TabletRelease.objects.create(tablet=locked, reason=words, asked_by=actor, asked_at=now)
    ledger.append(
        "assessment.tablet_release_asked", subject=locked, actor=actor, now=now, arrived=locked.arrived, missing=locked.waiting
    )
    return release


@transaction.atomic
def confirm_release(release: TabletRelease, *, actor: User, now: datetime) -> TabletRelease:
    """Give the tablet up; from now on its entries are kept and do not count.

    Raises `PermissionDenied` for anybody but an exam officer or the head of the body, `DomainError`
    "assessment.release_same_person" for who asked or the assessor, or "assessment.release_not_needed" when everything
    has arrived meanwhile or somebody was faster.
    """
    if not has_role(actor, release.tablet.plan.organisation, Role.EXAM_OFFICER, Role.HEAD):
        raise PermissionDenied
    tablet = Tablet.objects.select_for_update().get(pk=release.tablet_id)
    if actor.pk in (release.asked_by_id, tablet.assessor_id):
        raise DomainError("assessment.release_same_person")
    if tablet.state(released=False, now=now) is TabletState.FINISHED:
        raise DomainError("assessment.release_not_needed")
    # The WHERE clause is the lock: of two confirmations only one is written.
    won = TabletRelease.objects.filter(pk=release.pk, confirmed_at=None).update(confirmed_by=actor, confirmed_at=now)
    if not won:
        raise DomainError("assessment.release_not_needed")
    ledger.append(
        "assessment.tablet_released",
        subject=tablet,
        actor=actor,
        now=now,
        asked_by=release.asked_by_id,
        arrived=tablet.arrived,
        missing=tablet.waiting,
        head=tablet.head,
    )
    release.refresh_from_db()
    return release
