"""A published score changes through a correction order and in no other way (I28)."""

import copy
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from certification.results import services
from certification.results.in_force import value_in_force
from certification.results.models import CorrectionOrder, Decision, PublicationRow, Republication, Revision
from certification.results.selectors import decided_for_issue, public_rows, result_rows
from lms.core.errors import DomainError, InvalidTransition
from lms.core.models import LedgerEntry
from lms.notices.models import Notice
from lms.organisations.rules import Role
from tests.certification.results.corrections import AFTER, PROOF, TUESDAY, applied, asked_for, close, published


@pytest.fixture(scope="module")
def shared_published_day(shared_exam_day: SimpleNamespace | None) -> SimpleNamespace | None:
    return published(copy.deepcopy(shared_exam_day)) if shared_exam_day else None


@pytest.fixture
def day(shared_published_day: SimpleNamespace | None, request: pytest.FixtureRequest) -> SimpleNamespace:
    request.getfixturevalue("db")
    return copy.deepcopy(shared_published_day) if shared_published_day else published(request.getfixturevalue("exam_day"))


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        call()
    return refusal.value.code


def test_i28_a_correction_changes_decision_and_list_and_keeps_what_they_said(day: SimpleNamespace) -> None:
    failed = day.seats[2]
    before = Decision.objects.get(seat=failed)
    renewed = applied(asked_for(day), head=day.head)
    decision, row = Decision.objects.get(seat=failed), PublicationRow.objects.get(seat=failed)
    assert (decision.passed, row.passed, row.parts == decision.parts) == (True, True, True)
    assert decision.parts[0] | {"met": True} == before.parts[0] | {"value": "70.00", "met": True}
    kept = Revision.objects.get(seat=failed)
    assert (kept.parts, kept.passed, kept.published_passed) == (before.parts, False, False)
    assert (kept.decided_by, kept.confirmed_by) == (day.officer, day.head)
    assert renewed.order.status == "applied"


def test_i28_whoever_asked_does_not_approve(day: SimpleNamespace, association: Any, member: Any) -> None:
    member(day.officer, association, Role.HEAD)
    order = asked_for(day)
    assert code_of(lambda: services.approve_correction(order, actor=day.officer, now=TUESDAY)) == "results.correction_same_person"
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionOrder.objects.filter(pk=order.pk).update(status="approved", approved_by=day.officer, approved_at=TUESDAY)


def test_i28_only_a_head_approves_and_only_officer_or_head_asks(day: SimpleNamespace) -> None:
    with pytest.raises(PermissionDenied):
        asked_for(day, actor=day.supervisor)
    with pytest.raises(PermissionDenied):
        asked_for(day, actor=day.assessors[0])
    order = asked_for(day)
    with pytest.raises(PermissionDenied):
        services.approve_correction(order, actor=day.supervisor, now=TUESDAY)


def test_i44_who_examined_neither_asks_nor_approves(day: SimpleNamespace, association: Any, member: Any) -> None:
    assessor = member(member(day.assessors[0], association, Role.EXAM_OFFICER), association, Role.HEAD)
    assert code_of(lambda: asked_for(day, actor=assessor)) == "results.examined_here"
    order = asked_for(day)
    assert code_of(lambda: services.approve_correction(order, actor=assessor, now=TUESDAY)) == "results.examined_here"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason": "  "}, "results.correction_reason"),
        ({"evidence": []}, "results.correction_evidence"),
        ({"value": "101"}, "results.correction_value"),
        ({"value": "50"}, "results.correction_same"),
        ({"part": "review"}, "results.correction_no_part"),
    ],
)
def test_an_order_without_reason_proof_or_change_is_none(day: SimpleNamespace, given: dict[str, Any], code: str) -> None:
    assert code_of(lambda: asked_for(day, **given)) == code
    assert not CorrectionOrder.objects.exists()


def test_what_is_not_published_needs_no_order(exam_day: SimpleNamespace) -> None:
    assert code_of(lambda: asked_for(exam_day)) == "results.not_published"


def test_one_order_about_a_person_is_open_at_a_time(day: SimpleNamespace) -> None:
    order = asked_for(day)
    assert code_of(lambda: asked_for(day, value="80")) == "results.correction_open"
    services.refuse_correction(order, answer="证据不足", actor=day.head, now=TUESDAY)
    assert asked_for(day, value="80").status == "requested"


def test_it_is_applied_once_and_not_before_it_is_approved(day: SimpleNamespace) -> None:
    order = asked_for(day)
    with pytest.raises(InvalidTransition), transaction.atomic():
        services.apply_correction(order, actor=day.head, now=TUESDAY)
    services.approve_correction(order, actor=day.head, now=TUESDAY)
    stale = CorrectionOrder.objects.get(pk=order.pk)
    services.apply_correction(order, actor=day.head, now=TUESDAY)
    with pytest.raises(DomainError), transaction.atomic():
        services.apply_correction(stale, actor=day.head, now=TUESDAY)
    assert (Revision.objects.count(), Republication.objects.count()) == (1, 1)


def test_a_refused_order_leaves_everything_as_it_was(day: SimpleNamespace) -> None:
    order = asked_for(day)
    assert PublicationRow.objects.get(seat=day.seats[2]).withheld
    services.refuse_correction(order, answer="证据不足", actor=day.head, now=TUESDAY)
    assert not PublicationRow.objects.get(seat=day.seats[2]).withheld
    assert not Decision.objects.get(seat=day.seats[2]).passed
    with pytest.raises(InvalidTransition), transaction.atomic():
        services.approve_correction(order, actor=day.head, now=TUESDAY)


