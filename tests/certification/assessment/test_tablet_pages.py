"""What the tablet's page asks of the server, who may ask it, and what the officer reads."""

import json
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from certification.assessment.models import ScoreSheet
from certification.assessment.offline.access import own_tablet
from certification.assessment.offline.description import description_of
from certification.assessment.offline.models import Tablet, TabletEntry, TabletRelease
from certification.assessment.offline.services import ask_release
from certification.assessment.offline.shell import shell_assets, worker_script
from certification.assessment.services import open_sheet, score_point
from lms.core.static_files import text_of
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from tests.certification.assessment.tablets import BEGUN, day, send  # noqa: F401
from tests.conftest import join

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def afternoon():
    with time_machine.travel(BEGUN, tick=False):
        yield


@pytest.fixture
def assessor(client: Client, day) -> Client:
    client.force_login(day.assessor)
    return client


def post(client: Client, name: str, key: object, **body: object):
    return client.post(reverse(f"assessment:{name}", args=[key]), json.dumps(body), content_type="application/json")


def test_the_page_is_the_same_for_everybody_and_names_nobody(client, day):
    anonymous = client.get(reverse("assessment:tablet")).content
    client.force_login(day.assessor)
    page = client.get(reverse("assessment:tablet"))
    assert page.content == anonymous
    assert day.assessor.name not in page.content.decode()
    assert b"csrfmiddlewaretoken" not in page.content


def test_the_worker_stands_beside_the_page_and_keeps_all_that_the_page_needs(client):
    answer = client.get(reverse("assessment:tablet_worker"))
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    code = answer.content.decode()
    page = client.get(reverse("assessment:tablet")).content.decode()
    kept = shell_assets()
    for source in kept:
        assert source in code
    for name in ("tablet", "book", "chain", "courier", "lines", "pages", "server", "store"):
        assert f"/static/js/scoring/{name}.js" in kept
    assert all(link in kept for link in (f"/static/css/{sheet}.css" for sheet in ("site", "pages/assessment")) if link in page)


def test_every_script_that_another_imports_is_kept():
    scripts = ("tablet", "book", "chain", "courier", "lines", "pages", "server", "store")
    imported = {
        line.rsplit('"./', 1)[1].removesuffix('";').removesuffix(".js")
        for name in scripts
        for line in text_of(f"js/scoring/{name}.js").splitlines()
        if line.startswith("import ")
    }
    assert imported <= set(scripts)
    assert worker_script().startswith("const SHELL = ")


def test_the_manifest_opens_the_page_and_claims_nothing_else(client):
    told = client.get(reverse("assessment:tablet_manifest")).json()
    assert told["start_url"] == told["scope"] == reverse("assessment:tablet")


def test_after_the_session_has_ended_every_question_is_answered_with_401(client, day):
    assert client.get(reverse("assessment:tablet_state")).status_code == 401
    assert client.get(reverse("assessment:tablet_description", args=[day.tablet.pk])).status_code == 401
    for name in ("tablet_entries", "tablet_finish", "tablet_resume"):
        answer = post(client, name, day.tablet.pk, announced=1, entries=[])
        assert (answer.status_code, answer.json()["code"]) == (401, "assessment.signed_out")
    assert Tablet.objects.get().announced == 0


def test_the_state_names_the_plans_that_she_scores(assessor, day):
    told = assessor.get(reverse("assessment:tablet_state")).json()
    assert [plan["id"] for plan in told["plans"]] == [day.plan.pk]
    assert str(day.assessor.pk) != told["owner"]
    assert len(told["owner"]) == 24


def test_the_key_is_handed_out_until_the_tablet_has_reported_and_never_again(assessor, day):
    number = str(uuid.uuid4())
    first = post(assessor, "tablet_register", day.plan.pk, tablet=number)
    again = post(assessor, "tablet_register", day.plan.pk, tablet=number)
    assert (first.status_code, first.json()["key"]) == (201, again.json()["key"])
    assert post(assessor, "tablet_entries", number, announced=0, entries=[]).status_code == 200
    late = post(assessor, "tablet_register", day.plan.pk, tablet=number)
    assert (late.status_code, "key" in late.json()) == (409, False)
    described = assessor.get(reverse("assessment:tablet_description", args=[number]))
    assert "key" not in described.json()
    assert Tablet.objects.get(pk=number).secret not in described.content.decode()


