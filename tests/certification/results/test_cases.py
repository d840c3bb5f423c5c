"""Score reviews and appeals: who may ask until when, who answers, and what that keeps back (I45)."""

import copy
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from certification.results import services
from certification.results.involvement import free_to_answer, involved, involved_in_answers
from certification.results.models import Case, Objection, PublicationRow
from certification.results.selectors import decided_for_issue
from lms.core.errors import DomainError, InvalidTransition
from lms.core.models import LedgerEntry
from lms.notices.models import Notice
from lms.organisations.rules import Role
from tests.certification.results.corrections import AFTER, PROOF, TUESDAY, answered, applied, asked_for, close, published, review
from tests.exam_day import MONDAY


@pytest.fixture(scope="module")
def shared_published_day(shared_exam_day: SimpleNamespace | None) -> SimpleNamespace | None:
    return published(copy.deepcopy(shared_exam_day)) if shared_exam_day else None


@pytest.fixture
def day(shared_published_day: SimpleNamespace | None, request: pytest.FixtureRequest) -> SimpleNamespace:
    request.getfixturevalue("db")
    return copy.deepcopy(shared_published_day) if shared_published_day else published(request.getfixturevalue("exam_day"))


@pytest.fixture
def outside(day: SimpleNamespace, association: Any, make_user: Callable, member: Callable) -> Any:
    """A second supervisor, who had no part in anything."""
    return member(make_user("方远"), association, Role.SUPERVISOR)


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        call()
    return refusal.value.code


def objected(day: SimpleNamespace, *, upheld: bool, filer: int = 2, about: int = 0) -> Objection:
    filed = services.file_objection(
        day.publication,
        ticket_number=day.seats[about].ticket_number,
        filer=day.candidates[filer],
        text="此人未到场",
        now=TUESDAY,
    )
    return services.decide_objection(filed, upheld=upheld, answer="已核查录像。", actor=day.supervisor, now=TUESDAY)


def appeal(day: SimpleNamespace, n: int, against: Any, *, now: datetime = TUESDAY, **given: Any) -> Case:
    seat = day.seats[n]
    facts = {"text": "答复与事实不符", "actor": seat.candidate} | given
    return services.file_appeal(seat, against=against, **facts, now=now)


# Asking


def test_a_review_is_asked_for_until_the_end_of_the_fifth_working_day(day: SimpleNamespace) -> None:
    last = datetime(2026, 9, 20, 23, 59, tzinfo=MONDAY.tzinfo)
    case = review(day, now=last)
    assert case.status == "filed"
    late = last + timedelta(minutes=1)
    with pytest.raises(DomainError) as refusal:
        review(day, 1, now=late)
    assert refusal.value.code == "results.review_over"
    assert refusal.value.context["until"] == date(2026, 9, 20)


def test_its_answer_is_due_ten_working_days_later(day: SimpleNamespace) -> None:
    """From Tuesday 15 September: Wed–Fri, Sun 20, Mon–Thu 24, then the Mid-Autumn holiday, Mon 28 and Tue 29."""
    assert review(day).due_on == date(2026, 9, 29)


def test_nobody_asks_for_a_review_of_somebody_elses_result(day: SimpleNamespace) -> None:
    with pytest.raises(PermissionDenied):
        review(day, actor=day.candidates[0])


@pytest.mark.parametrize(
    ("given", "code"), [({"text": " "}, "results.reasons_empty"), ({"part": "review"}, "results.part_unknown")]
)
def test_a_review_without_reasons_or_of_an_unknown_part_is_none(day: SimpleNamespace, given: dict, code: str) -> None:
    assert code_of(lambda: review(day, **given)) == code
    assert not Case.objects.exists()


def test_a_part_is_reviewed_once_and_each_part_by_itself(day: SimpleNamespace) -> None:
    case = review(day)
    assert code_of(lambda: review(day)) == "results.case_waiting"
    answered(case, actor=day.supervisor, upheld=False)
    assert code_of(lambda: review(day)) == "results.review_once"
    assert review(day, part="skill").part == "skill"


