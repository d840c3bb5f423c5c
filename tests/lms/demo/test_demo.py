"""The demonstration loads, twice, and the walkthrough plays the whole job through the services."""

import datetime
import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from certification.certificates.models import Certificate
from certification.plans.models import Plan
from courses.catalogue.models import CoursePage, LessonPage
from courses.questionbank.models import Item
from lms.accounts.models import User
from lms.core import clock
from lms.core.models import LedgerEntry
from lms.organisations.models import ROLE_LABELS, Organisation
from lms.organisations.rules import Role
from tests.conftest import plant_the_trees

pytestmark = pytest.mark.django_db(transaction=False)


def test_the_walkthrough_ends_with_a_certificate_that_verifies(db):
    out = StringIO()
    call_command("walkthrough", "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert report["ledger_ok"] is True
    certificate = Certificate.objects.get(number=report["certificate_number"])
    assert report["verify_url"].endswith(f"/verify/{certificate.token}/")
    call_command("verify_certificate", report["pdf"], stdout=StringIO())


@pytest.fixture(scope="module")
def loaded_once(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demonstration, loaded once for all tests here, and the file of its clock."""
    file = tmp_path_factory.mktemp("demo") / "demo-clock"
    with django_db_blocker.unblock(), override_settings(DEMO_CLOCK_FILE=file), transaction.atomic():
        plant_the_trees()
        call_command("load_demo", stdout=StringIO())
        yield file
        transaction.set_rollback(True)


@pytest.fixture
def loaded(loaded_once, db, settings, tmp_path):
    """The demonstration as it was loaded; each test takes back what it does, and has a clock of its own."""
    settings.DEMO_CLOCK_FILE = Path(shutil.copy(loaded_once, tmp_path))


def test_the_demonstration_holds_what_was_promised(loaded):
    assert User.objects.count() >= 30
    assert Organisation.objects.filter(kind="college").count() == 2
    assert Organisation.objects.filter(kind__in=["association", "employer"]).count() == 2
    assert Organisation.objects.filter(kind="authority").count() == 1
    for kind in ("base", "studio"):
        house = Organisation.objects.get(kind=kind)
        assert {member.role for member in house.memberships.all()} == {"author", "college_admin"}
        assert house.college_page.live
    assert CoursePage.objects.live().count() == 3
    assert LessonPage.objects.live().count() >= 36
    assert Item.objects.filter(active=True).count() >= 150
    assert {plan.status for plan in Plan.objects.all()} == {"certified", "in_publication", "arranged", "published"}
    assert Certificate.objects.filter(status="valid").count() == 2


def test_loading_it_again_changes_nothing(loaded):
    def counts():
        return [
            model.objects.count() for model in (User, Organisation, CoursePage, LessonPage, Item, Plan, Certificate, LedgerEntry)
        ]

    before = counts()
    call_command("load_demo", stdout=StringIO())
    assert counts() == before


def test_a_plan_in_two_rooms_can_be_tried_from_the_seats_to_the_door(loaded):
    from certification.examday.models import RoomDuty
    from certification.examday.selectors.rooms import room_problems
    from certification.examday.selectors.seating import seating_of
    from certification.examday.services.door import sign_in
    from certification.plans.selectors import start_problems
    from lms.demo.hall import TITLE

    plan = Plan.objects.get(title=TITLE)
    assert (plan.status, plan.seats.count(), plan.seats.values("plan_room").distinct().count()) == ("arranged", 24, 2)
    assert not seating_of(plan.arrangement).blocked
    assert [*room_problems(plan), *start_problems(plan, now=clock.now())] == []
    wheelchair = next(seat for seat in plan.seats.all() if seat.candidate.name == "周明亮")
    assert wheelchair.number <= wheelchair.plan_room.accessible_seats
    duty = RoomDuty.objects.filter(plan_room=wheelchair.plan_room).first()
    assert sign_in(wheelchair, actor=duty.assignment.user, now=clock.now()).late_minutes == 0


def test_its_clock_starts_on_the_first_day_and_is_not_reset(loaded):
    assert clock.today() == datetime.date(2026, 9, 7)
    call_command("demo_clock", "--days", "3", stdout=StringIO())
    call_command("load_demo", stdout=StringIO())
    assert clock.today() == datetime.date(2026, 9, 10)


def test_it_prints_how_everybody_signs_in(loaded):
    out = StringIO()
    call_command("load_demo", "--logins", stdout=out)
    password = next(line for line in out.getvalue().splitlines() if "林晓梅" in line).split()[1]
    assert User.objects.get(name="林晓梅").check_password(password)


def test_a_teacher_finds_her_class_under_way(loaded, client):
    teacher = User.objects.get(name="唐静")
    client.force_login(teacher, backend="django.contrib.auth.backends.ModelBackend")
    (run,) = client.get("/teach/").context["classes"].rows
    page = client.get(run.get_absolute_url()).context
    figures = page["figures"]
    assert (figures.learners, figures.unbegun) == (5, 1)
    assert 0 < figures.behind < figures.learners
    assert [asked.user.name for asked in page["requests"]] == ["范志远"]
    assert page["announcements"][0].told == 5
    assert [len(client.get(f"/teach/questions/?show={show}").context["questions"].rows) for show in ("open", "answered")] == [
        1,
        1,
    ]
    difference = client.get(f"{run.get_absolute_url()}version/").context
    assert (run.version.number, difference["newest"].number, difference["moving"]) == (1, 2, 5)
    assert [(shown.change.kind, shown.change.title) for shown in difference["changes"]] == [
        ("changed", "车架调校：坐得稳，推得动")
    ]


def test_the_teacher_stands_in_the_list_of_sign_ins(loaded):
    out = StringIO()
    call_command("load_demo", "--logins", stdout=out)
    line = next(line for line in out.getvalue().splitlines() if "唐静" in line)
    assert str(ROLE_LABELS[Role.TEACHER]) in line
    assert User.objects.get(name="唐静").check_password(line.split()[1])


def test_the_walkthrough_may_be_played_again_and_beside_the_stories(loaded):
    numbers = set()
    for _time in range(2):
        out = StringIO()
        call_command("walkthrough", "--json", stdout=out)
        report = json.loads(out.getvalue())
        assert report["ledger_ok"] is True
        numbers.add(report["certificate_number"])
    assert len(numbers) == 2
