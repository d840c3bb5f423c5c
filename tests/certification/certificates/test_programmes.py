"""Programmes: what a body gives certificates for besides skill levels, who is due one, who is named, what is issued."""

import datetime
import io
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from certification.certificates.authority import make_body_key
from certification.certificates.models import Certificate, IssueBatch, Programme
from certification.certificates.people_lists import read_people
from certification.certificates.rules import Kind
from certification.certificates.services import approve_batch, cancel_batch, pause_batch, run_batch
from certification.certificates.services.programmes import (
    change_programme,
    create_programme,
    prepare_programme,
    set_programme_open,
)
from courses.catalogue.models import CoursePage
from courses.catalogue.services import open_college_tree
from courses.learning.models import CompletionStatement, Enrolment
from lms.core import clock
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from tests.held import somebody_faster
from tests.issued import AFTER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _after_the_publication(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


@pytest.fixture
def cast(college, employer, make_user, member):
    return {
        "head": member(make_user("董佩文"), college, Role.HEAD),
        "administrator": member(make_user("秦立"), college, Role.COLLEGE_ADMIN),
        "author": member(make_user("杨帆"), college, Role.AUTHOR),
        "other head": member(make_user("施慧芳"), employer, Role.HEAD),
        "stranger": make_user("路人"),
    }


@pytest.fixture
def course(college, association):
    tree = open_college_tree(college, reviewers=association)
    page = CoursePage(title="康复辅助器具服务基础", title_en="Foundations", slug="basics", summary="基础", live=True)
    return tree.add_child(instance=page)


@pytest.fixture
def completed(course, make_user):
    """Two people who completed the course, first completed first."""
    people = []
    for index, name in enumerate(("林晓梅", "严华")):
        person = make_user(name)
        enrolment = Enrolment.objects.create(user=person, course=course, enrolled_at=AFTER)
        CompletionStatement.objects.create(
            enrolment=enrolment,
            number=f"XX260900000{index}",
            statement={"completed_on": "2026-09-01", "name": name},
            issued_at=AFTER - datetime.timedelta(days=5 - index),
        )
        people.append(person)
    return people


@pytest.fixture
def completion(college, course, cast):
    facts = {"title": "康复辅助器具服务基础", "title_en": "Foundations", "course": course, "hours": Decimal("32")}
    return create_programme(college, kind=Kind.COMPLETION, facts=facts, actor=cast["administrator"], now=AFTER)


@pytest.fixture
def achievement(college, cast):
    facts = {"title": "轮椅适配师", "title_en": "Wheelchair Fitter", "valid_months": 24, "renewal_credits": Decimal("10")}
    return create_programme(college, kind=Kind.ACHIEVEMENT, facts=facts, actor=cast["administrator"], now=AFTER)


@pytest.fixture
def signing_key(college, demo_authority):
    return make_body_key(college, actor=None, now=AFTER)


def issue_all(programme, cast, **people):
    batch = prepare_programme(programme, actor=cast["administrator"], now=AFTER, **people)
    approve_batch(batch, actor=cast["head"], now=AFTER)
    run_batch(batch, now=AFTER)
    return list(Certificate.objects.filter(programme=programme).order_by("number"))


def line_of(person):
    return f"{person.phone.removeprefix('+86')} {person.name}"


# Who gets in


@pytest.mark.parametrize(
    ("who", "status"), [("head", 200), ("administrator", 200), ("author", 404), ("other head", 404), ("stranger", 404)]
)
@pytest.mark.parametrize("page", ["", "edit/"])
def test_only_who_prepares_lists_reaches_a_programme(client, completion, cast, who, status, page):
    client.force_login(cast[who])
    assert client.get(f"/desk/programmes/{completion.pk}/{page}").status_code == status


@pytest.mark.parametrize("who", ["author", "other head", "stranger"])
@pytest.mark.parametrize("action", ["prepare", "close", "people"])
def test_nobody_else_acts_on_it(client, completion, completed, signing_key, cast, who, action):
    client.force_login(cast[who])
    assert client.post(f"/desk/programmes/{completion.pk}/{action}/").status_code == 404
    assert not IssueBatch.objects.exists()
    assert Programme.objects.get().active


def test_the_list_shows_the_own_organisations_programmes_only(client, completion, cast):
    client.force_login(cast["head"])
    assert completion.title in client.get("/desk/programmes/").content.decode()
    client.force_login(cast["other head"])
    assert completion.title not in client.get("/desk/programmes/").content.decode()
    client.force_login(cast["author"])
    assert client.get("/desk/programmes/").status_code == 403


# Writing it down


def test_a_programme_is_written_down_through_the_form(client, college, course, cast):
    client.force_login(cast["administrator"])
    assert client.get(f"/desk/programmes/new/?organisation={college.pk}&kind=credits").status_code == 200
    sent = {
        "organisation": college.pk,
        "kind": "credits",
        "title": "继续教育",
        "course": course.pk,
        "credits": "6",
        "credit_scheme": "市级继续教育Ⅱ类学分",
    }
    assert client.post("/desk/programmes/new/", sent).status_code == 302
    programme = Programme.objects.get()
    assert (programme.kind, programme.credits, programme.course) == ("credits", Decimal(6), course)


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "职业技能等级证书培训"},
        {"course": ""},
        {"credits": "0"},
        {"credits": "-3"},
        {"credit_scheme": ""},
        {"valid_months": "0"},
        {"course": "999999"},
    ],
)
def test_what_is_missing_or_reserved_is_told(client, college, course, cast, change):
    client.force_login(cast["administrator"])
    sent = {
        "organisation": college.pk,
        "kind": "credits",
        "title": "继续教育",
        "course": course.pk,
        "credits": "6",
        "credit_scheme": "Ⅱ类",
    }
    assert client.post("/desk/programmes/new/", {**sent, **change}).status_code == 422
    assert not Programme.objects.exists()


