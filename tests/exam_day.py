"""An exam day ready to begin: scheme, plan, paper, stations, three declared assessors, three seated candidates."""

import copy
import datetime
import itertools
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lms.organisations.rules import Role
from tests.conftest import NOW, join, make_association, make_person
from tests.open_plan import scheme_data

SHANGHAI = ZoneInfo("Asia/Shanghai")
THEORY = datetime.datetime(2026, 9, 12, 9, 0, tzinfo=SHANGHAI)
SKILL = datetime.datetime(2026, 9, 12, 13, 0, tzinfo=SHANGHAI)
EVENING = datetime.datetime(2026, 9, 12, 18, 0, tzinfo=SHANGHAI)
MONDAY = datetime.datetime(2026, 9, 14, 10, 0, tzinfo=SHANGHAI)

STATIONS: list[dict[str, Any]] = [
    {
        "name": "接诊",
        "functions": ["咨询与转介"],
        "minutes": 20,
        "points": [{"text": "说明身份，征得同意", "max": 20}, {"text": "问清来意", "max": 20}],
    },
    {
        "name": "轮椅适配",
        "functions": ["需求评估"],
        "minutes": 30,
        "points": [
            {"text": "测量座宽", "max": 30},
            {"text": "调整脚托", "max": 30},
            {"text": "未固定刹车即转移（否定项）", "fatal": True},
        ],
    },
]


def make_scheme() -> Any:
    from certification.standards.models import Occupation, Scheme, SchemeLevel, WeightRow

    occupation = Occupation.objects.create(**scheme_data()["occupation"])
    scheme = Scheme.objects.create(
        occupation=occupation,
        key="at",
        version=1,
        kind="industry",
        title="康复辅助技术咨询师",
        edition_year=2026,
        is_sample=True,
        sample_note="示例，非国家标准",
        content_sha256="0" * 64,
    )
    parts = [{"kind": "theory", "pass_mark": "60", "minutes": 90}, {"kind": "skill", "pass_mark": "60"}]
    functions = ["咨询与转介", "需求评估"]
    level = SchemeLevel.objects.create(scheme=scheme, level=4, parts=parts, functions=functions)
    for table, shares in (("theory", (50, 50)), ("skill", (40, 60))):
        for order, (function, share) in enumerate(zip(functions, shares, strict=True)):
            WeightRow.objects.create(scheme_level=level, table=table, function=function, weight=share, order=order)
    scheme.status = "published"
    scheme.save()
    return scheme


def make_bank(association: Any) -> Any:
    from courses.questionbank.models import Blueprint, Item

    for n in range(12):
        Item.objects.create(
            organisation=association,
            key=f"q{n}",
            kind="single" if n < 8 else "multiple",
            stem=f"题目{n}：轮椅使用者需要上坡时，首先做什么？",
            options=["正确甲", "正确乙", "错误丙", "错误丁"],
            answer=["A"] if n < 8 else ["A", "B"],
            explanation="解释",
            function="咨询与转介" if n % 2 else "需求评估",
            difficulty=1,
        )
    rows = [
        {"function": function, "kind": kind, "count": count, "points": points}
        for function in ("咨询与转介", "需求评估")
        for kind, count, points in (("single", 3, "10"), ("multiple", 2, "10"))
    ]
    return Blueprint.objects.create(organisation=association, name="理论", purpose="theory", rows=rows, minutes=90)


@pytest.fixture(scope="module")
def shared_exam_day(shared_rows: bool) -> SimpleNamespace | None:
    """The day's rows, made once for a module."""
    if not shared_rows:
        return None
    phones = itertools.count(13_555_000_001)
    return make_exam_day(lambda name: make_person(name, phone=f"+86{next(phones)}"))


@pytest.fixture
def exam_day(shared_exam_day: SimpleNamespace | None, make_user: Callable) -> SimpleNamespace:
    """An arranged plan on Saturday 2026-09-12: theory at 9:00 for 90 minutes, skill test at 13:00."""
    return copy.deepcopy(shared_exam_day) if shared_exam_day else make_exam_day(make_user)


def supervise(plan: Any, supervisor: Any, *, now: datetime.datetime) -> None:
    """Have the supervisor named and her record written, so that a test may close the assessment when it likes."""
    from certification.plans.models import StaffAssignment
    from certification.supervision.models import SupervisorRecord
    from certification.supervision.rules import Question

    StaffAssignment.objects.create(plan=plan, user=supervisor, role="supervisor", assigned_at=now, declared_at=now)
    answers = {question.value: "yes" for question in Question}
    facts = {"answers": answers, "conclusion": "orderly", "content_sha256": "0" * 64}
    SupervisorRecord.objects.create(plan=plan, supervisor=supervisor, written_at=now, **facts)


