"""The season from the first plan to the last certificate."""

import datetime
from collections.abc import Callable
from random import Random

from certification.archives.services import build, prepare_archive, seal_archive
from certification.results import services as results
from certification.results.models import Publication, Republication
from certification.standards.models import Scheme
from lms.core.workdays import add_workdays
from lms.demo.batch.applying import apply_all
from lms.demo.batch.arranging import arrange
from lms.demo.batch.body import found_body, make_candidates
from lms.demo.batch.closing import close
from lms.demo.batch.deciding import decide
from lms.demo.batch.defences import hold_review, prepare_review
from lms.demo.batch.disputes import dispute, find_fault
from lms.demo.batch.exam import Entrant, Exam
from lms.demo.batch.fates import Fate, Lot, draw_fates
from lms.demo.batch.issuing import issue, make_ready
from lms.demo.batch.papers import make_bank
from lms.demo.batch.planning import open_exam
from lms.demo.batch.sessions import BEGIN, RESIT, RESIT_ON, SCHEMES, SESSIONS, exam_day, sizes
from lms.demo.batch.skill import hold_skill
from lms.demo.batch.theory import hold_theory
from lms.demo.story import at

RESIT_AT_MOST = 20
IN_A_RESIT = (Lot.ABSENT, Lot.DIVERGENT, Lot.FATAL_TWICE)
Tell = Callable[[str], None]


def play(*, seed: int, candidates: int, plans: int = len(SESSIONS), tell: Tell = lambda _line: None) -> list[Exam]:
    """Play a whole season and return its sessions; the same seed and numbers play the same one."""
    chance, now = Random(seed), at(BEGIN, 9)  # noqa: S311 - a simulation, nothing secret
    crew = found_body(now=now)
    make_bank(crew, list(Scheme.objects.filter(key__in=SCHEMES, status="published")), now=now)
    people = make_candidates(candidates, now=now)
    make_ready(candidates)
    tell(f"{candidates} candidates, 40 assessors")
    sessions, at_number = SESSIONS[:plans], 0
    exams: list[Exam] = []
    for place, (session, size) in enumerate(zip(sessions, sizes(sessions, candidates), strict=True)):
        fates = draw_fates(chance, size, review=session.review)
        numbers = range(at_number, at_number + size)
        entrants = [Entrant(n, people[n], fate) for n, fate in zip(numbers, fates, strict=True)]
        at_number += size
        exam = open_exam(session, crew, on=exam_day(place), entrants=entrants, chance=chance)
        hold(exam, first=not exams, appeal=not any(one.told["appeals_upheld"] for one in exams))
        exams.append(exam)
        tell(f"{session.key}: {len(exam.sitting)} sat")
    if resit := _again(exams[0]):
        exam = open_exam(RESIT, crew, on=RESIT_ON, entrants=resit, chance=chance)
        hold(exam, first=False, appeal=False)
        exams.append(exam)
        tell(f"{RESIT.key}: {len(exam.sitting)} sat")
    return exams


def hold(exam: Exam, *, first: bool, appeal: bool) -> None:
    """Take one session from open applications to the end."""
    apply_all(exam)
    arrange(exam)
    if exam.session.review:
        prepare_review(exam)
    hold_theory(exam)
    hold_skill(exam)
    ended = hold_review(exam) if exam.session.review else exam.moment(18)
    close(exam, ended=ended)
    publication = decide(exam)
    _finish(exam, publication, dispute(exam, publication, appeal=appeal), first=first)


def _finish(exam: Exam, publication: Publication, hung_out: list[Republication], *, first: bool) -> None:
    crew = exam.crew
    over = at(add_workdays(publication.closes_on, 1), 9)
    publication.refresh_from_db()
    results.close_publication(publication, actor=crew.officer, now=over)
    issue(exam, now=over + datetime.timedelta(hours=1))
    if first and (renewed := find_fault(exam, now=at(add_workdays(over.date(), 1), 9))):
        hung_out.append(renewed)
    for renewed in hung_out:
        renewed.refresh_from_db()
        results.close_republication(renewed, actor=crew.officer, now=at(add_workdays(renewed.closes_on, 1), 9))
    if hung_out:
        issue(exam, now=at(add_workdays(max(renewed.closes_on for renewed in hung_out), 1), 10))
    exam.plan.refresh_from_db()
    _archive(exam)


def _archive(exam: Exam) -> None:
    """Put the session into a sealed archive."""
    now = at(add_workdays(exam.plan.exam_date, 30), 9)
    archive = prepare_archive(exam.plan, actor=exam.crew.officer, now=now)
    # A worker does this; where one ran it at once, there is nothing left to build.
    build(archive.job, now=now)
    archive.refresh_from_db()
    seal_archive(archive, actor=exam.crew.head, now=now + datetime.timedelta(hours=1))
    exam.told["archives_sealed"] += 1


def _again(exam: Exam) -> list[Entrant]:
    """Return some who passed one part and failed another: they sit the rest again."""
    found = []
    for entrant in exam.sitting:
        seat = entrant.seated
        parts = type(seat.decision).objects.get(seat=seat).parts
        tried = all(part["outcome"] == "scored" for part in parts)
        if tried and {part["met"] for part in parts} == {True, False}:
            fate = entrant.fate
            lot = fate.lot if fate.lot in IN_A_RESIT else Lot.NONE
            better = Fate(min(1.0, fate.theory + 0.15), min(0.98, fate.skill + 0.15), fate.review, lot)
            found.append(Entrant(entrant.number, entrant.user, better))
    return found[:RESIT_AT_MOST]