def test_another_s_number_gets_no_key(client, day):
    client.force_login(day.assessors[1])
    answer = post(client, "tablet_register", day.plan.pk, tablet=str(day.tablet.pk))
    assert (answer.status_code, "key" in answer.json()) == (409, False)


@pytest.mark.parametrize("sent", ["", "x", None, 5])
def test_a_number_that_is_none_is_refused(assessor, day, sent):
    assert post(assessor, "tablet_register", day.plan.pk, tablet=sent).status_code == 422


def test_who_has_not_declared_gets_no_list(client, day):
    day.plan.assignments.filter(user=day.assessors[1]).update(declared_at=None)
    client.force_login(day.assessors[1])
    assert post(client, "tablet_register", day.plan.pk, tablet=str(uuid.uuid4())).status_code == 403


def test_i23_the_description_is_blind(assessor, day):
    for person in day.assessors[:2]:
        sheet = open_sheet(day.stations[0], day.seats[0], assessor=person, now=BEGUN)
        score_point(sheet, point=day.points[0][0], value="13.5" if person == day.assessor else "6.5", actor=person, now=BEGUN)
    answer = assessor.get(reverse("assessment:tablet_description", args=[day.tablet.pk]))
    text, told = answer.content.decode(), answer.json()
    assert not any(person.name in text for person in (*day.candidates, *day.assessors))
    assert "6.5" not in text
    assert [sheet["scores"] for sheet in told["sheets"]] == [{str(day.points[0][0].pk): "13.5"}]
    assert [seat["ticket"] for seat in told["seats"]] == [seat.ticket_number for seat in day.seats]
    lines = [line for item in told["stations"][1]["items"] for line in item["lines"]]
    assert [line["kind"] for line in lines] == ["point", "point", "fatal"]


def test_the_description_costs_the_same_whatever_the_number_of_candidates(day, django_assert_num_queries):
    tablet = own_tablet(day.assessor, day.tablet.pk)
    with django_assert_num_queries(8):
        description_of(tablet)
    for seat in day.seats:
        open_sheet(day.stations[0], seat, assessor=day.assessor, now=BEGUN)
    with django_assert_num_queries(8):
        assert len(description_of(tablet)["sheets"]) == 3


