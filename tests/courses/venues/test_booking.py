"""Booking, cancelling, calling off and reminding."""

import datetime
import json
import os
import subprocess
import sys

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from courses.venues.models import Booking, Visit
from courses.venues.selectors import days_to_come
from courses.venues.services import book, call_off, cancel_booking, forget, remind
from lms.core.errors import DomainError
from lms.notices.gateways import MemorySmsGateway
from lms.notices.models import Delivery
from lms.notices.sending import sweep
from tests.schema import ROOT, new_database

AT = "2026-09-08T10:00"
GUEST = "+8613712345678"


@pytest.fixture(autouse=True)
def _empty_outbox():
    MemorySmsGateway.outbox.clear()


@pytest.fixture
def booked(venue, now, django_capture_on_commit_callbacks):
    """Return a function that books and lets the message go out."""

    def make(size=2, *, at=AT, phone=GUEST, user=None, now=now, needs="", language="zh-hans"):
        with time_machine.travel(now, tick=False), django_capture_on_commit_callbacks(execute=True):
            return book(venue, at=at, phone=phone, size=size, needs=needs, language=language, user=user, now=now)

    return make


def free(venue, now, at=AT):
    return next(slot.free for day in days_to_come(venue, now=now) for slot in day.slots if slot.key == at)


@pytest.mark.django_db
class TestBooking:
    def test_a_guest_books_and_gets_the_link_by_sms(self, booked, venue, now):
        booking = booked()
        ((phone, text),) = MemorySmsGateway.outbox
        assert phone == GUEST
        assert booking.get_absolute_url() in text
        assert free(venue, now) == 3

    def test_who_has_an_account_finds_it_among_her_notices(self, booked, person):
        booking = booked(user=person)
        assert person.notices.get().url == booking.get_absolute_url()

    def test_a_guest_is_told_in_the_language_of_her_visit(self, booked):
        booked(language="en")
        assert "Your visit is booked" in MemorySmsGateway.outbox[0][1]

    def test_at_night_the_confirmation_waits_for_the_morning(self, booked, now):
        night = now.replace(hour=22)
        booked(now=night)
        sweep(now=night)
        assert MemorySmsGateway.outbox == []
        sweep(now=now.replace(day=8, hour=7))
        assert len(MemorySmsGateway.outbox) == 1

    def test_the_last_places_are_given_and_not_one_more(self, booked, venue, now):
        booked(3)
        with pytest.raises(DomainError) as refused:
            booked(3, phone="+8613700000002")
        assert refused.value.code == "venues.full"
        assert refused.value.context["left"] == 2
        booked(2, phone="+8613700000003")
        assert free(venue, now) == 0

    @pytest.mark.parametrize(
        "at", ["2026-09-07T10:00", "2026-09-09T10:00", "2026-09-08T10:30", "2026-09-25T10:00", "2026-09-06T10:00", "x", ""]
    )
    def test_no_visit_is_booked_when_there_is_none(self, booked, at):
        with pytest.raises(DomainError, match=r"venues\.no_such_visit"):
            booked(at=at)
        assert not Booking.objects.exists()

    def test_one_phone_has_at_most_three_visits_to_come(self, booked, now):
        times = ["2026-09-08T10:00", "2026-09-08T11:00", "2026-09-08T14:00", "2026-09-08T15:00"]
        for at in times[:3]:
            booked(at=at)
        with pytest.raises(DomainError, match=r"venues\.too_many"):
            booked(at=times[3])
        assert not Visit.objects.filter(taken=0).exists(), "the refused one took no place"
        cancel_booking(Booking.objects.first(), now=now)
        booked(at=times[3])

    def test_the_database_itself_refuses_one_too_many(self, booked):
        booked()
        with pytest.raises(IntegrityError), transaction.atomic():
            Visit.objects.update(taken=6)

    def test_places_already_given_stay_within_their_visit_when_the_venue_grows_smaller(self, booked, venue, now):
        booked(4)
        venue.capacity = 2
        venue.save()
        assert free(venue, now) == 1


