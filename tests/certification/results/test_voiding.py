"""Void is not zero and not absent (I29); two people stand behind it; cheating voids everything (domain.md §5.3)."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from certification.examday.models import Countersignature, Incident
from certification.plans.kept import NOTHING, earlier_results
from certification.results.models import PartResult, VoidedPart, Voiding, VoidingVerdict
from certification.results.services import (
    agree_to_voiding,
    check_part_results,
    let_stop_stand,
    record_part_results,
    void_parts,
)
from lms.core.errors import DomainError
from tests.decided import confirm, decide, publish
from tests.exam_day import EVENING, MONDAY, THEORY, assess
from tests.resit import close_again, end, plan_again, seat_again, write_again


def refused(act, *args, **given) -> str:
    with pytest.raises(DomainError) as refusal:
        act(*args, **given, now=MONDAY)
    return refusal.value.code


def stopped(day: SimpleNamespace, seat, *, signed: bool = True) -> Incident:
    incident = Incident.objects.create(
        plan=day.plan, seat=seat, room=seat.room, kind="stopped", text="使用手机，已终止", at=THEORY, by=day.assessors[0]
    )
    if signed:
        Countersignature.objects.create(incident=incident, by=day.assessors[1], at=THEORY)
    return incident


def void(day: SimpleNamespace, seat, **given):
    facts = {"parts": ["theory"], "reason": "试卷错发", "actor": day.officer, "now": MONDAY} | given
    return void_parts(seat, **facts)


@pytest.fixture
def day(exam_day: SimpleNamespace) -> SimpleNamespace:
    assess(exam_day, right=(8, 6, 0))
    return exam_day


def test_i29_absent_void_and_zero_are_three_things(day: SimpleNamespace) -> None:
    agree_to_voiding(void(day, day.seats[0]), agreed=True, actor=day.head, now=MONDAY)
    record_part_results(day.plan, actor=day.officer, now=MONDAY)
    outcomes = dict(PartResult.objects.filter(part="theory").values_list("seat__ticket_number", "outcome"))
    values = dict(PartResult.objects.filter(part="theory").values_list("seat__ticket_number", "value"))
    first, _second, third = (seat.ticket_number for seat in day.seats)
    assert (outcomes[first], values[first]) == ("void", None)
    assert (outcomes[third], values[third]) == ("scored", 0)


def test_a_voiding_takes_effect_only_with_the_second_person(day: SimpleNamespace) -> None:
    voiding = void(day, day.seats[0])
    assert not VoidedPart.objects.exists()
    assert refused(agree_to_voiding, voiding, agreed=True, actor=day.officer) == "results.void_same_person"
    agree_to_voiding(voiding, agreed=True, actor=day.head, now=MONDAY)
    assert list(VoidedPart.objects.values_list("part", flat=True)) == ["theory"]
    assert refused(agree_to_voiding, voiding, agreed=False, note="不", actor=day.head) == "results.void_answered"


def test_a_refused_voiding_voids_nothing_and_needs_reasons(day: SimpleNamespace) -> None:
    voiding = void(day, day.seats[0])
    assert refused(agree_to_voiding, voiding, agreed=False, actor=day.head) == "results.reason_needed"
    agree_to_voiding(voiding, agreed=False, note="证据不足", actor=day.head, now=MONDAY)
    assert not VoidedPart.objects.exists()
    assert decide(day)[day.seats[0].ticket_number] is True


def test_the_database_refuses_one_person_as_both(day: SimpleNamespace) -> None:
    voiding = void(day, day.seats[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        VoidingVerdict.objects.create(voiding=voiding, proposed_by=day.officer, agreed=True, by=day.officer, at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        VoidingVerdict.objects.create(voiding=voiding, proposed_by=day.head, agreed=True, by=day.officer, at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Voiding.objects.update(reason="别的")


def test_a_stop_with_two_signatures_voids_at_once(day: SimpleNamespace) -> None:
    void(day, day.seats[0], incident=stopped(day, day.seats[0]))
    assert VoidedPart.objects.get().part == "theory"
    assert decide(day)[day.seats[0].ticket_number] is False


@pytest.mark.parametrize("fault", ["unsigned", "of another", "only a warning"])
def test_a_line_that_stops_nobody_voids_nothing(day: SimpleNamespace, fault: str) -> None:
    seat = day.seats[1] if fault == "of another" else day.seats[0]
    incident = stopped(day, seat, signed=fault != "unsigned")
    if fault == "only a warning":
        incident = Incident.objects.create(
            plan=day.plan, seat=seat, room=seat.room, kind="warned", text="东张西望", at=THEORY, by=day.assessors[0]
        )
        Countersignature.objects.create(incident=incident, by=day.assessors[1], at=THEORY)
    facts = {"parts": ["theory"], "reason": "违纪", "incident": incident, "actor": day.officer}
    assert refused(void_parts, day.seats[0], **facts) == "results.not_a_stop"
    assert not VoidedPart.objects.exists()


def test_nobody_checks_while_a_stopped_exam_or_a_voiding_has_no_answer(day: SimpleNamespace) -> None:
    incident = stopped(day, day.seats[0])
    voiding = void(day, day.seats[1])
    record_part_results(day.plan, actor=day.officer, now=MONDAY)
    assert refused(check_part_results, day.plan, actor=day.head) == "results.stops_open"
    let_stop_stand(incident, reason="记录错了座位", actor=day.head, now=MONDAY)
    assert refused(check_part_results, day.plan, actor=day.head) == "results.voidings_open"
    agree_to_voiding(voiding, agreed=False, note="证据不足", actor=day.head, now=MONDAY)
    check_part_results(day.plan, actor=day.head, now=MONDAY)


def test_a_stop_is_answered_once_and_let_stand_by_the_head_alone(day: SimpleNamespace) -> None:
    incident = stopped(day, day.seats[0])
    with pytest.raises(PermissionDenied):
        let_stop_stand(incident, reason="算数", actor=day.officer, now=MONDAY)
    let_stop_stand(incident, reason="记录错了座位", actor=day.head, now=MONDAY)
    facts = {"parts": ["theory"], "reason": "违纪", "incident": incident, "actor": day.officer}
    assert refused(void_parts, day.seats[0], **facts) == "results.stop_answered"


def test_cheating_voids_all_parts_of_the_exam_and_nothing_of_it_is_kept(day: SimpleNamespace) -> None:
    void(day, day.seats[0], parts=(), cheating=True, reason="夹带", incident=stopped(day, day.seats[0]))
    assert set(VoidedPart.objects.values_list("part", flat=True)) == {"theory", "skill"}
    end(day)
    person = day.candidates[0]
    assert earlier_results(plan_again(day), [person.pk])[person.pk].parts == ()


def test_a_part_void_without_cheating_leaves_the_other_one_kept(day: SimpleNamespace) -> None:
    agree_to_voiding(void(day, day.seats[0]), agreed=True, actor=day.head, now=MONDAY)
    end(day)
    person = day.candidates[0]
    assert [part.part for part in earlier_results(plan_again(day), [person.pk])[person.pk].kept] == ["skill"]


def test_cheating_in_a_re_sit_ends_the_part_that_was_brought_along(first_exam: SimpleNamespace) -> None:
    second = seat_again(first_exam, [first_exam.candidates[2]])
    write_again(second.seats[0], right=9)
    monday = close_again(second)
    incident = stopped(second, second.seats[0])
    void_parts(second.seats[0], cheating=True, reason="夹带", incident=incident, actor=second.officer, now=monday)
    row = publish(second, now=monday).rows.get()
    assert not row.passed
    assert [part["outcome"] for part in row.parts] == ["void", "void"]
    third = earlier_results(plan_again(first_exam, on=plan_date(2027)), [first_exam.candidates[2].pk])
    assert third.get(first_exam.candidates[2].pk, NOTHING).parts == ()


def plan_date(year: int):
    from datetime import date

    return date(year, 1, 9)


def test_after_decisions_nothing_is_voided_any_more(day: SimpleNamespace) -> None:
    decide(day)
    facts = {"parts": ["theory"], "reason": "违纪", "actor": day.officer}
    assert refused(void_parts, day.seats[0], **facts) == "results.decided_already"


def test_after_publication_only_a_correction_helps(day: SimpleNamespace) -> None:
    confirm(day)
    from tests.decided import hang_out

    hang_out(day)
    facts = {"parts": ["theory"], "reason": "违纪", "actor": day.officer}
    assert refused(void_parts, day.seats[0], **facts) == "results.void_too_late"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"parts": []}, "results.void_no_parts"),
        ({"parts": ["review"]}, "results.void_no_parts"),
        ({"reason": " "}, "results.reason_needed"),
    ],
)
def test_a_voiding_without_part_or_reason_is_refused(day: SimpleNamespace, given: dict, code: str) -> None:
    facts = {"parts": ["theory"], "reason": "违纪", "actor": day.officer} | given
    assert refused(void_parts, day.seats[0], **facts) == code


def test_only_officers_propose_and_strangers_get_nowhere(day: SimpleNamespace, client: Client) -> None:
    for actor in (day.head, day.supervisor, day.assessors[0], day.candidates[0]):
        with pytest.raises(PermissionDenied):
            void(day, day.seats[0], actor=actor)
    client.force_login(day.candidates[0])
    assert client.get(reverse("results:voids", args=[day.plan.pk])).status_code == 404


def test_the_pages_propose_agree_and_tell_the_candidate(day: SimpleNamespace, client: Client) -> None:
    url = reverse("results:voids", args=[day.plan.pk])
    client.force_login(day.officer)
    assert client.post(url, {"ticket_number": "9", "scope": "cheating", "reason": "夹带"}).status_code == 422
    ticket = day.seats[0].ticket_number
    assert client.post(url, {"ticket_number": ticket, "scope": "cheating", "reason": "夹带纸条"}).status_code == 302
    voiding = Voiding.objects.get()
    answer = reverse("results:voiding", args=[voiding.pk])
    assert client.post(answer, {"verdict": "agree"}).status_code == 409
    client.force_login(day.head)
    assert client.post(answer, {"verdict": "agree"}).status_code == 302
    publish(day)
    client.force_login(day.candidates[0])
    page = client.get(reverse("results:own", args=[day.seats[0].pk]))
    assert "夹带纸条" in page.content.decode()
    assert page.context["kept"] == []
    assert page.context["missing"] == ["theory", "skill"]


def test_the_page_of_a_stop_voids_or_lets_stand(day: SimpleNamespace, client: Client) -> None:
    first, second = stopped(day, day.seats[0]), stopped(day, day.seats[1])
    client.force_login(day.officer)
    url = reverse("results:stop", args=[first.pk])
    assert client.post(url, {"scope": "theory", "reason": ""}).status_code == 422
    assert client.post(url, {"scope": "theory", "reason": "使用手机"}).status_code == 302
    assert client.get(url).status_code == 404
    client.force_login(day.head)
    url = reverse("results:stop", args=[second.pk])
    assert client.post(url, {"stands": "1", "reason": "记录错了座位"}).status_code == 302
    assert VoidedPart.objects.count() == 1


def test_an_absent_candidate_who_cheated_is_void(exam_day: SimpleNamespace) -> None:
    from certification.assessment.services import close_assessment, record_absence
    from tests.exam_day import lay_out, sign_all, write_theory

    stations = lay_out(exam_day)
    for seat in exam_day.seats:
        write_theory(seat, right=8)
        if seat != exam_day.seats[0]:
            sign_all(seat, stations, exam_day.assessors)
    record_absence(exam_day.seats[0], part="skill", actor=exam_day.officer, now=EVENING)
    close_assessment(exam_day.plan, actor=exam_day.officer, now=EVENING)
    exam_day.plan.refresh_from_db()
    incident = stopped(exam_day, exam_day.seats[0])
    void(exam_day, exam_day.seats[0], parts=(), cheating=True, reason="夹带", incident=incident)
    record_part_results(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    assert set(PartResult.objects.filter(seat=exam_day.seats[0]).values_list("outcome", flat=True)) == {"void"}
