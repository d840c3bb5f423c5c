"""Who may open a package, what its files are sealed with, and what a ticket opens."""

import datetime
import json

import pytest
import time_machine
from django.urls import reverse

from courses.catalogue.models import CoursePage
from courses.catalogue.services import open_college_tree
from courses.learning.services import enrol
from courses.packages import tickets
from courses.packages.models import Practice
from courses.packages.views import stream
from lms.organisations.models import Organisation
from lms.organisations.rules import Role

from .conftest import KEYS, PNG, WORDS, scorm12, scorm2004, web

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


@pytest.fixture
def package(make_package):
    return make_package(web(**{"img/a.png": PNG, "a.txt": "0123456789", "long.txt": "0123456789" * 30_000, "sub/b.html": "<p>b"}))


@pytest.fixture
def learner(make_user):
    return make_user("王小芳")


@pytest.fixture
def outsider(make_user, member, association):
    other = Organisation.objects.create(name="别处学院", slug="elsewhere", kind="college")
    open_college_tree(other, reviewers=association)
    return member(make_user("外人"), other, Role.AUTHOR)


def begin(client, package):
    return client.post(reverse("packages:begin", args=[package.pk]), headers=JSON)


@pytest.fixture
def opened(client, package, publish_with):
    """Return a function that asks for one file of the package, with a ticket of a reader of its lesson."""
    publish_with(package)
    url = begin(client, package).json()["url"]

    def ask(name, method="get", **headers):
        return getattr(client, method)(url.removesuffix("index.html") + name, headers=headers)

    return ask


