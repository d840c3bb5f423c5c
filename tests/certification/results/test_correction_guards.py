"""What raw SQL cannot do to a published result, and what is named when somebody went round the guards."""

import copy
import json
from importlib import import_module
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from certification.results import guards, services
from certification.results.comparing import published_results
from certification.results.models import Case, Decision, Objection, PartResult, PublicationRow, Revision
from tests.certification.results.corrections import TUESDAY, applied, asked_for, published, review
from tests.decided import decide
from tests.exam_day import assess


@pytest.fixture(scope="module")
def shared_published_day(shared_exam_day: SimpleNamespace | None) -> SimpleNamespace | None:
    return published(copy.deepcopy(shared_exam_day)) if shared_exam_day else None


@pytest.fixture
def day(shared_published_day: SimpleNamespace | None, request: pytest.FixtureRequest) -> SimpleNamespace:
    request.getfixturevalue("db")
    return copy.deepcopy(shared_published_day) if shared_published_day else published(request.getfixturevalue("exam_day"))


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def past_the_guards(statement: str, *values: Any) -> None:
    """Write as somebody does who may drop triggers; they are back afterwards."""
    recorded = import_module("certification.results.migrations.0002_kept_and_void_parts")
    with connection.cursor() as cursor:
        editor = SimpleNamespace(connection=connection, execute=lambda words, params=None: cursor.execute(words))
        recorded.no_guards(None, editor)
        guards.take_away(None, editor)
        cursor.execute(statement, values)
        recorded.guards(None, editor)
        guards.put_in_place(None, editor)


def wrong() -> list[tuple[str, str]]:
    return [(one.subject, one.reason) for one in published_results()]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE results_partresult SET value = 99 WHERE seat_id = %s",
        "UPDATE results_partresult SET outcome = 'void', value = NULL WHERE seat_id = %s",
        "UPDATE results_decision SET passed = NOT passed WHERE seat_id = %s",
        "UPDATE results_decision SET parts = '[]' WHERE seat_id = %s",
        "UPDATE results_decision SET confirmed_by_id = NULL, confirmed_at = NULL WHERE seat_id = %s",
        "UPDATE results_publicationrow SET passed = NOT passed WHERE seat_id = %s",
        "UPDATE results_publicationrow SET parts = '[]' WHERE seat_id = %s",
        "UPDATE results_publicationrow SET masked_name = '某*某' WHERE seat_id = %s",
    ],
)
def test_i28_the_database_refuses_to_change_a_published_result(day: SimpleNamespace, statement: str) -> None:
    with pytest.raises(IntegrityError, match=r"I28|never changed"):
        sql(statement, day.seats[2].pk)


def test_i28_before_publication_decisions_are_made_anew(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    decide(exam_day, now=TUESDAY)
    sql("UPDATE results_decision SET passed = NOT passed WHERE seat_id = %s", exam_day.seats[2].pk)


def test_whether_a_certificate_waits_may_change(day: SimpleNamespace) -> None:
    sql("UPDATE results_publicationrow SET withheld = %s WHERE seat_id = %s", True, day.seats[2].pk)


def test_i28_an_order_in_force_is_followed_and_nothing_else(day: SimpleNamespace) -> None:
    applied(asked_for(day), head=day.head)
    with pytest.raises(IntegrityError, match="I28"):
        sql("UPDATE results_decision SET passed = NOT passed WHERE seat_id = %s", day.seats[2].pk)
    with pytest.raises(IntegrityError, match="I28"):
        sql("UPDATE results_decision SET decided_by_id = %s WHERE seat_id = %s", day.supervisor.pk, day.seats[2].pk)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE results_revision SET passed = NOT passed",
        "UPDATE results_correctionorder SET new_value = 100",
        "UPDATE results_correctionorder SET status = 'requested', applied_at = NULL",
        "UPDATE results_correctionorder SET reason = '无'",
        "UPDATE results_caseevidence SET sha256 = 'f'",
    ],
)
def test_i28_orders_their_proof_and_the_history_stay_as_written(day: SimpleNamespace, statement: str) -> None:
    applied(asked_for(day), head=day.head)
    with pytest.raises(IntegrityError, match="never changed"):
        sql(statement)
    with pytest.raises(TypeError):
        Revision.objects.get().save()
    with pytest.raises(TypeError):
        Revision.objects.get().delete()


