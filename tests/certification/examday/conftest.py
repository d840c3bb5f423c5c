"""A plan with rooms of the register, its candidates approved, registration closed; and its invigilators."""

import datetime
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.open_plan import AFTER_CLOSING, EXAM_DAY, SHANGHAI, body, candidate, draft, plan, scheme

__all__ = ["body", "candidate", "draft", "plan", "scheme"]

THEORY = datetime.datetime(2026, 10, 31, 9, 0, tzinfo=SHANGHAI)
MINUTE = datetime.timedelta(minutes=1)
ROOMS = (("一号考场", 30, 2), ("二号考场", 20, 0), ("三号考场", 6, 1))
"""Name, seats, accessible seats."""


def give_rooms(plan: Any, rooms: tuple[tuple[str, int, int], ...] = ROOMS) -> list[Any]:
    from certification.bodies.models import Room, Site
    from certification.plans.models import PlanRoom

    site = Site.objects.create(
        organisation=plan.organisation,
        name="申城实训考点",
        address="示例路 8 号",
        way_in="北门有坡道，电梯在左手边",
        contact="值班室 021-0000",
    )
    plan.site = site
    plan.save(update_fields=["site"])
    found = []
    for order, (name, seats, accessible) in enumerate(rooms):
        room = Room.objects.create(site=site, name=name, purpose="standard", capacity=seats, accessible_seats=accessible)
        found.append(PlanRoom.objects.create(plan=plan, room=room, seats=seats, accessible_seats=accessible, order=order))
    return found


def approved_case(plan: Any, person: Any, *, employer: str = "", now: datetime.datetime, photo: str = "") -> Any:
    """Write an approved case as it stands after two reviews."""
    from certification.applications.models import Application

    employments = [{"employer": employer, "occupation": "养老护理员", "started_on": "2019-03-01", "ended_on": None}]
    return Application.objects.create(
        plan=plan,
        candidate=person,
        facts={"employments": employments if employer else []},
        status="approved",
        started_at=now,
        submitted_at=now,
        photo_sha256=photo,
    )


@pytest.fixture
def hall(plan: Any, body: SimpleNamespace, make_user: Callable, now: datetime.datetime) -> SimpleNamespace:
    """Twelve approved candidates, six of one employer; three rooms; registration is closed."""
    from certification.plans.services import close_registration

    rooms = give_rooms(plan)
    people = [make_user(f"考生{n:02d}") for n in range(1, 13)]
    for n, person in enumerate(people):
        approved_case(plan, person, employer="江湾养老服务集团" if n < 6 else "", now=now)
    close_registration(plan, actor=body.officer, now=AFTER_CLOSING)
    return SimpleNamespace(plan=plan, rooms=rooms, people=people, officer=body.officer, head=body.head, body=body)


@pytest.fixture
def grant(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that grants one person what she needs: `grant(person, wheelchair_seat=True)`."""
    from certification.applications import needs

    granted: dict[int, needs.Needs] = {}
    monkeypatch.setattr(needs, "needs_of", lambda people, on=None: {key: granted[key] for key in people if key in granted})

    def give(person: Any, **what: Any) -> None:
        granted[person.pk] = needs.Needs(**what)

    return give


@pytest.fixture
def seated(hall: SimpleNamespace, make_user: Callable, now: datetime.datetime) -> SimpleNamespace:
    """Tickets are out, and two declared invigilators stand in the first room."""
    from certification.examday.services.arranging import seat_by_rule
    from certification.plans.models import StaffAssignment

    hall.invigilators = [make_user(name) for name in ("余监考", "白监考")]
    hall.duties = [
        StaffAssignment.objects.create(plan=hall.plan, user=person, role="invigilator", assigned_at=now, declared_at=now)
        for person in hall.invigilators
    ]
    hall.seats = seat_by_rule(hall.plan, actor=hall.officer, now=AFTER_CLOSING)
    hall.plan.refresh_from_db()
    return hall


def before_the_start(minutes: int = 20) -> datetime.datetime:
    return THEORY - minutes * MINUTE


assert EXAM_DAY == THEORY.date()