def test_entries_arrive_and_the_answer_says_what_is_known(assessor, day):
    first, second = day.points[0]
    day.writer.point(first, day.seats[0], "20")
    day.writer.point(second, day.seats[0], "21")
    day.writer.point(first, day.seats[0], "7")
    told = post(
        assessor, "tablet_entries", day.tablet.pk, announced=3, since=0, entries=[day.writer.entries[0], day.writer.entries[2]]
    ).json()
    assert (told["known"], told["held"], told["refused"], told["open"]) == (1, [3], [], True)
    told = post(assessor, "tablet_entries", day.tablet.pk, announced=3, since=1, entries=[day.writer.entries[1]]).json()
    assert (told["known"], told["head"]) == (3, day.writer.head)
    assert [row["sequence"] for row in told["refused"]] == [2]
    assert "20" in told["refused"][0]["message"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "nonsense",
        '{"announced": "3", "entries": []}',
        '{"announced": 3, "entries": {}}',
        '{"announced": -1, "entries": []}',
        '{"announced": true, "entries": []}',
        '{"announced": 1, "since": -5, "entries": []}',
        '{"announced": 1, "entries": [' + ",".join(["1"] * 201) + "]}",
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(assessor, day, body):
    address = reverse("assessment:tablet_entries", args=[day.tablet.pk])
    assert assessor.post(address, body, content_type="application/json").status_code == 422
    assert (TabletEntry.objects.count(), Tablet.objects.get().announced) == (0, 0)


def test_a_colleague_s_tablet_is_not_found(client, day):
    day.writer.point(day.points[0][0], day.seats[0], "5")
    client.force_login(day.assessors[1])
    assert client.get(reverse("assessment:tablet_description", args=[day.tablet.pk])).status_code == 404
    for name in ("tablet_entries", "tablet_finish", "tablet_resume"):
        assert post(client, name, day.tablet.pk, announced=1, entries=day.writer.entries).status_code == 404
    assert not TabletEntry.objects.exists()


def test_sending_needs_the_token_of_the_page(day):
    client = Client(enforce_csrf_checks=True)
    client.force_login(day.assessor)
    token = client.get(reverse("assessment:tablet_state")).json()["token"]
    assert post(client, "tablet_entries", day.tablet.pk, announced=1, entries=[]).status_code == 403
    address = reverse("assessment:tablet_entries", args=[day.tablet.pk])
    body = json.dumps({"announced": 0, "entries": []})
    assert client.post(address, body, content_type="application/json", headers={"X-CSRFToken": token}).status_code == 200


# --- the officer ---------------------------------------------------------------------------------


def progress(client: Client, day) -> str:
    return client.get(reverse("assessment:progress", args=[day.plan.pk]), headers={"Accept-Language": "en"}).content.decode()


def test_the_officer_sees_how_much_has_arrived_and_never_a_point(client, day):
    client.force_login(day.officer)
    assert "All arrived so far, still open" in progress(client, day)
    day.writer.point(day.points[0][0], day.seats[0], "17.5")
    day.writer.point(day.points[0][1], day.seats[0], "17.5")
    day.writer.point(day.points[0][1], day.seats[0], "99")
    send(day, day.writer.entries[0], announced=3)
    assert "2 waiting" in progress(client, day)
    send(day)
    page = progress(client, day)
    assert "1 not taken" in page
    assert "17.5" not in page
    assert day.seats[0].ticket_number in page


def test_the_officer_reads_why_the_assessment_cannot_be_closed(client, day):
    client.force_login(day.officer)
    day.plan.__class__.objects.filter(pk=day.plan.pk).update(status="in_exam")
    day.writer.point(day.points[0][0], day.seats[0], "5")
    send(day, {}, announced=4)
    answer = client.post(reverse("assessment:close", args=[day.plan.pk]), headers={"Accept-Language": "en"})
    assert answer.status_code == 409
    assert "钱建华 4" in answer.content.decode()


def test_a_lost_tablet_is_given_up_by_two_on_the_page(client, day):
    with time_machine.travel(BEGUN.replace(hour=15), tick=False):
        client.force_login(day.officer)
        address = reverse("assessment:tablet_release", args=[day.tablet.pk])
        assert address in progress(client, day)
        client.post(address, {"reason": "平板丢失"})
        release = TabletRelease.objects.get()
        confirm = reverse("assessment:tablet_release_confirm", args=[release.pk])
        assert confirm not in progress(client, day)
        client.post(confirm)
        assert not TabletRelease.objects.get().is_confirmed
        client.force_login(day.head)
        assert confirm in progress(client, day)
        client.post(confirm)
        assert TabletRelease.objects.get().confirmed_by == day.head
        assert "平板丢失" in progress(client, day)


def test_i42_another_body_s_officer_finds_neither_tablet_nor_release(client, day, make_user):
    release = ask_release(day.tablet, reason="丢失", actor=day.officer, now=BEGUN)
    other = Organisation.objects.create(name="外机构", name_en="Outside", slug="outside", kind="association")
    client.force_login(join(make_user("外机构考务"), other, Role.EXAM_OFFICER))
    assert client.post(reverse("assessment:tablet_release", args=[day.tablet.pk]), {"reason": "x"}).status_code == 404
    assert client.post(reverse("assessment:tablet_release_confirm", args=[release.pk])).status_code == 404
    assert not TabletRelease.objects.get().is_confirmed


def test_the_assessor_finds_the_tablet_s_page_from_her_plan(assessor, day):
    page = assessor.get(reverse("assessment:score_plan", args=[day.plan.pk])).content.decode()
    assert f"{reverse('assessment:tablet')}#/{day.plan.pk}" in page
    assert not ScoreSheet.objects.exists()
