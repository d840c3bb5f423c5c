"""What a member of staff declares, what a body sets, and what its head rules about a conflict found late."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from certification.bodies.access import require_head
from certification.bodies.conflicts import policy_of
from certification.bodies.models import BodySettings, Declaration, Ruling, StaffMember, Tie
from certification.bodies.rules import DEFAULT_WEIGHTS, ConflictKind, TieKind, declaration_counts
from certification.bodies.selectors.register import declared_on
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.models import Organisation

DECLARATION_VERSION = 1
"""Raise with each change of `DECLARATION`, so that a stored declaration names what was read."""
DECLARATION = _(
    "I act for this body without fear or favour. I take no gift and follow no wish about a result. Before I see who is "
    "examined I declare every candidate who is my relative, student, apprentice, colleague or friend, and I stand back. "
    "What I see of items, papers and people I keep to myself."
)
LIMITS = ("assessed_before_limit", "in_a_row_limit", "renewed_one_in", "declaration_months")


@transaction.atomic
def declare_impartiality(entry: StaffMember, *, actor: User, now: datetime) -> Declaration:
    """Store the person's own declaration to the body, in the words and language she read.

    Raises `DomainError` `bodies.not_yours` (403), `bodies.declared_already` while the last one still counts.
    """
    if actor.pk != entry.user_id:
        raise DomainError("bodies.not_yours", status=403)
    StaffMember.objects.select_for_update().get(pk=entry.pk)
    months = policy_of(entry.organisation).declaration_months
    last = declared_on(entry)
    if declaration_counts(last and localdate(last), today=localdate(now), months=months):
        raise DomainError("bodies.declared_already")
    declaration = Declaration.objects.create(entry=entry, version=DECLARATION_VERSION, text=str(DECLARATION), declared_at=now)
    ledger.append("bodies.impartiality_declared", subject=entry, actor=actor, now=now, version=DECLARATION_VERSION)
    return declaration


@transaction.atomic
def declare_tie(*, kind: str, name: str, phone: str = "", actor: User, now: datetime) -> Tie:
    """Store somebody whom the actor must not assess; `phone` is E.164 or empty. The ledger keeps no word about the person."""
    if not name.strip():
        raise DomainError("bodies.tie_needs_name", status=422)
    tie = Tie.objects.create(user=actor, kind=TieKind(kind).value, name=name.strip(), phone=phone, declared_at=now)
    ledger.append("bodies.tie_declared", subject=tie, actor=actor, now=now, tie_kind=tie.kind)
    return tie


@transaction.atomic
def end_tie(tie: Tie, *, actor: User, now: datetime) -> None:
    """End a tie and forget whom it named; a second time changes nothing. Raises `DomainError("bodies.not_yours")` (403)."""
    if actor.pk != tie.user_id:
        raise DomainError("bodies.not_yours", status=403)
    if Tie.objects.filter(pk=tie.pk, ended_at=None).update(ended_at=now, name="", phone=""):
        ledger.append("bodies.tie_ended", subject=tie, actor=actor, now=now)


@transaction.atomic
def change_settings(organisation: Organisation, *, changes: dict[str, Any], actor: User, now: datetime) -> BodySettings:
    """Store what each conflict weighs in this body and its limits; only its head may, and the ledger keeps the values."""
    require_head(actor, organisation)
    names = [*(kind.value for kind in DEFAULT_WEIGHTS), *LIMITS]
    wanted = {name: changes[name] for name in names if name in changes}
    row, _created = BodySettings.objects.update_or_create(organisation=organisation, defaults=wanted)
    ledger.append("bodies.settings_changed", subject=organisation, actor=actor, now=now, **wanted)
    return row


@transaction.atomic
def rule_on_conflict(
    organisation: Organisation, *, subject: str, user: User, kind: ConflictKind, reason: str, actor: User, now: datetime
) -> Ruling:
    """Store what the head decided about a conflict that came to light after the person had acted; the first ruling stands.

    Raises `PermissionDenied`, and `DomainError` `bodies.reason_needed` (422), `bodies.own_conflict` (403).
    """
    require_head(actor, organisation)
    if actor.pk == user.pk:
        raise DomainError("bodies.own_conflict", status=403)
    if not reason.strip():
        raise DomainError("bodies.reason_needed", status=422)
    ruling, created = Ruling.objects.get_or_create(
        subject=subject,
        user=user,
        kind=kind.value,
        defaults={"organisation": organisation, "reason": reason.strip(), "ruled_by": actor, "ruled_at": now},
    )
    if created:
        ledger.append("bodies.conflict_ruled", subject=subject, actor=actor, now=now, user=user.pk, conflict=kind.value)
    return ruling
