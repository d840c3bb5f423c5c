"""What happens when the sheets of one candidate lie too far apart. Neither way lets anybody type a mark (I23)."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime

from certification.assessment.services.running import require_running
from certification.panels import notice_kinds, selectors
from certification.panels.models import DefenceSheet, JointLook, PanelMember
from certification.panels.rules import Way
from certification.panels.services.shared import member_on
from certification.plans.access import require_officer
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.notices.services import news, tell_many

LEAST_REASONS = 10
REASONS_LIMIT = 2000


@transaction.atomic
def rule_on_difference(look: JointLook, *, reasons: str, actor: User, now: datetime) -> JointLook:
    """Settle a difference by the chair's written reasons: the panel looked together, and the signed sheets stand.

    Raises `DomainError` what `member_on` raises for a chair, "panels.reasons_too_short" (422), "panels.look_closed", or
    "panels.extra_called" once an additional member is scoring.
    """
    look = _locked(look)
    member_on(look.defence.panel_id, actor, chair=True)
    require_running(look.defence.panel.plan)
    if look.extra_id is not None and look.is_open:
        raise DomainError("panels.extra_called")
    words = reasons.replace("\0", "").strip()[:REASONS_LIMIT]
    if len(words) < LEAST_REASONS:
        raise DomainError("panels.reasons_too_short", status=422, least=LEAST_REASONS)
    won = JointLook.objects.filter(pk=look.pk, closed_at=None).update(
        way=Way.RULING.value, reasons=words, closed_by=actor, closed_at=now
    )
    if not won:
        raise DomainError("panels.look_closed")
    ledger.append("panels.difference_settled", subject=look, actor=actor, now=now, way=Way.RULING.value, reasons=words)
    look.refresh_from_db()
    return look


@transaction.atomic
def call_additional_member(look: JointLook, *, user: User, actor: User, now: datetime) -> DefenceSheet:
    """Let one more person score the candidate from the dossier and the recorded questions; her sheet joins the others.

    She is asked what each member is asked, and declares before she sees anything. Who was called before her and has not
    signed is not waited for any more. Raises `PermissionDenied`, or
    `DomainError` "panels.look_closed", "panels.extra_called" for the same person again, "panels.scored_already" (422) for one of the panel, and what
    naming a panel raises about a person.
    """
    look = _locked(look)
    panel = look.defence.panel
    plan = panel.plan
    require_officer(actor, plan.organisation)
    require_running(plan)
    if not look.is_open:
        raise DomainError("panels.look_closed")
    if look.extra is not None and look.extra.member.user_id == user.pk:
        raise DomainError("panels.extra_called")
    if PanelMember.objects.filter(panel=panel, user=user, is_extra=False).exists():
        raise DomainError("panels.scored_already", status=422, name=user.name)
    for offer in selectors.look_at(plan, [user], on=localtime(panel.starts_at).date()):
        if offer.against:
            raise offer.against[0]
    member, _created = PanelMember.objects.update_or_create(
        panel=panel,
        user=user,
        defaults={"is_extra": True, "left_at": None},
        create_defaults={"is_extra": True, "named_at": now},
    )
    sheet = DefenceSheet.objects.create(defence=look.defence, member=member, opened_at=now)
    before, look.extra = look.extra, sheet
    look.save(update_fields=["extra"])
    if before is not None:
        # She never signed: an open look is what says so.
        before.delete()
    ledger.append("panels.additional_member", subject=look, actor=actor, now=now, user=user.pk)
    facts = {"plan": plan.title, "moment": now, "place": panel.place}
    url = f"/desk/panels/sit/{panel.pk}/"
    tell_many([news(notice_kinds.NAMED, user, facts=facts, url=url, organisation=plan.organisation_id, now=now)])
    return sheet


def _locked(look: JointLook) -> JointLook:
    rows = JointLook.objects.select_for_update(of=("self",)).select_related(
        "defence__panel__plan__organisation", "defence__panel__plan__scheme__occupation", "extra__member"
    )
    return rows.get(pk=look.pk)