def make_exam_day(make_user: Callable, *, recorded: bool = True) -> SimpleNamespace:
    from certification.bodies.models import StaffCard
    from certification.plans.models import Plan, Seat, StaffAssignment

    association, now = make_association(), NOW
    scheme, blueprint = make_scheme(), make_bank(association)
    officer = join(make_user("周敏"), association, Role.EXAM_OFFICER)
    head = join(make_user("沈国强"), association, Role.HEAD)
    supervisor = join(make_user("韩德勇"), association, Role.SUPERVISOR)
    assessors = [join(make_user(name), association, Role.ASSESSOR) for name in ("钱建华", "孙丽萍", "吴志明")]
    plan = Plan.objects.create(
        organisation=association,
        scheme=scheme,
        level=4,
        title="康复辅助技术咨询师四级认定",
        number="RD-000123-2026-001",
        serial=1,
        site_name="实训基地",
        address="示例路 1 号",
        room="一号考场",
        exam_date=THEORY.date(),
        registration_opens=datetime.date(2026, 8, 3),
        registration_closes=datetime.date(2026, 9, 1),
        capacity=30,
        theory_starts_at=THEORY,
        theory_minutes=90,
        skill_starts_at=SKILL,
        blueprint=blueprint,
        status="arranged",
        created_by=officer,
        created_at=now,
    )
    for n, person in enumerate(assessors):
        StaffCard.objects.create(
            user=person,
            organisation=association,
            kind="assessor",
            occupation=scheme.occupation,
            levels=[5, 4, 3],
            number=f"KP-{n}",
            valid_from=datetime.date(2026, 1, 1),
            valid_until=datetime.date(2028, 12, 31),
        )
        StaffAssignment.objects.create(plan=plan, user=person, role="assessor", assigned_at=now, declared_at=now)
    supervise(plan, supervisor, now=now) if recorded else None
    candidates = [make_user(name) for name in ("林晓梅", "陶永福", "阿依古丽·买买提")]
    seats = [
        Seat.objects.create(plan=plan, candidate=person, ticket_number=f"26000123001{n:03d}", room="一号考场", number=n)
        for n, person in enumerate(candidates, start=1)
    ]
    return SimpleNamespace(
        plan=plan,
        scheme=scheme,
        blueprint=blueprint,
        officer=officer,
        head=head,
        supervisor=supervisor,
        assessors=assessors,
        candidates=candidates,
        seats=seats,
    )


def lay_out(day: SimpleNamespace) -> list[Any]:
    """Set up the two stations of the day."""
    from certification.assessment.services import set_up_stations

    return set_up_stations(day.plan, STATIONS, actor=day.officer, now=THEORY - datetime.timedelta(days=1))


def right_answers(attempt: Any, count: int) -> None:
    """Answer the first `count` of ten questions rightly; each is worth 10 points."""
    from courses.questionbank.services import save_answer

    for item in attempt.paper.items.order_by("position")[:count]:
        save_answer(
            attempt, position=item.position, answer=item.frozen["answer"], seq=1, now=THEORY + datetime.timedelta(minutes=5)
        )


def write_theory(seat: Any, *, right: int) -> Any:
    """Let a candidate sit the theory exam and hand it in with so many right answers."""
    from certification.assessment.services import start_sitting, submit_sitting

    sitting = start_sitting(seat, candidate=seat.candidate, now=THEORY)
    right_answers(sitting.attempt, right)
    return submit_sitting(sitting, actor=seat.candidate, now=THEORY + datetime.timedelta(minutes=60))


def sign_all(seat: Any, stations: list[Any], assessors: list[Any], *, share: Decimal = Decimal("0.8")) -> None:
    """Let each assessor give `share` of every line's points, in halves, and sign."""
    from certification.assessment.services import open_sheet, score_point, sign_sheet

    for assessor in assessors:
        for station in stations:
            sheet = open_sheet(station, seat, assessor=assessor, now=SKILL)
            for point in station.points.filter(fatal=False):
                sheet = score_point(sheet, point=point, value=str(point.max * share), actor=assessor, now=SKILL)
            sign_sheet(sheet, actor=assessor, now=SKILL + datetime.timedelta(hours=1))


def assess(day: SimpleNamespace, *, right: tuple[int, ...] = (8, 8, 5), share: Decimal = Decimal("0.8")) -> list[Any]:
    """Play the whole day and close it: theory of each candidate, all sheets."""
    from certification.assessment.services import close_assessment

    stations = lay_out(day)
    for seat, count in zip(day.seats, right, strict=True):
        write_theory(seat, right=count)
        sign_all(seat, stations, day.assessors, share=share)
    close_assessment(day.plan, actor=day.officer, now=EVENING)
    day.plan.refresh_from_db()
    return stations


def rewritten(plan: Any, **changes: Any) -> Any:
    """Change what publication froze, as no service can: the guard of the database lets a draft alone."""
    from certification.plans.models import Plan

    row = Plan.objects.filter(pk=plan.pk)
    row.update(status="draft")
    row.update(**changes)
    row.update(status=plan.status)
    plan.refresh_from_db()
    return plan
