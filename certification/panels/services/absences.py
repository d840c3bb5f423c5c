"""Who was not reviewed, signed by two."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from certification.assessment.services.running import begin_if_first, require_running
from certification.panels.models import Defence, Dossier, PanelMember, ReviewAbsence, Slot
from certification.panels.rules import AbsenceReason, DossierStatus
from certification.plans.models import Plan, Seat
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role


@transaction.atomic
def record_absence(seat: Seat, *, reason: AbsenceReason | str, actor: User, now: datetime) -> ReviewAbsence:
    """Record that a candidate was not reviewed, by the officer or a member of her panel; twice is once.

    It counts once another person has signed it. Raises `PermissionDenied`, or `DomainError` "panels.no_slot",
    "panels.was_heard", "panels.absence_too_early" before her slot is over, "panels.has_dossier" when the dossier that is
    said to be missing is with the panel, or what `begin_if_first` raises.
    """
    reason = AbsenceReason(reason)
    plan = seat.plan
    _require_witness(actor, plan)
    Seat.objects.select_for_update().get(pk=seat.pk)
    if absence := ReviewAbsence.objects.filter(seat=seat).first():
        return absence
    slot = Slot.objects.filter(seat=seat).first()
    if slot is None:
        raise DomainError("panels.no_slot")
    if Defence.objects.filter(seat=seat).exists():
        raise DomainError("panels.was_heard", ticket=seat.ticket_number)
    with_panel = Dossier.objects.filter(plan=plan, candidate=seat.candidate_id, status=DossierStatus.RELEASED.value).exists()
    if reason is AbsenceReason.NO_DOSSIER and with_panel:
        raise DomainError("panels.has_dossier", ticket=seat.ticket_number)
    if now < slot.ends_at:
        raise DomainError("panels.absence_too_early", ticket=seat.ticket_number)
    begin_if_first(plan, now=now)
    absence = ReviewAbsence.objects.create(seat=seat, reason=reason.value, recorded_by=actor, recorded_at=now)
    ledger.append("panels.absence_recorded", subject=seat, actor=actor, now=now, reason=reason.value)
    return absence


@transaction.atomic
def confirm_absence(absence: ReviewAbsence, *, actor: User, now: datetime) -> ReviewAbsence:
    """Sign an absence as the second person.

    Raises `PermissionDenied`, or `DomainError` "panels.same_person", "panels.absence_signed" or "assessment.not_running".
    """
    plan = absence.seat.plan
    _require_witness(actor, plan)
    require_running(plan)
    if actor.pk == absence.recorded_by_id:
        raise DomainError("panels.same_person")
    # The WHERE clause is the lock: of two second signatures one is written.
    if not ReviewAbsence.objects.filter(pk=absence.pk, confirmed_at=None).update(confirmed_by=actor, confirmed_at=now):
        raise DomainError("panels.absence_signed")
    ledger.append("panels.absence_signed", subject=absence.seat, actor=actor, now=now, reason=absence.reason)
    absence.refresh_from_db()
    return absence


@transaction.atomic
def withdraw_absence(absence: ReviewAbsence, *, actor: User, now: datetime) -> None:
    """Take back an absence that was recorded by mistake, until the second person has signed; the ledger keeps both acts."""
    plan = absence.seat.plan
    _require_witness(actor, plan)
    require_running(plan)
    locked = ReviewAbsence.objects.select_for_update().get(pk=absence.pk)
    if locked.counts:
        raise DomainError("panels.absence_signed")
    ledger.append("panels.absence_withdrawn", subject=absence.seat, actor=actor, now=now, reason=locked.reason)
    locked.delete()


def _require_witness(actor: User, plan: Plan) -> None:
    """Raise `PermissionDenied` unless the person is an officer of the body or sits, declared, on a panel of the plan."""
    sits = PanelMember.objects.filter(panel__plan=plan, user=actor, left_at=None).exclude(declared_at=None)
    if not has_role(actor, plan.organisation, Role.EXAM_OFFICER) and not sits.exists():
        raise PermissionDenied
