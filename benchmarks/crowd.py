"""A plan of any size whose candidates have passed and whose publication has ended, written straight into the database.

For benchmarks and trials only: it takes the place of months of assessment, not of a rule. Everything from the list of
certificates on is done by the services that the pages use.
"""

import datetime
import io
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
BEGIN = datetime.datetime(2026, 8, 31, 9, tzinfo=SHANGHAI)
AFTER = datetime.datetime(2026, 10, 12, 9, 30, tzinfo=SHANGHAI)
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷龙陶贺顾毛郝龚邵万"
GIVEN = "芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅玲建国志伟海燕春雪晓琳嘉怡子涵梓轩雨欣浩然思远文博佳慧俊杰"
FOUND = [
    {"kind": "theory", "outcome": "scored", "value": "80.00", "pass_mark": "60", "met": True},
    {"kind": "skill", "outcome": "scored", "value": "82.00", "pass_mark": "60", "met": True},
]
MIDDLE_DOT = "阿依古丽·买买提"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@contextmanager
def house(folder: Path, *, postgres: str = "", settings: str = "lms.settings.test") -> Iterator[str]:
    """Set Django up on a fresh database of its own in `folder` (or on the server `postgres`) and give the database's URL."""
    from tests.schema import new_database

    if postgres:
        os.environ["DATABASE_URL"] = postgres
    else:
        os.environ.pop("DATABASE_URL", None)
    with new_database(folder) as url:
        os.environ.update(
            DATABASE_URL=url, VAR_DIR=str(folder), DJANGO_SETTINGS_MODULE=settings, PUBLIC_URL="http://127.0.0.1:8000"
        )
        import django

        django.setup()
        from django.db import connections

        try:
            yield url
        finally:
            connections.close_all()
            # Whoever removes the database asks the server, not the database itself.
            if postgres:
                os.environ["DATABASE_URL"] = postgres