def content(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_an_open_lesson_lets_a_stranger_play_and_keeps_nothing(client, package, publish_with):
    CoursePage.objects.update(is_open=True)
    publish_with(package)
    reply = begin(client, package).json()
    assert (reply["report"], reply["given"]["data"]) == ("", {})
    assert client.get(reply["url"]).status_code == 200
    assert not Practice.objects.exists()


def test_a_lesson_that_asks_to_sign_in_keeps_its_packages_too(client, package, publish_with, learner, sign_in):
    publish_with(package)
    CoursePage.objects.update(is_open=False)
    assert begin(client, package).status_code == 404
    assert begin(sign_in(learner), package).status_code == 200


def test_a_package_of_a_draft_is_its_own_colleges(package, sign_in, author, reviewer, outsider, learner):
    assert begin(sign_in(author), package).status_code == 200
    assert begin(sign_in(reviewer), package).status_code == 200
    assert begin(sign_in(outsider), package).status_code == 404
    assert begin(sign_in(learner), package).status_code == 404


def test_who_is_enrolled_keeps_what_the_lesson_showed_and_others_do_not(
    package, make_package, publish_with, course, learner, make_user, sign_in, now
):
    publish_with(package)
    enrol(course, user=learner, now=now)
    publish_with(make_package(web(), "另一件"))
    assert begin(sign_in(learner), package).status_code == 200
    assert begin(sign_in(make_user("路人")), package).status_code == 404


def test_a_file_is_sealed_into_an_origin_of_its_own(opened, client):
    for name in ("index.html", "img/a.png", "sub/b.html"):
        answer = opened(name)
        policy = {rule.split()[0]: rule.split()[1:] for rule in answer["Content-Security-Policy"].split(";")}
        assert policy["sandbox"] == ["allow-scripts", "allow-forms"]
        assert policy["default-src"] == ["'none'"]
        for rule in ("connect-src", "frame-src", "form-action", "img-src", "script-src"):
            hosts = [source for source in policy[rule] if source.startswith("http")]
            assert hosts
            assert all(host.startswith(("http://testserver/packages/play/", "http://testserver/static/")) for host in hosts)
        assert (answer["Referrer-Policy"], answer["X-Content-Type-Options"]) == ("no-referrer", "nosniff")
        assert not answer.cookies
        assert "X-Frame-Options" not in answer


def test_a_page_gets_our_script_and_the_run_time_that_it_speaks(client, make_package, publish_with):
    for data, run_time in ((web(), None), (scorm12(), "scorm12.min.js"), (scorm2004(), "scorm2004.min.js")):
        package = make_package(data)
        publish_with(package)
        page = content(client.get(begin(client, package).json()["url"])).decode()
        head = page.partition("<meta")[0]
        assert "/static/js/packages/frame.js" in head
        assert (f"/static/scorm-again/{run_time}" in head) == bool(run_time)
        assert page.count("<script") == (2 if run_time else 1)


@pytest.mark.parametrize(
    "name", ["../index.html", "..%2findex.html", "img/../../manage.py", "img", "", "INDEX.html", "a.txt/", "img//a.png"]
)
def test_only_what_lies_in_the_package_is_served(opened, name):
    assert opened(name).status_code == 404


def test_a_part_of_a_file_is_served_and_a_known_one_is_not_sent_again(opened):
    for name in ("a.txt", "long.txt"):
        part = opened(name, range="bytes=2-4")
        assert (part.status_code, content(part)) == (206, b"234")
    assert content(opened("long.txt", range="bytes=299990-")) == b"0123456789"
    assert content(opened("long.txt")) == b"0123456789" * 30_000
    part = opened("a.txt", range="bytes=2-4")
    assert (part.status_code, content(part), part["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert opened("a.txt", range="bytes=90-").status_code == 416
    whole = opened("a.txt")
    assert (content(whole), whole["Content-Length"]) == (b"0123456789", "10")
    assert opened("a.txt", **{"if-none-match": whole["ETag"]}).status_code == 304
    assert content(opened("a.txt", "head")) == b""


def test_far_into_a_packed_file_no_part_is_sought(opened, monkeypatch):
    monkeypatch.setattr(stream, "SOUGHT", 1000)
    part = opened("long.txt", range="bytes=1000-1003")
    assert (part.status_code, content(part)) == (206, b"0123")
    whole = opened("long.txt", range="bytes=1001-1003")
    assert (whole.status_code, content(whole), "Content-Range" in whole) == (200, b"0123456789" * 30_000, False)


@pytest.mark.parametrize(
    ("wanted", "site", "status"),
    [
        ("iframe", "same-origin", 200),
        ("iframe", "cross-site", 200),
        ("script", "cross-site", 200),
        ("empty", "cross-site", 200),
        ("script", "same-origin", 403),
        ("style", "same-origin", 403),
        ("serviceworker", "same-origin", 403),
        ("object", "same-origin", 403),
        ("empty", "same-origin", 403),
        ("document", "same-origin", 403),
        ("document", "cross-site", 403),
        ("document", "none", 403),
    ],
)
def test_a_package_is_no_script_and_no_page_of_the_site(opened, wanted, site, status):
    for name in ("index.html", "a.txt"):
        assert opened(name, **{"sec-fetch-dest": wanted, "sec-fetch-site": site}).status_code == status


def test_what_the_frame_was_given_is_not_kept_for_others(opened):
    assert {"Sec-Fetch-Dest", "Sec-Fetch-Site"} <= set(opened("a.txt")["Vary"].split(", "))


def test_a_ticket_is_over_after_some_hours(opened, client):
    address = opened("index.html").wsgi_request.path
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + tickets.LIFE + datetime.timedelta(minutes=1)):
        refused = client.get(address)
    assert refused.status_code == 410
    assert "重新" in refused.content.decode() or "again" in refused.content.decode()


def test_a_ticket_that_was_changed_opens_nothing(opened, client, make_package):
    address = opened("index.html").wsgi_request.path
    start, ticket, name = address.split("/play/")[0], *address.split("/play/")[1].split("/", 1)
    for wrong in (ticket[:-1] + ("A" if ticket[-1] != "A" else "B"), "A" + ticket[1:], "x", ticket.split(":")[0]):
        assert client.get(f"{start}/play/{wrong}/{name}").status_code == 404


def test_a_ticket_opens_one_package_alone(opened, client, make_package, now):
    other = make_package(web(**{"only.txt": "x"}), "另一件")
    assert opened("only.txt").status_code == 404
    ticket = tickets.issue(other.pk, now=datetime.datetime.now(datetime.UTC))
    assert client.get(reverse("packages:file", args=[ticket, "only.txt"])).status_code == 200


def test_a_package_learns_no_name(package, publish_with, sign_in, learner):
    publish_with(package)
    reply = begin(sign_in(learner), package)
    assert learner.get_full_name() not in reply.content.decode()


def send(client, package, **message):
    return client.post(
        reverse("packages:report", args=[package.pk]), json.dumps(message), content_type="application/json", headers=JSON
    )


def test_a_report_comes_back_on_another_device(make_package, publish_with, sign_in, learner):
    package = make_package(scorm12())
    publish_with(package)
    client = sign_in(learner)
    data = {"core": {"lesson_status": "completed", "score": {"raw": "75"}}, "suspend_data": "p2"}
    sitting = begin(client, package).json()["sitting"]
    reply = send(client, package, sitting=sitting, seq=1, data=data).json()
    assert (reply["done"], reply["score"]) == (True, 75.0)
    assert begin(client, package).json()["given"]["data"] == data
    assert send(client, package, sitting=sitting, seq=2, data=data).status_code == 409


@pytest.mark.parametrize("data", ['{"a": NaN}', '{"a": -Infinity}', '{"a": 1e999}', '{"a":' * 600 + "1" + "}" * 600])
def test_a_report_that_no_database_keeps_is_refused(make_package, publish_with, sign_in, learner, data):
    package = make_package(scorm12())
    publish_with(package)
    client = sign_in(learner)
    begin(client, package)
    body = f'{{"sitting": 1, "seq": 1, "data": {data}}}'
    address = reverse("packages:report", args=[package.pk])
    refused = client.post(address, body, content_type="application/json", headers=JSON)
    assert (refused.status_code, refused.json()["code"]) == (422, "packages.report_unreadable")


def test_half_a_character_and_a_null_byte_in_a_report_are_kept_as_marks(make_package, publish_with, sign_in, learner):
    package = make_package(scorm12())
    publish_with(package)
    client = sign_in(learner)
    begin(client, package)
    assert send(client, package, sitting=1, seq=1, data={"suspend_data": "轮\ud83d\0"}).status_code == 200
    assert Practice.objects.get().data == {"suspend_data": "轮\ufffd\ufffd"}


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"sitting": 1, "seq": 0, "data": {}},
        {"sitting": True, "seq": 1, "data": {}},
        {"sitting": 1, "seq": 2**40, "data": {}},
        {"sitting": 1, "seq": 1, "data": []},
    ],
)
def test_a_report_that_cannot_be_read_is_refused(make_package, publish_with, sign_in, learner, message):
    package = make_package(scorm12())
    publish_with(package)
    client = sign_in(learner)
    begin(client, package)
    assert send(client, package, **message).status_code == 422


