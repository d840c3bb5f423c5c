"""Rooms and seats: proposed by rule, changed by hand, confirmed by a person; only then do tickets say so."""

import hashlib
from collections import Counter
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from certification.applications.models import Application
from certification.applications.reviewing import seat_candidates
from certification.applications.rules import Status as CaseStatus
from certification.examday import notice_kinds
from certification.examday.models import Arrangement, ProposedPlace, SignIn
from certification.examday.people import candidates_of
from certification.examday.rules.arranging import arrange
from certification.examday.rules.findings import Finding
from certification.examday.rules.places import COLUMNS
from certification.examday.selectors.seating import findings_in, places_of, spaces_of
from certification.examday.services.dispatch import deal_invigilators
from certification.plans.access import require_officer
from certification.plans.models import Plan, PlanRoom, Seat
from certification.plans.rules import Status
from certification.plans.services import move_seats
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.notices.services import news, tell_many

ARRANGING_STATUSES = (Status.REGISTRATION_CLOSED, Status.ARRANGED)
"""While seats may be proposed: after registration closed (I12), and again until the exam begins."""


def seed_for(plan: Plan, turn: int) -> str:
    """Return the seed of a proposal: it follows from the plan and how often seats were proposed, nobody types it."""
    return hashlib.sha256(f"{plan.number}:seats:{turn}".encode()).hexdigest()


@transaction.atomic
def propose_seats(plan: Plan, *, actor: User, now: datetime, columns: int | None = None) -> Arrangement:
    """Have the rule propose a place for each candidate; proposing again draws other seats.

    `columns`: seats side by side in the rooms, kept from the last proposal if not given. Raises `PermissionDenied`, or
    `DomainError` "examday.no_rooms", "examday.too_late_to_arrange", "plans.nobody_to_seat".
    """
    require_officer(actor, plan.organisation)
    plan = Plan.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=plan.pk)
    _require_open(plan)
    rooms = spaces_of(plan)
    if not rooms:
        raise DomainError("examday.no_rooms")
    people = waiting_for_seats(plan)
    if not people:
        raise DomainError("plans.nobody_to_seat", status=422)
    before = Arrangement.objects.filter(plan=plan).first()
    turn = before.turn + 1 if before else 1
    width = columns or (before.columns if before else COLUMNS)
    proposal = arrange(candidates_of(plan, people), rooms, seed=seed_for(plan, turn), columns=width)
    values = {"seed": seed_for(plan, turn), "columns": width, "turn": turn, "proposed_by": actor, "proposed_at": now}
    fresh = {"moved_by_hand": 0, "confirmed_by": None, "confirmed_at": None}
    arrangement, _made = Arrangement.objects.update_or_create(plan=plan, defaults={**values, **fresh})
    arrangement.places.all().delete()
    ProposedPlace.objects.bulk_create(
        ProposedPlace(
            arrangement=arrangement,
            candidate_id=key,
            plan_room_id=place.room if (place := proposal.places.get(key)) else None,
            number=place.seat if place else None,
        )
        for key in people
    )
    facts = {"turn": turn, "seed": values["seed"], "columns": width, "people": len(people), **_counted(proposal.findings)}
    ledger.append("examday.seats_proposed", subject=plan, actor=actor, now=now, **facts)
    return arrangement


def waiting_for_seats(plan: Plan) -> list[int]:
    """Return whom this plan seats: the approved, or, once tickets are out, those who have one. One query."""
    if plan.status == Status.ARRANGED:
        return list(plan.seats.order_by("candidate_id").values_list("candidate_id", flat=True))
    approved = Application.objects.filter(plan=plan, status=CaseStatus.APPROVED.value)
    return list(approved.order_by("candidate_id").values_list("candidate_id", flat=True))


@transaction.atomic
def move_candidate(plan: Plan, *, candidate: int, room: int, number: int, actor: User, now: datetime) -> tuple[Finding, ...]:
    """Put one candidate on another seat by hand; who sits there changes places with her. Return what is wrong now.

    `room` is the key of the plan's room. Raises `PermissionDenied`, or `DomainError` "examday.nothing_proposed",
    "examday.too_late_to_arrange", "plans.no_such_seat".
    """
    require_officer(actor, plan.organisation)
    _lock_open(plan)
    arrangement = Arrangement.objects.select_for_update().filter(plan=plan).first()
    moved = arrangement.places.filter(candidate=candidate).first() if arrangement else None
    if arrangement is None or moved is None:
        raise DomainError("examday.nothing_proposed")
    target = PlanRoom.objects.filter(plan=plan, pk=room).first()
    if target is None or not 1 <= number <= target.seats:
        raise DomainError("plans.no_such_seat", status=422)
    other = arrangement.places.filter(plan_room=target, number=number).exclude(pk=moved.pk).first()
    origin = {"plan_room_id": moved.plan_room_id, "number": moved.number}
    if other is not None:
        # The seat is free for a moment, so that two can change places.
        ProposedPlace.objects.filter(pk=moved.pk).update(plan_room=None, number=None)
        ProposedPlace.objects.filter(pk=other.pk).update(**origin)
    ProposedPlace.objects.filter(pk=moved.pk).update(plan_room=target, number=number)
    arrangement.moved_by_hand += 1
    arrangement.confirmed_at = arrangement.confirmed_by = None
    arrangement.save(update_fields=["moved_by_hand", "confirmed_at", "confirmed_by"])
    facts = {"candidate": candidate, "room": room, "seat": number, "with": other.candidate_id if other else None}
    ledger.append("examday.seat_moved_by_hand", subject=plan, actor=actor, now=now, **facts)
    return findings_in(arrangement)


