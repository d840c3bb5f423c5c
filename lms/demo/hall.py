"""A plan in two computer rooms of the register, its seats confirmed and its tickets out: seating, door and record to be tried."""

import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from certification.applications import services as applications
from certification.bodies.models import Room
from certification.plans import services as plans
from certification.plans.models import Plan
from lms.accounts.models import User
from lms.accounts.services import record_identity
from lms.core.workdays import add_workdays
from lms.demo import story
from lms.demo.organisations import DATA, demo_id_number, read_yaml
from lms.demo.world import World

TITLE = "2026 年 9 月机房专场 康复辅助技术咨询师（四级）"
ROOMS = {"机房 201": 14, "机房 202": 14}
INVIGILATORS = ("gao", "liang", "song", "ning")
SUPERVISOR = "han"
FIRST_NUMBER = 201
"""From here on the drawn identity numbers of these candidates count, behind those of the named people."""


def load_hall(world: World, *, exam_date: datetime.date) -> Plan | None:
    """Write the plan with its candidates, team and seats; None when it is there already."""
    if Plan.objects.filter(title=TITLE).exists():
        return None
    cast = world.cast
    written, applied, reviewed = (exam_date - datetime.timedelta(days=days) for days in (21, 19, 18))
    rooms = {Room.objects.get(site__organisation=cast.body, name=name): seats for name, seats in ROOMS.items()}
    plan = story.write_plan(cast, exam_date=exam_date, title=TITLE, rooms=rooms, now=story.at(written, 9))
    for number, row in enumerate(read_yaml(DATA / "people" / "hall.yaml")):
        person = _candidate(number, row, now=story.at(written, 10))
        case = story.apply(plan, person, employer=row["employer"], now=story.at(applied, 19, number))
        if needs := row.get("needs"):
            _grant(plan, person, needs, reviewer=cast.reviewers[0], now=story.at(reviewed, 9))
        story.review(case, cast, now=story.at(reviewed, 10, number))
    _name_the_team(plan, world, now=story.at(add_workdays(exam_date, -7), 9))
    story.arrange(plan, cast, now=story.at(add_workdays(exam_date, -6), 9))
    return plan


def _candidate(number: int, row: dict[str, Any], *, now: datetime.datetime) -> User:
    """Make the person; she has no password and signs in by code."""
    person = User.objects.create_person(name=row["name"], phone=f"+861390000{FIRST_NUMBER + number:04d}", phone_verified=True)
    document = demo_id_number(row["born"], FIRST_NUMBER + number, row["sex"])
    record_identity(person, kind="resident_id", number=document, actor=person, now=now)
    return person


def _grant(plan: Plan, person: User, needs: dict[str, Any], *, reviewer: User, now: datetime.datetime) -> None:
    proof = SimpleUploadedFile("证明.jpg", story.picture("needs"), content_type="image/jpeg")
    request = applications.ask_for_needs(
        person, organisation=plan.organisation, needs=needs, reason="", consent=True, files=[proof], now=now
    )
    applications.decide_needs(request, granted=needs, actor=reviewer, now=now)


def _name_the_team(plan: Plan, world: World, *, now: datetime.datetime) -> None:
    """Name who invigilates and who supervises, and let them declare."""
    people = world.people
    for duty in plans.assign_session_staff(
        plan,
        invigilators=[people[key] for key in INVIGILATORS],
        supervisors=[people[SUPERVISOR]],
        actor=world.cast.officer,
        now=now,
    ):
        plans.declare_no_conflict(duty, actor=duty.user, now=now)