def test_i45_the_database_knows_who_decided_and_takes_no_answer_from_them(day: SimpleNamespace) -> None:
    case = review(day)
    answer = "UPDATE results_case SET status = 'dismissed', accepted_by_id = %s, decided_by_id = %s, decided_at = filed_at"
    for person in (day.officer, day.head):
        with pytest.raises(IntegrityError, match="I45"):
            sql(answer, person.pk, person.pk)
    with pytest.raises(IntegrityError):
        sql(answer, day.candidates[2].pk, day.candidates[2].pk)
    sql(answer, day.supervisor.pk, day.supervisor.pk)
    assert Case.objects.get(pk=case.pk).decided_by == day.supervisor
    filed = services.file_objection(
        day.publication, ticket_number=day.seats[0].ticket_number, filer=day.candidates[2], text="未到场", now=TUESDAY
    )
    with pytest.raises(IntegrityError, match="I45"):
        sql("UPDATE results_objection SET status = 'upheld', decided_by_id = %s, decided_at = filed_at", day.officer.pk)
    assert Objection.objects.get(pk=filed.pk).decided_by is None


def test_what_was_published_and_corrected_agrees_with_the_ledger(day: SimpleNamespace) -> None:
    assert wrong() == []
    applied(asked_for(day), head=day.head)
    applied(asked_for(day, 0, part="skill", outcome="void", value=None), head=day.head)
    applied(asked_for(day, value="75.5"), head=day.head)
    assert wrong() == []


@pytest.mark.parametrize(
    ("table", "model", "reason"),
    [
        ("results_partresult", PartResult, "the decision says 50.00, the part 99"),
        ("results_decision", Decision, "the verdict does not follow from its findings"),
        ("results_publicationrow", PublicationRow, "the published line and the decision differ"),
    ],
)
def test_i28_a_score_changed_past_the_guards_is_named(day: SimpleNamespace, table: str, model: Any, reason: str) -> None:
    seat = day.seats[2]
    change = "value = 99" if model is PartResult else "passed = NOT passed"
    part = " AND part = 'theory'" if model is PartResult else ""
    past_the_guards(f"UPDATE {table} SET {change} WHERE seat_id = %s{part}", seat.pk)  # noqa: S608
    row = model.objects.filter(seat=seat).order_by("-part" if model is PartResult else "pk").first()
    assert (f"{model._meta.label_lower}:{row.pk}", reason) in [(name, said.removesuffix(".00")) for name, said in wrong()]


def test_i28_who_changes_all_three_rows_alike_is_caught_by_the_seal_of_the_list(day: SimpleNamespace) -> None:
    seat = day.seats[2]
    better = Decision.objects.get(seat=seat).parts
    better[0] |= {"value": "90.00", "met": True}
    text = json.dumps(better)
    past_the_guards("UPDATE results_partresult SET value = 90 WHERE seat_id = %s AND part = 'theory'", seat.pk)
    past_the_guards("UPDATE results_decision SET passed = %s, parts = %s WHERE seat_id = %s", True, text, seat.pk)
    past_the_guards("UPDATE results_publicationrow SET passed = %s, parts = %s WHERE seat_id = %s", True, text, seat.pk)
    assert wrong() == [(f"results.publication:{day.publication.pk}", "the list says something else than was published")]


def test_i28_an_order_that_nobody_put_into_force_is_named(day: SimpleNamespace) -> None:
    order = asked_for(day)
    sql(
        "UPDATE results_correctionorder SET status = 'applied', approved_by_id = %s, approved_at = %s, applied_at = %s",
        day.head.pk,
        TUESDAY,
        TUESDAY,
    )
    assert (f"results.correctionorder:{order.pk}", "the ledger records no act that put it into force") in wrong()


def test_i28_a_rewritten_history_is_named(day: SimpleNamespace) -> None:
    order = asked_for(day)
    applied(order, head=day.head)
    past_the_guards("UPDATE results_revision SET passed = NOT passed")
    assert (f"results.correctionorder:{order.pk}", "what the result said before was changed") in wrong()


def test_verify_ledger_names_the_changed_row_and_fails(day: SimpleNamespace) -> None:
    call_command("verify_ledger", stdout=StringIO())
    past_the_guards("UPDATE results_publicationrow SET passed = NOT passed WHERE seat_id = %s", day.seats[2].pk)
    row = PublicationRow.objects.get(seat=day.seats[2])
    with pytest.raises(CommandError, match=f"results.publicationrow:{row.pk}: the published line and the decision differ"):
        call_command("verify_ledger", stdout=StringIO())


def test_comparing_costs_the_same_for_many_people(day: SimpleNamespace, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(9):
        assert wrong() == []
