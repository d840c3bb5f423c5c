"""The body's half of a case: two reviews by two people, then a seat."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from certification.applications import notice_kinds, rules
from certification.applications.access import require_reviewer
from certification.applications.models import Application, Review
from certification.applications.resits import states_resit
from certification.applications.rules import TRANSITIONS, WAITING_STATUSES, Event, Status, Verdict
from certification.applications.selectors import missing_for_submission
from certification.plans.access import require_officer
from certification.plans.kept import keep_for_seats
from certification.plans.models import Plan, Seat
from certification.plans.seating import Places
from certification.plans.services import arrange_seats
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.states import move, next_status
from lms.notices.models import Notice
from lms.notices.services import news, tell_many


@transaction.atomic
def review_application(
    application: Application, *, verdict: Verdict | str, reasons: str = "", actor: User, now: datetime, seen: str = ""
) -> Review:
    """Give the first or, by another person, the second verdict, and tell the candidate.

    `seen` says which round the reviewer read (`Application.round_seen`); empty asks nothing. Raises `PermissionDenied` unless the actor reviews for this body, and
    `DomainError`: own case or same reviewer twice (I10), no reasons for a return
    or rejection, evidence missing, all seats taken, handed in anew since it was read, or somebody was faster.
    """
    choice = Verdict(verdict)
    require_reviewer(actor, application.plan.organisation)
    locked = (
        Application.objects.select_for_update(of=("self",))
        .select_related("plan__organisation", "plan__scheme__occupation", "candidate", "condition")
        .get(pk=application.pk)
    )
    current = Status(locked.status)
    step, event = rules.review_event(status=current, verdict=choice)
    next_status(TRANSITIONS, current, event)
    if seen and seen != locked.round_seen:
        raise DomainError("applications.handed_in_anew")
    rules.check_reviewer(reviewer=actor.pk, candidate=locked.candidate_id, first_reviewer=_first_reviewer(locked), step=step)
    rules.check_reasons(choice, reasons)
    if choice is Verdict.APPROVE:
        _check_approvable(locked, step)
    # Each round is vouched for anew: what she corrects is not what she undertook.
    anew: dict[str, Any] = {"undertaking_at": None} if choice is Verdict.RETURN else {}
    move(locked, current, event, TRANSITIONS, **anew)
    review = Review.objects.create(
        application=locked, step=step, reviewer=actor, verdict=choice.value, reasons=reasons.strip(), at=now
    )
    ledger.append(
        "applications.reviewed",
        subject=locked,
        actor=actor,
        now=now,
        step=step,
        verdict=choice.value,
        evaluation=locked.evaluation,
    )
    _tell_candidate(locked, review, now)
    application.refresh_from_db()
    return review


def _first_reviewer(application: Application) -> int | None:
    """The person who approved first in the present round; a return starts a new round."""
    review = (
        application.reviews.filter(step=1, verdict=Verdict.APPROVE.value, at__gte=application.submitted_at)
        .order_by("-at", "-pk")
        .first()
        if application.submitted_at
        else None
    )
    return review.reviewer_id if review else None


def _check_approvable(application: Application, step: int) -> None:
    missing = missing_for_submission(application)
    if missing:
        raise DomainError("applications.incomplete", missing=[str(item.label) for item in missing])
    if step != 2:
        return
    # Approvals of one plan queue up behind its row, so the last seat is given once.
    plan = Plan.objects.select_for_update().get(pk=application.plan_id)
    if plan.applications.filter(status=Status.APPROVED.value).count() >= plan.capacity:
        raise DomainError("applications.plan_full", capacity=plan.capacity)


def _tell_candidate(application: Application, review: Review, now: datetime) -> None:
    if review.verdict == Verdict.APPROVE and review.step == 1:
        return
    plan = application.plan
    notice = news(
        notice_kinds.VERDICT,
        application.candidate,
        facts={"verdict": review.verdict, "reasons": review.reasons, "plan": plan.title},
        url=reverse("applications:case", args=[application.pk]),
        organisation=plan.organisation_id,
        now=now,
    )
    tell_many([notice])


@transaction.atomic
def seat_candidates(plan: Plan, *, actor: User, now: datetime, places: Places | None = None) -> list[Seat]:
    """Seat all approved candidates of a plan whose registration is closed, all or none; who re-sits brings along what she keeps.

    `places` is needed where the plan uses rooms of the register; `examday.services` proposes it. Raises `DomainError("applications.reviews_pending")` while a submitted case
    waits for its second verdict, and what `plans.arrange_seats` raises.
    """
    require_officer(actor, plan.organisation)
    waiting = [status.value for status in WAITING_STATUSES]
    pending = plan.applications.filter(status__in=waiting).count()
    if pending:
        raise DomainError("applications.reviews_pending", count=pending)
    approved = list(plan.applications.filter(status=Status.APPROVED.value).select_related("candidate"))
    seats = arrange_seats(plan, candidates=[case.candidate for case in approved], actor=actor, now=now, places=places)
    seat_of = {seat.candidate_id: seat for seat in seats}
    for case in approved:
        move(case, Status(case.status), Event.SEAT, TRANSITIONS, seat=seat_of[case.candidate_id])
    tell_many([_ticket_notice(case, plan, now) for case in approved])
    keep_for_seats(plan, [seat_of[case.candidate_id] for case in approved if states_resit(case)], actor=actor, now=now)
    ledger.append("applications.seated", subject=plan, actor=actor, now=now, seats=len(seats))
    return seats


def _ticket_notice(case: Application, plan: Plan, now: datetime) -> Notice:
    return news(
        notice_kinds.TICKET,
        case.candidate,
        facts={"plan": plan.title},
        url=reverse("applications:ticket", args=[case.pk]),
        organisation=plan.organisation_id,
        now=now,
    )