@pytest.mark.django_db
class TestEnding:
    def test_cancelling_gives_the_places_back_once(self, booked, venue, now):
        booking = booked(4)
        cancel_booking(booking, now=now)
        assert free(venue, now) == 5
        with pytest.raises(DomainError, match=r"venues\.not_booked"):
            cancel_booking(Booking.objects.get(), now=now)
        assert free(venue, now) == 5

    def test_what_has_begun_is_not_cancelled(self, booked):
        booking = booked()
        with pytest.raises(DomainError, match=r"venues\.too_late"):
            cancel_booking(booking, now=booking.visit.starts_at)

    def test_calling_off_tells_everybody_and_takes_no_more(
        self, booked, venue, keeper, person, now, django_capture_on_commit_callbacks
    ):
        booked(2)
        booked(1, user=person, phone="+8613700000009")
        MemorySmsGateway.outbox.clear()
        with time_machine.travel(now, tick=False), django_capture_on_commit_callbacks(execute=True):
            assert call_off(venue, at=AT, actor=keeper, now=now) == 2
        assert len(MemorySmsGateway.outbox) == 2
        assert set(Booking.objects.values_list("status", flat=True)) == {"called_off"}
        with pytest.raises(DomainError, match=r"venues\.full"):
            booked(1, phone="+8613700000010")

    def test_who_keeps_no_list_here_calls_nothing_off(self, booked, venue, make_user, member, employer, now):
        from lms.organisations.rules import Role

        booked()
        for outsider in (make_user("路人"), member(make_user("吕安"), employer, Role.HEAD)):
            with pytest.raises(PermissionDenied):
                call_off(venue, at=AT, actor=outsider, now=now)
        assert Booking.objects.get().status == "booked"

    def test_a_visit_under_hours_that_have_changed_can_still_be_called_off(self, booked, venue, keeper, now):
        booked()
        venue.hours.all().delete()
        assert call_off(venue, at=AT, actor=keeper, now=now) == 1


@pytest.mark.django_db
class TestReminding:
    def test_who_comes_within_a_day_is_reminded_once(self, booked, now, django_capture_on_commit_callbacks):
        booked(at="2026-09-10T10:00")
        MemorySmsGateway.outbox.clear()
        early, due = now.replace(day=9, hour=9), now.replace(day=9, hour=11)
        assert remind(now=early) == 0
        with time_machine.travel(due, tick=False), django_capture_on_commit_callbacks(execute=True):
            assert remind(now=due) == 1
            assert remind(now=due) == 0
        assert len(MemorySmsGateway.outbox) == 1

    def test_who_booked_on_the_day_before_needs_none(self, booked, now):
        booked(at="2026-09-08T10:00", now=now.replace(hour=11))
        assert remind(now=now.replace(hour=12)) == 0

    def test_who_has_cancelled_is_left_alone(self, booked, now):
        cancel_booking(booked(at="2026-09-10T10:00"), now=now)
        assert remind(now=now.replace(day=9, hour=11)) == 0
        assert not Delivery.objects.filter(once__startswith="venues.reminder").exists()


@pytest.mark.django_db
class TestForgetting:
    def test_who_came_is_forgotten_after_thirty_days_and_how_many_is_not(self, booked, now):
        booking = booked(needs="借轮椅")
        end = booking.visit.ends_at
        assert forget(now=end + datetime.timedelta(days=29)) == 0
        assert forget(now=end + datetime.timedelta(days=30)) == 1
        booking.refresh_from_db()
        assert (booking.phone, booking.needs, booking.size) == ("", "", 2)

    def test_what_a_guest_was_told_goes_with_it(self, booked, now):
        booked()
        sweep(now=now + datetime.timedelta(days=29))
        assert Delivery.objects.exists()
        sweep(now=now + datetime.timedelta(days=30))
        assert not Delivery.objects.exists()


RACE = """
import datetime, json, threading, django
django.setup()
from django.db import connection
from courses.venues.models import Booking, OpeningHours, VenuePage, Visit
from courses.venues.services import book, open_venues
from lms.core.errors import DomainError
from lms.organisations.models import Organisation
now = datetime.datetime(2026, 9, 7, 1, 0, tzinfo=datetime.UTC)
body = Organisation.objects.create(name="协会", slug="body", kind="association")
venue = VenuePage(slug="hall", title="馆", summary="x", address="y", organisation=body, capacity=7)
venue.hours = [OpeningHours(weekday=1, opens=datetime.time(10), closes=datetime.time(11))]
open_venues().add_child(instance=venue)
begin, said = threading.Barrier(8), []
def run(number):
    begin.wait()
    try:
        book(venue, at="2026-09-08T10:00", phone=f"+861370000000{number}", size=2, needs="", language="zh-hans", user=None, now=now)
        said.append("booked")
    except DomainError as error: said.append(error.code)
    except Exception as error: said.append(repr(error))
    finally: connection.close()
threads = [threading.Thread(target=run, args=[n]) for n in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
visit = Visit.objects.get()
print(json.dumps({"said": sorted(said), "taken": visit.taken, "people": sum(b.size for b in Booking.objects.all())}))
"""


@pytest.mark.own_database
def test_of_eight_couples_who_press_at_once_three_get_the_seven_places(tmp_path):
    """The visit's row does not exist before: they race for making it as well."""
    with new_database(tmp_path) as url:
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings.test", "DATABASE_URL": url}
        done = subprocess.run([sys.executable, "-c", RACE], cwd=ROOT, env=env, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result == {"said": ["booked"] * 3 + ["venues.full"] * 5, "taken": 6, "people": 6}


@pytest.fixture
def person(make_user):
    return make_user("王小芳", phone="+8613700000001")
