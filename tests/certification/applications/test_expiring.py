"""What a body wrote about people who never confirmed it ends 30 days after registration."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification.applications.models import Application, Entry
from certification.applications.rules.intakes import KEPT_AFTER_CLOSING, closed_before
from certification.applications.services import accept_entry, decline_entry
from certification.applications.services.expiring import expire_entries
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.certification.applications.test_tables import handed_in, taken_in
from tests.open_plan import CLOSES, SHANGHAI
from tests.people_table import LINE, line_of

pytestmark = pytest.mark.django_db

LAST_DAY = datetime(CLOSES.year, CLOSES.month, CLOSES.day, 12, tzinfo=SHANGHAI) + KEPT_AFTER_CLOSING
OVER = LAST_DAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def monday(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def entered(plan: Any, body: SimpleNamespace, now: datetime) -> list[Entry]:
    """Two people whom nobody here knows."""
    taken_in(handed_in(plan, body, [line_of(1), line_of(2)], now=now), body, now=now)
    return list(Entry.objects.order_by("line"))


def rest_of(entry: Entry) -> tuple[Any, ...]:
    entry.refresh_from_db()
    return (entry.name, entry.phone, entry.number, entry.birth_date, entry.facts, entry.record, entry.private)


NOTHING = ("", "", "", None, {}, {}, "")


def test_i40_the_thirtieth_day_is_the_last_on_which_anything_is_there(entered: list[Entry]) -> None:
    assert closed_before(LAST_DAY.date()) == CLOSES
    assert expire_entries(now=LAST_DAY) == 0
    assert rest_of(entered[0])[0]
    assert expire_entries(now=OVER) == 2
    assert [rest_of(entry) for entry in entered] == [NOTHING, NOTHING]
    assert {entry.status for entry in entered} == {"expired"}


def test_the_ledger_counts_and_names_nobody_and_a_second_run_does_nothing(entered: list[Entry], plan: Any) -> None:
    expire_entries(now=OVER)
    line = LedgerEntry.objects.get(kind="applications.entries_expired")
    assert line.facts == {"expired": 2, "declined": 0, "tables": 0}
    assert line.subject.endswith(str(plan.pk))
    assert expire_entries(now=OVER) == 0
    assert LedgerEntry.objects.filter(kind="applications.entries_expired").count() == 1


def test_what_expired_shows_itself_to_nobody_and_cannot_be_confirmed(entered: list[Entry], make_user: Any, plan: Any) -> None:
    from certification.applications.access import entries_for

    person = make_user(entered[0].name, phone=entered[0].phone)
    assert entries_for(person).count() == 1
    expire_entries(now=OVER)
    assert entries_for(person).count() == 0
    entered[0].refresh_from_db()
    with pytest.raises(DomainError):
        accept_entry(entered[0], actor=person, now=OVER)


def test_who_declined_leaves_no_name_behind_either(entered: list[Entry], make_user: Any, now: datetime) -> None:
    entry = entered[0]
    person = make_user(entry.name, phone=entry.phone)
    decline_entry(entry, actor=person, now=now)
    assert entry.name
    expire_entries(now=OVER)
    assert rest_of(entry) == NOTHING
    assert entry.status == "declined"


def test_a_table_that_nobody_took_in_loses_its_file(plan: Any, body: SimpleNamespace, now: datetime) -> None:
    intake = handed_in(plan, body, [line_of(1)], now=now)
    assert intake.sealed
    assert expire_entries(now=LAST_DAY) == 0
    assert expire_entries(now=OVER) == 1
    intake.refresh_from_db()
    assert (bytes(intake.sealed), intake.status) == (b"", "dropped")


def standings(client: Any, intake: Any) -> list[str]:
    return [str(row["standing"]) for row in client.get(intake.get_absolute_url()).context["people"]["rows"]]


def test_the_page_of_a_table_says_who_handed_in_and_not_who_was_known(
    client: Any, plan: Any, body: SimpleNamespace, candidate: Any, now: datetime
) -> None:
    intake = taken_in(handed_in(plan, body, [LINE, line_of(1)], now=now), body, now=now)
    client.force_login(body.officer)
    known, unknown = standings(client, intake)
    assert known == unknown, "one has an account, the other has none"
    Application.objects.filter(candidate=candidate).update(status="submitted", submitted_at=now)
    handed, waiting = standings(client, intake)
    assert (handed != known, waiting == unknown) == (True, True)
    assert candidate.name not in client.get(intake.get_absolute_url()).content.decode()


def test_the_people_of_a_table_are_paged_and_cost_the_same_for_two_and_for_many(
    client: Any, plan: Any, body: SimpleNamespace, entered: list[Entry], django_assert_num_queries: Any
) -> None:
    intake = entered[0].intake
    client.force_login(body.officer)
    client.get(intake.get_absolute_url())
    with CaptureQueriesContext(connection) as few:
        client.get(intake.get_absolute_url())
    entry = entered[0]
    for line in range(10, 260):
        entry.pk, entry.line, entry.number_index = None, line, f"{line:064d}"
        entry.save(force_insert=True)
    with django_assert_num_queries(len(few)):
        page = client.get(intake.get_absolute_url())
    seen, after = [row["line"] for row in page.context["people"]["rows"]], page.context["people"]["after"]
    while after:
        people = client.get(f"{intake.get_absolute_url()}?people={after}").context["people"]
        seen, after = [*seen, *(row["line"] for row in people["rows"])], people["after"]
    assert len(seen) == len(set(seen)) == 252
