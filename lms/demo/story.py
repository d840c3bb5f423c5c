"""The whole job, step by step, through the same services that the pages use.

Each step is told its moment, so a story may lie in the past or run ahead of the clock; no step
bypasses a rule. `load_demo` stops some stories half-way, so that visitors find work to do.
"""

import datetime
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from certification.applications import reviewing
from certification.applications import services as applications
from certification.applications.models import Application
from certification.assessment.models import Station
from certification.assessment.services.closing import close_assessment
from certification.assessment.services.sheets import open_sheet, score_point, sign_sheet
from certification.assessment.services.sittings import start_sitting, submit_sitting
from certification.assessment.services.stations import set_up_stations
from certification.bodies.models import Room
from certification.certificates.models import Certificate
from certification.certificates.services import approve_batch, prepare_batch, run_batch
from certification.examday.services import arranging
from certification.plans import services as plans
from certification.plans.models import Plan, Seat
from certification.plans.rules import StaffRole
from certification.results import services as results
from certification.results.models import Publication
from certification.standards.models import Scheme
from certification.supervision.rules import Answer, Conclusion, Question
from certification.supervision.services import write_record
from courses.questionbank import services as questionbank
from courses.questionbank.models import Blueprint
from lms.accounts.models import User
from lms.core.workdays import add_workdays
from lms.demo.organisations import DATA, read_yaml
from lms.organisations.models import Organisation


@dataclass(frozen=True)
class Cast:
    """Who plays: the body's staff by part."""

    body: Organisation
    officer: User
    head: User
    reviewers: tuple[User, User]
    assessors: tuple[User, ...]
    invigilators: tuple[User, ...]
    supervisor: User


def at(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    """Return that moment in Shanghai."""
    return timezone.make_aware(datetime.datetime(day.year, day.month, day.day, hour, minute))


@cache
def picture(initial: str = "") -> bytes:
    """Return a drawn stand-in for an ID photograph: white ground, head and shoulders, 360 × 480."""
    image = Image.new("RGB", (360, 480), "white")
    draw = ImageDraw.Draw(image)
    tone = sum(initial.encode()) % 40
    draw.ellipse((60, 330, 300, 620), fill=(60 + tone, 84, 92))
    draw.polygon([(150, 320), (210, 320), (180, 380)], fill=(240, 238, 232))
    draw.rectangle((155, 270, 205, 335), fill=(226, 190, 165))
    draw.ellipse((105, 95, 255, 300), fill=(234, 200, 176))
    draw.pieslice((95, 70, 265, 300), 180, 360, fill=(38, 34, 32))
    draw.ellipse((140, 185, 156, 197), fill=(45, 38, 36))
    draw.ellipse((204, 185, 220, 197), fill=(45, 38, 36))
    draw.arc((150, 215, 210, 260), 20, 160, fill=(150, 80, 74), width=5)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, dpi=(300, 300))
    return out.getvalue()


def write_plan(
    cast: Cast,
    *,
    exam_date: datetime.date,
    title: str,
    room: str = "",
    rooms: Mapping[Room, int] | None = None,
    now: datetime.datetime,
) -> Plan:
    """Write a plan, have the head approve it, and publish it, for level 4 of the sample scheme, stations included.

    It names one room in words, or uses `rooms` of the register with so many seats each.
    """
    scheme = Scheme.objects.filter(key="at-consultant-sample").latest("version")
    plan = plans.create_plan(
        organisation=cast.body,
        scheme=scheme,
        level=4,
        title=title,
        site_name="申城康复辅具实训考点",
        address="示例市浦江区康复路 88 号 2 号楼",
        room=room or "待定",
        exam_date=exam_date,
        registration_opens=timezone.localdate(now),
        registration_closes=add_workdays(exam_date, -8),
        capacity=30,
        theory_starts_at=at(exam_date, 10),
        theory_minutes=90,
        skill_starts_at=at(exam_date, 13, 30),
        blueprint=Blueprint.objects.get(organisation=cast.body, name="康复辅助技术咨询师四级理论试卷"),
        actor=cast.officer,
        now=now,
    )
    if rooms:
        plans.choose_rooms(plan, rooms=rooms, actor=cast.officer, now=now)
    plans.hand_in_plan(plan, actor=cast.officer, now=now)
    plans.approve_plan(plan, actor=cast.head, now=now)
    plans.publish_plan(plan, actor=cast.officer, now=now)
    set_up_stations(plan, read_yaml(DATA / "stations" / "at-consultant-4.yaml"), actor=cast.officer, now=now)
    return plan


def apply(plan: Plan, candidate: User, *, employer: str = "江湾养老服务集团", now: datetime.datetime) -> Application:
    """Apply with the condition "five years of work", evidence, photo and undertaking, and hand in."""
    application = applications.start_application(plan, candidate=candidate, now=now)
    occupation = plan.scheme.occupation.name
    facts: dict[str, Any] = {
        "employments": [
            {"employer": employer, "occupation": occupation, "started_on": "2018-03-01", "ended_on": None},
        ],
    }
    condition = plan.scheme_level.conditions.get(code="4-1")
    applications.save_facts(application, facts=facts, condition=condition, actor=candidate, now=now)
    for wanted in condition.evidence:
        # A list means: any one of these will do.
        kind = wanted if isinstance(wanted, str) else wanted[0]
        upload = SimpleUploadedFile(f"{kind}.jpg", picture(kind), content_type="image/jpeg")
        applications.attach_evidence(application, kind=kind, upload=upload, actor=candidate, now=now)
    portrait = SimpleUploadedFile("photo.jpg", picture(candidate.name), content_type="image/jpeg")
    applications.attach_photo(application, upload=portrait, actor=candidate, now=now)
    record = {"education": "high_school", "province": "31", "source": "employee", "employer": employer}
    applications.save_record(application, record=record, actor=candidate, now=now)
    applications.give_undertaking(application, actor=candidate, now=now)
    return applications.submit_application(application, actor=candidate, now=now)


