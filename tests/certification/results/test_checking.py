"""The second person looks before anybody decides (I27)."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from certification.assessment.services import close_assessment, record_absence
from certification.results.models import Decision, PartResult, Recording, RecordingCheck
from certification.results.rules import Anomaly
from certification.results.selectors import changes_between, last_recordings, rows_to_check
from certification.results.services import (
    agree_to_voiding,
    check_part_results,
    confirm_decisions,
    decide_plan,
    record_part_results,
    send_back,
    void_parts,
)
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.decided import check, confirm, decide
from tests.exam_day import EVENING, MONDAY, assess, lay_out, sign_all, write_theory


def refused(act, *args, **given) -> str:
    with pytest.raises(DomainError) as refusal:
        act(*args, **given, now=MONDAY)
    return refusal.value.code


def test_i27_nothing_is_decided_on_marks_that_nobody_checked(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    record_part_results(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    assert refused(decide_plan, exam_day.plan, actor=exam_day.officer) == "results.not_checked"
    check_part_results(exam_day.plan, actor=exam_day.head, now=MONDAY)
    assert len(decide_plan(exam_day.plan, actor=exam_day.officer, now=MONDAY)) == 3


def test_i27_who_recorded_does_not_check(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    record_part_results(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    assert refused(check_part_results, exam_day.plan, actor=exam_day.officer) == "results.check_same_person"
    assert not RecordingCheck.objects.exists()


def test_i27_the_database_refuses_one_person_twice_and_a_false_first_person(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    record_part_results(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    recording = Recording.objects.get()
    for first in (exam_day.officer, exam_day.head):
        with pytest.raises(IntegrityError), transaction.atomic():
            RecordingCheck.objects.create(recording=recording, recorded_by=first, checked_by=exam_day.officer, checked_at=MONDAY)


def test_checked_twice_is_checked_once_and_by_one(exam_day: SimpleNamespace, make_user, member, association) -> None:
    from lms.organisations.rules import Role

    assess(exam_day)
    check(exam_day)
    check_part_results(exam_day.plan, actor=exam_day.head, now=MONDAY + timedelta(hours=1))
    third = member(make_user("周二"), association, Role.EXAM_OFFICER)
    assert refused(check_part_results, exam_day.plan, actor=third) == "results.checked_already"
    assert LedgerEntry.objects.filter(kind="results.parts_checked").count() == 1


def test_there_is_nothing_to_check_before_recording(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    assert refused(check_part_results, exam_day.plan, actor=exam_day.head) == "results.not_recorded"


def test_a_mark_changed_by_sql_after_recording_is_refused_and_one_taken_away_is_noticed(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    check(exam_day)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartResult.objects.filter(part="theory").update(value=100)
    lost = PartResult.objects.filter(part="theory").first()
    lost.delete()
    PartResult.objects.create(
        seat=lost.seat, part="theory", outcome="scored", value=100, recorded_at=MONDAY, recorded_by=exam_day.officer
    )
    assert refused(decide_plan, exam_day.plan, actor=exam_day.officer) == "results.not_recorded"


def test_what_stands_out_is_shown(exam_day: SimpleNamespace) -> None:
    stations = lay_out(exam_day)
    for seat in exam_day.seats[:2]:
        write_theory(seat, right=0 if seat == exam_day.seats[0] else 8)
        sign_all(seat, stations, exam_day.assessors)
    for part in ("theory", "skill"):
        record_absence(exam_day.seats[2], part=part, actor=exam_day.officer, now=EVENING)
    close_assessment(exam_day.plan, actor=exam_day.officer, now=EVENING)
    exam_day.plan.refresh_from_db()
    check(exam_day)
    found = {(row.seat.pk, row.part.part): row.anomalies for row in rows_to_check(exam_day.plan)}
    first, _second, third = exam_day.seats
    assert found == {
        (first.pk, "theory"): [Anomaly.ZERO],
        (third.pk, "theory"): [Anomaly.ABSENT],
        (third.pk, "skill"): [Anomaly.ABSENT],
    }
    assert RecordingCheck.objects.get().seen == {"absent": 2, "zero": 1}


def test_sending_back_throws_decisions_away_and_asks_for_marks_and_check_anew(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    decide(exam_day)
    assert refused(send_back, exam_day.plan, reason=" ", actor=exam_day.head) == "results.reason_needed"
    assert send_back(exam_day.plan, reason="第三位考生成绩存疑", actor=exam_day.head, now=MONDAY) == 3
    assert not Decision.objects.exists()
    assert not PartResult.objects.exists()
    record_part_results(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    assert refused(decide_plan, exam_day.plan, actor=exam_day.officer) == "results.not_checked"


def test_confirmed_decisions_are_not_sent_back(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    confirm(exam_day)
    assert refused(send_back, exam_day.plan, reason="晚了", actor=exam_day.head) == "results.confirmed_already"
    assert Decision.objects.count() == 3


def test_a_new_recording_shows_what_it_changed(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    check(exam_day)
    seat = exam_day.seats[0]
    voiding = void_parts(seat, parts=["theory"], reason="试卷错发", actor=exam_day.officer, now=MONDAY)
    agree_to_voiding(voiding, agreed=True, actor=exam_day.head, now=MONDAY)
    record_part_results(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    after, before = last_recordings(exam_day.plan)
    changes = changes_between(before, after)
    assert [(change.ticket, change.part, change.before, change.after) for change in changes] == [
        (seat.ticket_number, "theory", "80.00", "void")
    ]
    assert refused(decide_plan, exam_day.plan, actor=exam_day.officer) == "results.not_checked"


def test_the_page_of_the_check(client: Client, exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    record_part_results(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    url = reverse("results:check", args=[exam_day.plan.pk])
    client.force_login(exam_day.officer)
    assert client.get(url).context["recorded_by_me"]
    assert client.post(url).status_code == 409
    client.force_login(exam_day.supervisor)
    assert client.get(url).context["may_check"] is False
    assert client.post(url).status_code == 403
    client.force_login(exam_day.head)
    assert client.post(url, {"back": "1", "reason": ""}).status_code == 422
    assert client.post(url).status_code == 302
    assert client.get(url).context["check"].checked_by == exam_day.head
    client.force_login(exam_day.candidates[0])
    assert client.get(url).status_code == 404


def test_the_pages_cost_the_same_for_many(
    client: Client, exam_day: SimpleNamespace, django_assert_num_queries, make_user
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    assess(exam_day)
    record_part_results(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    client.force_login(exam_day.head)
    counts = {}
    for size in ("few", "many"):
        if size == "many":
            _add_results(exam_day, make_user)
        for name in ("results:plan", "results:check", "results:voids"):
            with CaptureQueriesContext(
                connection,
            ) as caught:
                assert client.get(reverse(name, args=[exam_day.plan.pk])).status_code == 200
            counts.setdefault(name, []).append(len(caught))
    assert all(few == many for few, many in counts.values()), counts


def _add_results(day: SimpleNamespace, make_user) -> None:
    from certification.plans.models import Seat

    for n in range(4, 8):
        seat = Seat.objects.create(
            plan=day.plan, candidate=make_user(f"考生{n}"), ticket_number=f"26000123001{n:03d}", room="一号考场", number=n
        )
        for part in ("theory", "skill"):
            PartResult.objects.create(seat=seat, part=part, outcome="absent", recorded_at=MONDAY, recorded_by=day.officer)


def test_only_another_confirms_what_one_decided(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    decide(exam_day)
    assert refused(confirm_decisions, exam_day.plan, actor=exam_day.officer) == "results.same_person"
