"""The overview of quality, and the draw of sessions to inspect."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certification.plans.models import Plan
from certification.supervision import selectors
from certification.supervision.models import Sampling
from certification.supervision.rules import draw, seed_of
from certification.supervision.services import draw_sample
from lms.core.errors import DomainError
from lms.organisations.models import Organisation
from lms.organisations.rules import Role
from tests.exam_day import EVENING, join, supervise

pytestmark = pytest.mark.django_db
YEAR = {"since": datetime.date(2026, 1, 1), "until": datetime.date(2026, 12, 31)}


@pytest.fixture
def watcher(make_user):
    authority = Organisation.objects.create(kind="authority", slug="bureau", name="示例市人社局", name_en="Bureau")
    return join(make_user("罗文彬"), authority, Role.HEAD), authority


def sessions(day, count):
    """More sessions like the day's, their exam begun, one without a record."""
    made = []
    for n in range(count):
        plan = Plan.objects.get(pk=day.plan.pk)
        plan.pk, plan.number, plan.serial, plan.status = None, f"RD-000123-2026-{n + 2:03d}", n + 2, "in_exam"
        plan.save()
        if n:
            supervise(plan, day.supervisor, now=EVENING)
        made.append(plan)
    return made


def test_an_authority_draws_sessions_by_the_ledgers_last_hash(exam_day, watcher):
    person, authority = watcher
    made = sessions(exam_day, 6)
    row = draw_sample(authority, **YEAR, wanted=2, actor=person, now=EVENING)
    assert row.pool == sorted(plan.pk for plan in made)
    assert row.drawn == draw(row.pool, wanted=2, seed=seed_of(row.ledger_hash, turn=1))
    again = draw_sample(authority, **YEAR, wanted=2, actor=person, now=EVENING)
    assert again.turn == 2
    assert again.seed != row.seed
    with pytest.raises(IntegrityError), transaction.atomic():
        Sampling.objects.filter(pk=row.pk).update(drawn=[])


def test_nobody_else_draws(exam_day, watcher):
    _person, authority = watcher
    for organisation, actor in ((authority, exam_day.head), (exam_day.plan.organisation, exam_day.head)):
        with pytest.raises(PermissionDenied):
            draw_sample(organisation, **YEAR, wanted=1, actor=actor, now=EVENING)


def test_a_draw_that_cannot_be_is_refused_whole(exam_day, watcher):
    person, authority = watcher
    with pytest.raises(DomainError, match="too_few_to_draw"):
        draw_sample(authority, **YEAR, wanted=1, actor=person, now=EVENING)
    with pytest.raises(DomainError, match="days_wrong"):
        draw_sample(authority, since=YEAR["until"], until=YEAR["since"], wanted=1, actor=person, now=EVENING)
    assert not Sampling.objects.exists()


def test_the_overview_counts_sessions_records_and_faults(exam_day):
    made = sessions(exam_day, 3)
    (body,) = selectors.quality(Plan.objects.filter(pk__in=[plan.pk for plan in made]))
    assert (body.sessions, body.recorded, body.missing, body.orderly) == (3, 2, 1, 2)


@pytest.mark.parametrize("count", [1, 8])
def test_the_overview_costs_the_same_for_one_session_and_for_many(exam_day, count, client, django_assert_num_queries):
    Plan.objects.filter(pk=exam_day.plan.pk).update(status="in_exam")
    sessions(exam_day, count)
    client.force_login(exam_day.head)
    client.get("/desk/supervision/")
    with django_assert_num_queries(QUERIES):
        assert client.get("/desk/supervision/").status_code == 200


QUERIES = 12


def test_an_authority_reads_what_was_drawn_and_nothing_else(exam_day, watcher, client):
    person, authority = watcher
    made = sessions(exam_day, 4)
    row = draw_sample(authority, **YEAR, wanted=1, actor=person, now=EVENING)
    client.force_login(person)
    for plan in made:
        expected = 200 if plan.pk in row.drawn else 404
        assert client.get(f"/desk/supervision/plans/{plan.pk}/").status_code == expected
    assert client.get(f"/desk/supervision/draws/{row.pk}/").status_code == 200
    client.force_login(exam_day.head)
    assert client.get(f"/desk/supervision/draws/{row.pk}/").status_code == 404
    assert client.get("/desk/supervision/draws/").status_code == 403


def test_a_supervisor_writes_on_the_page_and_hears_what_is_missing(exam_day, client, make_user):
    from certification.plans.models import StaffAssignment

    Plan.objects.filter(pk=exam_day.plan.pk).update(status="in_exam")
    other = join(make_user("新督导"), exam_day.plan.organisation, Role.SUPERVISOR)
    StaffAssignment.objects.create(plan=exam_day.plan, user=other, role="supervisor", assigned_at=EVENING, declared_at=EVENING)
    client.force_login(other)
    address = f"/desk/supervision/plans/{exam_day.plan.pk}/record/"
    assert client.get(address).status_code == 200
    sent = {"rooms": "yes", "door": "yes", "papers": "no", "staff": "yes", "times": "yes", "help": "none", "scoring": "yes"}
    sent |= {"records": "yes", "conclusion": "faults", "finding": "换了封袋"}
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert "换了封袋" in refused.content.decode()
    assert client.post(address, {**sent, "papers_remark": "封条已破"}).status_code == 302
    page = client.get(f"/desk/supervision/plans/{exam_day.plan.pk}/").content.decode()
    assert "封条已破" in page
    assert client.get(address).status_code == 302
    client.force_login(exam_day.assessors[0])
    assert client.get(address).status_code == 404
