"""The public pages, the booking's own page, and the list of visitors."""

import re

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.venues.models import Booking, VenuePage
from courses.venues.services import book
from lms.organisations.rules import Role

pytestmark = pytest.mark.django_db
AT = "2026-09-08T10:00"
FORM = {"at": AT, "phone": "13712345678", "size": "2", "needs": "借一辆轮椅"}


@pytest.fixture(autouse=True)
def _on_that_day(now):
    cache.clear()
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def booking(venue, now):
    return book(venue, at=AT, phone="+8613712345678", size=2, needs="借一辆轮椅", language="zh-hans", user=None, now=now)


def cost(client, path):
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def another_venue(venue, number):
    page = VenuePage(slug=f"v{number}", title=f"馆{number:03}", summary="x", address="y", organisation=venue.organisation)
    parent = venue.get_parent()
    parent.add_child(instance=page)
    return page


def test_the_list_shows_every_venue_and_costs_the_same_for_many(client, venue):
    before = cost(client, "/venues/")
    for number in range(40):
        another_venue(venue, number)
    assert cost(client, "/venues/") == before <= 12
    page, seen = "/venues/", []
    while page:
        text = client.get(page).content.decode()
        seen += re.findall(r'<a href="/venues/([\w-]+)/">', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        page = f"/venues/{following[1]}" if following else ""
    assert len(seen) == len(set(seen)) == 41


def test_the_page_says_where_when_and_whether_one_can_come_in(client, venue):
    page = client.get(venue.url).content.decode()
    assert "长乐路88号" in page
    assert "10:00–12:00" in page
    assert "设备保养" in page
    assert "at=2026-09-08T10:00" in page
    assert "at=2026-09-09" not in page


def test_the_page_costs_the_same_with_many_bookings(client, venue, now):
    before = cost(client, venue.url)
    for number, hour in enumerate(("10", "11", "14", "15")):
        book(venue, at=f"2026-09-08T{hour}:00", phone=f"+861370000000{number}", size=1, needs="", language="", user=None, now=now)
    assert cost(client, venue.url) == before <= 14


def test_a_guest_books_cancels_and_somebody_else_may_come(client, venue):
    answer = client.post(f"/venues/{venue.pk}/book/", FORM)
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert "借一辆轮椅" in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin", "the address is the key; with no-referrer the button would fail"
    assert client.post(f"{answer['Location']}cancel/").status_code == 302
    assert Booking.objects.get().status == "cancelled"
    assert client.post(f"{answer['Location']}cancel/").status_code == 302, "a second press changes nothing"


def test_a_look_cancels_nothing(client, booking):
    assert client.get(f"{booking.get_absolute_url()}cancel/").status_code == 405
    booking.refresh_from_db()
    assert booking.status == "booked"


@pytest.mark.parametrize("token", ["x", "AAAAAAAAAAAAAAAA", "1"])
def test_a_guessed_address_shows_nothing(client, booking, token):
    assert client.get(f"/venues/bookings/{token}/").status_code == 404
    assert client.post(f"/venues/bookings/{token}/cancel/").status_code == 404


@pytest.mark.parametrize(
    "bad", [{"phone": "12345"}, {"phone": ""}, {"size": "11"}, {"size": "0"}, {"size": "x"}, {"needs": "x" * 301}]
)
def test_a_bad_form_is_refused_and_books_nothing(client, venue, bad):
    assert client.post(f"/venues/{venue.pk}/book/", FORM | bad).status_code == 422
    assert not Booking.objects.exists()


def test_a_forged_time_leads_back_to_the_venue(client, venue):
    assert client.post(f"/venues/{venue.pk}/book/", FORM | {"at": "2026-09-09T10:00"})["Location"].endswith("/venues/hall/")
    assert not Booking.objects.exists()


def test_too_many_for_the_places_left_is_told_beside_the_field(client, venue, booking):
    page = client.post(f"/venues/{venue.pk}/book/", FORM | {"phone": "13700000001", "size": "4"})
    assert page.status_code == 422
    assert 'id="id_size_error"' in page.content.decode()


def test_one_connection_does_not_send_sms_to_everybody(client, venue, settings):
    venue.capacity = 1000
    venue.save()
    answers = [
        client.post(f"/venues/{venue.pk}/book/", FORM | {"phone": f"137000000{n:02}", "size": "1"}).status_code for n in range(12)
    ]
    assert answers == [302] * 10 + [422] * 2


def test_a_college_edits_its_own_venue_and_no_other(client, tree, author, venue, college):
    from courses.venues.services import let_authors_edit

    venue.organisation = college
    venue.save()
    other = another_venue(venue, 1)
    other.organisation_id = venue.organisation_id
    let_authors_edit(VenuePage.objects.get(pk=venue.pk))
    client.force_login(author)
    assert client.get(f"/cms/pages/{venue.pk}/edit/").status_code == 200
    assert client.get(f"/cms/pages/{other.pk}/edit/").status_code == 302
    assert 'name="organisation"' not in client.get(f"/cms/pages/{venue.pk}/edit/").content.decode()


def test_an_unpublished_venue_cannot_be_booked(client, venue):
    venue.unpublish()
    assert client.post(f"/venues/{venue.pk}/book/", FORM).status_code == 404


def test_the_office_sees_who_comes_and_on_the_desk_how_many(client, venue, keeper, booking):
    client.force_login(keeper)
    page = client.get(f"/desk/venues/{venue.pk}/?day=2026-09-08").content.decode()
    assert "+8613712345678" in page
    assert "借一辆轮椅" in page
    assert "+8613712345678" not in client.get(f"/desk/venues/{venue.pk}/?day=2026-09-10").content.decode()
    with time_machine.travel(booking.visit.starts_at, tick=False):
        assert f"/desk/venues/{venue.pk}/" in client.get("/desk/").content.decode()


@pytest.mark.parametrize("day", ["x", "9999-12-31", "0001-01-01", "2026-13-01"])
def test_a_forged_day_is_today(client, venue, keeper, day):
    client.force_login(keeper)
    assert client.get(f"/desk/venues/{venue.pk}/?day={day}").status_code == 200


def test_the_list_of_a_day_costs_the_same_for_many(client, venue, keeper, booking, now):
    client.force_login(keeper)
    address = f"/desk/venues/{venue.pk}/?day=2026-09-08"
    before = cost(client, address)
    for number, hour in enumerate(("10", "11", "14", "15")):
        book(venue, at=f"2026-09-08T{hour}:00", phone=f"+861370000000{number}", size=1, needs="", language="", user=None, now=now)
    assert cost(client, address) == before <= 12


def test_nobody_else_sees_the_list(client, venue, booking, make_user, member, association, employer):
    strangers = [
        make_user("路人"),
        member(make_user("考评员"), association, Role.ASSESSOR),
        member(make_user("外机构"), employer, Role.HEAD),
    ]
    for person in strangers:
        client.force_login(person)
        assert client.get(f"/desk/venues/{venue.pk}/").status_code == 404
        assert client.post(f"/desk/venues/{venue.pk}/call-off/", {"at": AT}).status_code == 404
    booking.refresh_from_db()
    assert booking.status == "booked"


def test_closing_a_visit_asks_first_and_then_ends_its_bookings(client, venue, keeper, booking):
    client.force_login(keeper)
    address = f"/desk/venues/{venue.pk}/call-off/"
    assert client.get(f"{address}?at={AT}").status_code == 200
    assert client.get(f"{address}?at=2026-09-09T03:00").status_code == 404
    booking.refresh_from_db()
    assert booking.status == "booked"
    assert client.post(address, {"at": AT}).status_code == 302
    booking.refresh_from_db()
    assert booking.status == "called_off"
