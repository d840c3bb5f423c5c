"""Each bad input of the walk meets a sentence in Chinese, a 4xx, and an unchanged database; a crash meets our own page."""

import datetime
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
import time_machine
from django.apps import apps
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from lms.notices.gateways import MemorySmsGateway
from tests.exam_day import EVENING, MONDAY, SKILL, exam_day, lay_out, shared_exam_day, sign_all, write_theory  # noqa: F401
from tests.issued import AFTER, certified_day, demo_authority, key_folder, portrait, shared_certified_day  # noqa: F401
from tests.open_plan import AFTER_CLOSING, ENOUGH_WORK, RECORD, body, candidate, draft, fill_in, pdf, picture, plan, scheme  # noqa: F401

pytestmark = pytest.mark.django_db
PHONE = "13712345678"
OURS = ("lms.", "courses.", "certification.")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()
    MemorySmsGateway.outbox.clear()


def everything() -> dict[str, list[Any]]:
    """Return every row of every table of ours, the ledger included."""
    models = [model for config in apps.get_app_configs() if config.name.startswith(OURS) for model in config.get_models()]
    return {model._meta.label: list(model._default_manager.order_by("pk").values_list()) for model in models}


@contextmanager
def nothing_written() -> Iterator[None]:
    before = everything()
    yield
    after = everything()
    assert {label for label in after if after[label] != before[label]} == set()


def told(response: Any) -> str:
    """Return the words of the page's main part, without markup and gaps."""
    page = response.content.decode()
    assert "Traceback" not in page
    main = page.partition("<main")[2].partition("</main>")[0].partition(">")[2]
    return re.sub(r"\s+", "", re.sub(r"<[^>]*>", " ", main))


def sign_up(client: Any, **reach: str) -> None:
    page = client.post("/accounts/signup/", {"name": "王小芳", **reach})
    assert page.status_code == 302


def sms_code() -> str:
    found = re.search(r"\d{6}", MemorySmsGateway.outbox[-1][1])
    assert found
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


# Codes


def test_a_wrong_code_is_told_and_proves_nothing(client: Any) -> None:
    sign_up(client, phone=PHONE)
    with nothing_written():
        page = client.post("/accounts/phone/verify/", {"code": wrong(sms_code())})
    assert page.status_code == 422
    assert "验证码" in told(page) or "代码" in told(page)
    assert "_auth_user_id" not in client.session
    assert client.post("/accounts/phone/verify/", {"code": sms_code()}).status_code == 302  # the right one still counts
    assert "_auth_user_id" in client.session


def test_an_expired_code_is_told(client: Any) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        sign_up(client, phone=PHONE)
        clock.shift(datetime.timedelta(minutes=11))
        with nothing_written():
            page = client.post("/accounts/phone/verify/", {"code": sms_code()})
    assert page.status_code == 410
    assert "验证码已经失效" in told(page)
    assert "_auth_user_id" not in client.session


def test_a_code_guessed_at_too_often_is_dead(client: Any) -> None:
    sign_up(client, phone=PHONE)
    for _try in range(2):
        assert client.post("/accounts/phone/verify/", {"code": wrong(sms_code())}).status_code == 422
    with nothing_written():
        page = client.post("/accounts/phone/verify/", {"code": wrong(sms_code())})
        late = client.post("/accounts/phone/verify/", {"code": sms_code()})
    assert (page.status_code, late.status_code) == (410, 410)
    assert "验证码已经失效" in told(page)
    assert "_auth_user_id" not in client.session


def test_a_wrong_or_expired_mailed_code_is_told_as_well(client: Any, mailoutbox: list[Any]) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        sign_up(client, email="fang@example.com")
        found = re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE)
        assert found
        with nothing_written():
            page = client.post("/accounts/login/code/confirm/", {"code": wrong(found[0])})
            clock.shift(datetime.timedelta(minutes=11))
            late = client.post("/accounts/login/code/confirm/", {"code": found[0]})
    assert (page.status_code, late.status_code) == (422, 410)
    assert "验证码" in told(page) or "代码" in told(page)
    assert "验证码已经失效" in told(late)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": "王小芳"}, "填一项就行"),
        ({"name": "王小芳", "phone": "12345"}, "11位"),
        ({"phone": PHONE}, "请填写这一项"),
    ],
)
def test_a_sign_up_without_what_it_needs_makes_no_account(client: Any, form: dict[str, str], sentence: str) -> None:
    with nothing_written():
        page = client.post("/accounts/signup/", form)
    assert page.status_code == 422
    assert sentence in told(page)