def test_a_report_that_is_too_large_is_refused(make_package, publish_with, sign_in, learner):
    package = make_package(scorm12())
    publish_with(package)
    client = sign_in(learner)
    begin(client, package)
    refused = send(client, package, sitting=1, seq=1, data={"suspend_data": "x" * 200_000})
    assert (refused.status_code, refused.json()["code"]) == (422, "packages.report_too_large")


def test_nobody_reports_for_another_or_for_what_she_never_opened(make_package, publish_with, sign_in, learner, make_user, client):
    package = make_package(scorm12())
    publish_with(package)
    assert begin(sign_in(learner), package).status_code == 200
    assert send(sign_in(make_user("别人")), package, sitting=1, seq=1, data={}).status_code == 404
    client.logout()
    assert send(client, package, sitting=1, seq=1, data={}).status_code == 302


def test_a_report_without_the_pages_own_token_is_refused(make_package, publish_with, learner):
    from django.test import Client

    package = make_package(scorm12())
    publish_with(package)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(learner, backend="django.contrib.auth.backends.ModelBackend")
    assert begin(strict, package).status_code == 403
    assert send(strict, package, sitting=1, seq=1, data={}).status_code == 403


def test_who_worked_through_it_says_so_without_a_script_and_returns_to_the_lesson(package, publish_with, sign_in, learner):
    lesson = publish_with(package)
    client = sign_in(learner)
    page = client.get(lesson.url).content.decode()
    assert WORDS in page
    assert KEYS in page
    address = reverse("packages:done", args=[package.pk])
    assert f'action="{address}"' in page
    assert client.post(address, {"next": f"{lesson.url}#b-1"})["Location"] == f"{lesson.url}#b-1"
    assert client.post(address, {"next": "https://example.org/"})["Location"] == reverse("learning:home")
    assert client.post(address, {"next": "x"})["Location"] == "x"
    assert Practice.objects.get().is_done
    assert f'action="{address}"' not in client.get(lesson.url).content.decode()


def test_a_pack_for_reading_without_a_network_holds_the_words(package, publish_with, sign_in, learner, course, now):
    lesson = publish_with(package)
    enrol(course, user=learner, now=now)
    page = sign_in(learner).get(reverse("media:offline_lesson", args=[lesson.pk])).content.decode()
    assert WORDS in page
    assert "/begin/" not in page
    assert "iframe" not in page
