"""A candidate before the panel: begun, questioned, ended; the server's clock says how long it took."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localtime

from certification.assessment.services.running import begin_if_first, require_running
from certification.panels import selectors
from certification.panels.models import Defence, DefenceSheet, Dossier, Panel, PanelMember, Question, ReviewAbsence, Slot
from certification.panels.rules import DossierStatus
from certification.panels.services.naming import check_size
from certification.panels.services.shared import member_on
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError

QUESTION_LIMIT = 500
REASON_LIMIT = 300


@transaction.atomic
def begin_defence(slot: Slot, *, actor: User, now: datetime) -> Defence:
    """Begin the defence of one candidate, by the chair; each member gets a sheet of her own. A second time changes nothing.

    The panel is asked again what it was asked when it was named. Raises `DomainError` "panels.not_a_member",
    "panels.not_the_chair" or "plans.declare_first" (403), "panels.not_yet", "panels.recorded_absent",
    "panels.dossier_not_released", "panels.still_running" while another candidate is before this panel,
    "plans.team_too_small" or "plans.team_even" (I16), "plans.declarations_missing", "plans.card_missing" (I14),
    "plans.assessor_conflict" (I15), "plans.role_taken" (I17), or what `begin_if_first` raises.
    """
    member_on(slot.panel_id, actor, chair=True)
    panel = Panel.objects.select_for_update(of=("self",)).select_related("plan__organisation", "plan__scheme__occupation")
    committee = panel.get(pk=slot.panel_id)
    plan = committee.plan
    if defence := Defence.objects.filter(seat=slot.seat_id).first():
        return defence
    if now < committee.starts_at:
        raise DomainError("panels.not_yet", moment=localtime(committee.starts_at))
    if ReviewAbsence.objects.filter(seat=slot.seat_id).exists():
        raise DomainError("panels.recorded_absent")
    if not Dossier.objects.filter(plan=plan, candidate=slot.seat.candidate_id, status=DossierStatus.RELEASED.value).exists():
        raise DomainError("panels.dossier_not_released")
    if committee.defences.filter(ended_at=None).exists():
        raise DomainError("panels.still_running")
    members = check_panel(committee)
    begin_if_first(plan, now=now)
    defence = Defence.objects.create(seat_id=slot.seat_id, panel=committee, began_at=now, began_by=actor)
    DefenceSheet.objects.bulk_create(DefenceSheet(defence=defence, member=member, opened_at=now) for member in members)
    users = [member.user_id for member in members]
    ledger.append("panels.defence_begun", subject=defence, actor=actor, now=now, seat=slot.seat_id, members=users)
    return defence


def check_panel(panel: Panel) -> list[PanelMember]:
    """Return the members who score, or raise what keeps the panel from sitting (I14–I17)."""
    members = list(panel.members.filter(left_at=None, is_extra=False).select_related("user"))
    check_size(panel.plan, len(members))
    if silent := [member.user.name for member in members if member.declared_at is None]:
        raise DomainError("plans.declarations_missing", names=silent)
    for offer in selectors.look_at(panel.plan, [m.user for m in members], on=localtime(panel.starts_at).date()):
        if offer.against:
            raise offer.against[0]
    return members


@transaction.atomic
def ask_question(defence: Defence, *, text: str, actor: User, now: datetime) -> Question:
    """Write down a question that was put to the candidate; it stays as it was written.

    Raises `DomainError` what `member_on` raises, "panels.question_empty" (422) or "panels.defence_over".
    """
    member_on(defence.panel_id, actor)
    locked = Defence.objects.select_for_update().get(pk=defence.pk)
    words = text.replace("\0", "").strip()[:QUESTION_LIMIT]
    if not words:
        raise DomainError("panels.question_empty", status=422)
    if locked.ended_at is not None:
        raise DomainError("panels.defence_over")
    question = Question.objects.create(defence=locked, text=words, asked_by=actor, asked_at=now)
    ledger.append("panels.question_asked", subject=question, actor=actor, now=now, defence=locked.pk)
    return question


@transaction.atomic
def end_defence(defence: Defence, *, actor: User, now: datetime, short_reason: str = "") -> Defence:
    """End the defence, by the chair; only now the sheets can be signed. A second time changes nothing.

    It lasts the minutes that the scheme asks for, at least fifteen; a shorter one needs the reason in words. Raises
    `DomainError` what `member_on` raises, "assessment.not_running", "panels.no_question" or "panels.too_short".
    """
    member_on(defence.panel_id, actor, chair=True)
    locked = Defence.objects.select_for_update(of=("self",)).select_related("panel__plan__scheme").get(pk=defence.pk)
    plan = locked.panel.plan
    if locked.ended_at is not None:
        return locked
    require_running(plan)
    if not locked.questions.exists():
        raise DomainError("panels.no_question", status=422)
    least = selectors.least_minutes(plan)
    short = now - locked.began_at < timedelta(minutes=least)
    reason = short_reason.replace("\0", "").strip()[:REASON_LIMIT] if short else ""
    if short and not reason:
        raise DomainError("panels.too_short", status=422, minutes=least)
    locked.ended_at, locked.short_reason = now, reason
    locked.save(update_fields=["ended_at", "short_reason"])
    minutes = (now - locked.began_at) // timedelta(minutes=1)
    ledger.append("panels.defence_ended", subject=locked, actor=actor, now=now, minutes=minutes, short=short)
    return locked