def test_a_wrong_password_is_told(client: Any, make_user: Any) -> None:
    make_user("王小芳", phone="+8613712345678")
    with nothing_written():
        page = client.post("/accounts/login/", {"login": PHONE, "password": "wrong wrong wrong"})
    assert page.status_code == 422
    assert "密码" in told(page)


# Applications


def test_an_unmet_condition_says_what_is_missing(client: Any, plan: Any, candidate: Any, now: Any) -> None:
    from certification.applications import services

    with time_machine.travel(now, tick=False):
        case = services.start_application(plan, candidate=candidate, now=now)
        short = {**ENOUGH_WORK, "employments": [{**ENOUGH_WORK["employments"][0], "started_on": "2025-01-01"}]}
        condition = plan.scheme_level.conditions.get(code="4-1")
        services.save_facts(case, facts=short, condition=condition, actor=candidate, now=now)
        services.attach_evidence(case, kind="work_proof", upload=pdf(), actor=candidate, now=now)
        services.attach_photo(case, upload=picture(), actor=candidate, now=now)
        services.save_record(case, record=RECORD, actor=candidate, now=now)
        client.force_login(candidate)
        with nothing_written():
            page = client.post(f"/apply/{case.pk}/submit/", {"agreed": "on"})
    assert page.status_code == 422
    assert "满5年" in told(page)


def test_after_the_closing_date_nothing_is_begun_or_handed_in(
    client: Any, plan: Any, candidate: Any, make_user: Any, now: Any
) -> None:
    case = fill_in(plan, candidate, now=now)
    latecomer = make_user("迟到者")
    pages = []
    with time_machine.travel(AFTER_CLOSING, tick=False):
        for person, address in ((candidate, f"/apply/{case.pk}/submit/"), (latecomer, f"/apply/plans/{plan.pk}/start/")):
            client.force_login(person)
            with nothing_written():
                pages.append(client.post(address, {"agreed": "on"}))
    for page in pages:
        assert page.status_code == 409
        assert "2026年9月30日" in told(page)
        assert "截止" in told(page)


# The exam day


def test_a_team_of_two_assessors_is_refused(client: Any, plan: Any, body: SimpleNamespace, now: Any) -> None:
    client.force_login(body.officer)
    pair = [str(person.pk) for person in body.assessors[:2]]
    with time_machine.travel(now, tick=False), nothing_written():
        page = client.post(f"/desk/plans/{plan.pk}/assessors/", {"assessors": pair})
    assert page.status_code == 422
    assert "考评组至少需要3名考评员，目前为2名" in told(page)


def test_a_missing_score_sheet_is_named(client: Any, exam_day: SimpleNamespace) -> None:
    day = exam_day
    stations = lay_out(day)
    for seat in day.seats:
        write_theory(seat, right=8)
        sign_all(seat, stations, day.assessors if seat != day.seats[1] else day.assessors[:2])
    client.force_login(day.officer)
    with time_machine.travel(EVENING, tick=False), nothing_written():
        page = client.post(f"/desk/assessment/{day.plan.pk}/close/")
    assert page.status_code == 409
    assert day.seats[1].ticket_number in told(page)
    assert day.assessors[2].name in told(page)


