"""The team leader: named by the office, asks the team for a second signature under a fatal act (I24)."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from certification.assessment import selectors
from certification.assessment.jury import leader_of, others_to_ask
from certification.assessment.models import ScorePoint, SecondSignature, TeamLeader
from certification.assessment.sealing import answer_fingerprint
from certification.assessment.services.arbitrating import reconsider_place
from certification.assessment.services.running import require_running
from certification.assessment.services.stations import SETTABLE
from certification.assessment.signed import signed_of
from certification.plans.models import Plan, Seat
from certification.plans.rules import Status as PlanStatus
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

NOTE_LIMIT = 2000


@transaction.atomic
def name_leader(plan: Plan, *, user: User, actor: User, now: datetime) -> TeamLeader:
    """Name one of the plan's assessors the leader of the team; naming another replaces her.

    Raises `PermissionDenied` for anybody but the body's exam officer and head, `DomainError` "assessment.not_running"
    after the assessment, or "assessment.leader_not_of_team" (422).
    """
    if not has_role(actor, plan.organisation, Role.EXAM_OFFICER, Role.HEAD):
        raise PermissionDenied
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if PlanStatus(plan.status) not in SETTABLE:
        raise DomainError("assessment.not_running")
    if user.pk not in {person.pk for person in selectors.team(plan)}:
        raise DomainError("assessment.leader_not_of_team", status=422)
    row = TeamLeader.objects.filter(plan=plan).first()
    if row is not None and row.user_id == user.pk:
        return row
    row, _made = TeamLeader.objects.update_or_create(plan=plan, defaults={"user": user, "named_by": actor, "named_at": now})
    ledger.append("assessment.leader_named", subject=plan, actor=actor, now=now, leader=user.pk)
    return row


@transaction.atomic
def ask_second_signatures(seat: Seat, *, point: ScorePoint, actor: User, now: datetime) -> list[SecondSignature]:
    """Ask everybody of the team who has not signed this fatal act whether she saw it too; asking twice is asking once.

    All are asked, so that the leader does not learn who signed first and nobody learns what a colleague wrote.
    Raises `PermissionDenied` for anybody but the leader, `DomainError` "assessment.not_running" or
    "assessment.act_not_waiting" where the act does not wait for a second signature.
    """
    plan = seat.plan
    if leader_of(plan) != actor:
        raise PermissionDenied
    require_running(plan)
    place = (seat.pk, point.station_id)
    others = others_to_ask(signed_of(plan, place=place), place, point)
    if not point.fatal or not others:
        raise DomainError("assessment.act_not_waiting")
    before = set(SecondSignature.objects.filter(seat=seat, point=point).values_list("assessor_id", flat=True))
    if new := [pk for pk in others if pk not in before]:
        SecondSignature.objects.bulk_create(
            [SecondSignature(seat=seat, point=point, assessor_id=pk, asked_by=actor, asked_at=now) for pk in new],
            ignore_conflicts=True,
        )
        ledger.append("assessment.second_signature_asked", subject=seat, actor=actor, now=now, point=point.pk)
    return list(SecondSignature.objects.filter(seat=seat, point=point).order_by("pk"))


@transaction.atomic
def answer_second_signature(row: SecondSignature, *, seen: bool, note: str, actor: User, now: datetime) -> SecondSignature:
    """Sign that one saw the fatal act as well, saying what, or that one did not; written once.

    Raises `DomainError` "assessment.not_your_signature" (403), "assessment.not_running",
    "assessment.answered_already", or "assessment.fatal_needs_note" (422).
    """
    if row.assessor_id != actor.pk:
        raise DomainError("assessment.not_your_signature", status=403)
    plan = row.seat.plan
    require_running(plan)
    note = note.replace("\0", "").strip()[:NOTE_LIMIT]
    if seen and not note:
        raise DomainError("assessment.fatal_needs_note", status=422)
    sealed = answer_fingerprint(row, seen=seen, note=note, answered_at=now)
    # The WHERE clause is the lock: of two answers only one is written.
    won = SecondSignature.objects.filter(pk=row.pk, answered_at=None).update(
        seen=seen, note=note, answered_at=now, content_sha256=sealed
    )
    if not won:
        raise DomainError("assessment.answered_already")
    ledger.append("assessment.second_signature_answered", subject=row, actor=actor, now=now, seen=seen, content_sha256=sealed)
    reconsider_place(plan, (row.seat_id, row.point.station_id), now=now)
    row.refresh_from_db()
    return row
