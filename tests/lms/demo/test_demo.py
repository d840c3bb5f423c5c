"""The demonstration loads, twice, and the walkthrough plays the whole job through the services."""

import datetime
import json
from io import StringIO

import pytest
from django.core.management import call_command

from certification.certificates.models import Certificate
from certification.plans.models import Plan
from courses.catalogue.models import CoursePage, LessonPage
from courses.questionbank.models import Item
from lms.accounts.models import User
from lms.core import clock
from lms.core.models import LedgerEntry
from lms.organisations.models import Organisation

pytestmark = pytest.mark.django_db(transaction=False)


@pytest.fixture
def loaded(db, settings, tmp_path):
    """The demonstration, loaded once for a test."""
    settings.DEMO_CLOCK_FILE = tmp_path / "demo-clock"
    call_command("load_demo", stdout=StringIO())


def test_the_demonstration_holds_what_was_promised(loaded):
    assert User.objects.count() >= 30
    assert Organisation.objects.filter(kind="college").count() == 2
    assert Organisation.objects.filter(kind__in=["association", "employer"]).count() == 2
    assert Organisation.objects.filter(kind="authority").count() == 1
    assert Organisation.objects.filter(kind="base").count() == 1
    assert CoursePage.objects.live().count() == 1
    assert LessonPage.objects.live().count() >= 12
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


def test_the_walkthrough_may_be_played_again_and_beside_the_stories(loaded):
    numbers = set()
    for _time in range(2):
        out = StringIO()
        call_command("walkthrough", "--json", stdout=out)
        report = json.loads(out.getvalue())
        assert report["ledger_ok"] is True
        numbers.add(report["certificate_number"])
    assert len(numbers) == 2


def test_the_walkthrough_ends_with_a_certificate_that_verifies(db):
    out = StringIO()
    call_command("walkthrough", "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert report["ledger_ok"] is True
    certificate = Certificate.objects.get(number=report["certificate_number"])
    assert report["verify_url"].endswith(f"/verify/{certificate.token}/")
    call_command("verify_certificate", report["pdf"], stdout=StringIO())