def test_what_is_not_published_is_not_reviewed(exam_day: SimpleNamespace) -> None:
    assert code_of(lambda: review(exam_day)) == "results.not_published"


def test_evidence_is_kept_and_its_reading_written_down(day: SimpleNamespace) -> None:
    from certification.results.services.evidence import read_evidence

    (file,) = review(day, evidence=[PROOF]).evidence.all()
    read_evidence(file, actor=day.candidates[2], now=TUESDAY)
    assert not LedgerEntry.objects.filter(kind="results.evidence_read").exists()
    assert read_evidence(file, actor=day.supervisor, now=TUESDAY) == PROOF.data
    assert LedgerEntry.objects.get(kind="results.evidence_read").actor_id == day.supervisor.pk


# Answering


def test_i45_who_decided_confirmed_examined_or_asked_answers_no_review(
    day: SimpleNamespace, association: Any, member: Any
) -> None:
    case = review(day)
    assessor = member(day.assessors[0], association, Role.SUPERVISOR)
    filer = member(day.candidates[2], association, Role.SUPERVISOR)
    classmate = member(day.candidates[0], association, Role.SUPERVISOR)
    for person in (day.officer, day.head, assessor, filer, classmate):
        assert code_of(lambda person=person: services.accept_case(case, actor=person, now=TUESDAY)) == "results.case_involved"
        assert involved(person, case.seat)
    assert not involved(day.supervisor, case.seat)
    assert services.accept_case(case, actor=day.supervisor, now=TUESDAY).status == "accepted"


def test_who_has_no_role_is_not_told_how_far_it_is(day: SimpleNamespace) -> None:
    case = review(day)
    answered(case, actor=day.supervisor)
    with pytest.raises(PermissionDenied):
        services.accept_case(case, actor=day.candidates[0], now=TUESDAY)


def test_it_is_taken_before_it_is_answered_and_each_once(day: SimpleNamespace) -> None:
    case = review(day)
    decide = {"upheld": False, "answer": "无误", "actor": day.supervisor, "now": TUESDAY}
    with pytest.raises(InvalidTransition), transaction.atomic():
        services.decide_case(case, **decide)
    stale = Case.objects.get(pk=case.pk)
    services.accept_case(case, actor=day.supervisor, now=TUESDAY)
    with pytest.raises(InvalidTransition), transaction.atomic():
        services.accept_case(stale, actor=day.supervisor, now=TUESDAY)
    services.decide_case(case, **decide)
    with pytest.raises(InvalidTransition), transaction.atomic():
        services.decide_case(case, **decide)


def test_an_answer_has_reasons_and_a_mistake_found_is_corrected(day: SimpleNamespace) -> None:
    case = review(day)
    services.accept_case(case, actor=day.supervisor, now=TUESDAY)

    def decide(**given: Any) -> Case:
        return services.decide_case(case, actor=day.supervisor, now=TUESDAY, **given)

    assert code_of(lambda: decide(upheld=False, answer=" ")) == "results.answer_empty"
    assert code_of(lambda: decide(upheld=True, answer="有误")) == "results.review_upheld_is_corrected"
    decide(upheld=True, needs_correction=True, answer="有误")
    assert Notice.objects.filter(user=day.candidates[2], kind="results.case_answered").get().text.endswith("有误")


def test_whoever_may_answer_is_told_and_nobody_else(day: SimpleNamespace, outside: Any) -> None:
    review(day)
    told = set(Notice.objects.filter(kind="results.case_filed").values_list("user_id", flat=True))
    assert told == {day.supervisor.pk, outside.pk}


# What it keeps back


def test_i31_an_open_review_keeps_back_that_certificate_alone(day: SimpleNamespace) -> None:
    case = review(day, 0)
    close(day)
    assert [decision.seat for decision in decided_for_issue(day.plan)] == [day.seats[1]]
    answered(case, actor=day.supervisor, upheld=False, now=AFTER)
    assert len(decided_for_issue(day.plan)) == 2