def test_59_5_is_not_60(client: Any, exam_day: SimpleNamespace) -> None:
    """A mark is no bad input: it is stored as it is, called not passed, and leads to no certificate."""
    from certification.assessment.services import close_assessment, open_sheet, score_point, sign_sheet
    from certification.certificates.models import Certificate
    from certification.results.models import Decision

    day = exam_day
    stations = lay_out(day)
    near = day.seats[0]
    for seat in day.seats:
        write_theory(seat, right=8)
        if seat != near:
            sign_all(seat, stations, day.assessors)
    for assessor in day.assessors:
        for station, values in zip(stations, (["12", "11.5"], ["18", "18"]), strict=True):
            sheet = open_sheet(station, near, assessor=assessor, now=SKILL)
            for point, value in zip(station.points.filter(fatal=False).order_by("order"), values, strict=True):
                sheet = score_point(sheet, point=point, value=value, actor=assessor, now=SKILL)
            sign_sheet(sheet, actor=assessor, now=SKILL + datetime.timedelta(hours=1))
    close_assessment(day.plan, actor=day.officer, now=EVENING)
    desk = f"/desk/results/{day.plan.pk}"
    with time_machine.travel(MONDAY, tick=False):
        steps = ((day.officer, "record"), (day.head, "check"), (day.officer, "decide"), (day.head, "confirm"))
        for person, step in (*steps, (day.officer, "prepare"), (day.head, "publish")):
            client.force_login(person)
            assert client.post(f"{desk}/{step}/").status_code == 302
        client.force_login(near.candidate)
        own = client.get(f"/exam/{near.pk}/result/").content.decode()
    assert [row.passed for row in Decision.objects.order_by("seat__number")] == [False, True, True]
    assert near.part_results.get(part="skill").value == Decimal("59.50")
    assert "59.5" in own
    assert "本次未合格" in own
    # Issuing asks the decision, so the near miss gets nothing, whoever asks.
    client.force_login(day.head)
    with time_machine.travel(AFTER, tick=False), nothing_written():
        client.post(f"/desk/certificates/{day.plan.pk}/")
    assert not Certificate.objects.filter(holder=near.candidate).exists()


# Certificates


def test_before_the_publication_ends_nothing_is_issued(client: Any, certified_day: SimpleNamespace) -> None:
    day = certified_day
    publication = day.publication
    publication.status, publication.closed_by, publication.closed_at = "open", None, None
    publication.save()
    client.force_login(day.head)
    with time_machine.travel(MONDAY + datetime.timedelta(days=1), tick=False), nothing_written():
        page = client.post(f"/desk/certificates/{day.plan.pk}/prepare/")
    assert page.status_code == 409
    assert "2026年9月18日" in told(page)


def test_an_unknown_number_is_not_found(client: Any, certified_day: SimpleNamespace) -> None:
    with nothing_written():
        page = client.post("/verify/", {"number": "S000031000123264999999", "name": "林晓梅", "last_four": "1235"})
        token = client.get(f"/verify/{'A' * 32}/")
    assert (page.status_code, token.status_code) == (404, 404)
    assert "查无此证" in page.content.decode()
    assert "查无此证" in token.content.decode()


@pytest.mark.parametrize(
    ("name", "sentence"), [("foreign.pdf", "没有签名"), ("picture.pdf", "不是PDF"), ("empty.pdf", "空"), ("none", "请填写这一项")]
)
def test_a_foreign_pdf_is_refused_with_the_reason(client: Any, demo_authority: Any, name: str, sentence: str) -> None:
    out = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(out)
    data = {"foreign.pdf": out.getvalue(), "picture.pdf": b"\x89PNG not a pdf", "empty.pdf": b""}
    files = {"file": SimpleUploadedFile(name, data[name], content_type="application/pdf")} if name in data else {}
    with nothing_written():
        page = client.post("/verify/file/", files)
    assert page.status_code == 422
    assert sentence in told(page)


# A crash


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_crash_shows_our_page_and_no_traceback(
    client: Any, make_user: Any, monkeypatch: Any, settings: Any, signed_in: bool
) -> None:
    """The page itself must not need what may be broken: it reads no database and no session."""
    settings.DEBUG = False

    def crash(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("secret of the machine room")

    monkeypatch.setattr("lms.portal.search.find_in_courses", crash)
    if signed_in:
        client.force_login(make_user("王小芳"))
    client.raise_request_exception = False
    page = client.get("/search/?q=轮椅")
    text = page.content.decode()
    assert page.status_code == 500
    assert "这里出了问题" in text
    assert "请等一分钟" in text
    for secret in ("Traceback", "RuntimeError", "secret of the machine room", "site-packages"):
        assert secret not in text
    english = client.get("/search/?q=x", headers={"accept-language": "en"})
    assert "Something went wrong here" in english.content.decode()


@pytest.mark.parametrize("path", ["/not-here/", "/desk/plans/999999/"])
def test_an_address_that_does_not_exist_has_our_page(client: Any, make_user: Any, settings: Any, path: str) -> None:
    settings.DEBUG = False
    client.force_login(make_user("王小芳"))
    page = client.get(path)
    assert page.status_code == 404
    assert "网址可能打错了" in told(page)
