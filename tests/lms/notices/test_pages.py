"""The page of notices, the bell, the page of choices, the link in mails, and the desk of those not reached."""

import re

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.notices.models import Delivery, Notice, NoticeChoice, NoticeSettings
from lms.notices.rules import Channel
from lms.notices.services import tell_many
from lms.notices.wording import stop_token
from lms.organisations.rules import Role

pytestmark = pytest.mark.django_db
SETTINGS = {"language": "zh-hans", "digest": "daily", "quiet_from": "21:00", "quiet_until": "07:00"}


def tell(person, now, count=1, **facts):
    rows = [Notice(user=person, subject=f"消息{n}", text="内容", created_at=now, **facts) for n in range(count)]
    return tell_many(rows)


def cost(client, path):
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def bell(page):
    found = re.search(r'class="bell__count"[^>]*>([^<]*)<', page.content.decode())
    return found and found[1]


# Reading


def test_the_bell_counts_what_is_not_read(client, person, now):
    client.force_login(person)
    assert bell(client.get("/notices/")) is None
    tell(person, now, 3)
    assert bell(client.get("/notices/")) == "3"


def test_the_bell_asks_nothing_of_who_has_not_signed_in_and_no_query_more_of_who_has(client, person, now):
    with CaptureQueriesContext(connection) as captured:
        assert 'class="bell"' not in client.get("/accessibility/").content.decode()
    assert len(captured) == 0
    client.force_login(person)
    before = cost(client, "/accessibility/")
    tell(person, now, 30)
    assert cost(client, "/accessibility/") == before <= 3


def test_a_page_costs_the_same_with_one_notice_and_with_two_hundred(client, person, now):
    client.force_login(person)
    tell(person, now)
    before = cost(client, "/notices/")
    tell(person, now, 200)
    assert cost(client, "/notices/") == before <= 6


def test_pages_go_by_key_and_leave_nothing_out(client, person, now):
    kept = tell(person, now, 60)
    client.force_login(person)
    address, seen = "/notices/", []
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r"消息(\d+)</h2>", page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/notices/{older[1]}" if older else ""
    assert [int(number) for number in seen] == list(reversed(range(60)))
    assert len(kept) == 60


def test_only_what_is_not_read_is_shown_when_asked(client, person, now):
    first, second = tell(person, now, 2)
    Notice.objects.filter(pk=first.pk).update(read_at=now)
    client.force_login(person)
    page = client.get("/notices/?unread").content.decode()
    assert "消息1" in page
    assert "消息0" not in page
    assert second.read_at is None


def test_opening_the_link_marks_it_read_and_leads_there(client, person, now):
    (notice,) = tell(person, now, url="/learn/")
    client.force_login(person)
    answer = client.get(f"/notices/{notice.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/learn/")
    notice.refresh_from_db()
    first = notice.read_at
    assert first is not None
    client.get(f"/notices/{notice.pk}/")
    notice.refresh_from_db()
    assert notice.read_at == first


def test_a_link_never_leads_out_of_the_house(client, person, now):
    (notice,) = tell(person, now, url="//evil.example/")
    client.force_login(person)
    assert client.get(f"/notices/{notice.pk}/")["Location"] == "/notices/"
    assert client.post(f"/notices/{notice.pk}/read/", {"next": "https://evil.example/"})["Location"] == "/notices/"


