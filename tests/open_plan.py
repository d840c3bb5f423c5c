"""A plan from its draft to seats: the real sample scheme, a filed body, its people, a candidate who may apply."""

import datetime
import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from lms.organisations.rules import Role

SHANGHAI = ZoneInfo("Asia/Shanghai")
STANDARDS = Path(__file__).resolve().parents[1] / "lms" / "demo" / "data" / "standards"
SAMPLE = STANDARDS / "rehabilitation-at-consultant-sample.yaml"
EXAM_DAY = datetime.date(2026, 10, 31)
CLOSES = datetime.date(2026, 9, 30)
AFTER_CLOSING = datetime.datetime(2026, 10, 9, 9, 0, tzinfo=SHANGHAI)

LEVEL_FOUR_POINTS = {
    "职业道德": 5,
    "基础知识": 20,
    "咨询与转介": 20,
    "需求评估": 20,
    "适配实施与环境改造": 15,
    "使用训练与效果评价": 12,
    "维护与随访": 8,
}
ENOUGH_WORK = {
    "employments": [
        {"employer": "静安康复中心", "occupation": "养老护理员", "started_on": "2019-03-01", "ended_on": None},
    ],
    "certificates": [],
    "titles": [],
    "diplomas": [],
    "apprenticeship_ended_on": None,
}


RECORD = {"education": "high_school", "province": "31", "source": "employee"}


def scheme_data(path: Path = SAMPLE) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def picture(width: int = 300, height: int = 400, *, name: str = "photo.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (240, 240, 240)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def pdf(text: str = "proof") -> SimpleUploadedFile:
    return SimpleUploadedFile("证明.pdf", b"%PDF-1.7\n" + text.encode() + b"\n%%EOF", content_type="application/pdf")


def blueprint_rows() -> list[dict[str, Any]]:
    return [{"function": name, "kind": "single", "count": n, "points": "1"} for name, n in LEVEL_FOUR_POINTS.items()]


def record_body(body: Any, occupation: Any, *, sequence: str, now: datetime.datetime, until: datetime.date | None = None) -> Any:
    from certification.bodies.services import record_filing

    return record_filing(
        organisation=body,
        type_letter="S",
        body_code="0000",
        province="31",
        sequence=sequence,
        record_number=f"示例备{sequence}",
        filed_name=body.name,
        valid_from=datetime.date(2025, 1, 1),
        valid_until=until or datetime.date(2027, 12, 31),
        scopes=[(occupation, "", level) for level in (5, 4, 3)],
        actor=None,
        now=now,
    )


def plan_facts(scheme: Any, blueprint: Any, **changes: Any) -> dict[str, Any]:
    return {
        "scheme": scheme,
        "level": 4,
        "title": "康复辅助技术咨询师四级认定（十月）",
        "site_name": "辅具实训基地",
        "address": "示例路 1 号",
        "room": "一号考场",
        "exam_date": EXAM_DAY,
        "registration_opens": datetime.date(2026, 9, 1),
        "registration_closes": CLOSES,
        "capacity": 30,
        "theory_starts_at": datetime.datetime(2026, 10, 31, 9, 0, tzinfo=SHANGHAI),
        "theory_minutes": 90,
        "skill_starts_at": datetime.datetime(2026, 10, 31, 13, 0, tzinfo=SHANGHAI),
        "blueprint": blueprint,
        **changes,
    }


@pytest.fixture
def scheme(db: None, now: datetime.datetime) -> Any:
    """The sample scheme, loaded from the demo data."""
    from certification.standards.services import load_scheme

    return load_scheme(scheme_data(), actor=None, now=now)


@pytest.fixture
def body(scheme: Any, association: Any, make_user: Callable, member: Callable, now: datetime.datetime) -> SimpleNamespace:
    """A filed body with an officer, two reviewers, a head and five assessors with cards."""
    from certification.bodies.services import issue_staff_card
    from courses.questionbank.models import Blueprint

    filing = record_body(association, scheme.occupation, sequence="000123", now=now)
    people = SimpleNamespace(
        officer=member(make_user("周敏"), association, Role.EXAM_OFFICER),
        first=member(make_user("何静"), association, Role.ELIGIBILITY_REVIEWER),
        second=member(make_user("罗勇"), association, Role.ELIGIBILITY_REVIEWER),
        head=member(make_user("沈国强"), association, Role.HEAD),
        assessors=[
            member(make_user(name), association, Role.ASSESSOR) for name in ("钱建华", "孙丽萍", "吴志明", "郑岚", "王立")
        ],
    )
    for n, person in enumerate(people.assessors):
        issue_staff_card(
            user=person,
            organisation=association,
            kind="assessor",
            occupation=scheme.occupation,
            levels=[5, 4, 3],
            number=f"KP-{n}",
            valid_from=datetime.date(2026, 1, 1),
            valid_until=datetime.date(2028, 12, 31),
            actor=people.officer,
            now=now,
        )
    blueprint = Blueprint.objects.create(
        organisation=association, name="四级理论", purpose="theory", rows=blueprint_rows(), minutes=90
    )
    return SimpleNamespace(organisation=association, filing=filing, blueprint=blueprint, **vars(people))


@pytest.fixture
def draft(scheme: Any, body: SimpleNamespace, now: datetime.datetime) -> Any:
    from certification.plans.services import create_plan

    facts = plan_facts(scheme, body.blueprint)
    return create_plan(organisation=body.organisation, **facts, actor=body.officer, now=now)


@pytest.fixture
def plan(draft: Any, body: SimpleNamespace, now: datetime.datetime) -> Any:
    """Published and open for applications."""
    return release(draft, body, now=now)


def release(draft: Any, body: SimpleNamespace, *, now: datetime.datetime) -> Any:
    """Let the officer hand a draft in, the head approve it and the officer publish it; return the plan."""
    from certification.plans.services import approve_plan, hand_in_plan, publish_plan

    hand_in_plan(draft, actor=body.officer, now=now)
    approve_plan(draft, actor=body.head, now=now)
    return publish_plan(draft, actor=body.officer, now=now)


@pytest.fixture
def candidate(make_user: Callable, now: datetime.datetime) -> Any:
    from lms.accounts.services import record_identity

    person = make_user("林晓梅")
    record_identity(person, kind="resident_id", number="11010519491231002X", actor=person, now=now)
    return person


def fill_in(plan: Any, candidate: Any, *, now: datetime.datetime, facts: dict[str, Any] | None = None) -> Any:
    """Start a case and fill it in so that it could be submitted."""
    from certification.applications import services

    case = services.start_application(plan, candidate=candidate, now=now)
    condition = plan.scheme_level.conditions.get(code="4-1")
    services.save_facts(case, facts=facts or ENOUGH_WORK, condition=condition, actor=candidate, now=now)
    services.attach_evidence(case, kind="work_proof", upload=pdf(), actor=candidate, now=now)
    services.attach_photo(case, upload=picture(), actor=candidate, now=now)
    services.save_record(case, record=RECORD, actor=candidate, now=now)
    return services.give_undertaking(case, actor=candidate, now=now)


def submit(plan: Any, candidate: Any, *, now: datetime.datetime) -> Any:
    from certification.applications.services import submit_application

    return submit_application(fill_in(plan, candidate, now=now), actor=candidate, now=now)


def approve(case: Any, body: SimpleNamespace, *, now: datetime.datetime) -> Any:
    """Give both verdicts by two people."""
    from certification.applications.services import review_application

    for reviewer in (body.first, body.second):
        review_application(case, verdict="approve", actor=reviewer, now=now)
    return case