def review(application: Application, cast: Cast, *, now: datetime.datetime) -> None:
    """Approve twice, by two people."""
    for reviewer in cast.reviewers:
        reviewing.review_application(application, verdict="approve", actor=reviewer, now=now)
        application.refresh_from_db()


def arrange(plan: Plan, cast: Cast, *, now: datetime.datetime) -> list[Seat]:
    """Close registration, name assessors, invigilators and supervisor, let them declare, seat everybody."""
    plan.refresh_from_db()
    plans.close_registration(plan, actor=cast.officer, now=now)
    team = plans.assign_assessors(plan, users=cast.assessors, actor=cast.officer, now=now)
    if not plan.assignments.filter(role=StaffRole.SUPERVISOR.value).exists():
        watching = {"invigilators": cast.invigilators, "supervisors": [cast.supervisor]}
        team += plans.assign_session_staff(plan, **watching, actor=cast.officer, now=now)
    for assignment in team:
        plans.declare_no_conflict(assignment, actor=assignment.user, now=now)
    return arranging.seat_by_rule(plan, actor=cast.officer, now=now)


def sit_theory(seat: Seat, *, wrong_every: int, now: datetime.datetime) -> None:
    """Answer the drawn paper, every n-th question wrongly, and hand in."""
    sitting = start_sitting(seat, candidate=seat.candidate, now=now)
    items = list(sitting.attempt.paper.items.order_by("position"))
    for number, item in enumerate(items, start=1):
        right = list(item.frozen["answer"])
        keys = [option["key"] for option in item.frozen["options"]]
        answer = [key for key in keys if key not in right][:1] if number % wrong_every == 0 else right
        moment = now + datetime.timedelta(seconds=20 * number)
        questionbank.save_answer(sitting.attempt, position=item.position, answer=answer, seq=number, now=moment)
    submit_sitting(sitting, actor=seat.candidate, now=now + datetime.timedelta(seconds=20 * (len(items) + 1)))


def score_practical(seat: Seat, cast: Cast, *, share: float, now: datetime.datetime) -> None:
    """Let each assessor score each station on a sheet of his own, and sign."""
    for place, assessor in enumerate(cast.assessors):
        for station in Station.objects.filter(plan=seat.plan).order_by("order"):
            sheet = open_sheet(station, seat, assessor=assessor, now=now)
            for point in station.points.order_by("order"):
                if point.fatal:
                    score_point(sheet, point=point, value=False, actor=assessor, now=now)
                    continue
                # Assessors differ a little, in halves of a point, as people do.
                value = min(float(point.max), max(0.0, round(float(point.max) * share * 2) / 2 + (place - 1) * 0.5))
                score_point(sheet, point=point, value=value, actor=assessor, now=now)
            sign_sheet(sheet, actor=assessor, now=now)


def supervise(plan: Plan, cast: Cast, *, now: datetime.datetime) -> None:
    """Let the supervisor write that the session was in order."""
    answers = {question.value: Answer.YES.value for question in Question} | {Question.HELP.value: Answer.NONE.value}
    write_record(
        plan, answers=answers, remarks={}, conclusion=Conclusion.ORDERLY.value, finding="", actor=cast.supervisor, now=now
    )


def assess(plan: Plan, seats: Sequence[Seat], cast: Cast) -> None:
    """Hold the exam on its day and close it: theory at ten, stations at half past one."""
    for number, seat in enumerate(seats):
        sit_theory(seat, wrong_every=5 + number, now=at(plan.exam_date, 10, 2))
    for number, seat in enumerate(seats):
        score_practical(seat, cast, share=0.86 - 0.08 * number, now=at(plan.exam_date, 14))
    plan.refresh_from_db()
    supervise(plan, cast, now=at(plan.exam_date, 17))
    close_assessment(plan, actor=cast.officer, now=at(plan.exam_date, 17, 30))


def publish(plan: Plan, cast: Cast, *, now: datetime.datetime) -> Publication:
    """Record the parts, let the head check, decide, let the head confirm, and publish the list that the officer prepared."""
    plan.refresh_from_db()
    results.record_part_results(plan, actor=cast.officer, now=now)
    results.check_part_results(plan, actor=cast.head, now=now)
    results.decide_plan(plan, actor=cast.officer, now=now)
    results.confirm_decisions(plan, actor=cast.head, now=now)
    plan.refresh_from_db()
    results.prepare_list(plan, actor=cast.officer, now=now)
    return results.publish_results(plan, actor=cast.head, now=now)


def issue(plan: Plan, publication: Publication, cast: Cast) -> list[Certificate]:
    """After the last day of the publication, close it and issue to everybody who passed."""
    moment = at(add_workdays(publication.closes_on, 1), 9, 30)
    results.close_publication(publication, actor=cast.officer, now=moment)
    plan.refresh_from_db()
    batch = prepare_batch(plan, actor=cast.officer, now=moment)
    approve_batch(batch, actor=cast.head, now=moment)
    # Where tasks wait for a worker the story does not: running the batch twice issues nothing twice.
    run_batch(batch, now=moment)
    return list(Certificate.objects.filter(decision__seat__plan=plan).order_by("number"))