@transaction.atomic
def confirm_seats(plan: Plan, *, actor: User, now: datetime, knowing: bool = False, seen: str | None = None) -> list[Seat]:
    """Make the proposal binding: tickets are issued, or, where they were out already, who moved is told her new place.

    Invigilators who are named and have no room yet are dealt out. `seen` is the `Arrangement.state` that the page showed:
    what a colleague proposed or moved since is not confirmed unseen ("examday.changed_meanwhile"). Raises `PermissionDenied`, or `DomainError`
    "examday.nothing_proposed", "examday.seating_blocked" (somebody has no proper seat), "examday.findings_unseen" (the
    rest, unless `knowing`), "examday.already_confirmed", "examday.too_late_to_arrange", and what
    `applications.seat_candidates` raises.
    """
    require_officer(actor, plan.organisation)
    _lock_open(plan)
    arrangement = Arrangement.objects.select_for_update().filter(plan=plan).first()
    if arrangement is None:
        raise DomainError("examday.nothing_proposed")
    if arrangement.confirmed_at is not None:
        raise DomainError("examday.already_confirmed")
    if seen is not None and seen != arrangement.state:
        raise DomainError("examday.changed_meanwhile")
    found = findings_in(arrangement)
    if any(finding.blocks for finding in found):
        raise DomainError("examday.seating_blocked", count=sum(finding.blocks for finding in found))
    if found and not knowing:
        raise DomainError("examday.findings_unseen", count=len(found))
    places = places_of(arrangement)
    if plan.status == Status.ARRANGED:
        seats = move_seats(plan, places=places, actor=actor, now=now)
        _tell_moved(plan, seats, now)
    else:
        seats = seat_candidates(plan, places=places, actor=actor, now=now)
    arrangement.confirmed_by, arrangement.confirmed_at = actor, now
    arrangement.save(update_fields=["confirmed_by", "confirmed_at"])
    facts = {"turn": arrangement.turn, "by_hand": arrangement.moved_by_hand, "seats": len(seats), **_counted(found)}
    ledger.append("examday.seats_confirmed", subject=plan, actor=actor, now=now, **facts)
    deal_invigilators(plan, actor=actor, now=now, only_new=True)
    return seats


@transaction.atomic
def seat_by_rule(plan: Plan, *, actor: User, now: datetime) -> list[Seat]:
    """Propose and confirm at once, with whatever does not block; a plan with one room in words seats its people in order."""
    if not plan.rooms.exists():
        return seat_candidates(plan, actor=actor, now=now)
    propose_seats(plan, actor=actor, now=now)
    return confirm_seats(plan, actor=actor, now=now, knowing=True)


def _lock_open(plan: Plan) -> None:
    """Hold the plan's row, as it stands now and not when the page was asked for, and see that seats may still change."""
    Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    plan.refresh_from_db(fields=["status"])
    _require_open(plan)


def _require_open(plan: Plan) -> None:
    if Status(plan.status) not in ARRANGING_STATUSES or SignIn.objects.filter(seat__plan=plan).exists():
        raise DomainError("examday.too_late_to_arrange")


def _counted(findings: tuple[Finding, ...]) -> dict[str, dict[str, int]]:
    return {"findings": dict(Counter(finding.kind.value for finding in findings))}


def _tell_moved(plan: Plan, seats: list[Seat], now: datetime) -> None:
    cases = dict(Application.objects.filter(seat__in=seats).values_list("seat_id", "pk"))
    people = User.objects.in_bulk([seat.candidate_id for seat in seats])
    tell_many(
        [
            news(
                notice_kinds.SEAT_MOVED,
                people[seat.candidate_id],
                facts={"plan": plan.title, "room": seat.room, "seat": seat.number},
                url=reverse("applications:ticket", args=[cases[seat.pk]]) if seat.pk in cases else "",
                organisation=plan.organisation_id,
                now=now,
            )
            for seat in seats
        ]
    )