def test_what_was_upheld_keeps_the_certificate_back_until_it_is_corrected(day: SimpleNamespace) -> None:
    case = answered(review(day, 0), actor=day.supervisor)
    close(day)
    assert PublicationRow.objects.get(seat=day.seats[0]).withheld
    order = asked_for(day, 0, source=case, evidence=[], value="90", now=AFTER)
    renewed = applied(order, head=day.head, now=AFTER)
    assert PublicationRow.objects.get(seat=day.seats[0]).withheld
    services.close_republication(renewed, actor=day.officer, now=AFTER + timedelta(days=15))
    assert not PublicationRow.objects.get(seat=day.seats[0]).withheld


@pytest.mark.parametrize("upheld", [False, True])
def test_an_order_follows_only_from_what_was_upheld_about_this_result(day: SimpleNamespace, upheld: bool) -> None:
    case = answered(review(day, 0), actor=day.supervisor, upheld=upheld)
    about = 1 if upheld else 0
    assert code_of(lambda: asked_for(day, about, source=case, value="90")) == "results.correction_source"


# Appeals


def test_an_appeal_waits_for_an_answer_to_appeal_against(day: SimpleNamespace) -> None:
    case = review(day)
    assert code_of(lambda: appeal(day, 2, case)) == "results.appeal_not_yet"
    assert code_of(lambda: appeal(day, 2, None)) == "results.appeal_not_yet"


def test_an_appeal_against_an_answer_is_filed_within_five_working_days_of_it(day: SimpleNamespace) -> None:
    case = answered(review(day), actor=day.supervisor, upheld=False)
    too_late = datetime(2026, 9, 22, 0, 1, tzinfo=MONDAY.tzinfo)
    assert code_of(lambda: appeal(day, 2, case, now=too_late)) == "results.appeal_over"
    filed = appeal(day, 2, case, now=too_late - timedelta(minutes=2))
    assert (filed.kind, filed.against_case) == ("appeal", case)


def test_a_result_is_appealed_against_for_sixty_days_after_its_publication(day: SimpleNamespace) -> None:
    close(day)
    assert code_of(lambda: appeal(day, 2, None, now=AFTER + timedelta(days=61))) == "results.appeal_over"
    filed = appeal(day, 2, None, now=AFTER + timedelta(days=60))
    assert (filed.against_case, filed.against_objection) == (None, None)


def test_each_answer_is_appealed_against_once(day: SimpleNamespace, outside: Any) -> None:
    case = answered(review(day), actor=day.supervisor, upheld=False)
    first = appeal(day, 2, case)
    assert code_of(lambda: appeal(day, 2, case)) == "results.case_waiting"
    answered(first, actor=outside, upheld=False)
    assert code_of(lambda: appeal(day, 2, case)) == "results.appeal_once"


def test_only_candidate_or_filer_appeals_and_only_about_what_it_was(day: SimpleNamespace) -> None:
    objection = objected(day, upheld=False)
    with pytest.raises(PermissionDenied):
        appeal(day, 0, objection, actor=day.candidates[1])
    with pytest.raises(PermissionDenied):
        appeal(day, 1, objection)
    assert appeal(day, 0, objection, actor=day.candidates[2]).filer == day.candidates[2]
    assert appeal(day, 0, objection).filer == day.candidates[0]


def test_i45_who_answered_before_handles_no_appeal(day: SimpleNamespace, outside: Any) -> None:
    objection = objected(day, upheld=False)
    case = appeal(day, 0, objection)
    assert code_of(lambda: services.accept_case(case, actor=day.supervisor, now=TUESDAY)) == "results.case_involved"
    assert involved_in_answers(day.supervisor, case.seat)
    assert not involved(day.supervisor, case.seat)
    assert not involved_in_answers(day.supervisor, day.seats[1])
    assert services.accept_case(case, actor=outside, now=TUESDAY).accepted_by == outside


