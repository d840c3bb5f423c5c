"""Where a team differs too much somebody scores anew: opened by the rule, settled by one signed sheet, never typed over."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from certification.assessment import rules, selectors
from certification.assessment.jury import eligible_arbitrators, leader_of
from certification.assessment.models import Arbitration, ArbitrationSheet, ScoreSheet
from certification.assessment.rules import (
    ARBITRATION_TRANSITIONS,
    ArbitrationEvent,
    ArbitrationStatus,
    ArbitrationWay,
    SheetStatus,
)
from certification.assessment.sealing import arbitration_fingerprint
from certification.assessment.services.lines import read_lines
from certification.assessment.services.running import require_running
from certification.assessment.signed import Place, Signed, signed_of
from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import StaffRole
from certification.plans.rules import Status as PlanStatus
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.states import next_status
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

DECLARATION = _(
    "I have no tie to this candidate: no family, no teacher and pupil, no common employer, and I did not score her before."
)
JOINT_DECLARATION = _("As the leader I give these points after the whole team has reviewed the case together.")
REASON_LIMIT = 2000


@transaction.atomic
def reconsider_place(plan: Plan, place: Place, *, now: datetime) -> Arbitration | None:
    """Open the arbitration of one candidate at one station where the complete team differs too much, or let it lapse.

    Returns the open arbitration, if there is one. It lapses where a fatal act that counts now made the totals agree.
    """
    team = StaffAssignment.objects.filter(plan=plan, role=StaffRole.ASSESSOR.value).values("user")
    own = ScoreSheet.objects.filter(seat=place[0], station=place[1], status=SheetStatus.SIGNED.value, assessor__in=team)
    if own.count() < team.count():
        return None
    return _reconsider(signed_of(plan, place=place), place, now=now)


@transaction.atomic
def reconsider(plan: Plan, *, now: datetime) -> int:
    """Do so for every candidate at every station, after a change in the team; return how many arbitrations are open.

    Nothing is opened once the assessment is closed.
    """
    if PlanStatus(plan.status) is not PlanStatus.IN_EXAM:
        return 0
    signed = signed_of(plan)
    return sum(_reconsider(signed, place, now=now) is not None for place in sorted(signed.sheets))


def _reconsider(signed: Signed, place: Place, *, now: datetime) -> Arbitration | None:
    row, needed = signed.arbitrations.get(place), signed.diverges(place)
    if needed and (row is None or row.status == ArbitrationStatus.LAPSED):
        return _open(row, place, spread=rules.spread(signed.totals(place)), now=now)
    if row is not None and row.is_open and signed.is_complete(place) and not needed:
        _end(row, ArbitrationEvent.LAPSE, now=now)
        ledger.append("assessment.arbitration_lapsed", subject=row, actor=None, now=now)
        return None
    return row if row is not None and row.is_open else None


def _open(row: Arbitration | None, place: Place, *, spread: Decimal, now: datetime) -> Arbitration:
    """Open a case, or again one that had lapsed before the team changed."""
    seat, station = place
    if row is None:
        row = Arbitration.objects.create(seat_id=seat, station_id=station, spread=spread, opened_at=now)
    else:
        new = next_status(ARBITRATION_TRANSITIONS, ArbitrationStatus(row.status), ArbitrationEvent.REOPEN)
        Arbitration.objects.filter(pk=row.pk, status=row.status).update(
            status=new.value, ended_at=None, opened_at=now, spread=spread
        )
        row.refresh_from_db()
    ledger.append("assessment.arbitration_opened", subject=row, actor=None, now=now, seat=seat, station=station)
    return row


def _end(row: Arbitration, event: ArbitrationEvent, *, now: datetime, **changes: Any) -> None:
    """Move an open arbitration to its end. Raises `DomainError` "assessment.arbitration_over" when somebody was faster."""
    new = next_status(ARBITRATION_TRANSITIONS, ArbitrationStatus.OPEN, event)
    won = Arbitration.objects.filter(pk=row.pk, status=ArbitrationStatus.OPEN.value).update(
        status=new.value, ended_at=now, **changes
    )
    if not won:
        raise DomainError("assessment.arbitration_over")


@transaction.atomic
def name_arbitrator(arbitration: Arbitration, *, user: User, actor: User, now: datetime) -> Arbitration:
    """Name the senior assessor who scores anew; naming another before she has signed replaces her.

    Raises `PermissionDenied` for anybody but the body's head and the team leader, `DomainError`
    "assessment.arbitration_joint" where the scheme has the leader do it, "assessment.arbitrator_unfit" (422) for who is
    of the first team, no senior assessor on the day, or bound to the candidate (I14, I15), "assessment.arbitration_over",
    or "assessment.not_running".
    """
    plan = arbitration.station.plan
    _require_head_or_leader(actor, plan)
    require_running(plan)
    if selectors.arbitration_way(plan) is ArbitrationWay.JOINT:
        raise DomainError("assessment.arbitration_joint")
    if user.pk not in {person.pk for person in eligible_arbitrators(arbitration)}:
        raise DomainError("assessment.arbitrator_unfit", name=user.get_full_name(), status=422)
    won = Arbitration.objects.filter(pk=arbitration.pk, status=ArbitrationStatus.OPEN.value).update(
        arbitrator=user, named_by=actor, named_at=now
    )
    if not won:
        raise DomainError("assessment.arbitration_over")
    ledger.append("assessment.arbitrator_named", subject=arbitration, actor=actor, now=now, arbitrator=user.pk)
    arbitration.refresh_from_db()
    return arbitration


@transaction.atomic
def sign_arbitration(
    arbitration: Arbitration, *, values: Mapping[str, Any], reason: str, declared: bool, actor: User, now: datetime
) -> ArbitrationSheet:
    """Write and sign the arbitrator's sheet, once and for good; it takes the place of the team's total farthest from it.

    `values` holds each line's value by its key, as `score_point` takes it. `declared`: the arbitrator confirmed the
    declaration (I15), or that the whole team reviewed the case.
    Raises `DomainError` "assessment.not_your_arbitration" (403), "assessment.not_running",
    "assessment.arbitration_over", "assessment.arbitration_undeclared" (422), "assessment.reason_missing" (422),
    "assessment.arbitrator_unfit" for who is no longer fit, or what `read_lines` finds.
    """
    row = (
        Arbitration.objects.select_for_update(of=("self",)).select_related("station__plan__scheme", "seat").get(pk=arbitration.pk)
    )
    plan = row.station.plan
    if not is_arbitrator(actor, row):
        raise DomainError("assessment.not_your_arbitration", status=403)
    require_running(plan)
    joint = selectors.arbitration_way(plan) is ArbitrationWay.JOINT
    if not joint and actor.pk not in {person.pk for person in eligible_arbitrators(row)}:
        raise DomainError("assessment.arbitrator_unfit", name=actor.get_full_name(), status=422)
    if not declared:
        raise DomainError("assessment.arbitration_undeclared", status=422)
    reason = reason.replace("\0", "").strip()[:REASON_LIMIT]
    if not reason:
        raise DomainError("assessment.reason_missing", status=422)
    lines = list(selectors.lines_at(row.station, seat_id=row.seat_id))
    scores, deductions, fatal = read_lines(lines, values)
    changes = {"arbitrator": actor, "named_by": actor, "named_at": now} if joint else {}
    _end(row, ArbitrationEvent.SIGN, now=now, **changes)
    sheet = ArbitrationSheet(
        arbitration=row,
        arbitrator=actor,
        scores=scores,
        deductions=deductions,
        fatal=fatal,
        total=rules.sheet_total(scores),
        reason=reason,
        declaration=str(JOINT_DECLARATION if joint else DECLARATION),
        signed_at=now,
    )
    sheet.content_sha256 = arbitration_fingerprint(sheet, lines)
    sheet.save()
    ledger.append("assessment.arbitration_signed", subject=sheet, actor=actor, now=now, content_sha256=sheet.content_sha256)
    return sheet


def is_arbitrator(user: User, arbitration: Arbitration) -> bool:
    """Tell whether this person is to score anew: who was named, or the leader where the team reviews together."""
    plan = arbitration.station.plan
    if selectors.arbitration_way(plan) is ArbitrationWay.JOINT:
        return leader_of(plan) == user
    return arbitration.arbitrator_id == user.pk


def _require_head_or_leader(actor: User, plan: Plan) -> None:
    if not has_role(actor, plan.organisation, Role.HEAD) and leader_of(plan) != actor:
        raise PermissionDenied