def test_whoever_asked_may_take_it_back_and_nobody_else(day: SimpleNamespace) -> None:
    order = asked_for(day)
    with pytest.raises(PermissionDenied):
        services.refuse_correction(order, answer="不必", actor=day.supervisor, now=TUESDAY)
    assert services.refuse_correction(order, answer="看错了座位", actor=day.officer, now=TUESDAY).status == "refused"


def test_i30_the_corrected_result_is_public_again_for_five_full_working_days(day: SimpleNamespace) -> None:
    """From Tuesday 2026-09-15: Wed, Thu, Fri, Sunday 20 (worked), Monday 21."""
    renewed = applied(asked_for(day), head=day.head)
    assert (renewed.opens_on, renewed.closes_on) == (date(2026, 9, 15), date(2026, 9, 21))
    last = datetime.combine(renewed.closes_on, datetime.max.time(), tzinfo=TUESDAY.tzinfo)
    end = services.close_republication
    assert code_of(lambda: end(renewed, actor=day.officer, now=last)) == "results.publication_running"
    end(renewed, actor=day.officer, now=last + timedelta(seconds=1))
    assert code_of(lambda: end(renewed, actor=day.officer, now=AFTER)) == "results.renewed_over"


def test_i31_nobody_is_issued_a_certificate_before_the_renewed_publication_has_ended(day: SimpleNamespace) -> None:
    renewed = applied(asked_for(day, now=TUESDAY), head=day.head, now=TUESDAY + timedelta(days=2))
    close(day, now=AFTER)
    assert {decision.seat for decision in decided_for_issue(day.plan)} == set(day.seats[:2])
    services.close_republication(renewed, actor=day.officer, now=AFTER + timedelta(days=7))
    assert {decision.seat for decision in decided_for_issue(day.plan)} == set(day.seats)


def test_who_fails_after_a_correction_is_issued_nothing(day: SimpleNamespace) -> None:
    renewed = applied(asked_for(day, 0, part="skill", outcome="absent", value=None), head=day.head)
    close(day)
    services.close_republication(renewed, actor=day.head, now=AFTER)
    assert [decision.seat for decision in decided_for_issue(day.plan)] == [day.seats[1]]


def test_a_result_corrected_again_begins_its_days_anew(day: SimpleNamespace) -> None:
    first = applied(asked_for(day), head=day.head)
    second = applied(asked_for(day, value="75"), head=day.head, now=TUESDAY + timedelta(days=1))
    first.refresh_from_db()
    assert first.is_closed
    assert second.closes_on > first.closes_on
    assert [revision.parts[0]["value"] for revision in Revision.objects.order_by("pk")] == ["50.00", "70.00"]


def test_an_order_overtaken_by_another_result_is_not_applied(day: SimpleNamespace) -> None:
    order = asked_for(day)
    services.approve_correction(order, actor=day.head, now=TUESDAY)
    order.old_parts = [{**order.old_parts[0], "value": "40.00"}, order.old_parts[1]]
    assert code_of(lambda: services.apply_correction(order, actor=day.head, now=TUESDAY)) == "results.order_stale"
    assert CorrectionOrder.objects.get().status == "approved"


def test_the_value_in_force_is_the_corrected_one_everywhere(day: SimpleNamespace) -> None:
    applied(asked_for(day), head=day.head)
    seat = day.seats[2]
    found = value_in_force(seat, "theory")
    assert found is not None
    assert str(found.value) == "70.00"
    (row,) = [row for row in result_rows(day.plan, ["theory", "skill"]) if row.seat == seat]
    assert row.parts[0] is not None
    assert str(row.parts[0].value) == "70.00"
    assert str(seat.part_results.get(part="theory").value) == "50.00"


def test_the_public_list_marks_who_came_and_who_left(day: SimpleNamespace) -> None:
    applied(asked_for(day, 2), head=day.head)
    applied(asked_for(day, 0, part="skill", value="59.5"), head=day.head)
    lines = {line.seat_id: (line.passed, line.corrected) for line in public_rows(day.publication)}
    assert [lines[seat.pk] for seat in day.seats] == [(False, True), (True, False), (True, True)]


def test_the_candidate_is_told_with_the_last_day(day: SimpleNamespace) -> None:
    applied(asked_for(day), head=day.head)
    notice = Notice.objects.filter(user=day.candidates[2], kind="results.corrected").get()
    assert "2026年9月21日" in notice.text


def test_every_step_stands_in_the_ledger_with_both_values(day: SimpleNamespace) -> None:
    order = asked_for(day)
    applied(order, head=day.head)
    entries = LedgerEntry.objects.filter(subject=f"results.correctionorder:{order.pk}").order_by("sequence")
    assert [entry.kind for entry in entries] == [
        "results.correction_requested",
        "results.correction_approved",
        "results.correction_applied",
    ]
    assert [entry.actor_id for entry in entries] == [day.officer.pk, day.head.pk, day.head.pk]
    assert (entries[2].facts["old"], entries[2].facts["new"]) == (["scored", "50.00"], ["scored", "70.00"])


def test_the_proof_is_kept_with_the_order(day: SimpleNamespace) -> None:
    order = asked_for(day, evidence=[PROOF, PROOF])
    assert [file.file_name for file in order.evidence.all()] == ["录像截图.jpg"]
