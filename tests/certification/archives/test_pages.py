"""The pages of the desk: they open for the body's people, in a constant number of queries, and never for a candidate."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from certification.archives.queues import desk
from tests.issued import AFTER

pytestmark = pytest.mark.django_db


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def titles(person: Any, now: Any = AFTER) -> list[str]:
    with override("en"):
        return [row.title for row in desk(person, now)]


def test_the_officer_finds_the_plan_and_has_it_put_together(finished_day):
    assert titles(finished_day.officer) == ["Put the archive together"]
    assert titles(finished_day.head) == []
    client = client_of(finished_day.officer)
    assert finished_day.plan.title in client.get("/desk/archives/").content.decode()
    url = f"/desk/archives/plans/{finished_day.plan.pk}/"
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 302
    assert titles(finished_day.officer) == []


def test_the_head_finds_it_and_seals_it(built):
    assert titles(built.head) == ["Seal the archive"]
    url = f"/desk/archives/{built.archive.pk}/"
    assert f"{url}seal/" in client_of(built.head).get(url).content.decode()
    assert f"{url}seal/" not in client_of(built.officer).get(url).content.decode()
    assert client_of(built.officer).post(f"{url}seal/").status_code == 403
    assert client_of(built.head).post(f"{url}seal/").status_code == 302
    built.archive.refresh_from_db()
    assert built.archive.seal_sha256 in client_of(built.officer).get(url).content.decode()


def test_an_opening_from_the_request_to_the_file(sealed, monkeypatch):
    from lms.core import clock

    monkeypatch.setattr(clock, "now", lambda: AFTER)
    officer, head, supervisor = (client_of(person) for person in (sealed.officer, sealed.head, sealed.supervisor))
    url = f"/desk/archives/{sealed.archive.pk}/open/"
    assert officer.post(url, {"volumes": ["4"]}).status_code == 422
    sent = officer.post(url, {"volumes": ["4"], "purpose": "抽查", "witness": sealed.supervisor.pk})
    assert sent.status_code == 302
    page = sent["Location"]
    assert titles(sealed.head) == ["Allow an archive to be opened"]
    assert supervisor.post(f"{page}allow/").status_code == 403
    assert head.post(f"{page}allow/").status_code == 302
    assert titles(sealed.supervisor) == ["Be there when an archive is opened"]
    assert officer.post(f"{page}here/").status_code == 302
    assert officer.post(f"{page}volumes/4/").status_code == 403
    assert supervisor.post(f"{page}here/").status_code == 302
    answer = officer.post(f"{page}volumes/4/")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert head.post(f"{page}volumes/4/").status_code == 403
    assert "抽查" in head.get(page).content.decode()


def test_strangers_and_candidates_find_nothing(sealed):
    for person in (sealed.candidates[0], sealed.assessors[0]):
        client = client_of(person)
        assert client.get(f"/desk/archives/{sealed.archive.pk}/").status_code == 404
        assert sealed.plan.title not in client.get("/desk/archives/").content.decode()


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_asks_as_many_questions_for_six_as_for_one(sealed, count, django_assert_num_queries):
    from certification.archives.models import Archive
    from certification.plans.models import Plan
    from lms.core import jobs

    for n in range(2, count + 1):
        plan = Plan.objects.get(pk=sealed.plan.pk)
        plan.pk, plan.number, plan.serial, plan.status = None, f"RD-{n}", n, "draft"
        plan.save()
        job = jobs.start("archives.build", actor=sealed.officer, total=1, params={}, now=AFTER)
        Archive.objects.create(plan=plan, job=job, prepared_by=sealed.officer, prepared_at=AFTER)
    client = client_of(sealed.officer)
    client.get("/desk/archives/")
    with django_assert_num_queries(LIST_QUERIES):
        client.get("/desk/archives/")


LIST_QUERIES = 5