def test_somebody_elses_notice_is_not_there(client, person, make_user, now):
    (notice,) = tell(person, now, url="/learn/")
    client.force_login(make_user("别人"))
    assert client.get(f"/notices/{notice.pk}/").status_code == 404
    assert client.post(f"/notices/{notice.pk}/read/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_marking_all_leaves_what_came_after_she_looked(client, person, make_user, now):
    kept = tell(person, now, 2)
    (later,) = tell(person, now)
    (foreign,) = tell(make_user("别人"), now)
    client.force_login(person)
    client.post("/notices/read/", {"newest": kept[-1].pk})
    assert set(Notice.objects.filter(read_at=None)) == {later, foreign}


def test_no_list_is_marked_by_looking(client, person, now):
    tell(person, now, 2)
    client.force_login(person)
    assert client.get("/notices/read/").status_code == 405
    assert Notice.objects.filter(read_at=None).count() == 2


# Choosing


def test_a_box_that_is_cleared_keeps_the_sms_away(client, told, person, sms, now):
    client.force_login(person)
    page = client.get("/accounts/notices/").content.decode()
    assert re.search(r'name="test.urgent:sms" checked', page)
    client.post("/accounts/notices/", SETTINGS)
    told("urgent", person, now=now)
    assert sms == []
    assert NoticeChoice.objects.filter(user=person, kind="test.urgent", channel=Channel.SMS, wanted=False).exists()


def test_saving_without_a_change_chooses_nothing(client, kind, person):
    client.force_login(person)
    page = client.get("/accounts/notices/").content.decode()
    boxes = re.findall(r'name="([^"]+:(?:sms|mail))" checked', page)
    client.post("/accounts/notices/", SETTINGS | dict.fromkeys(boxes, "on"))
    assert not NoticeChoice.objects.exists()
    assert NoticeSettings.objects.get().digest == "daily"


def test_what_has_legal_force_is_locked_and_stays_on_against_a_forged_form(client, told, person, sms, mailoutbox, now):
    client.force_login(person)
    page = client.get("/accounts/notices/").content.decode()
    assert re.search(r'name="test.binding:sms" checked disabled', page)
    client.post("/accounts/notices/", SETTINGS)
    told("binding", person, now=now)
    assert len(sms) == len(mailoutbox) == 1


def test_language_and_hours_are_kept(client, kind, person):
    client.force_login(person)
    sent = {"language": "en", "digest": "weekly", "quiet_from": "20:00", "quiet_until": "08:30"}
    assert client.post("/accounts/notices/", sent).status_code == 302
    person.refresh_from_db()
    kept = NoticeSettings.objects.get()
    assert person.language == "en"
    assert (kept.digest, f"{kept.quiet_from:%H:%M}", f"{kept.quiet_until:%H:%M}") == ("weekly", "20:00", "08:30")


@pytest.mark.parametrize(
    "bad", [{"quiet_from": "25:00"}, {"quiet_until": "x"}, {"digest": "hourly"}, {"language": "xx"}, {"quiet_from": "\x00"}]
)
def test_a_forged_choice_is_refused(client, kind, person, bad):
    client.force_login(person)
    assert client.post("/accounts/notices/", SETTINGS | bad).status_code == 422
    assert not NoticeSettings.objects.exists()


def test_kinds_of_an_office_are_shown_to_who_has_one(client, person, member, association):
    client.force_login(person)
    assert "certificates.key_unsafe" not in client.get("/accounts/notices/").content.decode()
    member(person, association, Role.HEAD)
    assert "certificates.key_unsafe" in client.get("/accounts/notices/").content.decode()


# The link in a mail


def test_the_link_ends_its_kind_without_signing_in_and_a_look_changes_nothing(client, told, person, mailoutbox, now):
    address = f"/notices/stop/{stop_token(person, 'test.calm')}/"
    assert client.get(address).status_code == 200
    assert not NoticeChoice.objects.exists()
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert NoticeChoice.objects.get().wanted is False


def test_a_mail_program_needs_no_token_of_a_form(kind, person):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/notices/stop/{stop_token(person, 'test.calm')}/").status_code == 200


def test_the_link_of_a_gathered_mail_ends_gathered_mails(client, person):
    client.post(f"/notices/stop/{stop_token(person, '')}/")
    assert NoticeSettings.objects.get().digest == "never"


@pytest.mark.parametrize("forge", [lambda token: token[:-2] + "xx", lambda token: "x", lambda token: signing.dumps([1, ""])])
def test_a_forged_link_ends_nothing(client, kind, person, forge):
    assert client.post(f"/notices/stop/{forge(stop_token(person, 'test.calm'))}/").status_code == 404
    assert not NoticeChoice.objects.exists()


def test_no_link_ends_what_has_legal_force(client, kind, person):
    address = f"/notices/stop/{stop_token(person, 'test.binding')}/"
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 422
    assert not NoticeChoice.objects.exists()


# Staff


@pytest.fixture
def failed(person, association, now):
    (notice,) = tell_many([Notice(user=person, subject="准考证", text="x", organisation=association, created_at=now)])
    Delivery.objects.update(status="failed", tries=6, error="ConnectionError: away")
    return notice.deliveries.get()


def test_the_office_sees_whom_it_could_not_reach(client, failed, make_user, member, association):
    client.force_login(member(make_user("周敏"), association, Role.EXAM_OFFICER))
    desk, page = client.get("/desk/").content.decode(), client.get("/desk/notices/").content.decode()
    assert "/desk/notices/" in desk
    assert "准考证" in page
    assert "+8613712345678" in page


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.WATCHER])
def test_who_has_no_office_does_not(client, failed, make_user, member, association, role):
    client.force_login(member(make_user("外人"), association, role))
    assert client.get("/desk/notices/").status_code == 403
    assert client.post(f"/desk/notices/{failed.pk}/again/").status_code == 403


def test_another_body_sees_nothing_of_it(client, failed, make_user, member, employer):
    client.force_login(member(make_user("吕安"), employer, Role.HEAD))
    assert "准考证" not in client.get("/desk/notices/").content.decode()
    assert client.post(f"/desk/notices/{failed.pk}/again/").status_code == 404


def test_the_operator_sees_all(client, failed, make_user):
    client.force_login(make_user("运维", is_superuser=True))
    assert "准考证" in client.get("/desk/notices/").content.decode()


def test_sending_again_lets_the_sweep_take_it(client, failed, make_user, member, association, sms, now):
    from lms.notices.sending import sweep

    client.force_login(member(make_user("周敏"), association, Role.HEAD))
    with time_machine.travel(now, tick=False):
        assert client.post(f"/desk/notices/{failed.pk}/again/").status_code == 302
    sweep(now=now)
    assert len(sms) == 1
    assert client.post(f"/desk/notices/{failed.pk}/again/").status_code == 404


def test_the_list_of_those_not_reached_costs_the_same_for_one_and_for_many(client, failed, make_user, member, association, now):
    client.force_login(member(make_user("周敏"), association, Role.HEAD))
    before = cost(client, "/desk/notices/")
    for n in range(30):
        tell(make_user(f"学员{n}"), now, organisation=association)
    Delivery.objects.update(status="failed")
    assert cost(client, "/desk/notices/") == before <= 9
