"""A level 2 plan ready for its review: seated candidates, senior assessors, a panel of three that has declared."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from lms.organisations.rules import Role
from tests.conftest import NOW, join
from tests.exam_day import SHANGHAI, lay_out, rewritten, sign_all, write_theory
from tests.open_plan import pdf

CLOSES = datetime.date(2026, 9, 10)
BEGINS = datetime.datetime(2026, 9, 12, 15, 0, tzinfo=SHANGHAI)
MINUTE = datetime.timedelta(minutes=1)
LATE = datetime.datetime(2026, 9, 12, 19, 0, tzinfo=SHANGHAI)
PARTS = [
    {"kind": "theory", "pass_mark": "60", "minutes": 90},
    {"kind": "skill", "pass_mark": "60"},
    {"kind": "review", "pass_mark": "60", "minutes": 15},
]
FULL = {"1": "30", "2": "20", "3": "20", "4": "20", "5": "10"}


def make_review_day(day: SimpleNamespace, make_user: Callable) -> SimpleNamespace:
    """Turn an arranged exam day into one of level 2: set up, nobody named for the panel yet."""
    from certification.applications.models import Application
    from certification.bodies.models import StaffCard
    from certification.panels.rules import DEFAULT_ASKED, DEFAULT_CRITERIA
    from certification.panels.services import set_up_review
    from certification.standards.models import Scheme, SchemeLevel, WeightRow

    old = day.scheme
    scheme = Scheme.objects.create(
        occupation=old.occupation,
        key=old.key,
        version=2,
        kind=old.kind,
        title=old.title,
        edition_year=2026,
        content_sha256="1" * 64,
    )
    level = SchemeLevel.objects.create(scheme=scheme, level=2, parts=PARTS, functions=["咨询与转介", "需求评估"])
    for table, shares in (("theory", (50, 50)), ("skill", (40, 60))):
        for order, (function, share) in enumerate(zip(level.functions, shares, strict=True)):
            WeightRow.objects.create(scheme_level=level, table=table, function=function, weight=share, order=order)
    scheme.status = "published"
    scheme.save()
    rewritten(day.plan, scheme=scheme, level=2)
    day.plan = type(day.plan).objects.get(pk=day.plan.pk)
    for seat in day.seats:
        seat.plan = day.plan
    day.scheme = scheme
    StaffCard.objects.filter(organisation=day.plan.organisation).update(kind="senior_assessor", levels=[3, 2, 1])
    day.seniors = [senior(day, make_user(name), n) for n, name in enumerate(("郑爱国", "王丽华", "冯志远", "蒋文芳"))]
    day.cases = [
        Application.objects.create(
            plan=day.plan, candidate=seat.candidate, status="seated", seat=seat, started_at=NOW, submitted_at=NOW
        )
        for seat in day.seats
    ]
    day.setup = set_up_review(
        day.plan,
        criteria=DEFAULT_CRITERIA,
        asked=DEFAULT_ASKED,
        dossier_closes=CLOSES,
        minutes=20,
        threshold=Decimal(15),
        actor=day.officer,
        now=NOW,
    )
    return day


def senior(day: SimpleNamespace, person: Any, n: int) -> Any:
    """Give a person the card of a senior assessor of the body."""
    from certification.bodies.models import StaffCard

    StaffCard.objects.create(
        user=join(person, day.plan.organisation, Role.ASSESSOR),
        organisation=day.plan.organisation,
        kind="senior_assessor",
        occupation=day.scheme.occupation,
        levels=[3, 2, 1],
        number=f"GK-{n}",
        valid_from=datetime.date(2026, 1, 1),
        valid_until=datetime.date(2028, 12, 31),
    )
    return person


def named(day: SimpleNamespace) -> Any:
    """Name the first three senior assessors; each declares."""
    from certification.panels.services import declare_no_conflict, name_panel

    people = day.seniors[:3]
    panel = name_panel(day.plan, users=people, chair=people[0], place="答辩室", starts_at=BEGINS, actor=day.officer, now=NOW)
    for member in panel.members.all():
        declare_no_conflict(member, actor=member.user, now=NOW)
    return panel


def handed_in(day: SimpleNamespace, n: int = 0) -> Any:
    """Put a dossier together and hand it in."""
    from certification.panels.services import attach_file, hand_in_dossier, open_dossier

    person = day.candidates[n]
    dossier = open_dossier(day.cases[n], actor=person, now=NOW)
    for kind in ("summary", "performance"):
        attach_file(dossier, kind=kind, upload=pdf(f"{kind}{n}"), actor=person, now=NOW)
    return hand_in_dossier(dossier, anonymous=True, actor=person, now=NOW)


def ready(day: SimpleNamespace) -> SimpleNamespace:
    """Bring the plan to the hour of the review: dossiers with the panel, slots given, theory and skill done."""
    from certification.panels.models import Slot
    from certification.panels.services import release_dossier, schedule_review

    day.panel = named(day)
    for n in range(len(day.seats)):
        release_dossier(handed_in(day, n), actor=day.officer, now=NOW)
    schedule_review(day.plan, actor=day.officer, now=NOW)
    day.slots = {slot.seat_id: slot for slot in Slot.objects.select_related("seat__plan", "panel__plan")}
    stations = lay_out(day)
    for seat in day.seats:
        write_theory(seat, right=8)
        sign_all(seat, stations, day.assessors)
    day.plan.refresh_from_db()
    return day


def heard(day: SimpleNamespace, n: int = 0, *, at: datetime.datetime = BEGINS) -> Any:
    """Let the chair hear a candidate for twenty minutes."""
    from certification.panels.services import ask_question, begin_defence, end_defence

    chair = day.seniors[0]
    defence = begin_defence(day.slots[day.seats[n].pk], actor=chair, now=at)
    ask_question(defence, text="方案的依据是什么？", actor=day.seniors[1], now=at + MINUTE)
    return end_defence(defence, actor=chair, now=at + 20 * MINUTE)


def scored(defence: Any, person: Any, scores: dict[str, str], *, now: datetime.datetime) -> Any:
    """Let a member give these points and sign."""
    from certification.panels.models import DefenceSheet
    from certification.panels.services import give_points, sign_sheet

    sheet = DefenceSheet.objects.get(defence=defence, member__user=person)
    for key, value in scores.items():
        sheet = give_points(sheet, criterion=key, value=value, actor=person, now=now)
    return sign_sheet(sheet, actor=person, now=now)


def points(total: str) -> dict[str, str]:
    """Return points that add up to this total, the last lines losing first."""
    from certification.assessment.rules import plain

    left, given = Decimal(total), {}
    for key, most in FULL.items():
        given[key] = plain(min(Decimal(most), left))
        left -= Decimal(given[key])
    return given


def reviewed(day: SimpleNamespace, totals: tuple[tuple[str, str, str], ...] = (("80", "78", "85"),) * 3) -> None:
    """Hear and score every candidate; each tuple is what the three members give."""
    for n, given in enumerate(totals):
        at = BEGINS + n * 30 * MINUTE
        defence = heard(day, n, at=at)
        for person, total in zip(day.seniors, given, strict=False):
            scored(defence, person, points(total), now=at + 22 * MINUTE)
