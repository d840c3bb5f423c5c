"""Before the day: registration closes, a team is named, who has a tie stands back, seats are given out, dossiers handed in."""

import datetime

from django.db import transaction

from certification.assessment.services import name_leader
from certification.bodies.services.impartiality import declare_tie
from certification.examday.services import arranging
from certification.plans import services as plans
from certification.plans.invigilation import needed_for
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.workdays import add_workdays
from lms.demo.batch.exam import Exam
from lms.demo.batch.fates import Lot
from lms.demo.story import at

TEAM = 3


def arrange(exam: Exam) -> None:
    """Close registration, name everybody, and seat the candidates."""
    crew, plan = exam.crew, exam.plan
    plan.refresh_from_db()
    now = at(add_workdays(plan.exam_date, -7), 9)
    plans.close_registration(plan, actor=crew.officer, now=now)
    bench = list(exam.bench.seniors if exam.session.review else exam.bench.assessors)
    named = exam.chance.sample(bench, TEAM)
    spares = [person for person in bench if person not in named]
    _tie(exam, named[0], now=now)
    _name(exam, named, now=now)
    while (tied := _seat(exam, named, now=now)) is not None:
        # The house found the tie when it knew the candidates: she stands back, somebody else comes.
        exam.told["stood_back"] += 1
        named[named.index(tied)] = spares.pop(0)
        _name(exam, named, now=now)
    exam.team = named
    plan.refresh_from_db()
    name_leader(plan, user=named[0], actor=crew.head, now=now)
    seats = {seat.candidate_id: seat for seat in plan.seats.select_related("plan__scheme", "plan__organisation", "candidate")}
    for entrant in exam.entrants:
        entrant.seat = seats.get(entrant.user.pk)


def _seat(exam: Exam, named: list[User], *, now: datetime.datetime) -> User | None:
    """Seat everybody; return who of the team must stand back first, with nobody seated."""
    try:
        with transaction.atomic():
            arranging.seat_by_rule(exam.plan, actor=exam.crew.officer, now=now)
    except DomainError as error:
        if error.code != "plans.assessor_conflict":
            raise
        exam.plan.refresh_from_db()
        return next(person for person in named if person.name == error.context["name"])
    return None


def _tie(exam: Exam, person: User, *, now: datetime.datetime) -> None:
    """Let the first of the team declare that one of the candidates is a relative; she does not know who is in the list."""
    cousin = next(entrant for entrant in exam.entrants if entrant.fate.lot not in (Lot.WITHDRAWN, Lot.REJECTED))
    declare_tie(kind="relative", name=cousin.user.name, phone=str(cousin.user.phone), actor=person, now=now)
    exam.told["ties_declared"] += 1


def _name(exam: Exam, team: list[User], *, now: datetime.datetime) -> None:
    crew, plan = exam.crew, exam.plan
    assigned = plans.assign_assessors(plan, users=team, actor=crew.officer, now=now)
    invigilators = crew.invigilators[: needed_for(plan)]
    supervisors = [crew.supervisors[0]]
    assigned += plans.assign_session_staff(plan, invigilators=invigilators, supervisors=supervisors, actor=crew.officer, now=now)
    for assignment in assigned:
        plans.declare_no_conflict(assignment, actor=assignment.user, now=now)