def test_nobody_writes_one_down_for_another_organisation(client, college, employer, cast):
    client.force_login(cast["other head"])
    sent = {"organisation": college.pk, "kind": "achievement", "title": "轮椅适配师"}
    assert client.post("/desk/programmes/new/", sent).status_code == 422
    assert not Programme.objects.exists()


def test_a_title_is_given_once_for_each_kind(completion, college, course, cast):
    with pytest.raises(DomainError) as error:
        create_programme(
            college, kind=Kind.COMPLETION, facts={"title": completion.title, "course": course}, actor=cast["head"], now=AFTER
        )
    assert error.value.code == "certificates.programme_title_taken"


def test_of_two_clicks_at_once_the_second_is_told_that_the_title_is_taken(college, cast):
    with somebody_faster(Programme), pytest.raises(DomainError) as error:
        create_programme(college, kind=Kind.ACHIEVEMENT, facts={"title": "轮椅适配能力"}, actor=cast["head"], now=AFTER)
    assert error.value.code == "certificates.programme_title_taken"


def test_only_what_ends_can_be_renewed(college, cast):
    facts = {"title": "轮椅适配师", "renewal_credits": Decimal(10)}
    with pytest.raises(DomainError) as error:
        create_programme(college, kind=Kind.ACHIEVEMENT, facts=facts, actor=cast["head"], now=AFTER)
    assert error.value.code == "certificates.renewal_needs_months"


# Who completed the course


def test_who_completed_the_course_is_due_prepared_by_one_and_approved_by_another(
    client, completion, completed, signing_key, cast
):
    client.force_login(cast["administrator"])
    page = client.get(f"/desk/programmes/{completion.pk}/").content.decode()
    assert all(person.name in page for person in completed)
    assert f"JY{completion.organisation_id:05d}2026" in page
    response = client.post(f"/desk/programmes/{completion.pk}/prepare/")
    batch = IssueBatch.objects.get()
    assert response["Location"] == f"/desk/certificates/batches/{batch.pk}/"
    assert client.get(response["Location"]).status_code == 200
    with pytest.raises(PermissionDenied):
        approve_batch(batch, actor=cast["administrator"], now=AFTER)
    approve_batch(batch, actor=cast["head"], now=AFTER)
    run_batch(batch, now=AFTER)
    issued = list(Certificate.objects.order_by("number"))
    assert [certificate.holder for certificate in issued] == completed
    assert all(certificate.number.startswith("JY") and certificate.status == "valid" for certificate in issued)
    page = client.get(f"/desk/programmes/{completion.pk}/").content.decode()
    assert issued[0].number in page
    assert client.get(f"/desk/certificates/issued/{issued[0].pk}/").status_code == 200