def test_i45_who_asked_for_or_approved_a_correction_handles_no_appeal(day: SimpleNamespace, outside: Any) -> None:
    applied(asked_for(day), head=day.head)
    close(day)
    case = appeal(day, 2, None, now=AFTER)
    assert set(free_to_answer(case.seat, appeal=True)) == {day.supervisor, outside}
    assert code_of(lambda: services.accept_case(case, actor=day.head, now=AFTER)) == "results.case_involved"


def test_when_everybody_had_a_part_the_heads_are_told_and_somebody_invited_answers(
    day: SimpleNamespace, association: Any, make_user: Callable, member: Callable
) -> None:
    case = appeal(day, 0, objected(day, upheld=False))
    assert free_to_answer(case.seat, appeal=True, but=[case.filer_id]) == []
    notice = Notice.objects.get(kind="results.case_nobody")
    assert notice.user == day.head
    invited = member(make_user("外请督导"), association, Role.SUPERVISOR)
    assert free_to_answer(case.seat, appeal=True) == [invited]
    assert answered(case, actor=invited, upheld=False).decided_by == invited


def test_an_objection_upheld_on_the_last_day_keeps_back_one_person_while_the_list_ends(day: SimpleNamespace) -> None:
    last = datetime(2026, 9, 20, 23, 50, tzinfo=MONDAY.tzinfo)
    filed = services.file_objection(
        day.publication, ticket_number=day.seats[0].ticket_number, filer=day.candidates[2], text="替考", now=last
    )
    services.decide_objection(filed, upheld=True, answer="属实", actor=day.supervisor, now=last + timedelta(minutes=5))
    close(day, now=last + timedelta(minutes=11))
    assert [decision.seat for decision in decided_for_issue(day.plan)] == [day.seats[1]]
    order = asked_for(day, 0, source=filed, evidence=[], part="skill", outcome="void", value=None, now=AFTER)
    renewed = applied(order, head=day.head, now=AFTER)
    services.close_republication(renewed, actor=day.officer, now=AFTER + timedelta(days=15))
    assert [decision.seat for decision in decided_for_issue(day.plan)] == [day.seats[1]]


def test_an_upheld_appeal_sets_an_upheld_objection_aside(day: SimpleNamespace, outside: Any) -> None:
    objection = objected(day, upheld=True)
    assert PublicationRow.objects.get(seat=day.seats[0]).withheld
    answered(appeal(day, 0, objection), actor=outside, upheld=True, needs_correction=False)
    assert not PublicationRow.objects.get(seat=day.seats[0]).withheld


def test_a_dismissed_appeal_leaves_the_objection_upheld(day: SimpleNamespace, outside: Any) -> None:
    objection = objected(day, upheld=True)
    answered(appeal(day, 0, objection), actor=outside, upheld=False)
    assert PublicationRow.objects.get(seat=day.seats[0]).withheld


def test_a_corrected_result_is_objected_to_after_the_list_has_ended(day: SimpleNamespace) -> None:
    close(day)
    renewed = applied(asked_for(day, now=AFTER), head=day.head, now=AFTER)
    facts = {"filer": day.candidates[0], "text": "更正有误", "now": AFTER}
    late = {"ticket_number": day.seats[0].ticket_number}
    assert code_of(lambda: services.file_objection(day.publication, **late, **facts)) == "results.publication_over"
    filed = services.file_objection(day.publication, ticket_number=day.seats[2].ticket_number, **facts)
    assert filed.republication == renewed
    end = AFTER + timedelta(days=15)
    waits = code_of(lambda: services.close_republication(renewed, actor=day.officer, now=end))
    assert waits == "results.objections_open"
    # Other people's certificates do not wait for it.
    assert len(decided_for_issue(day.plan)) == 2
    services.decide_objection(filed, upheld=False, answer="更正无误", actor=day.supervisor, now=AFTER)
    services.close_republication(renewed, actor=day.officer, now=end)
    assert len(decided_for_issue(day.plan)) == 3