def id_number(n: int) -> str:
    """Return a well-formed number of nobody: the region 310199 does not exist."""
    day = datetime.date(1960, 1, 1) + datetime.timedelta(days=n // 900)
    first = f"310199{day:%Y%m%d}{100 + n % 900:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    return first + "10X98765432"[total % 11]


def name_of(n: int) -> str:
    """Return a name: two to four characters as common as they are, now and then a minority name."""
    if n % 97 == 0:
        return MIDDLE_DOT
    pick = random.Random(n)
    return pick.choice(FAMILY) + "".join(pick.choice(GIVEN) for _ in range(pick.choice((1, 2, 2, 2))))


def portraits(count: int = 40) -> list[bytes]:
    """Return drawn faces at 295 × 413, each its own."""
    from PIL import Image, ImageDraw, ImageFilter

    made = []
    for n in range(count):
        pick = random.Random(n)
        picture = Image.new("RGB", (295, 413), (226 + n % 12, 236, 242 - n % 9))
        draw = ImageDraw.Draw(picture)
        skin = (222 - pick.randrange(40), 188 - pick.randrange(30), 164 - pick.randrange(30))
        draw.ellipse((92 - pick.randrange(9), 92, 203 + pick.randrange(9), 238 + pick.randrange(9)), fill=skin)
        draw.pieslice((86, 78 - pick.randrange(9), 209, 210), 180, 360, fill=(44, 36, 32))
        draw.ellipse((28, 262, 267, 560), fill=(38 + pick.randrange(80), 72, 80 + pick.randrange(60)))
        out = io.BytesIO()
        picture.filter(ImageFilter.GaussianBlur(1.2)).save(out, "JPEG", quality=88)
        made.append(out.getvalue())
    return made


def load(count: int, *, bodies: int = 1) -> list[Any]:
    """Return `bodies` plans with `count` people each who are due a certificate, each at a body of its own."""
    from certification.bodies.models import Filing
    from certification.certificates.authority import make_body_key
    from lms.accounts.models import User
    from lms.demo.world import FIRST_COURSE, load_world
    from lms.organisations.models import Organisation
    from lms.organisations.rules import Role
    from lms.organisations.services import add_member

    world = load_world(now=BEGIN, courses=FIRST_COURSE)
    plans = [_plan(world.cast, count, first=0)]
    for n in range(1, bodies):
        body = Organisation.objects.create(kind="association", slug=f"body-{n}", name=f"第{n}评价机构", name_en=f"Body {n}")
        officer = User.objects.create_person(name="考务", phone=f"+86137010{n:05d}")
        head = User.objects.create_person(name="负责人", phone=f"+86137011{n:05d}")
        add_member(officer, body, Role.EXAM_OFFICER, actor=None, now=BEGIN)
        add_member(head, body, Role.HEAD, actor=None, now=BEGIN)
        make_body_key(body, actor=None, now=BEGIN)
        model = Filing.objects.filter(organisation=world.cast.body).first()
        assert model is not None
        scopes = list(model.scopes.all())
        model.pk, model.organisation, model.sequence, model.record_number = None, body, f"{500 + n:06d}", f"BA-{n}"
        model.filed_name, model.filed_name_en = body.name, body.name_en
        model.save()
        for scope in scopes:
            scope.pk, scope.filing = None, model
            scope.save()
        plans.append(_plan(world.cast, count, first=n * count, body=body, officer=officer, filing=model))
    return plans


def _plan(cast: Any, count: int, *, first: int, body: Any = None, officer: Any = None, filing: Any = None) -> Any:
    from django.db import transaction

    from certification.applications.models import Application
    from certification.plans.models import Seat
    from certification.results.models import Decision, Publication, PublicationRow
    from certification.results.services.shared import fingerprint
    from lms.accounts.models import IdentityDocument, User
    from lms.core import ledger, store
    from lms.core.crypto import blind_index, mask_id_number, mask_name
    from lms.demo import story

    plan = story.write_plan(cast, exam_date=datetime.date(2026, 9, 26), title=f"大批 {first}", room=f"R{first}", now=BEGIN)
    if body is not None:
        # The plan of another body, whose blueprint and staff do not matter here; what is public is frozen, a draft is not.
        plan.status = "draft"
        plan.save(update_fields=["status"])
        plan.organisation, plan.filing = body, filing
        plan.save()
    plan.status = "in_publication"
    plan.save()
    officer = officer or cast.officer
    photos = [store.put(photo) for photo in portraits()]
    users = User.objects.bulk_create(
        [User(name=name_of(n), phone=f"+861{40_000_000_00 + n}", phone_verified=True) for n in range(first, first + count)],
        batch_size=500,
    )
    numbers = [id_number(n) for n in range(first, first + count)]
    IdentityDocument.objects.bulk_create(
        [
            IdentityDocument(
                user=user, kind="resident_id", number=number, number_index=blind_index(number, "identity"),
                birth_date=datetime.date(1970, 1, 1), sex="female", recorded_at=BEGIN,
            )
            for user, number in zip(users, numbers, strict=True)
        ],
        batch_size=500,
    )  # fmt: skip
    seats = Seat.objects.bulk_create(
        [
            Seat(plan=plan, candidate=user, ticket_number=f"T{first + n:08d}", room=f"R{n // 30}", number=n % 30 + 1)
            for n, user in enumerate(users)
        ],
        batch_size=500,
    )
    Application.objects.bulk_create(
        [
            Application(
                plan=plan,
                candidate=seat.candidate,
                photo_sha256=photos[n % len(photos)],
                status="seated",
                started_at=BEGIN,
                seat=seat,
            )
            for n, seat in enumerate(seats)
        ],
        batch_size=500,
    )
    Decision.objects.bulk_create(
        [
            Decision(
                seat=seat, passed=True, parts=FOUND,
                decided_by=officer, decided_at=BEGIN, confirmed_by=cast.reviewers[0], confirmed_at=BEGIN,
            )
            for seat in seats
        ],
        batch_size=500,
    )  # fmt: skip
    publication = Publication.objects.create(
        plan=plan, opens_on=datetime.date(2026, 9, 28), closes_on=datetime.date(2026, 10, 9), status="closed",
        published_by=officer, published_at=BEGIN, content_sha256="0" * 64, closed_by=officer, closed_at=AFTER,
    )  # fmt: skip
    PublicationRow.objects.bulk_create(
        [
            PublicationRow(
                publication=publication, seat=seat, ticket_number=seat.ticket_number, masked_name=mask_name(user.name),
                masked_id=mask_id_number(number), parts=FOUND, passed=True,
            )
            for seat, user, number in zip(seats, users, numbers, strict=True)
        ],
        batch_size=500,
    )  # fmt: skip
    # As `publish_results` would: who verifies the ledger lays the list beside it.
    sealed = fingerprint([[number, FOUND, True] for number in sorted(seat.ticket_number for seat in seats)])
    with transaction.atomic():
        ledger.append("results.published", subject=publication, actor=officer, now=BEGIN, rows=len(seats), sha256=sealed)
    return plan


def staff_of(plan: Any) -> tuple[Any, Any]:
    """Return the officer who prepares and the head who approves."""
    from lms.organisations.models import Membership
    from lms.organisations.rules import Role

    def one(role: Role) -> Any:
        member = Membership.objects.filter(organisation=plan.organisation, role=role.value).select_related("user").first()
        assert member is not None
        return member.user

    return one(Role.EXAM_OFFICER), one(Role.HEAD)


def compiled() -> None:
    """Let the house's skill-level design be printed by the compiled engine; whether it may is judged by its own comparison."""
    from certification.certificates.models import TemplateVersion
    from certification.certificates.print_sources import print_fingerprint
    from certification.certificates.rules import Kind
    from certification.certificates.selectors import house_template

    TemplateVersion.objects.filter(pk=house_template(Kind.SKILL_LEVEL).pk).update(
        engine="compiled", sources_sha256=print_fingerprint("skill_level")
    )


def approved(plan: Any) -> Any:
    """Prepare and approve a list with everybody of the plan; nothing is issued yet."""
    from django.test.utils import override_settings

    from certification.certificates.services import approve_batch, prepare_batch

    officer, head = staff_of(plan)
    batch = prepare_batch(plan, actor=officer, now=AFTER)
    with override_settings(ISSUE_WORKERS=0):
        approve_batch(batch, actor=head, now=AFTER)
    return batch


def gaps(numbers: list[str]) -> list[str]:
    """Return what is wrong with the numbers: one given twice, or a serial missing between the first and the last."""
    wrong = []
    series: dict[str, list[int]] = {}
    for number in numbers:
        series.setdefault(number[:-6], []).append(int(number[-6:]))
    for prefix, serials in series.items():
        if sorted(serials) != list(range(1, len(serials) + 1)):
            wrong.append(prefix)
    return wrong