def test_who_is_left_out_needs_a_reason(client, completion, completed, signing_key, cast):
    client.force_login(cast["administrator"])
    client.post(f"/desk/programmes/{completion.pk}/prepare/", {"exclude": completed[0].pk})
    assert not IssueBatch.objects.exists()
    client.post(
        f"/desk/programmes/{completion.pk}/prepare/", {"exclude": completed[0].pk, f"reason-{completed[0].pk}": "姓名待核"}
    )
    assert IssueBatch.objects.get().items.filter(status="excluded", holder=completed[0]).exists()


def test_what_is_issued_keeps_its_words_when_the_programme_changes(completion, completed, signing_key, cast):
    certificate = issue_all(completion, cast)[0]
    facts = {"title": "新的名称", "hours": Decimal(64)}
    change_programme(completion, facts=facts, actor=cast["administrator"], now=AFTER)
    certificate.refresh_from_db()
    assert certificate.claims["programme"]["zh"] == "康复辅助器具服务基础"
    assert certificate.claims["hours"] == "32"


@pytest.mark.parametrize("state", ["prepared", "running", "paused"])
def test_what_a_head_has_on_her_desk_or_approved_is_not_changed_under_her_hands(completion, completed, signing_key, cast, state):
    batch = prepare_programme(completion, actor=cast["administrator"], now=AFTER)
    if state != "prepared":
        approve_batch(batch, actor=cast["head"], now=AFTER)
    if state == "paused":
        pause_batch(batch, actor=cast["administrator"], now=AFTER)
    with pytest.raises(DomainError) as error:
        change_programme(completion, facts={"hours": Decimal(640)}, actor=cast["administrator"], now=AFTER)
    assert error.value.code == "certificates.programme_has_open_list"
    completion.refresh_from_db()
    assert completion.hours == Decimal(32)


def test_after_the_list_is_dropped_the_programme_can_be_changed(completion, completed, signing_key, cast):
    batch = prepare_programme(completion, actor=cast["administrator"], now=AFTER)
    cancel_batch(batch, actor=cast["administrator"], now=AFTER)
    changed = change_programme(completion, facts={"hours": Decimal(64)}, actor=cast["administrator"], now=AFTER)
    assert changed.hours == Decimal(64)


def test_a_closed_programme_prepares_nothing_and_can_be_opened_again(client, completion, completed, signing_key, cast):
    client.force_login(cast["administrator"])
    client.post(f"/desk/programmes/{completion.pk}/close/")
    client.post(f"/desk/programmes/{completion.pk}/prepare/")
    assert not IssueBatch.objects.exists()
    completion.refresh_from_db()
    set_programme_open(completion, is_open=True, actor=cast["administrator"], now=AFTER)
    client.post(f"/desk/programmes/{completion.pk}/prepare/")
    assert IssueBatch.objects.exists()


# Naming people


def test_people_are_found_by_phone_or_mail_and_name(achievement, make_user):
    one, other, third = make_user("林晓梅"), make_user("严 华"), make_user("陶永福", email="tao@demo.example")
    text = f"手机,姓名\n{one.phone},林晓梅\n严 华，{other.phone.removeprefix('+86')}\ntao@Demo.example,陶永福\n"
    report = read_people(text.replace("，", ",").encode(), programme=achievement)
    assert report.people == [one, other, third]
    assert report.is_sound


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("13912345678 林晓梅", "certificates.person_unknown"),
        ("{phone} 别人", "certificates.person_unknown"),
        ("{phone}", "certificates.person_not_understood"),
        ("林晓梅", "certificates.person_not_understood"),
    ],
)
def test_a_line_that_names_nobody_says_why(achievement, make_user, text, code):
    person = make_user("林晓梅")
    report = read_people(text.format(phone=person.phone).encode(), programme=achievement)
    (line,) = report.wrong
    assert line.error.code == code
    assert not report.is_sound


