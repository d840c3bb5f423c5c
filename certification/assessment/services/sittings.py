"""The theory exam: one sitting per seat, answers kept by the question bank."""

import hashlib
import json
from datetime import datetime, timedelta

from django.db import transaction

from certification.applications.needs import needs_of, theory_minutes_of
from certification.assessment import rules
from certification.assessment.models import Absence, TheorySitting
from certification.assessment.rules import Door, Part, SittingEvent, SittingStatus
from certification.assessment.services.running import begin_if_first
from certification.examday.selectors.admission import is_admitted, is_stopped
from certification.plans.kept import keeps
from certification.plans.models import Seat
from courses.questionbank import services as questionbank
from courses.questionbank.models import Attempt, Response
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.states import next_status


def late_limit(seat: Seat) -> timedelta:
    """Return how late this candidate may come; a number of the scheme version."""
    return timedelta(minutes=seat.plan.scheme.parameter("late_limit_minutes"))


def theory_minutes(seat: Seat) -> int:
    """Return how many minutes this candidate's theory exam has, extra time that holds on the exam day included. One query."""
    needs = needs_of([seat.candidate_id], on=seat.plan.exam_date).get(seat.candidate_id)
    return theory_minutes_of(seat.plan, needs)


def theory_ends_at(seat: Seat) -> datetime:
    """Return when the theory exam ends for this candidate. One query."""
    return seat.plan.theory_starts_at + timedelta(minutes=theory_minutes(seat))


@transaction.atomic
def start_sitting(seat: Seat, *, candidate: User, now: datetime) -> TheorySitting:
    """Begin the theory exam: draw this seat's paper and start its clock.

    Starting again while it runs returns the same sitting, so a second click or a second device
    changes nothing. The exam ends for everybody together, later only for who was granted extra time; who comes late has
    less of it.

    Raises `DomainError` "assessment.not_your_seat" (403), "assessment.already_submitted",
    "assessment.recorded_absent", "assessment.part_kept" for who passed theory before and re-sits the rest,
    "assessment.too_early", "assessment.too_late", "assessment.not_signed_in" (the plan has rooms of the register and no
    invigilator has let her in), "assessment.stopped",
    "assessment.no_blueprint" or "assessment.not_running".
    """
    if seat.candidate_id != candidate.pk:
        raise DomainError("assessment.not_your_seat", status=403)
    # The lock: two clicks in one second draw one paper.
    seat = Seat.objects.select_for_update().get(pk=seat.pk)
    plan = seat.plan
    sitting = TheorySitting.objects.filter(seat=seat).select_related("attempt").first()
    if sitting is not None:
        if sitting.is_submitted:
            raise DomainError("assessment.already_submitted")
        return sitting
    if Absence.objects.filter(seat=seat, part=Part.THEORY.value).exists():
        raise DomainError("assessment.recorded_absent")
    if keeps(seat, Part.THEORY.value):
        raise DomainError("assessment.part_kept", ticket=seat.ticket_number)
    if plan.blueprint is None:
        raise DomainError("assessment.no_blueprint")
    limit = late_limit(seat)
    door = rules.door(starts_at=plan.theory_starts_at, now=now, late_limit=limit)
    if door is Door.EARLY:
        raise DomainError("assessment.too_early", starts_at=plan.theory_starts_at)
    minutes = rules.minutes_left(starts_at=plan.theory_starts_at, minutes=theory_minutes(seat), now=now)
    if door is Door.CLOSED or not minutes:
        raise DomainError("assessment.too_late", closed_at=plan.theory_starts_at + limit)
    if not is_admitted(seat):
        raise DomainError("assessment.not_signed_in")
    if is_stopped(seat):
        raise DomainError("assessment.stopped")
    begin_if_first(plan, now=now)
    paper = questionbank.draw_paper(plan.blueprint, seed=f"{plan.number}:{seat.ticket_number}", now=now)
    attempt = questionbank.start_attempt(paper, user=candidate, now=now, minutes=minutes)
    return TheorySitting.objects.create(seat=seat, attempt=attempt, started_at=now)


@transaction.atomic
def submit_sitting(sitting: TheorySitting, *, actor: User | None, now: datetime) -> TheorySitting:
    """Hand the paper in; what was saved by the deadline counts. Handing in twice is handing in once.

    `actor` is the candidate, or nobody when the deadline ends the exam.
    """
    current = SittingStatus(sitting.status)
    if current is SittingStatus.SUBMITTED:
        return sitting
    new = next_status(rules.SITTING_TRANSITIONS, current, SittingEvent.SUBMIT)
    # The WHERE clause is the lock: of two requests only one hands in.
    won = TheorySitting.objects.filter(pk=sitting.pk, status=current.value).update(status=new.value, submitted_at=now)
    if won:
        attempt = questionbank.submit_attempt(sitting.attempt, now=now)
        ledger.append(
            "assessment.sitting_submitted",
            subject=sitting,
            actor=actor,
            now=now,
            paper=attempt.paper_id,
            answers_sha256=answers_fingerprint(attempt),
        )
    sitting.refresh_from_db()
    return sitting


def answers_fingerprint(attempt: Attempt) -> str:
    """Return the SHA-256 over all kept answers in the order of the paper."""
    rows = Response.objects.filter(attempt=attempt).order_by("paper_item__position")
    answers = [[position, sorted(answer)] for position, answer in rows.values_list("paper_item__position", "answer")]
    return hashlib.sha256(json.dumps(answers, separators=(",", ":")).encode()).hexdigest()