def test_a_phone_alone_tells_nobodys_name(client, achievement, make_user, cast):
    person = make_user("林晓梅")
    client.force_login(cast["administrator"])
    response = client.post(f"/desk/programmes/{achievement.pk}/people/", {"text": f"{person.phone} 某某"})
    assert response.status_code == 422
    # The same sentence as for a number that nobody has.
    unknown = client.post(f"/desk/programmes/{achievement.pk}/people/", {"text": "13912345678 某某"})
    said = [page.context["report"].wrong[0].error.code for page in (response, unknown)]
    assert said == ["certificates.person_unknown"] * 2


def test_a_person_twice_is_told_with_the_first_line(achievement, make_user):
    person = make_user("林晓梅")
    report = read_people(f"{line_of(person)}\n{line_of(person)}\n".encode(), programme=achievement)
    assert [line.error.code for line in report.wrong] == ["certificates.person_listed_twice"]


def test_named_people_are_issued_what_ends_and_a_second_one_is_refused(client, achievement, make_user, signing_key, cast):
    person = make_user("阿依古丽·买买提")
    client.force_login(cast["administrator"])
    checked = client.post(f"/desk/programmes/{achievement.pk}/people/", {"text": line_of(person)})
    assert checked.status_code == 200
    client.post(f"/desk/programmes/{achievement.pk}/prepare/", {"ticket": checked.context["ticket"]})
    batch = IssueBatch.objects.get()
    approve_batch(batch, actor=cast["head"], now=AFTER)
    run_batch(batch, now=AFTER)
    certificate = Certificate.objects.get()
    assert certificate.number.startswith("NL")
    assert certificate.claims["valid_until"] == "2028-09-20"
    again = client.post(f"/desk/programmes/{achievement.pk}/people/", {"text": line_of(person)})
    assert again.status_code == 422
    assert again.context["report"].wrong[0].error.code == "certificates.already_holds_this"
    with pytest.raises(DomainError):
        prepare_programme(achievement, people=[person], actor=cast["administrator"], now=AFTER)


@pytest.mark.parametrize("spoil", ["ticket", "person", "programme"])
def test_a_list_that_was_not_checked_here_is_not_prepared(client, achievement, make_user, signing_key, cast, college, spoil):
    client.force_login(cast["administrator"])
    checked = client.post(f"/desk/programmes/{achievement.pk}/people/", {"text": line_of(make_user("林晓梅"))})
    ticket, target = checked.context["ticket"], achievement
    if spoil == "ticket":
        ticket = ticket[:-3] + "AAA"
    elif spoil == "person":
        client.force_login(cast["head"])
    else:
        target = create_programme(college, kind=Kind.ACHIEVEMENT, facts={"title": "助听器验配员"}, actor=cast["head"], now=AFTER)
    client.post(f"/desk/programmes/{target.pk}/prepare/", {"ticket": ticket})
    assert not IssueBatch.objects.exists()


def test_a_workbook_is_read_and_one_with_formulas_is_refused(client, achievement, make_user, cast):
    person = make_user("林晓梅")
    client.force_login(cast["administrator"])

    def send(name):
        book = Workbook()
        book.active.append(["手机", "姓名"])
        book.active.append([person.phone.removeprefix("+86"), name])
        out = io.BytesIO()
        book.save(out)
        file = SimpleUploadedFile("people.xlsx", out.getvalue())
        return client.post(f"/desk/programmes/{achievement.pk}/people/", {"file": file, "text": ""})

    good, bad = send("林晓梅"), send("=1+1")
    assert (good.status_code, good.context["report"].people) == (200, [person])
    assert bad.status_code == 422
    assert bad.context["report"] is None


def test_naming_people_takes_few_queries_however_many(achievement, make_user, django_assert_max_num_queries):
    people = [make_user(f"学员{letter}") for letter in "甲乙丙丁戊己庚辛壬癸"]
    text = "\n".join(map(line_of, people)).encode()
    with django_assert_max_num_queries(3):
        assert len(read_people(text, programme=achievement).people) == 10
